//===- ExecutorCpu.cpp - What -mcpu=native is -----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ExecutorCpu.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;

namespace remoterun::jit {

using controller::CpuFacts;

namespace {

/// A capability that the system tells of, and what LLVM calls it.
struct NamedBit {
  unsigned Bit;
  StringLiteral Feature;
};
struct NamedFlag {
  StringLiteral Flag;
  StringLiteral Feature;
};

void add(std::string &Features, StringRef Feature) {
  Features += (Features.empty() ? "+" : ",+") + Feature.str();
}

std::string featuresOf(uint64_t Capabilities, ArrayRef<NamedBit> Known) {
  std::string Features;
  for (const NamedBit &Each : Known)
    if (Capabilities >> Each.Bit & 1)
      add(Features, Each.Feature);
  return Features;
}

std::string joined(std::string First, const std::string &Second) {
  return First + (First.empty() || Second.empty() ? "" : ",") + Second;
}

/// The value of \p Field in lines of "field : value".
StringRef fieldOf(StringRef Description, StringRef Field) {
  while (!Description.empty()) {
    auto [Line, Rest] = Description.split('\n');
    auto [Name, Value] = Line.split(':');
    if (Name.trim() == Field)
      return Value.trim();
    Description = Rest;
  }
  return {};
}

//===----------------------------------------------------------------------===//
// x86-64: the flags of /proc/cpuinfo
//===----------------------------------------------------------------------===//

constexpr NamedFlag X86Flags[] = {
    {"adx", "adx"},
    {"aes", "aes"},
    {"avx_vnni", "avxvnni"},
    {"avx512_bf16", "avx512bf16"},
    {"avx512_bitalg", "avx512bitalg"},
    {"avx512_fp16", "avx512fp16"},
    {"avx512_vbmi2", "avx512vbmi2"},
    {"avx512_vnni", "avx512vnni"},
    {"avx512_vpopcntdq", "avx512vpopcntdq"},
    {"avx512ifma", "avx512ifma"},
    {"avx512vbmi", "avx512vbmi"},
    {"clflushopt", "clflushopt"},
    {"clwb", "clwb"},
    {"fsgsbase", "fsgsbase"},
    {"gfni", "gfni"},
    {"pclmulqdq", "pclmul"},
    {"rdrand", "rdrnd"},
    {"rdseed", "rdseed"},
    {"sha_ni", "sha"},
    {"vaes", "vaes"},
    {"vpclmulqdq", "vpclmulqdq"},
};

/// One flag of each level stands for all that come with it.
StringRef levelOf(const StringSet<> &Flags) {
  if (Flags.contains("avx512vl"))
    return "x86-64-v4";
  if (Flags.contains("avx2"))
    return "x86-64-v3";
  return Flags.contains("sse4_2") ? "x86-64-v2" : "x86-64";
}

CpuChoice chooseX86(const CpuFacts &Facts) {
  SmallVector<StringRef, 128> Words;
  fieldOf(Facts.Description, "flags").split(Words, ' ', -1, false);
  StringSet<> Flags;
  for (StringRef Word : Words)
    Flags.insert(Word);
  bool IsLevel = StringRef(Facts.Platform).starts_with("x86-64");
  CpuChoice Chosen = {IsLevel ? Facts.Platform : "x86-64", ""};
  // Under an emulator, the flags are those of another processor.
  if (levelOf(Flags) != Chosen.Name)
    return Chosen;
  for (const NamedFlag &Each : X86Flags)
    if (Flags.contains(Each.Flag))
      add(Chosen.Features, Each.Feature);
  return Chosen;
}

//===----------------------------------------------------------------------===//
// The others: the bits of asm/hwcap.h, and a name if there is one
//===----------------------------------------------------------------------===//

constexpr NamedBit AArch64Bits[] = {
    {3, "aes"},        {6, "sha2"},   {7, "crc"},      {8, "lse"},
    {9, "fullfp16"},   {12, "rdm"},   {13, "jsconv"},  {14, "complxnum"},
    {15, "rcpc"},      {16, "ccpp"},  {17, "sha3"},    {19, "sm4"},
    {20, "dotprod"},   {22, "sve"},   {23, "fp16fml"}, {24, "dit"},
    {26, "rcpc-immo"}, {27, "flagm"}, {28, "ssbs"},    {29, "sb"},
};
constexpr NamedBit AArch64MoreBits[] = {
    {1, "sve2"},
    {13, "i8mm"},
    {14, "bf16"},
};
constexpr NamedBit ArmBits[] = {
    {12, "neon"}, {16, "vfp4"}, {17, "hwdiv-arm"}, {18, "hwdiv"}};
constexpr NamedBit ArmMoreBits[] = {{4, "crc"}};

/// The letters of the ISA, of which the baseline has all but the last.
constexpr NamedBit RiscVBits[] = {{'v' - 'a', "v"}};

CpuChoice chooseArm(const CpuFacts &Facts, std::string Features) {
  // Not there where it is of another architecture.
  bool IsDescribed = !fieldOf(Facts.Description, "CPU implementer").empty();
  StringRef Name = IsDescribed
                       ? sys::detail::getHostCPUNameForARM(Facts.Description)
                       : StringRef("generic");
  return {Name.str(), std::move(Features)};
}

CpuChoice chooseS390x(const CpuFacts &Facts) {
  constexpr uint64_t Vectors = 1 << 11, Vectors1 = 1 << 13, Vectors2 = 1 << 15;
  if (!fieldOf(Facts.Description, "processor 0").empty())
    return {sys::detail::getHostCPUNameForS390x(Facts.Description).str(), ""};
  if (Facts.Capabilities & Vectors2)
    return {"z15", ""};
  if (Facts.Capabilities & Vectors1)
    return {"z14", ""};
  return {Facts.Capabilities & Vectors ? "z13" : "z10", ""};
}

CpuChoice choosePowerPC(const CpuFacts &Facts) {
  // The port's baseline is POWER8.
  return {StringSwitch<std::string>(Facts.Platform)
              .Case("power10", "pwr10")
              .Case("power9", "pwr9")
              .Default("pwr8"),
          ""};
}

} // namespace

CpuChoice chooseCpu(const Triple &Target, const CpuFacts &Facts) {
  switch (Target.getArch()) {
  case Triple::x86_64:
    return chooseX86(Facts);
  case Triple::aarch64:
    return chooseArm(
        Facts, joined(featuresOf(Facts.Capabilities, AArch64Bits),
                      featuresOf(Facts.MoreCapabilities, AArch64MoreBits)));
  case Triple::arm:
    return chooseArm(Facts,
                     joined(featuresOf(Facts.Capabilities, ArmBits),
                            featuresOf(Facts.MoreCapabilities, ArmMoreBits)));
  case Triple::riscv64:
    return {"generic-rv64", featuresOf(Facts.Capabilities, RiscVBits)};
  case Triple::systemz:
    return chooseS390x(Facts);
  case Triple::ppc64le:
    return choosePowerPC(Facts);
  default:
    return {};
  }
}

} // namespace remoterun::jit
