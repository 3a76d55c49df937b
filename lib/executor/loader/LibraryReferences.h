//===- LibraryReferences.h - What libraries refer to ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The definitions of a native executable take effect in its libraries, too:
// the dynamic linker binds their references by name, and searches the
// executable first. Which references those are is decided here, once: for the
// controller, that leaves out what nobody refers to, and for Interposition,
// which binds them to the guest.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_LIBRARYREFERENCES_H
#define REMOTERUN_EXECUTOR_LOADER_LIBRARYREFERENCES_H

#include "executor/base/NameTable.h"
#include "executor/loader/DynamicTables.h"
#include "executor/machine/Machine.h"
#include "wire/List.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace remoterun::executor {

/// A place in a loaded library that the dynamic linker binds by name.
struct LibraryReference {
  const char *Name;
  uintptr_t *Slot; ///< Holds the symbol's address plus the addend.
  const LibraryRelocation &Relocation;

  /// In two's complement.
  uintptr_t addend() const;
};

/// Calls \p Visitor for every reference of the libraries loaded so far, the
/// executor's own excepted: it goes on with what it was linked to.
void visitLibraryReferences(void (*Visitor)(const LibraryReference &Reference,
                                            void *Context),
                            void *Context);

/// The same for a callable object.
template <typename VisitorT> void visitLibraryReferences(VisitorT &Visitor) {
  visitLibraryReferences(
      [](const LibraryReference &Reference, void *Context) {
        (*static_cast<VisitorT *>(Context))(Reference);
      },
      &Visitor);
}

/// Which of some names libraries refer to or define: a linker makes those the
/// executable's dynamic symbols (ld's manual, --export-dynamic).
class ReferencedNames {
public:
  /// \p Names must outlive this. Of equal names the last counts.
  explicit ReferencedNames(std::span<const std::string_view> Names);

  void mark(std::string_view Name);
  /// Of the libraries loaded so far, the executor excepted.
  void markThoseOfLibraries();
  void markThoseOf(const DynamicTables &Tables);

  /// Of the names, ascending.
  List<uint32_t> indices() const;

private:
  void markDefined(const DynamicTables &Tables);

  std::span<const std::string_view> Names;
  NameTable Table;
  List<uint8_t> IsReferenced;
};

} // namespace remoterun::executor

#endif
