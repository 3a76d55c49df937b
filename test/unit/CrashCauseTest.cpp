//===- CrashCauseTest.cpp - Raw reports to causes in words ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/crash/CrashCause.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <elf.h>
#include <initializer_list>

using namespace remoterun;
using namespace remoterun::controller;
using wire::CrashReport;
using Access = CrashReport::Access;
using Owner = CrashFrame::Owner;

namespace {

constexpr uint64_t Stack = 0x7ffffff00000;

CrashReport reportOf(int Signal, int Code, uint64_t Address = 0,
                     Access Tried = Access::Unknown) {
  CrashReport Report;
  Report.Cause.Signal = static_cast<uint32_t>(Signal);
  Report.Cause.Code = Code;
  Report.Cause.Address = ExecutorAddr(Address);
  Report.Cause.Tried = Tried;
  Report.Cause.Process = 100;
  Report.Cause.Thread = 100;
  Report.Cause.StackPointer = ExecutorAddr(Stack);
  return Report;
}

std::string causeOf(const CrashReport &Report, const CrashSymbols &Symbols = {},
                    uint16_t Machine = EM_X86_64) {
  return findCause(Report, Symbols, {}, Machine);
}

/// Of libraries, called by a function of the program.
CrashSymbols calls(std::initializer_list<const char *> Names) {
  CrashSymbols Symbols;
  for (const char *Name : Names) {
    CrashFrame Frame;
    Frame.Whose = Owner::Library;
    Frame.Function = Name;
    Symbols.Frames.push_back(Frame);
  }
  Symbols.Frames.emplace_back();
  Symbols.Frames.back().Whose = Owner::Program;
  Symbols.Frames.back().Function = "main";
  return Symbols;
}

/// The bytes at the pc, behind one that has nothing to say.
class Code {
public:
  Code(std::initializer_list<uint8_t> AtPc) : Bytes(1 + AtPc.size(), 0x90) {
    std::copy(AtPc.begin(), AtPc.end(), Bytes.begin() + 1);
  }
  CrashReport in(CrashReport Report) const {
    Report.Instruction = Bytes;
    return Report;
  }

private:
  std::vector<uint8_t> Bytes;
};

TEST(CrashCause, OfNullPointers) {
  auto Of = [](uint64_t Address, Access Tried) {
    return causeOf(reportOf(SIGSEGV, SEGV_MAPERR, Address, Tried));
  };
  EXPECT_EQ(Of(0, Access::Read), "null pointer read at 0x0");
  EXPECT_EQ(Of(8, Access::Write), "null pointer write at 0x8");
  EXPECT_EQ(Of(0xffff, Access::Unknown), "null pointer access at 0xffff");
  EXPECT_EQ(Of(0x10000, Access::Read), "read at unmapped address 0x10000");
  EXPECT_EQ(Of(0, Access::Execute), "call of a null pointer");
  EXPECT_EQ(Of(16, Access::Execute), "jump to 0x10, near null");
}

TEST(CrashCause, OfMemoryOfTheProgram) {
  const wire::Reserve::Segment Segments[] = {
      {{ExecutorAddr(0x10000000), 0x1000}, wire::Protection::Read},
      {{ExecutorAddr(0x10001000), 0x1000}, wire::Protection::ReadExecute},
      {{ExecutorAddr(0x10002000), 0x1000}, wire::Protection::ReadWrite},
  };
  auto Of = [&](uint64_t Address, Access Tried, const CrashSymbols &Symbols) {
    return findCause(reportOf(SIGSEGV, SEGV_ACCERR, Address, Tried), Symbols,
                     Segments, EM_X86_64);
  };
  EXPECT_EQ(Of(0x10000fff, Access::Write, {}),
            "write to read-only data at 0x10000fff");
  EXPECT_EQ(Of(0x10001000, Access::Write, {}),
            "write to the program's code at 0x10001000");
  EXPECT_EQ(Of(0x10002000, Access::Execute, {}),
            "execution of data at 0x10002000");
  EXPECT_EQ(Of(0x10003000, Access::Write, {}),
            "write to protected memory at 0x10003000");
  EXPECT_EQ(Of(0x10003000, Access::Read, {}),
            "read of protected memory at 0x10003000");
  CrashSymbols Named;
  Named.Variable = "table";
  EXPECT_EQ(Of(0x10000010, Access::Write, Named),
            "write to read-only data at 0x10000010 ('table')");
  Named.VariableOffset = 16;
  EXPECT_EQ(Of(0x10000010, Access::Write, Named),
            "write to read-only data at 0x10000010 ('table'+0x10)");
  CrashSymbols OfLibrary;
  OfLibrary.Library = "/lib/libm.so.6";
  EXPECT_EQ(Of(0x20000000, Access::Write, OfLibrary),
            "write to read-only memory of '/lib/libm.so.6' at 0x20000000");
}

TEST(CrashCause, OfAStackOverflow) {
  auto Of = [](uint64_t Address, uint64_t Pointer, uint64_t Limit, int Code) {
    CrashReport Report = reportOf(SIGSEGV, Code, Address, Access::Write);
    Report.Cause.StackPointer = ExecutorAddr(Pointer);
    Report.Cause.StackLimit = ExecutorAddr(Limit);
    return causeOf(Report);
  };
  const std::string Overflow = "stack overflow";
  // Code on the stack is something else.
  EXPECT_EQ(causeOf(reportOf(SIGSEGV, SEGV_ACCERR, Stack - 8, Access::Execute)),
            "execution of data at 0x7fffffeffff8");
  EXPECT_EQ(causeOf(reportOf(SIGSEGV, SEGV_MAPERR, Stack - 8, Access::Execute)),
            "jump to unmapped address 0x7fffffeffff8");
  // A thread's, into its guard page; and one of which no limit is known.
  EXPECT_EQ(Of(Stack - 8, Stack, 0, SEGV_ACCERR), Overflow);
  EXPECT_EQ(Of(Stack - 8, Stack, 0, SEGV_MAPERR), Overflow);
  EXPECT_NE(Of(Stack - 0x100000, Stack, 0, SEGV_MAPERR), Overflow);
  // The main thread's, which ends at the limit.
  EXPECT_EQ(Of(Stack - 8, Stack, Stack, SEGV_MAPERR), Overflow);
  EXPECT_EQ(Of(Stack - 0x5000, Stack - 0x4000000, Stack, SEGV_MAPERR),
            Overflow);
  EXPECT_NE(Of(Stack - 8, Stack, Stack - 0x100000, SEGV_MAPERR), Overflow);
  EXPECT_NE(Of(0x123456000, Stack, Stack, SEGV_MAPERR), Overflow);
}

TEST(CrashCause, OfProtectionFaults) {
  CrashReport Plain = reportOf(SIGSEGV, SI_KERNEL);
  EXPECT_EQ(causeOf(Plain), "access to a non-canonical address");
  auto Of = [](const Code &AtPc, uint64_t Rax) {
    CrashReport Report = AtPc.in(reportOf(SIGSEGV, SI_KERNEL));
    Report.Registers.push(Rax);
    for (int Rest = 1; Rest != 18; ++Rest)
      Report.Registers.push(0);
    return causeOf(Report);
  };
  // movl 8(%rax), %eax; hlt; ret; jmp *%rax; movaps (%rax), %xmm0
  EXPECT_EQ(Of({0x8b, 0x40, 0x08}, 0x1122334455667780),
            "access to non-canonical address 0x1122334455667788");
  EXPECT_EQ(Of({0xf4}, 0), "privileged instruction");
  EXPECT_EQ(Of({0xc3}, 0),
            "return to a non-canonical address: the stack is damaged");
  EXPECT_EQ(Of({0xff, 0xe0}, 0x8000000000000000),
            "jump to non-canonical address 0x8000000000000000");
  EXPECT_EQ(Of({0x0f, 0x28, 0x00}, 0x5008),
            "vector access to misaligned address 0x5008");
  EXPECT_EQ(Of({0x0f, 0x28, 0x00}, 0x5010), "");
}

TEST(CrashCause, OfBusErrors) {
  EXPECT_EQ(causeOf(reportOf(SIGBUS, BUS_ADRERR, 0x5000000, Access::Read)),
            "read beyond the end of a mapped file at 0x5000000");
  EXPECT_EQ(causeOf(reportOf(SIGBUS, BUS_ADRALN, 0x5000001)),
            "misaligned access at 0x5000001");
}

/// \p Rdx, \p Rax and the divisor \p Rcx of a division.
std::string causeOfDivision(const Code &AtPc, uint64_t Rdx, uint64_t Rax,
                            uint64_t Rcx) {
  CrashReport Report = AtPc.in(reportOf(SIGFPE, FPE_INTDIV));
  for (uint64_t Value : {Rax, Rdx, Rcx})
    Report.Registers.push(Value);
  for (int Rest = 3; Rest != 18; ++Rest)
    Report.Registers.push(0);
  return causeOf(Report);
}

TEST(CrashCause, OfDivisions) {
  const std::string Zero = "integer division by zero";
  const std::string Overflow = "integer division overflow";
  const std::string Smallest = Overflow + ": the smallest number divided by -1";
  const Code Signed = {0xf7, 0xf9}, Unsigned = {0xf7, 0xf1}; // (i)divl %ecx
  const Code Wide = {0x48, 0xf7, 0xf9}, Short = {0x66, 0xf7, 0xf9};
  EXPECT_EQ(causeOfDivision(Signed, 0, 1, 0), Zero);
  // The upper half is not part of the operand.
  EXPECT_EQ(causeOfDivision(Signed, 0, 1, 0x100000000), Zero);
  EXPECT_EQ(causeOfDivision(Signed, 0xffffffff, 0x80000000, 0xffffffff),
            Smallest);
  EXPECT_EQ(causeOfDivision(Signed, 0xffffffff, 0x80000000, 0), Zero);
  EXPECT_EQ(causeOfDivision(Unsigned, 2, 0, 2), Overflow);
  EXPECT_EQ(causeOfDivision(Wide, UINT64_MAX, uint64_t(1) << 63, UINT64_MAX),
            Smallest);
  EXPECT_EQ(causeOfDivision(Wide, 0, 5, 0), Zero);
  EXPECT_EQ(causeOfDivision(Short, 0xffff, 0x8000, 0xffff), Smallest);
  EXPECT_EQ(causeOfDivision(Short, 0, 5, 0x10000), Zero);
  // idivl (%rbx): by what is not told, so the dividend leaves two causes.
  const Code InMemory = {0xf7, 0x3b};
  EXPECT_EQ(causeOfDivision(InMemory, 0xffffffff, 0x80000000, 7),
            "integer division by zero, or of the smallest number by -1");
  EXPECT_EQ(causeOfDivision(InMemory, 0, 5, 7), Zero);
  EXPECT_EQ(causeOf(reportOf(SIGFPE, FPE_INTDIV)),
            "integer division by zero or overflow");
}

TEST(CrashCause, OfFloatingPoint) {
  EXPECT_EQ(causeOf(reportOf(SIGFPE, FPE_FLTDIV)),
            "floating-point division by zero");
  EXPECT_EQ(causeOf(reportOf(SIGFPE, FPE_FLTINV)),
            "invalid floating-point operation");
}

TEST(CrashCause, OfTraps) {
  CrashReport Illegal = reportOf(SIGILL, ILL_ILLOPN);
  EXPECT_EQ(causeOf(Illegal), "");
  EXPECT_EQ(causeOf(Code({0x0f, 0x0b}).in(reportOf(SIGILL, ILL_ILLOPN))),
            "__builtin_trap(), or code that is never to be reached");
  auto Check = [](uint8_t Kind) {
    return causeOf(
        Code({0x67, 0x0f, 0xb9, 0x40, Kind}).in(reportOf(SIGILL, ILL_ILLOPN)));
  };
  EXPECT_EQ(causeOf(Code({0x67, 0x0f, 0xb9, 0x00, 0x90})
                        .in(reportOf(SIGILL, ILL_ILLOPN))),
            "sanitizer trap: addition overflow");
  EXPECT_EQ(Check(18), "sanitizer trap: array index out of bounds");
  EXPECT_EQ(Check(200), "sanitizer trap: check 200");
  EXPECT_EQ(causeOf(Code({0x06}).in(reportOf(SIGILL, ILL_ILLOPN))),
            "illegal instruction: 06");
  EXPECT_EQ(
      causeOf(
          Code({6, 1, 2, 3, 4, 5, 6, 7, 8}).in(reportOf(SIGILL, ILL_ILLOPN))),
      "illegal instruction: 06 01 02 03 04 05 06 07 ...");
  const uint8_t AfterInt3[] = {0xcc, 0x90};
  CrashReport Breakpoint = reportOf(SIGTRAP, SI_KERNEL);
  Breakpoint.Instruction = AfterInt3;
  EXPECT_EQ(causeOf(Breakpoint),
            "breakpoint instruction, as of __builtin_debugtrap()");
  CrashSymbols Explained;
  Explained.Frames.emplace_back();
  Explained.Frames.back().Function = "__clang_trap_msg$Checks$index is wrong";
  EXPECT_EQ(causeOf(Illegal, Explained), "Checks: index is wrong");
}

TEST(CrashCause, OfSignalsThatWereSent) {
  CrashReport Sent = reportOf(SIGSEGV, SI_USER);
  Sent.Cause.Sender = 100;
  EXPECT_EQ(causeOf(Sent), "sent by the program itself");
  Sent.Cause.Sender = 7;
  EXPECT_EQ(causeOf(Sent), "sent by process 7");
  Sent.Cause.Sender = 0;
  EXPECT_EQ(causeOf(Sent), "");
}

TEST(CrashCause, OfAborts) {
  auto Of = [](std::initializer_list<const char *> Names) {
    CrashReport Report = reportOf(SIGABRT, SI_TKILL);
    Report.Cause.Sender = 100;
    return causeOf(Report, calls(Names));
  };
  EXPECT_EQ(Of({"raise", "abort"}), "abort() was called");
  EXPECT_EQ(Of({"raise"}), "sent by the program itself");
  EXPECT_EQ(Of({"", "abort", "", "__assert_fail"}), "failed assertion");
  EXPECT_EQ(Of({"raise", "abort", "__assert_fail_base.cold"}),
            "failed assertion");
  EXPECT_EQ(Of({"abort", "", "__fortify_fail", "__stack_chk_fail"}),
            "stack smashing detected");
  EXPECT_EQ(Of({"abort", "", "__fortify_fail", "__chk_fail", "__strcpy_chk"}),
            "buffer overflow detected");
  EXPECT_EQ(Of({"abort", "", "std::terminate()", "__cxa_pure_virtual"}),
            "pure virtual function called");
  EXPECT_EQ(Of({"raise", "abort", "", "", "free"}),
            "heap corruption or misuse detected by free()");
  EXPECT_EQ(Of({"raise", "free"}), "sent by the program itself");
  // Where what libc has called is not on the stack, there is what it has said.
  auto Saying = [](const char *Message, const char *Called = "abort") {
    CrashReport Report = reportOf(SIGABRT, SI_TKILL);
    Report.Message = Message;
    return causeOf(Report, calls({"", Called, ""}));
  };
  EXPECT_EQ(Saying("free(): double free detected in tcache 2\n"),
            "heap corruption or misuse detected by free()");
  EXPECT_EQ(Saying("prog: prog.c:5: main: Assertion `false' failed.\n"),
            "failed assertion");
  EXPECT_EQ(Saying("corrupted size vs. prev_size\n"),
            "libc called abort(): corrupted size vs. prev_size");
  EXPECT_EQ(Saying("malloc(): corrupted top size\n", ""),
            "heap corruption or misuse detected by malloc()");
  // What the program calls so is its own.
  CrashSymbols Own = calls({"abort"});
  Own.Frames.back().Function = "__assert_fail";
  EXPECT_EQ(findCause(reportOf(SIGABRT, SI_TKILL), Own, {}, EM_X86_64),
            "abort() was called");
}

TEST(CrashCause, OfExceptions) {
  CrashReport Report = reportOf(SIGABRT, SI_TKILL);
  Report.HasException = true;
  Report.Thrown.IsUncaught = true;
  CrashSymbols Symbols = calls({"abort"});
  EXPECT_EQ(causeOf(Report, Symbols), "uncaught exception");
  Symbols.ExceptionType = "std::runtime_error";
  EXPECT_EQ(causeOf(Report, Symbols),
            "uncaught exception of type std::runtime_error");
  Report.Thrown.What = "no";
  EXPECT_EQ(causeOf(Report, Symbols),
            "uncaught exception of type std::runtime_error: no");
  Report.Thrown.IsUncaught = false;
  EXPECT_EQ(causeOf(Report, Symbols),
            "abort() was called, while handling an exception of type "
            "std::runtime_error: no");
}

//===----------------------------------------------------------------------===//
// Instructions of other architectures, as assemblers encode them
//===----------------------------------------------------------------------===//

std::string trapOn(uint16_t Machine, int Signal,
                   std::vector<uint8_t> Instruction, uint8_t Before = 0) {
  Instruction.insert(Instruction.begin(), Before);
  CrashReport Report = reportOf(Signal, 1);
  Report.Instruction = Instruction;
  return causeOf(Report, {}, Machine);
}

constexpr char BuiltinTrap[] =
    "__builtin_trap(), or code that is never to be reached";
constexpr char DebugTrap[] =
    "breakpoint instruction, as of __builtin_debugtrap()";

TEST(CrashCause, OfTrapsOnAArch64) {
  auto Of = [](std::vector<uint8_t> Bytes) {
    return trapOn(EM_AARCH64, SIGTRAP, Bytes);
  };
  EXPECT_EQ(Of({0x20, 0x00, 0x20, 0xd4}), BuiltinTrap); // brk #1
  EXPECT_EQ(Of({0x00, 0x00, 0x3e, 0xd4}), DebugTrap);   // brk #0xf000
  EXPECT_EQ(Of({0xa0, 0xa0, 0x2a, 0xd4}),               // brk #0x5505
            "sanitizer trap: floating-point value out of range of the integer "
            "type");
  EXPECT_EQ(Of({0x40, 0x00, 0x20, 0xd4}), ""); // brk #2
  EXPECT_EQ(trapOn(EM_AARCH64, SIGILL, {7, 0, 0, 0}),
            "illegal instruction: 07 00 00 00");
}

TEST(CrashCause, OfTrapsOnRiscV64) {
  auto Of = [](int Signal, std::vector<uint8_t> Bytes) {
    return trapOn(EM_RISCV, Signal, Bytes);
  };
  EXPECT_EQ(Of(SIGILL, {0x00, 0x00, 0x13, 0x05}), BuiltinTrap); // c.unimp
  EXPECT_EQ(Of(SIGILL, {0x73, 0x10, 0x00, 0xc0}), BuiltinTrap); // unimp
  EXPECT_EQ(Of(SIGTRAP, {0x02, 0x90, 0x82, 0x80}), DebugTrap);  // c.ebreak
  EXPECT_EQ(Of(SIGTRAP, {0x73, 0x00, 0x10, 0x00}), DebugTrap);  // ebreak
  EXPECT_EQ(Of(SIGILL, {0xff, 0xff, 0xff, 0xff}),
            "illegal instruction: ff ff ff ff");
}

TEST(CrashCause, OfTrapsOnS390x) {
  // j .+2 from its middle on, and the same two bytes behind something else.
  EXPECT_EQ(trapOn(EM_S390, SIGILL, {0x00, 0x01, 0x07, 0x07}, 0xf4),
            BuiltinTrap);
  EXPECT_EQ(trapOn(EM_S390, SIGILL, {0x00, 0x01, 0x07, 0x07}, 0x07),
            "illegal instruction: 00 01 07 07");
}

TEST(CrashCause, OfDivisionsOnS390x) {
  auto Of = [](std::vector<uint8_t> Bytes, uint64_t Divisor) {
    Bytes.insert(Bytes.begin(), 0);
    CrashReport Report = reportOf(SIGFPE, FPE_INTDIV);
    Report.Instruction = Bytes;
    for (unsigned I = 0; I != 18; ++I)
      Report.Registers.push(I == 5 ? Divisor : 1);
    return causeOf(Report, {}, EM_S390);
  };
  const std::vector<uint8_t> Dsgr = {0xb9, 0x0d, 0x00, 0x25}; // dsgr r2, r5
  EXPECT_EQ(Of(Dsgr, 0), "integer division by zero");
  EXPECT_EQ(Of(Dsgr, uint64_t(1) << 32), "integer division overflow");
  const std::vector<uint8_t> Dr = {0x1d, 0x25, 0x07, 0x07}; // dr r2, r5
  EXPECT_EQ(Of(Dr, uint64_t(1) << 32), "integer division by zero");
  EXPECT_EQ(Of({0x5d, 0x20, 0x50, 0x00}, 0), // d r2, 0(r5)
            "integer division by zero or overflow");
}

TEST(CrashCause, OfDivisionsByMemoryOnS390x) {
  auto Of = [](uint8_t Last, uint64_t High, uint64_t Low) {
    CrashReport Report = reportOf(SIGFPE, FPE_INTDIV);
    const uint8_t Bytes[] = {0, 0xe3, 0x20, 0x50, 0x00, 0x00, Last}; // r2
    Report.Instruction = Bytes;
    for (unsigned I = 0; I != 18; ++I)
      Report.Registers.push(I == 2 ? High : I == 3 ? Low : 1);
    return causeOf(Report, {}, EM_S390);
  };
  EXPECT_EQ(Of(0x1d, 0, 7), "integer division by zero"); // dsgf
  EXPECT_EQ(Of(0x0d, 0, uint64_t(1) << 63),              // dsg
            "integer division by zero, or of the smallest number by -1");
  EXPECT_EQ(Of(0x87, 0, 7), "integer division by zero"); // dlg
  EXPECT_EQ(Of(0x87, 1, 7), "integer division by zero or overflow");
}

TEST(CrashCause, OfDivisionsByAFunctionOfArm) {
  CrashReport Report = reportOf(SIGFPE, SI_TKILL);
  EXPECT_EQ(causeOf(Report, calls({"raise", "__aeabi_idiv0"}), EM_ARM),
            "integer division by zero");
}

TEST(CrashCause, OfTrapsOnArm) {
  auto Of = [](int Signal, std::vector<uint8_t> Bytes) {
    return trapOn(EM_ARM, Signal, Bytes);
  };
  EXPECT_EQ(Of(SIGILL, {0xfe, 0xde, 0xff, 0xe7}), BuiltinTrap); // udf, A32
  EXPECT_EQ(Of(SIGILL, {0xfe, 0xde, 0x00, 0xbf}), BuiltinTrap); // udf, T32
  EXPECT_EQ(Of(SIGILL, {0xf0, 0x00, 0xf0, 0xe7}), BuiltinTrap); // GCC's
  EXPECT_EQ(Of(SIGILL, {0xff, 0xde, 0x00, 0xbf}), BuiltinTrap);
  EXPECT_EQ(Of(SIGTRAP, {0x70, 0x00, 0x20, 0xe1}), DebugTrap); // bkpt, A32
  EXPECT_EQ(Of(SIGTRAP, {0x00, 0xbe, 0x00, 0xbf}), DebugTrap); // bkpt, T32
}

TEST(CrashCause, OfTrapsOnPpc64le) {
  EXPECT_EQ(trapOn(EM_PPC64, SIGTRAP, {0x08, 0x00, 0xe0, 0x7f}), BuiltinTrap);
}

TEST(CrashCause, OfAnUnknownMachine) {
  EXPECT_EQ(trapOn(EM_MIPS, SIGILL, {0x0f, 0x0b, 0, 0}),
            "illegal instruction: 0f 0b 00 00");
  EXPECT_EQ(causeOf(reportOf(SIGFPE, FPE_INTDIV), {}, EM_MIPS),
            "integer division by zero or overflow");
}

} // namespace
