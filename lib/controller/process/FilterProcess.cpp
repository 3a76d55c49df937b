//===- FilterProcess.cpp - A program that turns bytes into bytes ----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/process/FilterProcess.h"
#include "controller/base/FileSizeSignalBlock.h"
#include "controller/process/Children.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <spawn.h>
#include <sys/mman.h>
#include <unistd.h>

namespace remoterun::controller {

using transport::Descriptor;

namespace {

struct Streams {
  Descriptor Input, Output, Errors;
};

/// An empty file in memory, close-on-exec. 0 or errno.
int makeFile(const char *Name, Descriptor &Out) {
  Out = Descriptor(::memfd_create(Name, MFD_CLOEXEC));
  if (!Out.isOpen())
    return errno;
  return transport::moveAboveStandardStreams(Out);
}

/// Fills \p File and leaves its offset at the start. 0 or errno.
int fill(const Descriptor &File, std::string_view Bytes) {
  FileSizeSignalBlock Block;
  off_t Offset = 0;
  while (!Bytes.empty()) {
    ssize_t Written = ::pwrite(File.get(), Bytes.data(), Bytes.size(), Offset);
    if (Written < 0 && errno == EINTR)
      continue;
    if (Written < 0)
      return errno;
    Offset += Written;
    Bytes.remove_prefix(static_cast<size_t>(Written));
  }
  return 0;
}

std::string contents(const Descriptor &File) {
  std::string Text;
  char Chunk[4096];
  ssize_t Size;
  while ((Size = ::pread(File.get(), Chunk, sizeof(Chunk),
                         static_cast<off_t>(Text.size()))) > 0)
    Text.append(Chunk, static_cast<size_t>(Size));
  return Text;
}

/// Returns an errno value.
int spawn(const FilterRequest &Request, const Streams &Files, pid_t &Pid) {
  std::vector<char *> Arguments;
  for (const std::string &Argument : Request.Arguments)
    Arguments.push_back(const_cast<char *>(Argument.c_str()));
  Arguments.push_back(nullptr);
  posix_spawn_file_actions_t Actions;
  if (int Error = ::posix_spawn_file_actions_init(&Actions))
    return Error;
  // Duplicates are not close-on-exec.
  int Error = ::posix_spawn_file_actions_adddup2(&Actions, Files.Input.get(),
                                                 STDIN_FILENO);
  if (!Error)
    Error = ::posix_spawn_file_actions_adddup2(&Actions, Files.Output.get(),
                                               STDOUT_FILENO);
  if (!Error)
    Error = ::posix_spawn_file_actions_adddup2(&Actions, Files.Errors.get(),
                                               STDERR_FILENO);
  if (!Error)
    Error = startChild(Child::Filter, Request.Path.c_str(), Actions,
                       /*OwnGroup=*/false, Arguments.data(), environ, Pid);
  ::posix_spawn_file_actions_destroy(&Actions);
  return Error;
}

} // namespace

Expected<Descriptor> fileInMemory(const char *Name, std::string_view Bytes) {
  Descriptor File;
  int Error = makeFile(Name, File);
  if (!Error)
    Error = fill(File, Bytes);
  if (Error)
    return Failure{Blame::Internal,
                   std::string("cannot make a file in memory: ") +
                       strerror(Error)};
  return File;
}

Expected<FilterResult> runFilter(const FilterRequest &Request) {
  auto Input = fileInMemory("input", Request.Input);
  if (!Input)
    return Input.error();
  auto Output = fileInMemory("output", "");
  if (!Output)
    return Output.error();
  auto Errors = fileInMemory("errors", "");
  if (!Errors)
    return Errors.error();
  Streams Files = {std::move(*Input), std::move(*Output), std::move(*Errors)};
  pid_t Pid;
  if (int Failed = spawn(Request, Files, Pid))
    return Failure{Blame::Launch,
                   "cannot run '" + Request.Path + "': " + strerror(Failed),
                   Failed == ENOENT ? 127 : 126};
  int Raw;
  if (reapChild(Child::Filter, /*Wait=*/true, Raw) != Reaping::Done)
    return Failure{Blame::Internal, "cannot wait for '" + Request.Path +
                                        "': " + strerror(errno)};
  return FilterResult{WaitStatus::fromRaw(Raw), std::move(Files.Output),
                      contents(Files.Errors)};
}

} // namespace remoterun::controller
