//===- StartAnew.cpp - With more room for thread-locals -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The other side of takeStartup(): the executor executes itself, and tells what
// comes then by variables that the guest does not see.
//
//===----------------------------------------------------------------------===//

#include "executor/session/Startup.h"
#include "executor/tls/LargeBlock.h"
#include "wire/ExecutorStart.h"

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace remoterun::executor {

using wire::BlocksVariable;
using wire::PreloadedVariable;
using wire::RoomVariable;
using wire::SessionVariable;

namespace {

constexpr char TunablesVariable[] = "GLIBC_TUNABLES";
constexpr char PreloadVariable[] = "LD_PRELOAD";

/// A variable, in memory that an exec takes away. \p Rest stands behind a colon
/// (wire::GuestValueMark, and where lists of libraries and tunables go on).
char *variable(const char *Name, std::string_view Value,
               const char *Rest = nullptr) {
  size_t Size =
      std::strlen(Name) + Value.size() + 3 + (Rest ? std::strlen(Rest) : 0);
  auto *Text = static_cast<char *>(std::malloc(Size));
  if (!Text)
    std::abort();
  std::snprintf(Text, Size, "%s=%.*s%s%s", Name, static_cast<int>(Value.size()),
                Value.data(), Rest ? ":" : "", Rest ? Rest : "");
  return Text;
}

/// What an exec starts this executor by.
struct OwnProgram {
  const char *File = "/proc/self/exe";
  List<char *> Arguments;
  bool IsEmulated = false;
};

/// Under an emulator of user programs (qemu-user), the kernel has executed the
/// emulator, which shows the executor where a program looks for itself, and no
/// further. Its arguments are its own, and then the executor's file and those
/// of the guest.
OwnProgram findOwnProgram(const ProcessArguments &Process) {
  static constexpr char AsKernelSees[] = "/proc/thread-self/exe";
  OwnProgram Found;
  char Seen[PATH_MAX], Real[PATH_MAX] = {};
  ssize_t Length = ::readlink(Found.File, Seen, sizeof(Seen));
  Found.IsEmulated = Length > 0 &&
                     ::readlink(AsKernelSees, Real, sizeof(Real)) > 0 &&
                     std::memcmp(Seen, Real, static_cast<size_t>(Length)) != 0;
  int Command = Found.IsEmulated
                    ? ::open("/proc/thread-self/cmdline", O_RDONLY | O_CLOEXEC)
                    : -1;
  if (Command < 0) {
    for (char **Next = Process.Values; *Next; ++Next)
      Found.Arguments.push(*Next);
    Found.Arguments.push(nullptr);
    return Found;
  }
  Found.File = AsKernelSees;
  // In memory that an exec takes away.
  constexpr size_t Step = 4096;
  char *Text = nullptr;
  size_t Size = 0;
  for (ssize_t Read = 1; Read > 0; Size += Read > 0 ? size_t(Read) : 0) {
    Text = static_cast<char *>(std::realloc(Text, Size + Step + 1));
    if (!Text)
      std::abort();
    Read = ::read(Command, Text + Size, Step);
  }
  ::close(Command);
  Text[Size] = '\0';
  for (size_t At = 0; At != Size; At += std::strlen(Text + At) + 1)
    Found.Arguments.push(Text + At);
  Found.Arguments.push(nullptr);
  return Found;
}

/// Whether the emulator had the variable that it keeps from its guest.
bool hasEmulatorVariable(OwnProgram &Own) {
  char **Words = Own.Arguments.data();
  for (size_t At = 0; Own.IsEmulated && Words[At] && Words[At + 1]; ++At)
    if (std::strcmp(Words[At], wire::EmulatorHides) == 0 &&
        std::strcmp(Words[At + 1], wire::EmulatorVariable) == 0)
      return true;
  return false;
}

bool isCalled(const char *Variable, const char *Name) {
  size_t Length = std::strlen(Name);
  return std::strncmp(Variable, Name, Length) == 0 && Variable[Length] == '=';
}

/// Adds what \p Room takes. False if it cannot be had.
bool addRoom(const wire::Restart &Room, std::string_view Preloaded,
             List<char *> &Environment) {
  // Beside what glibc keeps in reserve by default.
  constexpr uint32_t Reserve = 512;
  char Tunable[64], Library[32] = "", Told[64];
  int File = 0, Length = 0;
  if (Room.Alignment > UsualAlignment) {
    File = makeAlignedLibrary(Room.Alignment);
    if (File < 0)
      return false;
    Length = std::snprintf(Library, sizeof(Library), "/proc/self/fd/%d", File);
  }
  // To be aligned, it may have to leave as much before it.
  int Ours = std::snprintf(Tunable, sizeof(Tunable),
                           "glibc.rtld.optional_static_tls=%u",
                           Room.ThreadLocals + Room.Alignment + Reserve);
  std::snprintf(Told, sizeof(Told), "%d,%u,%u,%d,%d", Ours, Room.ThreadLocals,
                Room.Alignment, File, Length);
  Environment.push(variable(RoomVariable, Told));
  Environment.push(
      variable(TunablesVariable, Tunable, ::getenv(TunablesVariable)));
  const char *Rest = ::getenv(PreloadVariable);
  if (Length != 0)
    Rest = variable("", Library, Rest) + 1; // Behind the equals sign.
  if (!Preloaded.empty()) {
    char Size[24];
    std::snprintf(Size, sizeof(Size), "%zu", Preloaded.size());
    Environment.push(variable(PreloadedVariable, Size));
    Environment.push(variable(PreloadVariable, Preloaded, Rest));
  } else if (Rest) {
    Environment.push(variable(PreloadVariable, Rest));
  }
  return true;
}

} // namespace

Failure startAnew(const Continuation &Session, const ProcessArguments &Process,
                  const wire::Restart &Room) {
  const auto &[In, Out, CrashMemory] = Session.Descriptors;
  if (In < 0)
    return failure("cannot start anew without a session");
  char Numbers[64];
  std::snprintf(Numbers, sizeof(Numbers),
                CrashMemory < 0 ? "%d,%d" : "%d,%d,%d", In, Out, CrashMemory);
  List<char *> Environment;
  const char *GuestValue = ::getenv(SessionVariable);
  if (!GuestValue)
    Environment.push(variable(SessionVariable, Numbers));
  if (!addRoom(Room, Session.Preloaded, Environment))
    return failure("cannot start anew: %s", std::strerror(errno));
  // Before one of that name that the guest has.
  if (Session.BlockFolder) {
    std::snprintf(Numbers, sizeof(Numbers), "%ld", long(::getpid()));
    Environment.push(variable(BlocksVariable, Numbers, Session.BlockFolder));
  }
  for (char **Next = Process.Environment; *Next; ++Next)
    if (GuestValue && isCalled(*Next, SessionVariable)) {
      Environment.push(variable(SessionVariable, Numbers, GuestValue));
      GuestValue = nullptr; // Another of that name stays as it is.
    } else if (!isCalled(*Next, TunablesVariable) &&
               !isCalled(*Next, PreloadVariable)) {
      Environment.push(*Next);
    }
  OwnProgram Own = findOwnProgram(Process);
  if (hasEmulatorVariable(Own))
    Environment.push(variable(wire::EmulatorVariable, wire::EmulatorValue));
  Environment.push(nullptr);
  for (int Kept : {In, Out, CrashMemory})
    if (Kept >= 0)
      ::fcntl(Kept, F_SETFD, 0);
  ::execve(Own.File, Own.Arguments.data(), Environment.data());
  return failure("cannot start anew: %s", std::strerror(errno));
}

} // namespace remoterun::executor
