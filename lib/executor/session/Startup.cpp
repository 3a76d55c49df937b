//===- Startup.cpp - How the executor is told of its session --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/session/Startup.h"
#include "executor/tls/LargeBlock.h"
#include "wire/ExecutorStart.h"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace remoterun::executor {

using wire::BlocksVariable;
using wire::PreloadedVariable;
using wire::RoomVariable;
using wire::SessionVariable;

namespace {

constexpr char TunablesVariable[] = "GLIBC_TUNABLES";
constexpr char PreloadVariable[] = "LD_PRELOAD";

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

/// \p Value: what is read is taken.
std::optional<Startup> parse(const char *&Value) {
  transport::AgreedDescriptors Told = {-1, -1, -1};
  if (!takeNumber(Value, Told.In) || *Value++ != ',' ||
      !takeNumber(Value, Told.Out))
    return std::nullopt;
  if (*Value == ',' && !takeNumber(++Value, Told.CrashMemory))
    return std::nullopt;
  bool IsWhole = *Value == '\0' || *Value == wire::GuestValueMark;
  return IsWhole ? adoptSession(Told) : std::nullopt;
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

/// Leaves of the session's variable, at \p Variable, what \p Value, a part of
/// it, says: what the guest has by that name. Its end stays in place.
char *keepGuestValue(char *Variable, const char *Value) {
  size_t Length = sizeof(wire::SessionVariable); // With the equals sign.
  size_t Before = static_cast<size_t>(Value - Variable) - Length;
  std::memmove(Variable + Before, Variable, Length);
  std::memset(Variable, 0, Before);
  return Variable + Before;
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
  if (const char *List = ::getenv(PreloadVariable))
    Ours = std::string_view(copyText(
        std::string_view(List).substr(0, static_cast<size_t>(Length))));
  takeAdded(Process, PreloadVariable, Length);
  return Ours;
}

/// Null if there is none, or it is meant for another process: the guest may
/// have a variable of that name.
const char *takeBlockFolder(ProcessArguments &Process) {
  static char Folder[PATH_MAX];
  size_t Index = findVariable(Process, BlocksVariable);
  if (!Process.Environment[Index])
    return nullptr;
  const char *Told = valueOf(Process.Environment[Index], BlocksVariable);
  int Its = 0;
  if (!takeNumber(Told, Its) || Its != ::getpid() || *Told++ != ':' ||
      std::strlen(Told) >= sizeof(Folder))
    return nullptr;
  std::strcpy(Folder, Told);
  takeOut(Process, Index);
  return Folder;
}

/// What startAnew() has added for thread-local variables.
void takeRoom(ProcessArguments &Process, Startup &Found) {
  size_t Marker = findVariable(Process, RoomVariable);
  if (!Process.Environment[Marker])
    return;
  const char *Told = valueOf(Process.Environment[Marker], RoomVariable);
  int Length = 0, Size = 0, Alignment = 0, Library = 0, Path = 0;
  for (int *Number : {&Length, &Size, &Alignment, &Library, &Path}) {
    if (!takeNumber(Told, *Number) || *Told != (Number == &Path ? '\0' : ','))
      return;
    ++Told;
  }
  takeOut(Process, Marker);
  takeAdded(Process, TunablesVariable, Length);
  if (Path != 0) {
    takeAdded(Process, PreloadVariable, Path);
    closeAlignedLibrary(Library);
  }
  Found.Room = {static_cast<uint32_t>(Size), static_cast<uint32_t>(Alignment)};
}

std::optional<Startup> takeSession(ProcessArguments &Process) {
  for (size_t Index = 0; Process.Environment[Index]; ++Index) {
    const char *Value = valueOf(Process.Environment[Index], SessionVariable);
    std::optional<Startup> Parsed = Value ? parse(Value) : std::nullopt;
    // One that makes no sense is the guest's own.
    if (!Parsed)
      continue;
    if (*Value == wire::GuestValueMark)
      Process.Environment[Index] =
          keepGuestValue(Process.Environment[Index], Value + 1);
    else
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
  Found->BlockFolder = takeBlockFolder(Process);
  takeRoom(Process, *Found);
  return Found;
}

std::optional<Startup> takeStandardStreams(const ProcessArguments &Process) {
  if (Process.Count != 2 ||
      std::strcmp(Process.Values[1], wire::ServeArgument) != 0)
    return std::nullopt;
  transport::Descriptor In(
      ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  transport::Descriptor Out(
      ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  transport::Descriptor Nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!In.isOpen() || !Out.isOpen() || !Nothing.isOpen())
    return std::nullopt;
  ::dup2(Nothing.get(), STDIN_FILENO);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  return Startup{std::move(In), std::move(Out)};
}

} // namespace remoterun::executor
