//===- LatePlanCodec.cpp - A plan of late functions as bytes --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/LatePlanCodec.h"

#include "llvm/ADT/bit.h"

#include <cmath>

using namespace llvm;

namespace remoterun::jit {

namespace {

// How a function is: bits of one byte.
constexpr uint8_t Weak = 1, InCycle = 2, CalledOnce = 4, CalledWidely = 8;
// The same of a unit.
constexpr uint8_t Faster = 1, DebugInfo = 2;

void encodeFunction(const PlannedFunction &Function, wire::ByteWriter &Out) {
  Out.string(Function.Name);
  Out.u32(Function.Unit);
  Out.u8(static_cast<uint8_t>((Function.IsWeak ? Weak : 0) |
                              (Function.IsInCycle ? InCycle : 0) |
                              (Function.IsCalledOnce ? CalledOnce : 0) |
                              (Function.IsCalledWidely ? CalledWidely : 0)));
  Out.u8(Function.Visibility);
  Out.u32(Function.Weight);
  Out.u32(static_cast<uint32_t>(Function.Callees.size()));
  for (const LateCallee &Callee : Function.Callees) {
    Out.u32(Callee.Function);
    Out.u32(bit_cast<uint32_t>(Callee.Chance));
  }
}

/// Of a plan of so many \p Functions and \p Units. False for what none has.
bool decodeFunction(wire::ByteReader &In, size_t Functions, size_t Units,
                    PlannedFunction &Function) {
  Function.Name = In.string();
  Function.Unit = In.u32();
  uint8_t Traits = In.u8();
  Function.IsWeak = Traits & Weak;
  Function.IsInCycle = Traits & InCycle;
  Function.IsCalledOnce = Traits & CalledOnce;
  Function.IsCalledWidely = Traits & CalledWidely;
  uint8_t Visibility = In.u8();
  Function.Visibility = static_cast<GlobalValue::VisibilityTypes>(Visibility);
  Function.Weight = In.u32();
  Function.Callees.resize(In.count(/*SmallestElement=*/8));
  for (LateCallee &Callee : Function.Callees) {
    Callee.Function = In.u32();
    Callee.Chance = bit_cast<float>(In.u32());
    // What is no number has no order.
    if (Callee.Function >= Functions || !std::isfinite(Callee.Chance))
      return false;
  }
  return Function.Unit < Units &&
         Visibility <= GlobalValue::ProtectedVisibility;
}

} // namespace

void encodeLatePlan(const LatePlan &Plan, wire::ByteWriter &Out) {
  Out.u64(Plan.Extent.Functions);
  Out.u64(Plan.Extent.Instructions);
  Out.u32(static_cast<uint32_t>(Plan.Units.size()));
  for (const LateUnit &Unit : Plan.Units)
    Out.u8(static_cast<uint8_t>((Unit.MayBeFaster ? Faster : 0) |
                                (Unit.HasDebugInfo ? DebugInfo : 0)));
  Out.u32(static_cast<uint32_t>(Plan.Functions.size()));
  for (const PlannedFunction &Function : Plan.Functions)
    encodeFunction(Function, Out);
  Out.u32(static_cast<uint32_t>(Plan.Outside.size()));
  for (const OutsideSymbol &Symbol : Plan.Outside) {
    Out.string(Symbol.Name);
    Out.u8(Symbol.IsWeak);
  }
  Out.u32(static_cast<uint32_t>(Plan.Inside.size()));
  for (const std::string &Name : Plan.Inside)
    Out.string(Name);
}

std::shared_ptr<LatePlan> decodeLatePlan(wire::ByteReader &In) {
  auto Plan = std::make_shared<LatePlan>();
  Plan->Extent.Functions = In.u64();
  Plan->Extent.Instructions = In.u64();
  Plan->Units.resize(In.count(/*SmallestElement=*/1));
  for (LateUnit &Unit : Plan->Units) {
    uint8_t Traits = In.u8();
    Unit.MayBeFaster = Traits & Faster;
    Unit.HasDebugInfo = Traits & DebugInfo;
  }
  Plan->Functions.resize(In.count(/*SmallestElement=*/18));
  for (PlannedFunction &Function : Plan->Functions)
    if (!decodeFunction(In, Plan->Functions.size(), Plan->Units.size(),
                        Function))
      return nullptr;
  Plan->Outside.resize(In.count(/*SmallestElement=*/5));
  for (OutsideSymbol &Symbol : Plan->Outside) {
    Symbol.Name = In.string();
    Symbol.IsWeak = In.u8() != 0;
  }
  Plan->Inside.resize(In.count(/*SmallestElement=*/4));
  for (std::string &Name : Plan->Inside)
    Name = In.string();
  // Memory is measured by it.
  constexpr uint64_t Most = uint64_t(1) << 32;
  bool IsPlan = Plan->Extent.Functions <= Most &&
                Plan->Extent.Instructions <= Most &&
                Plan->Functions.size() <= Plan->Extent.Functions;
  return IsPlan ? Plan : nullptr;
}

} // namespace remoterun::jit
