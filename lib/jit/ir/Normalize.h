//===- Normalize.h - IR as the slab needs it --------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Front ends write IR for a static linker and a known place in an executable.
// These passes change it so that the same program is right for code that is
// placed into one slab, far from every library. One small pass for each
// difference.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_NORMALIZE_H
#define REMOTERUN_JIT_IR_NORMALIZE_H

#include <string>

namespace llvm {
class Module;
}

namespace remoterun::jit {

/// Code generation believes dso_local: a call to a "local" declaration becomes
/// a 32-bit displacement that cannot reach a library. Clears it on what the
/// program does not define, and sets it on what it does, which saves a detour
/// through the GOT.
void assignLocality(llvm::Module &M);

/// An alias of a weak definition goes on to mean that definition where another
/// module's takes its place; llvm::Linker would have it mean the other. Moves
/// the definition under a name of its own, of which both become aliases. To be
/// done before linking.
void separateAliasedDefinitions(llvm::Module &M);

/// llvm::Linker warns of modules that a linker of objects puts together: those
/// with another data layout, or another name of the same target. Makes \p From
/// agree with \p Into, where they do. And a name to which either refers
/// strongly becomes one to which \p Into does. To be done before linking.
void reconcileModules(llvm::Module &Into, llvm::Module &From);

/// Takes what is in a COMDAT of the kind "nodeduplicate" out of it: in an ELF
/// object that is a group whose members are resolved as any other symbols are
/// (LangRef), beside another module's COMDAT of the same name, too, which
/// llvm::Linker refuses. To be done before linking.
void dissolvePlainGroups(llvm::Module &M);

/// Takes the functions and variables of a whole program out of their COMDATs:
/// there is no other module whose copies could take their place, and
/// RuntimeDyld is slow with a section for each. Constructors keep their order.
void dissolveComdats(llvm::Module &M);

/// Gives ifuncs of internal linkage a symbol that can be found (Ifuncs.h); its
/// name ends in \p Suffix, another for each module of a program.
void exposeLocalIfuncs(llvm::Module &M, const std::string &Suffix);

} // namespace remoterun::jit

#endif
