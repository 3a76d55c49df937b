//===- CrashFolder.cpp - What shows a failure of LLVM's again -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/crash/CrashFolder.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <initializer_list>
#include <sys/stat.h>
#include <unistd.h>

namespace remoterun::controller {

namespace {

constexpr size_t LongestPath = PATH_MAX;

/// \p Parts one behind the other, and a zero; false if that is too long.
bool join(char (&Path)[LongestPath],
          std::initializer_list<std::string_view> Parts) {
  size_t Length = 0;
  for (std::string_view Part : Parts) {
    if (Part.size() >= LongestPath - Length)
      return false;
    std::memcpy(Path + Length, Part.data(), Part.size());
    Length += Part.size();
  }
  Path[Length] = '\0';
  return true;
}

/// Without allocation, as std::to_string would need.
std::string_view decimal(unsigned Number, char (&Digits)[12]) {
  char *End = Digits + sizeof(Digits), *Start = End;
  do
    *--Start = static_cast<char>('0' + Number % 10);
  while (Number /= 10);
  return {Start, static_cast<size_t>(End - Start)};
}

/// Only we are allowed to write there, so nobody else can have put a file or a
/// link into its place.
bool writeFile(const char *Path, mode_t Mode,
               std::initializer_list<std::string_view> Texts) {
  int File =
      ::open(Path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, Mode);
  if (File < 0)
    return false;
  bool IsWritten = true;
  for (std::string_view Text : Texts)
    while (IsWritten && !Text.empty()) {
      ssize_t Written = ::write(File, Text.data(), Text.size());
      if (Written > 0)
        Text.remove_prefix(static_cast<size_t>(Written));
      else
        IsWritten = Written < 0 && errno == EINTR;
    }
  return ::close(File) == 0 && IsWritten;
}

/// While one lives, a file that gets too large is an error, and no signal
/// (setrlimit(2)).
class WithoutSigxfsz {
public:
  WithoutSigxfsz() {
    struct sigaction Ignored = {};
    Ignored.sa_handler = SIG_IGN;
    ::sigaction(SIGXFSZ, &Ignored, &Before);
  }
  ~WithoutSigxfsz() { ::sigaction(SIGXFSZ, &Before, nullptr); }
  WithoutSigxfsz(const WithoutSigxfsz &) = delete;
  WithoutSigxfsz &operator=(const WithoutSigxfsz &) = delete;

private:
  struct sigaction Before = {};
};

/// A new folder, by a name that nobody has taken.
bool makeFolder(const std::string &Place, char (&Path)[LongestPath]) {
  constexpr unsigned MostTries = 100;
  for (unsigned Try = 0; Try != MostTries; ++Try) {
    char Process[12], Number[12];
    std::string_view Tried = decimal(Try, Number);
    if (!join(Path, {Place, "/remote-run-crash.",
                     decimal(static_cast<unsigned>(::getpid()), Process),
                     Try ? "." : "", Try ? Tried : ""}))
      return false;
    if (::mkdir(Path, S_IRWXU) == 0)
      return true;
    if (errno != EEXIST)
      return false;
  }
  return false;
}

} // namespace

std::string quotedForShell(const std::vector<std::string> &Words) {
  std::string Text;
  for (const std::string &Word : Words) {
    Text += Text.empty() ? "" : " ";
    bool IsPlain =
        !Word.empty() && std::all_of(Word.begin(), Word.end(), [](char C) {
          return std::strchr("-_./=,+:@%", C)
                     ? C != '\0'
                     : (C >= '0' && C <= '9') || (C >= 'a' && C <= 'z') ||
                           (C >= 'A' && C <= 'Z');
        });
    if (IsPlain) {
      Text += Word;
      continue;
    }
    Text += '\'';
    for (char C : Word)
      if (C == '\'')
        Text += "'\\''";
      else
        Text += C;
    Text += '\'';
  }
  return Text;
}

std::string_view writeCrashFolder(const Reproducer &What) {
  static char Folder[LongestPath];
  WithoutSigxfsz Ignored;
  if (!makeFolder(What.Place, Folder))
    return {};
  char Path[LongestPath];
  bool IsWhole =
      join(Path, {Folder, "/", CrashScript}) &&
      writeFile(Path, S_IRWXU,
                {"#!/bin/sh\n# Shows again how LLVM failed. unit.bc, if there "
                 "is one, is the part of the\n# input that it failed on.\n"
                 "cd \"$(dirname \"$0\")\" || exit\nexec ",
                 What.Command, "\n"});
  for (const Reproducer::File &File : What.Files)
    IsWhole = IsWhole && join(Path, {Folder, "/", File.Name}) &&
              writeFile(Path, S_IRUSR | S_IWUSR, {File.Contents});
  if (IsWhole)
    return Folder;
  if (join(Path, {Folder, "/", CrashScript}))
    ::unlink(Path);
  for (const Reproducer::File &File : What.Files)
    if (join(Path, {Folder, "/", File.Name}))
      ::unlink(Path);
  ::rmdir(Folder);
  return {};
}

bool addToCrashFolder(std::string_view Folder, const char *Name,
                      std::string_view Contents) {
  WithoutSigxfsz Ignored;
  char Path[LongestPath], Unfinished[LongestPath];
  if (!join(Path, {Folder, "/", Name}) ||
      !join(Unfinished, {Folder, "/", Name, ".unfinished"}))
    return false;
  if (writeFile(Unfinished, S_IRUSR | S_IWUSR, {Contents}) &&
      ::rename(Unfinished, Path) == 0)
    return true;
  ::unlink(Unfinished);
  return false;
}

} // namespace remoterun::controller
