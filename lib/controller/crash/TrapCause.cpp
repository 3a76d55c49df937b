//===- TrapCause.cpp - Instructions that could not be executed ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/crash/TrapCause.h"
#include "controller/crash/InstructionCause.h"

#include <algorithm>
#include <csignal>
#include <cstdio>

namespace remoterun::controller {

namespace {

using wire::CrashReport;

std::string listBytes(std::span<const uint8_t> Bytes) {
  constexpr size_t Shown = 8;
  std::string Text;
  char Byte[4];
  for (uint8_t Value : Bytes.first(std::min(Bytes.size(), Shown))) {
    std::snprintf(Byte, sizeof(Byte), " %02x", Value);
    Text += Byte;
  }
  return Text + (Bytes.size() > Shown ? " ..." : "");
}

} // namespace

std::string causeOfArithmetic(const CrashReport &Report, uint16_t Machine) {
  switch (Report.Cause.Code) {
  case FPE_INTDIV:
    return instructionCause(Machine).Division(Report);
  case FPE_INTOVF:
    return "integer overflow";
  case FPE_FLTDIV:
    return "floating-point division by zero";
  case FPE_FLTOVF:
    return "floating-point overflow";
  case FPE_FLTUND:
    return "floating-point underflow";
  case FPE_FLTRES:
    return "inexact floating-point result";
  case FPE_FLTINV:
    return "invalid floating-point operation";
  default:
    return "";
  }
}

std::string causeOfTrap(const CrashReport &Report, uint16_t Machine) {
  std::string Cause = instructionCause(Machine).Trap(Report);
  std::span<const uint8_t> Bytes = bytesAtPc(Report);
  if (!Cause.empty() || Report.Cause.Signal == SIGTRAP || Bytes.empty())
    return Cause;
  return "illegal instruction:" + listBytes(Bytes);
}

} // namespace remoterun::controller
