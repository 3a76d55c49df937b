//===- Isa.h - What differs between instruction sets ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MCJIT and RuntimeDyld know many instruction sets, each with its own gaps.
// What the rest of lib/jit has to know of one stands here, and in a file for
// each how it is.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_TARGET_ISA_H
#define REMOTERUN_JIT_TARGET_ISA_H

#include "jit/target/FieldRules.h"
#include "jit/target/JumpCode.h"
#include "jit/target/LateSlots.h"
#include "jit/target/StructConvention.h"
#include "jit/target/ThreadLocalCode.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/CodeGen.h"
#include "llvm/TargetParser/Triple.h"

#include <cstdint>
#include <string>
#include <vector>

namespace llvm {
class TargetOptions;
}

namespace remoterun::jit {

/// A relocation type.
struct RelocationRule {
  /// RuntimeDyld applies it, or it is rewritten before.
  bool IsImplemented = false;
  /// How many bytes it changes; of what is rewritten before, 0.
  uint8_t Width = 0;
  /// It puts an address into 32 bits or less, other than by a call, for which
  /// RuntimeDyld makes a stub.
  bool NeedsNearness = false;
  /// Its addend is not added to the symbol's value, so that this cannot move
  /// into it: it selects a place in an entry of the GOT, or is lost.
  bool NeedsSymbol = false;
  /// As debug information has it: a number of Width bytes, counted from where
  /// it stands or from 0. Without it, it is not for debug information.
  enum class Form : uint8_t { None, Absolute, Relative } Number = Form::None;
  /// Its symbol must be in the object's table of contents.
  bool IsOfToc = false;
  /// It branches to the local entry point of a function that shares the table
  /// of contents, which is behind the symbol's value, as st_other says.
  bool UsesLocalEntry = false;
  /// It is a call's or a jump's: it wants to get to the function, and not its
  /// address.
  bool IsCall = false;
  /// Of what is not implemented: what makes compilers avoid it; null where that
  /// is Isa::ObjectFlags.
  const char *AvoidedBy = nullptr;
};

/// The bits of e_flags that say how functions are called, in which all code of
/// a program must agree.
struct CallingFlags {
  uint32_t Mask = 0;  ///< 0 where there are none, or where linkers do not look.
  uint32_t Value = 0; ///< Of Debian's port.
  llvm::StringLiteral Abi = ""; ///< Compilers' name for that one, of -mabi=.
};

/// What a relocation's place has room for, where a program can have more: wider
/// values are errors (the psABIs' overflow checks), which RuntimeDyld
/// truncates.
struct RelocationReach {
  uint8_t Bits = 0;        ///< 0 where there is room for everything.
  bool IsDistance = false; ///< From where it stands, and not from 0.
  enum class Numbers : uint8_t {
    Signed,
    Unsigned,
    Either
  } Of = Numbers::Signed;
  /// All of the place is one number, in units of so many bytes; 0 where it is
  /// an instruction, in some of its bits.
  uint8_t Unit = 0;
};

/// What a linker makes of a relocation before RuntimeDyld applies it.
struct LinkRule {
  enum class Value : uint8_t {
    Symbol,      ///< The symbol's; RuntimeDyld does the rest.
    Call,        ///< The symbol's, or of a PLT entry for what is not defined.
    GotEntry,    ///< The address of the symbol's entry in the GOT.
    OffsetEntry, ///< The same with its offset from the thread pointer.
    IndexEntry,  ///< The same with its module and its offset in that.
    ModuleEntry, ///< The same of where the program's variables begin.
    GotIndex,    ///< The distance of that from the start of the GOT.
    GotStart,    ///< The start of the GOT, whatever the symbol is.
    GotDistance, ///< The symbol's distance from there.
    Size         ///< The symbol's size.
  };
  Value Of = Value::Symbol;
  uint32_t AppliedAs = 0; ///< The type that RuntimeDyld sees.
};

/// An entry of the procedure linkage table: it jumps to what stands in its
/// slot.
struct PltEntry {
  llvm::ArrayRef<uint8_t> Code; ///< Empty where RuntimeDyld makes stubs.
  // How the code refers to the slot.
  uint64_t Offset = 0;
  uint32_t Relocation = 0;
  int64_t Addend = 0;
};

/// What the dynamic linker is asked for (psABI), beside an address in a
/// pointer.
struct DynamicRelocations {
  uint32_t Copy; ///< A copy of a library's variable.
  /// The address of a library's function for a jump: not the one that the
  /// executable's symbol table gives it (gABI, "Function Addresses").
  uint32_t Slot;
  uint32_t Resolved; ///< What a function returns (R_*_IRELATIVE).
  // Of a thread-local variable; 0 where none are linked.
  uint32_t Module = 0;            ///< The number of its module.
  uint32_t Offset = 0;            ///< Its offset in that module's block.
  uint32_t FromThreadPointer = 0; ///< Its offset from there.
  uint32_t Descriptor = 0;        ///< Whom to call for that, and with what.
};

/// What Linux tells of a processor: the auxiliary vector's AT_HWCAP, AT_HWCAP2
/// and AT_PLATFORM, and the lines of /proc/cpuinfo.
struct ProcessorFacts {
  uint64_t Capabilities = 0;
  uint64_t MoreCapabilities = 0;
  llvm::StringRef Platform;
  llvm::StringRef Description;
};

/// In LLVM's names, some of which its version may not know.
struct Processor {
  std::string Name; ///< Empty for the baseline.
  std::vector<std::string> Features;

