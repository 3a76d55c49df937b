//===- ObjectPatch.h - What RuntimeDyld would get wrong ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Changes to a relocatable object, in place, between code generation and
// loading. Each is the work-around for one defect of RuntimeDyld, and leaves an
// object that means the same to any linker.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_OBJECTPATCH_H
#define REMOTERUN_JIT_OBJECT_OBJECTPATCH_H

#include "jit/target/Isa.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>

namespace remoterun::jit {

/// RuntimeDyld finds symbols by name, local ones too, so that the locals of one
/// object capture references of another. Turns defined local symbols into
/// section symbols, with their values folded into the relocations' addends.
///
/// Of 32-bit objects, whose relocations have no room for a value, local symbols
/// stay: see renameLocalSymbols().
///
/// It also knows no STB_GNU_UNIQUE (an inline variable in g++'s objects), of
/// which one definition must win: these become weak.
llvm::Error hideLocalSymbols(llvm::MutableArrayRef<char> Object,
                             const Isa &Target);

/// The other way to the same end, for 32-bit objects: gives local symbols names
/// that no global symbol has. The names are behind everything else, so this
/// makes a copy, \p Renamed.
llvm::Error renameLocalSymbols(llvm::StringRef Object,
                               llvm::SmallVectorImpl<char> &Renamed);

/// RuntimeDyld allocates and clears every SHT_NOBITS section in this process.
/// Large ones become a few bytes; \p TrueSizes gets what they were, by section
/// index. Symbols beyond the new end keep their values.
llvm::Error shrinkZeroSections(llvm::MutableArrayRef<char> Object,
                               llvm::DenseMap<uint64_t, uint64_t> &TrueSizes);

/// Gives the common symbols for which \p AlignmentOf returns one, and not 0,
/// this alignment: the strictest of all objects that have it.
llvm::Error
alignCommonSymbols(llvm::MutableArrayRef<char> Object,
                   llvm::function_ref<uint64_t(llvm::StringRef)> AlignmentOf);

/// Makes definitions into references: of those symbols for which \p Resign
/// returns true. For a weak definition that lost, which RuntimeDyld under MCJIT
/// would use all the same, and for ifuncs. \p Resign is called for every global
/// definition.
llvm::Error resignDefinitions(llvm::MutableArrayRef<char> Object,
                              llvm::function_ref<bool(llvm::StringRef)> Resign);

} // namespace remoterun::jit

#endif
