//===- StackWalk.cpp - From the crash outwards ----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/unwind/StackWalk.h"
#include "executor/loader/LoadedObject.h"
#include "executor/memory/GuestRange.h"
#include "executor/unwind/CallFrame.h"
#include "executor/unwind/Prologue.h"

namespace remoterun::executor {

bool isCode(uint64_t Address) {
  return isGuestAddress(Address) || loadedObjectAt(Address).Path;
}

bool StackWalk::goToCaller() {
  // A return address may be behind its function's end (the call does not
  // return) and in no description, or in the next one's.
  CallerFrame Caller = callerFrame(IsExact ? pc() : pc() - 1, Registers);
  using Kind = CallerFrame::Kind;
  if constexpr (CodeMayLackTables) {
    if (Caller.What == Kind::Undescribed && isCode(pc())) {
      Caller.Registers = Registers;
      if (undoPrologue(pc(), IsExact, Caller.Registers))
        Caller.What = Kind::Called;
    }
  }
  if constexpr (SignalReturnLacksTables) {
    if (Caller.What == Kind::Undescribed && isCode(pc()))
      if (const void *Context =
              interruptedContext(pc(), Registers.stackPointer()))
        Caller = {Kind::Interrupted, interruptedRegisters(Context)};
  }
  // What a library does not describe has no caller that could be told.
  bool WasEntered =
      IsFirst && (isGuestAddress(pc()) || !loadedObjectAt(pc()).Path);
  if (Caller.What == Kind::Undescribed && WasEntered)
    Caller = {Kind::Called, callerOfFunctionJustEntered(Registers)};
  if ((Caller.What != Kind::Called && Caller.What != Kind::Interrupted) ||
      Caller.Registers.pc() == 0)
    return false;
  // The stack grows downwards; a signal may have come on another one. A
  // function that calls none needs no stack where calls need none.
  uint64_t Least = Registers.stackPointer() + 1;
  if (IsExact && !CallsUseStack)
    --Least;
  bool IsSignal = Caller.What == Kind::Interrupted;
  if (!IsSignal && Caller.Registers.stackPointer() < Least)
    return false;
  Registers = Caller.Registers;
  IsExact = IsSignal;
  IsFirst = false;
  return true;
}

} // namespace remoterun::executor
