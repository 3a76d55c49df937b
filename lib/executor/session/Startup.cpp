//===- Startup.cpp - How the executor is told of its session --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/session/Startup.h"
#include "wire/ExecutorStart.h"

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace remoterun::executor {

using wire::PreloadedVariable;
using wire::RoomVariable;
using wire::SessionVariable;

namespace {

constexpr char TunablesVariable[] = "GLIBC_TUNABLES";

/// The value of \p Variable ("NAME=VALUE") if it is called \p Name.
template <size_t Size> char *valueOf(char *Variable, const char (&Name)[Size]) {
  constexpr size_t Length = Size - 1;
  if (std::strncmp(Variable, Name, Length) != 0 || Variable[Length] != '=')
    return nullptr;
  return Variable + Length + 1;
}

/// Takes decimal digits, and nothing else that strtol(3) would.
bool takeNumber(const char *&Text, int &Number) {
  constexpr int Largest = 1 << 30;
  const char *Start = Text;
  Number = 0;
  for (; *Text >= '0' && *Text <= '9'; ++Text) {
    if (Number > Largest / 10)
      return false;
    Number = Number * 10 + (*Text - '0');
  }
  return Text != Start;
}

/// Close-on-exec; empty if it is not open.
std::optional<transport::Descriptor> adopt(int Number) {
  if (::fcntl(Number, F_SETFD, FD_CLOEXEC) != 0)
    return std::nullopt;
  return transport::Descriptor(Number);
}

/// Whether \p Number is the end of a pipe that is open for \p Access, or a
/// socket, which a launcher may have in place of one.
bool isPipe(int Number, int Access) {
  int Type;
  socklen_t Size = sizeof(Type);
  if (::getsockopt(Number, SOL_SOCKET, SO_TYPE, &Type, &Size) == 0)
    return true;
  return ::fcntl(Number, F_GETPIPE_SZ) >= 0 &&
         (::fcntl(Number, F_GETFL) & O_ACCMODE) == Access;
}

/// Whether \p Number is a file of memfd_create(2): no other has seals. A
/// launcher may have put something of its own there.
bool isMemory(int Number) { return ::fcntl(Number, F_GET_SEALS) >= 0; }

/// Empty if these are no session's. What is none has an owner already: the
/// guest.
std::optional<Startup> adoptSession(transport::AgreedDescriptors Numbers) {
  bool AreStandardStreams =
      Numbers.In <= STDERR_FILENO || Numbers.Out <= STDERR_FILENO;
  if (AreStandardStreams || Numbers.In == Numbers.Out ||
      !isPipe(Numbers.In, O_RDONLY) || !isPipe(Numbers.Out, O_WRONLY))
    return std::nullopt;
  Startup Found{*adopt(Numbers.In), *adopt(Numbers.Out), {}};
  if (isMemory(Numbers.CrashMemory))
    Found.CrashMemory = *adopt(Numbers.CrashMemory);
  return Found;
}

std::optional<Startup> parse(const char *Value) {
  transport::AgreedDescriptors Told = {-1, -1, -1};
  if (!takeNumber(Value, Told.In) || *Value++ != ',' ||
      !takeNumber(Value, Told.Out))
    return std::nullopt;
  if (*Value == ',' && !takeNumber(++Value, Told.CrashMemory))
    return std::nullopt;
  return *Value == '\0' ? adoptSession(Told) : std::nullopt;
}

/// Takes the variable number \p Index out of the guest's environment. The
/// vector is closed up towards its end: the null after it, and the auxiliary
/// vector that some programs look for behind that, stay in place.
void takeOut(ProcessArguments &Process, size_t Index) {
  char **Environment = Process.Environment;
  char *Variable = Environment[Index];
  std::memset(Variable, 0, std::strlen(Variable));
  std::memmove(Environment + 1, Environment, Index * sizeof(char *));
  Process.Environment = environ = Environment + 1;
}

/// The index of the variable of that name; of what is behind the last, if there
/// is none.
template <size_t Size>
size_t findVariable(const ProcessArguments &Process, const char (&Name)[Size]) {
  size_t Index = 0;
  while (Process.Environment[Index] &&
         !valueOf(Process.Environment[Index], Name))
    ++Index;
  return Index;
}

/// Leaves in \p List, whose entries are divided by colons, what the guest would
/// have there without the session, which has put \p Length bytes before that.
template <size_t Size>
void takeAdded(ProcessArguments &Process, const char (&List)[Size],
               int Length) {
  size_t Index = findVariable(Process, List);
  if (!Process.Environment[Index])
    return;
  char *Value = valueOf(Process.Environment[Index], List);
  size_t Ours = static_cast<size_t>(Length), All = std::strlen(Value);
  if (Ours < All && Value[Ours] == ':')
    std::memmove(Value, Value + Ours + 1, All - Ours);
  else if (Ours == All)
    takeOut(Process, Index);
}

/// Returns what is taken.
std::string_view takePreloaded(ProcessArguments &Process) {
  size_t Marker = findVariable(Process, PreloadedVariable);
  int Length = 0;
  if (!Process.Environment[Marker])
    return {};
  const char *Told = valueOf(Process.Environment[Marker], PreloadedVariable);
  if (!takeNumber(Told, Length) || *Told != '\0')
    return {};
  takeOut(Process, Marker);
  std::string_view Ours;
  if (const char *List = ::getenv("LD_PRELOAD"))
    Ours = std::string_view(copyText(
        std::string_view(List).substr(0, static_cast<size_t>(Length))));
  takeAdded(Process, "LD_PRELOAD", Length);
  return Ours;
}

/// Returns the size of the block.
uint32_t takeRoom(ProcessArguments &Process) {
  size_t Marker = findVariable(Process, RoomVariable);
  int Length = 0, Size = 0;
  if (!Process.Environment[Marker])
    return 0;
  const char *Told = valueOf(Process.Environment[Marker], RoomVariable);
  if (!takeNumber(Told, Length) || *Told++ != ',' || !takeNumber(Told, Size) ||
      *Told != '\0')
    return 0;
  takeOut(Process, Marker);
  takeAdded(Process, TunablesVariable, Length);
  return static_cast<uint32_t>(Size);
}

std::optional<Startup> takeSession(ProcessArguments &Process) {
  for (size_t Index = 0; Process.Environment[Index]; ++Index) {
    const char *Value = valueOf(Process.Environment[Index], SessionVariable);
    std::optional<Startup> Parsed = Value ? parse(Value) : std::nullopt;
    // One that makes no sense is the guest's own.
    if (!Parsed)
      continue;
    takeOut(Process, Index);
    return Parsed;
  }
  return adoptSession(transport::agreedDescriptors());
}

} // namespace

std::optional<Startup> takeStartup(ProcessArguments &Process) {
  std::optional<Startup> Found = takeSession(Process);
  if (!Found)
    return Found;
  Found->Preloaded = takePreloaded(Process);
  Found->ThreadLocals = takeRoom(Process);
  return Found;
}

namespace {

/// A variable, in memory that an exec takes away.
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
};

/// Under an emulator of user programs (qemu-user), the kernel has executed the
/// emulator, which shows the executor where a program looks for itself, and no
/// further. Its arguments are its own, and then the executor's file and those
/// of the guest.
OwnProgram findOwnProgram(const ProcessArguments &Process) {
  constexpr char AsKernelSees[] = "/proc/thread-self/exe";
  OwnProgram Found;
  char Seen[PATH_MAX], Real[PATH_MAX] = {};
  ssize_t Length = ::readlink(Found.File, Seen, sizeof(Seen));
  bool IsEmulated = Length > 0 &&
                    ::readlink(AsKernelSees, Real, sizeof(Real)) > 0 &&
                    std::memcmp(Seen, Real, static_cast<size_t>(Length)) != 0;
  int Command = IsEmulated
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

} // namespace

Failure startAnew(const Continuation &Session, const ProcessArguments &Process,
                  uint32_t ThreadLocals) {
  // Beside what glibc keeps in reserve by default.
  constexpr uint32_t Reserve = 512;
  char Room[64], Numbers[64], Told[64], Length[24];
  int Ours =
      std::snprintf(Room, sizeof(Room), "glibc.rtld.optional_static_tls=%u",
                    ThreadLocals + Reserve);
  std::snprintf(Told, sizeof(Told), "%d,%u", Ours, ThreadLocals);
  const auto &[In, Out, CrashMemory] = Session.Descriptors;
  if (In < 0)
    return failure("cannot start anew without a session");
  std::snprintf(Numbers, sizeof(Numbers),
                CrashMemory < 0 ? "%d,%d" : "%d,%d,%d", In, Out, CrashMemory);
  List<char *> Environment;
  Environment.push(variable(SessionVariable, Numbers));
  Environment.push(variable(RoomVariable, Told));
  Environment.push(
      variable(TunablesVariable, Room, ::getenv(TunablesVariable)));
  if (!Session.Preloaded.empty()) {
    std::snprintf(Length, sizeof(Length), "%zu", Session.Preloaded.size());
    Environment.push(variable(PreloadedVariable, Length));
    Environment.push(
        variable("LD_PRELOAD", Session.Preloaded, ::getenv("LD_PRELOAD")));
  }
  for (char **Next = Process.Environment; *Next; ++Next)
    if (!valueOf(*Next, TunablesVariable) &&
        (Session.Preloaded.empty() || !valueOf(*Next, "LD_PRELOAD")))
      Environment.push(*Next);
  Environment.push(nullptr);
  for (int Kept : {In, Out, CrashMemory})
    if (Kept >= 0)
      ::fcntl(Kept, F_SETFD, 0);
  OwnProgram Own = findOwnProgram(Process);
  ::execve(Own.File, Own.Arguments.data(), Environment.data());
  return failure("cannot start anew: %s", std::strerror(errno));
}

} // namespace remoterun::executor
