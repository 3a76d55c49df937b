//===- AArch64LateSlots.cpp - Entries of functions that come later --------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/target/AArch64LateSlots.h"
#include "jit/target/LateAssembly.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace remoterun::jit::aarch64 {

namespace {

/// Asks for the function whose entry has come here, by way of its last
/// instruction, whose address is in x17; waits until it is there, and goes
/// there.
///
/// It may run anywhere, as that of x86-64: so it has no lock and no state,
/// makes system calls itself, and keeps all registers but x16 and x17, which a
/// linker may use between a call and the function (AAPCS64, "Use of IP0 and IP1
/// by the linker"), and the flags, which no call keeps. The kernel keeps all
/// but x0, and of vectors 128 bits; it may keep no more, so that functions
/// which take longer ones are not late (LateTraits.cpp). It needs 112 bytes of
/// stack.
///
/// Order of memory: the byte that says what is wanted is written before the
/// count of requests (stlxr), the count of answers is read before the slot
/// (ldar). Who has written code has made it known to all instruction caches
/// (transport/PublishedCode.h); what this processor has fetched before goes by
/// the isb. A thread that does not have to wait has none: no branch of its has
/// led to where the code is now, so that it has fetched nothing to execute
/// there.
constexpr StringLiteral Request = R"(
"remote-run.request":
	.cfi_startproc
	stp x0, x1, [sp, #-112]!
	.cfi_adjust_cfa_offset 112
	stp x2, x3, [sp, #16]
	stp x8, x9, [sp, #32]
	stp x10, x11, [sp, #48]
	stp x12, x13, [sp, #64]
	str x14, [sp, #80]
	adrp x9, "CONTROL"
	add x9, x9, :lo12:"CONTROL"
	adrp x10, "remote-run.entries"
	add x10, x10, :lo12:"remote-run.entries"
	sub x10, x17, x10
	lsr x10, x10, #4
	adrp x11, "SLOTS"
	add x11, x11, :lo12:"SLOTS"
	add x11, x11, x10, lsl #3
	add x12, x9, #128
	mov w13, #1
	strb w13, [x12, x10]
	add x12, x9, #4
0:	ldxr w13, [x9]
	add w13, w13, #1
	stlxr w14, w13, [x9]
	cbnz w14, 0b
1:	// Wakes the controller: futex(&requests, FUTEX_WAKE, 1).
	mov x0, x9
	mov x1, #1
	mov x2, #1
	mov x8, #98
	svc #0
2:	// The answers are counted before the slot is read.
	ldar w2, [x12]
	ldar x13, [x11]
	cmp x13, x17
	b.ne 4f
	ldr w0, [x9, #8]
	tbnz w0, #30, 3f
	// futex(&answers, FUTEX_WAIT, answers, 0.2 s): the controller may be gone.
	mov x0, #0xc200
	movk x0, #0x0beb, lsl #16
	stp xzr, x0, [sp, #96]
	mov x0, x12
	mov x1, #0
	add x3, sp, #96
	mov x8, #98
	svc #0
	cbz x0, 2b
	cmn x0, #11
	b.eq 2b
	cmn x0, #4
	b.eq 2b
	cmn x0, #110
	b.eq 1b
	// A filter refuses it (seccomp(2)): sched_yield.
	yield
	mov x8, #124
	svc #0
	b 2b
3:	// Nobody will answer: kill(getpid(), SIGKILL), or exit_group(125).
	mov x8, #172
	svc #0
	mov x1, #9
	mov x8, #129
	svc #0
	mov x0, #125
	mov x8, #94
	svc #0
	b 3b
4:	isb
	mov x17, x13
	ldr x14, [sp, #80]
	ldp x12, x13, [sp, #64]
	ldp x10, x11, [sp, #48]
	ldp x8, x9, [sp, #32]
	ldp x2, x3, [sp, #16]
	ldp x0, x1, [sp], #112
	.cfi_adjust_cfa_offset -112
	br x17
	.cfi_endproc
	.size "remote-run.request", .-"remote-run.request"
	.type "remote-run.request", @function
)";

/// Before other constructors: has fork(2) noted, as pthread_atfork(3) does it.
constexpr StringLiteral ForkNote = R"(
"remote-run.forks":
	adrp x0, "CONTROL"
	add x0, x0, :lo12:"CONTROL"
	mov w1, #1
	str w1, [x0, #64]
	ret
"remote-run.note-forks":
	.cfi_startproc
	adrp x0, "remote-run.forks"
	add x0, x0, :lo12:"remote-run.forks"
	mov x1, xzr
	mov x2, xzr
	mov x3, xzr
	adrp x16, "remote-run.register"
	ldr x16, [x16, :lo12:"remote-run.register"]
	br x16
	.cfi_endproc
	.section .data.rel.ro, "aw", @progbits
	.p2align 3
"remote-run.register":
	.xword __register_atfork
	.section .init_array.0, "aw", @init_array
	.p2align 3
	.xword "remote-run.note-forks"
	.text
)";

/// Jumps to what is in the word of \p Number behind \p Table, whose address is
/// in \p Register then. The pages of a program are not guarded (BTI), so that
/// nothing has to stand where it lands.
std::string jump(StringRef Table, size_t Number, StringRef Register) {
  const std::string Word = quoted(Table) + "+" + utostr(8 * Number);
  return ("\tadrp x16, " + Word + "\n\tldr " + Register +
          ", [x16, :lo12:" + Word + "]\n\tbr " + Register + "\n")
      .str();
}

/// A slot leads to the entry's own last instruction at first, whose address is
/// in x17 then, and says which entry it is of.
void addEntries(ArrayRef<LateSymbol> Functions, std::string &Text) {
  Text +=
      "\t.p2align 4\n" + quoted(LateCode::Entries) + ":\n\t.cfi_startproc\n";
  for (size_t Number = 0; Number != Functions.size(); ++Number) {
    const std::string Name = quoted(Functions[Number].Name);
    addDirectives(Functions[Number], Text);
    Text += "\t.type " + Name + ", @function\n" + Name + ":\n" +
            jump(LateCode::Slots, Number, "x17") +
            "\tb \"remote-run.request\"\n\t.size " + Name + ", 16\n";
  }
  Text += "\t.cfi_endproc\n";
}

void addOutside(ArrayRef<LateSymbol> Outside, std::string &Text) {
  Text += "\t.p2align 3\n" + quoted(LateCode::Stubs) + ":\n";
  for (size_t Number = 0; Number != Outside.size(); ++Number)
    Text += jump(LateCode::Words, Number, "x16") + "\tbrk #0\n";
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

} // namespace remoterun::jit::aarch64
