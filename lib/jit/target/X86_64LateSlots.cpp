//===- X86_64LateSlots.cpp - Entries of functions that come later ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/target/X86_64LateSlots.h"
#include "jit/target/LateAssembly.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace remoterun::jit::x86_64 {

namespace {

/// Asks for the function whose number has been pushed, behind the address to
/// return to, waits until it is there, and goes there.
///
/// It may run anywhere: in a signal handler that has interrupted it, on a stack
/// of a few hundred bytes, in a child of vfork(2). So it has no lock and no
/// state but what the controller writes once; it keeps all registers but r11,
/// which a caller cannot rely on (psABI, "Linking"), makes system calls itself,
/// so that errno is left alone, and does not touch vectors.
///
/// What the control window holds, by offset: 0 requests, 4 answers, 8 the word
/// of the controller's mutex (FUTEX_OWNER_DIED), 64 whether it has forked, 128
/// what is wanted (LateWindows.h, LateControl).
constexpr StringLiteral Request = R"(
"remote-run.request":
	.cfi_startproc
	.cfi_def_cfa_offset 16
	pushq %rax
	.cfi_adjust_cfa_offset 8
	pushq %rcx
	.cfi_adjust_cfa_offset 8
	pushq %rdx
	.cfi_adjust_cfa_offset 8
	pushq %rsi
	.cfi_adjust_cfa_offset 8
	pushq %rdi
	.cfi_adjust_cfa_offset 8
	pushq %r8
	.cfi_adjust_cfa_offset 8
	pushq %r9
	.cfi_adjust_cfa_offset 8
	pushq %r10
	.cfi_adjust_cfa_offset 8
	pushq %r11
	.cfi_adjust_cfa_offset 8
	subq $24, %rsp
	.cfi_adjust_cfa_offset 24
	movl 96(%rsp), %r8d
	leaq "CONTROL"(%rip), %r9
	movb $1, 128(%r9,%r8)
	lock incl (%r9)
1:	# Wakes the controller: futex(&requests, FUTEX_WAKE, 1).
	movl $202, %eax
	movq %r9, %rdi
	movl $1, %esi
	movl $1, %edx
	syscall
2:	# The answers are counted before the slot is read.
	movl 4(%r9), %edx
	leaq "SLOTS"(%rip), %rax
	movq (%rax,%r8,8), %rsi
	leaq 6+"remote-run.entries"(%rip), %rcx
	movl %r8d, %edi
	shlq $4, %rdi
	addq %rdi, %rcx
	cmpq %rcx, %rsi
	jne 4f
	testl $0x40000000, 8(%r9)
	jne 3f
	# futex(&answers, FUTEX_WAIT, answers, 0.2 s): the controller may be gone.
	movq $0, (%rsp)
	movq $200000000, 8(%rsp)
	leaq 4(%r9), %rdi
	xorl %esi, %esi
	movq %rsp, %r10
	movl $202, %eax
	syscall
	testq %rax, %rax
	je 2b
	cmpq $-11, %rax
	je 2b
	cmpq $-4, %rax
	je 2b
	cmpq $-110, %rax
	je 1b
	# A filter refuses it (seccomp(2)): sched_yield.
	pause
	movl $24, %eax
	syscall
	jmp 2b
3:	# Nobody will answer: kill(getpid(), SIGKILL), or exit_group(125).
	movl $39, %eax
	syscall
	movl %eax, %edi
	movl $9, %esi
	movl $62, %eax
	syscall
	movl $125, %edi
	movl $231, %eax
	syscall
	jmp 3b
4:	movq %rsi, 24(%rsp)
	addq $24, %rsp
	.cfi_adjust_cfa_offset -24
	popq %r11
	.cfi_adjust_cfa_offset -8
	popq %r10
	.cfi_adjust_cfa_offset -8
	popq %r9
	.cfi_adjust_cfa_offset -8
	popq %r8
	.cfi_adjust_cfa_offset -8
	popq %rdi
	.cfi_adjust_cfa_offset -8
	popq %rsi
	.cfi_adjust_cfa_offset -8
	popq %rdx
	.cfi_adjust_cfa_offset -8
	popq %rcx
	.cfi_adjust_cfa_offset -8
	popq %rax
	.cfi_adjust_cfa_offset -8
	addq $8, %rsp
	.cfi_adjust_cfa_offset -8
	jmpq *%r11
	.cfi_endproc
	.size "remote-run.request", .-"remote-run.request"
	.type "remote-run.request", @function
)";

/// Before other constructors: has fork(2) noted, as pthread_atfork(3) does it.
constexpr StringLiteral ForkNote = R"(
"remote-run.forks":
	movl $1, "CONTROL"+64(%rip)
	ret
"remote-run.note-forks":
	.cfi_startproc
	leaq "remote-run.forks"(%rip), %rdi
	xorl %esi, %esi
	xorl %edx, %edx
	xorl %ecx, %ecx
	jmpq *"remote-run.register"(%rip)
	.cfi_endproc
	.section .data.rel.ro, "aw", @progbits
	.p2align 3
"remote-run.register":
	.quad __register_atfork
	.section .init_array.0, "aw", @init_array
	.p2align 3
	.quad "remote-run.note-forks"
	.text
)";

/// Like an entry of the PLT, and as long. A number is pushed in between, which
/// the one description of all entries tells by the address: from offset 11 on,
/// the frame is 8 bytes larger.
void addEntries(ArrayRef<LateSymbol> Functions, std::string &Text) {
  Text += "\t.p2align 4\n\"" + LateCode::Entries.str() + "\":\n" +
          "\t.cfi_startproc\n"
          "\t.cfi_escape 0x0f, 0x0b, 0x77, 0x08, 0x80, 0x00, 0x3f, 0x1a, 0x3b, "
          "0x2a, 0x33, 0x24, 0x22\n";
  for (size_t Number = 0; Number != Functions.size(); ++Number) {
    const std::string Name = quoted(Functions[Number].Name);
    addDirectives(Functions[Number], Text);
    Text += "\t.type " + Name + ", @function\n" + Name + ":\n\tjmpq *" +
            quoted(LateCode::Slots) + "+" + utostr(8 * Number) +
            "(%rip)\n\t.byte 0x68\n\t.long " + utostr(Number) +
            "\n\t.byte 0xe9\n\t.long \"remote-run.request\"-.-4\n\t.size " +
            Name + ", 16\n";
  }
  Text += "\t.cfi_endproc\n";
}

void addOutside(ArrayRef<LateSymbol> Outside, std::string &Text) {
  Text += "\t.p2align 3\n\"" + LateCode::Stubs.str() + "\":\n";
  for (size_t Number = 0; Number != Outside.size(); ++Number)
    Text += "\tjmpq *\"" + LateCode::Words.str() + "\"+" + utostr(8 * Number) +
            "(%rip)\n\t.byte 0xcc, 0xcc\n";
  addWords(Outside, Text);
}

} // namespace

std::string lateSlots(ArrayRef<LateSymbol> Functions,
                      ArrayRef<LateSymbol> Outside) {
  std::string Text = startOfLateSlots({Request, ForkNote});
  addEntries(Functions, Text);
  addOutside(Outside, Text);
  return Text;
}

} // namespace remoterun::jit::x86_64
