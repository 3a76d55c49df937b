//===- LibrarySymbols.h - The symbols of a shared library -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_DEBUG_LIBRARYSYMBOLS_H
#define REMOTERUN_JIT_DEBUG_LIBRARYSYMBOLS_H

#include "jit/debug/DebugLines.h"
#include "jit/debug/FunctionTable.h"

#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <optional>
#include <string>

namespace remoterun::jit {

/// Something that the executor's dynamic linker has loaded, as its file here
/// has it.
class LibrarySymbols {
public:
  /// Null where there is no such file, or none that could be one: the path is
  /// what the other side says. A file of another build identity is none.
  static std::unique_ptr<LibrarySymbols> open(const std::string &Path,
                                              llvm::StringRef BuildId);

  /// The functions at \p Address, as the file counts; see DebugLines. One
  /// frame at least.
  std::vector<controller::CrashFrame> find(uint64_t Address,
                                           bool WithLines) const;

  /// Whether \p Address belongs to what is loaded of the file.
  bool contains(uint64_t Address) const;

private:
  /// A file, and views of it.
  struct Image {
    std::unique_ptr<llvm::MemoryBuffer> Bytes;
    std::unique_ptr<llvm::object::ELFObjectFileBase> File;
  };
  static std::optional<Image> openImage(const std::string &Path);
  /// What a distribution keeps apart from the library, if it is installed.
  static std::optional<Image> openDebugFile(const Image &Library);

  Image Library;
  std::optional<Image> Debug;
  // Made when they are needed first.
  mutable std::optional<FunctionTable> Table;
  mutable std::unique_ptr<DebugLines> Lines;
};

} // namespace remoterun::jit

#endif
