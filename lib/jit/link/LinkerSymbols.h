//===- LinkerSymbols.h - Symbols that the linker itself defines -*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// __start_<section> and __stop_<section> bound all sections of a name that is a
// C identifier; etext, edata, end and a few more bound the program (ld manual,
// "Input Section Example" and "PROVIDE"; end(3)). Programs collect tables with
// them.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_LINKERSYMBOLS_H
#define REMOTERUN_JIT_LINK_LINKERSYMBOLS_H

#include "jit/link/JoinedProgram.h"
#include "jit/link/NearSymbols.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace remoterun::jit {

/// Whether sections of this name are bounded by symbols, so that they must lie
/// side by side.
bool isBoundedSection(llvm::StringRef SectionName);

/// Whether the linker defines \p Name, or might: where a section is called so.
bool mayBeLinkerSymbol(llvm::StringRef Name);

/// The names among the undefined ones of \p Program that the linker defines.
std::vector<std::string> findLinkerSymbols(const JoinedProgram &Program);

/// Of what start files and the linker define in every executable, that which
/// others find there, as a program exports its own (ld's manual,
/// "--export-dynamic"). The names are there for ever.
std::vector<llvm::StringRef> exportedLinkerSymbols(const ProgramSymbols &Known);

/// Defines what bounds the sections of \p Program for the libraries that refer
/// to it.
void defineSectionBounds(const JoinedProgram &Program, ProgramSymbols &Symbols);

/// Makes what some of \p Names point to, and is in no object: an ELF header
/// without segments, which profiling code reads, an empty dynamic section, and
/// a function that returns.
void allocateLinkerSections(const std::vector<std::string> &Names,
                            const Isa &Target, SectionMemory &Memory);

/// Adds the addresses of \p Names, once sections have theirs.
void defineLinkerSymbols(const std::vector<std::string> &Names,
                         const std::vector<WorkingSection> &Sections,
                         llvm::ArrayRef<Segment> Segments,
                         SymbolAddresses &Addresses);

} // namespace remoterun::jit

#endif
