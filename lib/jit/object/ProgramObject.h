//===- ProgramObject.h - One relocatable object of the program --*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_PROGRAMOBJECT_H
#define REMOTERUN_JIT_OBJECT_PROGRAMOBJECT_H

#include "jit/object/ObjectDivision.h"
#include "jit/object/ObjectSource.h"
#include "remote-run/Failure.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Object/ELFObjectFile.h"

#include <memory>
#include <string>

namespace remoterun::jit {

/// An object on its way from compiler or file to RuntimeDyld.
struct ProgramObject {
  std::string Name;          ///< For diagnostics: "a.o" or "lib.a(member.o)".
  bool IsCompiled = false;   ///< By us.
  bool IsCompiledIR = false; ///< And of no file alone.
  std::string Archive; ///< The file that it is a member of; empty for none.
  ObjectBytes Bytes;   ///< What is loaded (ObjectDivision.h).
  std::unique_ptr<llvm::object::ELFObjectFileBase> File; ///< A view of Bytes.
  ObjectSource Source;       ///< Of the same, whole.
  bool HasDebugInfo = false; ///< There.
  /// Of a joined object: the sizes of large sections of zeroes, which are small
  /// there, by section index (see loadedSizeOf()).
  llvm::DenseMap<uint64_t, uint64_t> TrueSizes;

  llvm::MemoryBufferRef buffer() const {
    return {{Bytes.data(), Bytes.size()}, Name};
  }
};

/// Takes over and checks \p Start.
Expected<ProgramObject> makeProgramObject(std::string Name, ObjectStart Start,
                                          const llvm::Triple &Target);

} // namespace remoterun::jit

#endif