  /// Adds \p Feature where \p Bit is set in \p Capabilities.
  void addIf(uint64_t Capabilities, unsigned Bit, const char *Feature) {
    if (Capabilities >> Bit & 1)
      Features.push_back(Feature);
  }
};

struct Isa {
  llvm::Triple::ArchType Arch;
  /// The triple of Debian's port, in the multiarch spelling: libraries and
  /// compilers are in folders of that name.
  llvm::StringLiteral Multiarch;
  /// LLVM's for the same, with the port's baseline.
  llvm::StringLiteral Triple;
  uint16_t Machine; ///< Of ELF's header.
  // What others call it: clang in the names of its runtimes, qemu-user, and
  // Debian as a port.
  llvm::StringLiteral RuntimeName, EmulatorName, PortName;

  // How to compile so that RuntimeDyld can link it.
  llvm::Reloc::Model Relocation;
  llvm::CodeModel::Model Code;
  /// More code models than Code can be linked: all but the small one only if
  /// they depend on their position.
  bool HasCodeModels = false;
  /// Code that depends on its position has addresses of 32 bits with a sign.
  bool StaticNeedsLowAddresses = false;
  /// For the target machine and for each function, behind what is there: "+a".
  llvm::StringLiteral Features;
  /// All objects can be joined into one. Not where each has a table of contents
  /// that code reaches by 16 bits.
  bool JoinsObjects = true;
  /// There is less that MCJIT can do than compilers may want of it: what comes
  /// out of code generation is verified, too.
  bool VerifiesCompiled = true;
  /// See ExceptionIndex.h.
  bool HasExceptionIndex = false;
  /// See LocalBranches.h.
  bool HasTableOfContents = false;
  /// See InstructionFields.h.
  bool HasInstructionFields = false;
  /// RuntimeDyld puts its stubs right behind the code, wherever that ends.
  uint64_t StubAlignment = 1;
  /// Code is of one of two kinds, and the lowest bit of a function's address
  /// says of which (ELF for the Arm Architecture, "Symbol Values").
  bool HasKindInAddresses = false;
  /// The relocation that marks padding of code (CodePadding.h); 0 for none.
  uint32_t PaddingRelocation = 0;

  RelocationRule (*Rule)(uint32_t Type);
  /// Of what RuntimeDyld sees; null where everything is in reach of everything.
  RelocationReach (*Reach)(uint32_t Type) = nullptr;
  /// Null where RuntimeDyld does everything.
  LinkRule (*Link)(uint32_t Type) = nullptr;
  /// The type that a relocation has in truth, where compilers use a call's for
  /// an instruction that is none: of what is at \p Offset of \p Code. Null
  /// where they do not.
  uint32_t (*TypeInCode)(uint32_t Type, llvm::ArrayRef<uint8_t> Code,
                         uint64_t Offset) = nullptr;
  PltEntry Plt = {};
  /// Null for none (OwnFields.h).
  const FieldRules *Fields = nullptr;
  ThreadLocalCode ThreadLocals;
  /// The relocation of an address in a pointer.
  uint32_t PointerRelocation;
  DynamicRelocations Dynamic;
  /// What makes compilers avoid other relocations.
  llvm::StringLiteral ObjectFlags;
  CallingFlags Calling = {};

  /// Jumps to the address that is its operand.
  JumpCode FarJump;
  /// Jumps to the address that stands in memory at its operand, which is in
  /// the slab as the code is.
  JumpCode SlotJump;

  /// Null where functions cannot be compiled later than the rest: the
  /// relocations of LLVM's code for it must need neither stubs nor another
  /// place than their own (LateLinker.h).
  const LateCode *Late = nullptr;

  /// Code that returns to its caller.
  llvm::ArrayRef<uint8_t> Return;
  /// The first and the last instructions that the C library's start files give
  /// to the sections .init and .fini, each of which is one function of all code
  /// there; empty where no way is known.
  llvm::ArrayRef<uint8_t> StartPrologue = {}, StartEpilogue = {};

  Processor (*Describe)(const ProcessorFacts &Facts);
  StructConvention PassStruct;
  /// C has numbers of 32 bits in registers extended to 64.
  bool ExtendsWords = false;
  /// And by their sign, be they signed or not (RISC-V psABI, "Integer Calling
  /// Convention").
  bool ExtendsWordsBySign = false;

  /// What else code generation needs; null for nothing.
  void (*AdjustOptions)(llvm::TargetOptions &Options) = nullptr;

  bool isLittleEndian() const { return llvm::Triple(Triple).isLittleEndian(); }
};

/// Null for an instruction set that is not supported.
const Isa *findIsa(llvm::Triple::ArchType Arch);
/// The one of \p Machine, as ELF's headers number them.
const Isa *findIsaOfMachine(uint16_t Machine);
/// All that are supported.
llvm::ArrayRef<const Isa *> allIsas();

/// Of objects for MCJIT, whose target is supported.
const Isa &isaOf(const llvm::Triple &Target);

} // namespace remoterun::jit

#endif
