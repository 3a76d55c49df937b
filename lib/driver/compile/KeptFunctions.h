//===- KeptFunctions.h - Late functions of earlier runs ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of a program that is compiled while it runs, the cache has three files: the
// program's entry, whose parts are what was compiled before the start; the IR
// of functions that had no final code when the first run ended, each alone; and
// the objects of functions, which later runs add to.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_COMPILE_KEPTFUNCTIONS_H
#define REMOTERUN_DRIVER_COMPILE_KEPTFUNCTIONS_H

#include "driver/compile/LateWorkers.h"
#include "jit/cache/Checksum.h"
#include "jit/cache/CompilationCache.h"
#include "jit/codegen/CompiledProgram.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace remoterun::driver {

/// Where the cache has late functions of one program.
class LateEntry {
public:
  /// \p Key is the program's, whose own entry \p Program is to be; empty if the
  /// cache has it.
  LateEntry(const jit::CacheKey &Key, jit::ProgramEntry Program);

  /// What earlier runs have compiled, of a program of so many \p Functions.
  std::optional<std::vector<LateQueue::Task>>
  compiled(const jit::CompilationCache &Cache, size_t Functions);
  /// The objects of that, all for which \p IsWanted.
  std::vector<LateObject>
  objects(const jit::CompilationCache &Cache, size_t Functions,
          llvm::function_ref<bool(const LateQueue::Task &)> IsWanted) const;
  /// The object of number \p Function that compiled() has found, read when it
  /// is asked for. The cache may have a better one by then, of this run or
  /// another.
  jit::ObjectSource object(uint32_t Function) const;
  /// Of what depends on \p What beside the program.
  jit::CacheKey keyBeside(llvm::StringRef What) const;
  /// Adds what \p Workers have compiled in this run; nothing is compiled any
  /// more then. If this run is the first, keeps the program as well. Any thread
  /// may ask, and again.
  void keep(LateWorkers &Workers, jit::CompilationCache &Cache);
  /// That has written something.
  bool hasGrown() const { return HasGrown; }

private:
  friend class KeptFunctions;
  bool keepObjects(const std::vector<LateObject> &Objects,
                   jit::CompilationCache &Cache) const;
  bool keepBodies(const jit::LatePlan &Plan, jit::LateSource *Source,
                  const std::vector<LateObject> &Objects,
                  jit::CompilationCache &Cache) const;

  jit::CacheKey Key, BodiesKey, ObjectsKey;
  std::optional<jit::OpenKeyedFile> Found; ///< Objects, by compiled().
  std::mutex Guard;                        ///< One keeps at a time.
  jit::ProgramEntry Program;               ///< Under Guard.
  std::atomic<bool> HasGrown = false;
};

/// The IR that a LateEntry has. It is believed no more than what arrives from
/// another process.
class KeptFunctions final : public jit::LateSource {
public:
  /// Of a program of so many \p Functions: null unless each of them is there,
  /// or has its final code among \p Compiled. \p Options have to live as long
  /// as this.
  static std::shared_ptr<KeptFunctions>
  open(const LateEntry &Entry, size_t Functions,
       const std::vector<LateQueue::Task> &Compiled,
       const jit::CodeGenOptions &Options, const jit::CompilationCache &Cache);

  Expected<jit::ObjectBytes>
  bitcodeOf(uint32_t Number, const jit::PlannedFunction &Function) override;
  Expected<jit::CodeGenerator>
  generatorFor(uint32_t Number, const jit::PlannedFunction &Function) override;
  void readAll() override;

private:
  struct Body {
    uint64_t Offset = 0;
    uint32_t Size = 0; ///< 0 for one that was not needed any more.
    jit::Checksum Sum = 0;
  };

  KeptFunctions(jit::KeyedStart Kept, size_t Functions,
                const jit::CodeGenOptions &Options)
      : Kept(std::move(Kept)), Functions(Functions), Options(Options) {}

  /// Where each function is; nothing where the file was changed.
  std::optional<std::vector<Body>> readIndex() const;
  /// Under Guard. Nothing unless it is as it was kept.
  std::optional<jit::ObjectBytes> read(uint32_t Number);

  const jit::KeyedStart Kept;
  const size_t Functions;
  const jit::CodeGenOptions &Options;
  std::mutex Guard;
  std::vector<Body> Bodies; ///< Under Guard: by number, once one is read.
  /// The same, after readAll(); empty for what was not to be read.
  std::vector<jit::ObjectBytes> All;
};

} // namespace remoterun::driver

#endif
