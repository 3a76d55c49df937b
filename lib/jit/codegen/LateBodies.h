//===- LateBodies.h - The IR of late functions ------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_LATEBODIES_H
#define REMOTERUN_JIT_CODEGEN_LATEBODIES_H

#include "jit/base/ScratchFile.h"
#include "jit/codegen/LateSource.h"
#include "jit/codegen/UnitReader.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <mutex>
#include <vector>

namespace remoterun::jit {

/// Takes the units apart, as somebody asks for their functions. Nobody else may
/// use the units' context meanwhile.
class LateBodies final : public LateSource {
public:
  /// What there is of one unit: the functions that divideLate() has taken from
  /// it, and what compiles as it is compiled. Neither, where none is late.
  struct Unit {
    std::unique_ptr<llvm::Module> Functions;
    /// Where the rest of the unit reads those from that are unread; or null.
    std::shared_ptr<llvm::MemoryBuffer> Bitcode;
    /// From which others read as well; or null.
    std::shared_ptr<UnitReaders> Readers;
    std::optional<CodeGenerator> Prototype;
    bool IsOptimized = true; ///< Some code of it, at least.
  };

  /// \p Units are what divideLate() has made of \p Rest, all in \p Context. The
  /// rest has been compiled.
  LateBodies(std::unique_ptr<llvm::LLVMContext> Context,
             std::vector<std::unique_ptr<llvm::Module>> Rest,
             std::vector<Unit> Units, const LatePlan &Plan);
  ~LateBodies() override { release(); }

  Expected<ObjectBytes> bitcodeOf(uint32_t Number,
                                  const PlannedFunction &Function) override;
  Expected<LateModule> moduleOf(uint32_t Number,
                                const PlannedFunction &Function) override;
  Expected<CodeGenerator>
  generatorFor(uint32_t, const PlannedFunction &Function) override {
    return Units[Function.Unit].Prototype->another();
  }
  /// Writes one more function, to disk. When all are written, the units, which
  /// take most of the memory, are not needed any more.
  bool shrink(const LatePlan &Plan) override;
  void readAll() override;

private:
  /// Under Guard.
  Expected<void> write(uint32_t Number, const PlannedFunction &Function);
  Expected<llvm::Function *> find(const PlannedFunction &Function);
  void release();

  std::mutex Guard;
  std::unique_ptr<llvm::LLVMContext> Context;
  std::vector<std::unique_ptr<llvm::Module>> Rest;
  std::vector<Unit> Units; ///< The functions under Guard.
  /// Those that readers do not have; see LatePlan.
  const std::vector<uint32_t> Interpreters;
  std::vector<HeldBytes> Written; ///< By number. All from here on under Guard.
  uint32_t NextToMove = 0;        ///< All before it are on disk.
  std::shared_ptr<ScratchFile> Disk;
  bool MayUseDisk = true;
};

} // namespace remoterun::jit

#endif
