//===- ProgramRecord.h - What is known of a program that runs ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Once the program runs, nobody may ever ask for more than its end; a crash or
// a debugger does. What they need is made from its objects, which are read
// again then, and from where they were placed.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_PROGRAMRECORD_H
#define REMOTERUN_JIT_LINK_PROGRAMRECORD_H

#include "jit/base/SourceFiles.h"
#include "jit/codegen/CompiledProgram.h"
#include "jit/link/LateLinker.h"
#include "jit/link/Program.h"
#include "jit/link/ProgramMap.h"
#include "jit/object/ObjectSource.h"

#include <string>
#include <vector>

namespace remoterun::jit {

class ProgramRecord {
public:
  struct Object {
    std::string Name; ///< For diagnostics.
    bool IsCompiledIR = false;
    ObjectSource Source;
  };

  /// Of a program that has been linked. Takes from \p Linked and \p Compiled
  /// what it needs, and depends on neither nor on \p Engine.
  ProgramRecord(const RemoteEngine &Engine, Program &Linked,
                CompiledProgram &Compiled);

  /// Of one that is linked again and again: its objects are others'.
  ProgramRecord(ProgramMap Map, SourceFiles Files, std::vector<Object> Objects)
      : Map(std::move(Map)), Objects(std::move(Objects)),
        Files(std::move(Files)) {}

  /// Of one whose objects cannot be had.
  ProgramRecord(ProgramMap Map, SourceFiles Files)
      : Map(std::move(Map)), Files(std::move(Files)) {}

  const ProgramMap &map() const { return Map; }
  const std::vector<Object> &objects() const { return Objects; }
  /// Which file of IR the symbols are of. Without the symbols, if these cannot
  /// be had any more.
  SourceFiles files() const;
  const std::string &mainFile() const { return Files.mainFile(); }

  /// Functions that have come since, of IR. One may be there twice.
  void setLate(llvm::ArrayRef<LateFunction> Functions);
  /// The one that is at \p Address; null for none.
  const LateFunction *lateAt(ExecutorAddr Address) const;

  /// Moves what is large from memory to disk.
  void makeSmall();

private:
  ProgramMap Map;
  std::vector<Object> Objects;
  SourceFiles Files;
  ObjectSource FilesOfSymbols;    ///< Encoded; empty if they are in Files.
  std::vector<LateFunction> Late; ///< By address.
};

} // namespace remoterun::jit

#endif
