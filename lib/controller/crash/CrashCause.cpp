//===- CrashCause.cpp - Why the guest crashed, in words -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/crash/CrashCause.h"
#include "controller/crash/FaultCause.h"
#include "controller/crash/InstructionCause.h"
#include "controller/crash/TrapCause.h"

#include <csignal>

namespace remoterun::controller {

namespace {

using wire::CrashReport;

std::string describeException(const CrashReport &Report,
                              const CrashSymbols &Symbols) {
  std::string Text = "exception";
  if (!Symbols.ExceptionType.empty())
    Text += " of type " + Symbols.ExceptionType;
  if (!Report.Thrown.What.empty())
    Text += ": " + std::string(Report.Thrown.What);
  return Text;
}

struct KnownFunction {
  std::string_view Name;
  const char *Cause;
};

constexpr char FailedAssertion[] = "failed assertion";

/// Who calls abort(), the more telling first: one calls another.
constexpr KnownFunction Aborting[] = {
    {"__assert_fail", FailedAssertion},
    {"__assert_fail_base", FailedAssertion},
    {"__assert_perror_fail", FailedAssertion},
    {"__assert", FailedAssertion},
    {"__stack_chk_fail", "stack smashing detected"},
    {"__chk_fail", "buffer overflow detected"},
    {"__fortify_fail", "buffer overflow detected"},
    {"__cxa_pure_virtual", "pure virtual function called"},
    {"__cxa_deleted_virtual", "deleted virtual function called"},
    {"std::terminate()", "std::terminate() was called"},
};

/// libc checks its heap where it works on it. What finds the damage has no name
/// in a libc without symbols; who calls that has.
constexpr std::string_view Allocating[] = {
    "free",     "malloc",         "calloc",        "realloc",
    "memalign", "posix_memalign", "aligned_alloc", "malloc_trim",
};

/// GCC cuts functions, and gives the pieces names with a suffix, as in
/// "f.cold".
bool isOf(std::string_view Name, std::string_view Function) {
  return Name.starts_with(Function) &&
         (Name.size() == Function.size() || Name[Function.size()] == '.');
}

std::string heapMisuse(std::string_view Function) {
  return "heap corruption or misuse detected by " + std::string(Function) +
         "()";
}

/// By what libc has said, where no function on the stack tells. What glibc says
/// of its heap begins with the function that was called, if it can be of one
/// alone.
std::string causeOfMessage(std::string_view Message) {
  if (Message.find(": Assertion `") != Message.npos)
    return FailedAssertion;
  for (std::string_view Allocator : Allocating)
    if (Message.starts_with(std::string(Allocator) + "(): "))
      return heapMisuse(Allocator);
  return "libc called abort(): " +
         std::string(Message.substr(0, Message.find('\n')));
}

/// By the library's functions that the program has called last.
std::string causeOfAbort(const CrashSymbols &Symbols,
                         std::string_view Message) {
  std::vector<std::string_view> Names;
  for (const CrashFrame &Frame : Symbols.Frames) {
    if (Frame.Whose == CrashFrame::Owner::Program)
      break;
    Names.push_back(Frame.Function);
  }
  for (const KnownFunction &Known : Aborting)
    for (std::string_view Name : Names)
      if (isOf(Name, Known.Name))
        return Known.Cause;
  bool IsAbort = false;
  for (std::string_view Name : Names) {
    IsAbort |= Name == "abort";
    if (!IsAbort)
      continue;
    for (std::string_view Allocator : Allocating)
      if (Name == Allocator)
        return heapMisuse(Name);
  }
  // Libraries of another system have no names here, but that is there.
  if (!Message.empty())
    return causeOfMessage(Message);
  return IsAbort ? "abort() was called" : "";
}

/// 32-bit Arm has functions for divisions, and those this one for zero.
bool isDivisionByZero(const CrashSymbols &Symbols) {
  for (const CrashFrame &Frame : Symbols.Frames)
    if (Frame.Function == "__aeabi_idiv0" || Frame.Function == "__aeabi_ldiv0")
      return true;
  return false;
}

/// Of a signal that somebody sent.
std::string causeOfSending(const CrashReport::Death &Cause) {
  if (Cause.Sender == 0)
    return "";
  if (Cause.Sender == Cause.Process)
    return "sent by the program itself";
  return "sent by process " + std::to_string(Cause.Sender);
}

std::string causeOfSignal(const CrashReport &Report,
                          const CrashSymbols &Symbols,
                          std::span<const wire::Reserve::Segment> Program,
                          uint16_t Machine) {
  const CrashReport::Death &Cause = Report.Cause;
  if (Cause.Signal == SIGABRT)
    if (std::string Cause = causeOfAbort(Symbols, Report.Message);
        !Cause.empty())
      return Cause;
  if (Cause.Signal == SIGFPE && isDivisionByZero(Symbols))
    return DivisionByZero;
  // What the kernel raises by itself has a positive code (sigaction(2)).
  if (Cause.Code <= 0)
    return causeOfSending(Cause);
  switch (Cause.Signal) {
  case SIGSEGV:
  case SIGBUS:
    return causeOfFault(Report, Symbols, Program, Machine);
  case SIGFPE:
    return causeOfArithmetic(Report, Machine);
  case SIGILL:
  case SIGTRAP:
    if (!Symbols.Frames.empty())
      if (auto Message = trapMessage(Symbols.Frames.front().Function))
        return *Message;
    return causeOfTrap(Report, Machine);
  default:
    return "";
  }
}

} // namespace

std::optional<std::string> trapMessage(std::string_view Function) {
  // "__clang_trap_msg$CATEGORY$MESSAGE", and no symbol has a dollar in clang's
  // C or C++ by accident.
  constexpr std::string_view Prefix = "__clang_trap_msg$";
  if (!Function.starts_with(Prefix))
    return std::nullopt;
  Function.remove_prefix(Prefix.size());
  size_t Separator = Function.find('$');
  if (Separator == Function.npos)
    return std::string(Function);
  return std::string(Function.substr(0, Separator)) + ": " +
         std::string(Function.substr(Separator + 1));
}

std::string findCause(const CrashReport &Report, const CrashSymbols &Symbols,
                      std::span<const wire::Reserve::Segment> Program,
                      uint16_t Machine) {
  if (Report.HasException && Report.Thrown.IsUncaught)
    return "uncaught " + describeException(Report, Symbols);
  std::string Cause = causeOfSignal(Report, Symbols, Program, Machine);
  if (!Report.HasException)
    return Cause;
  return Cause + (Cause.empty() ? "" : ", ") + "while handling an " +
         describeException(Report, Symbols);
}

} // namespace remoterun::controller
