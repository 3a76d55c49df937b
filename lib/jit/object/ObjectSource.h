//===- ObjectSource.h - Where an object can be read again -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What was linked has lost the names of local symbols, and its debug
// information was never read. Who describes the program, to a debugger or after
// a crash, reads its objects as they were before.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_OBJECTSOURCE_H
#define REMOTERUN_JIT_OBJECT_OBJECTSOURCE_H

#include "jit/base/ScratchFile.h"

#include <functional>
#include <memory>
#include <optional>

namespace remoterun::jit {

class ObjectSource {
public:
  /// The bytes of an object, and what keeps them alive.
  struct Contents {
    std::shared_ptr<const void> Owner;
    llvm::StringRef Bytes;
  };

  ObjectSource() = default;
  /// In this process's memory.
  static ObjectSource inMemory(Contents Where);
  /// Where \p Read finds it, if that is possible.
  using Reader = std::function<std::optional<ObjectBytes>()>;
  static ObjectSource readBy(Reader Read);

  /// The object, whole and as it was when it was linked; empty where that
  /// cannot be had any more. What it reads belongs to the caller alone.
  Contents read() const;

  /// There is no object.
  bool isNothing() const { return Memory.Bytes.empty() && !Read && !Scratch; }
  /// Bytes that this keeps in memory.
  size_t sizeInMemory() const { return Memory.Bytes.size(); }
  /// Puts them into \p File, unless that is full.
  void moveTo(const std::shared_ptr<ScratchFile> &File);

private:
  Contents Memory;
  Reader Read;                          ///< Null if it is in memory or nowhere.
  std::shared_ptr<ScratchFile> Scratch; ///< Null if it is not there.
  ScratchFile::Place InScratch;
};

} // namespace remoterun::jit

#endif
