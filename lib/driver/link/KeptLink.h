//===- KeptLink.h - A program that was linked before ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the executor would get the same link again, it is not made again: what
// was sent of the program is kept as it was relocated for the usual place. The
// executor is asked what it was asked then; if it answers the same, all that a
// link depends on is the same.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_LINK_KEPTLINK_H
#define REMOTERUN_DRIVER_LINK_KEPTLINK_H

#include "driver/link/LateTables.h"
#include "jit/base/ObjectBytes.h"
#include "jit/cache/Checksum.h"
#include "jit/cache/CompilationCache.h"
#include "jit/link/LinkedProgram.h"
#include "wire/LookupMessages.h"

#include <memory>
#include <optional>

namespace remoterun::driver {

/// For --stats.
struct LinkCounts {
  uint64_t Objects = 0, Sections = 0;
};

class KeptLink {
public:
  /// What was kept under \p Key, if it is there: all but the program's bytes.
  /// It is believed no more than what arrives from another process.
  static std::optional<KeptLink> load(const jit::CacheKey &Key,
                                      const jit::CompilationCache &Cache);
  /// Reads these; false where they are not as they were. It takes some time,
  /// which whoever answers the question has as well.
  bool readProgram();

  /// The libraries of LinkSettings::Spare that were loaded before the executor
  /// was asked, by their numbers.
  const std::vector<uint32_t> &spareLoaded() const { return SpareLoaded; }
  /// What the executor was asked; nothing, if there is no answer.
  const wire::Lookup &question() const { return Question; }
  bool hasQuestion() const { return HasQuestion; }
  const wire::LookupReply &answer() const { return Answer; }
  /// Whether \p Reply has the link come out the same.
  bool isAnswer(const wire::LookupReply &Reply) const;

  LinkCounts counts() const { return Counts; }
  bool hasDebugInfo() const { return HasDebugInfo; }
  /// Null where the program has no late functions.
  const LateTables *lateTables() const { return Late ? &*Late : nullptr; }
  /// Where what leads debuggers to a file lies; null where there is none.
  ExecutorAddr debugPlace() const;
  /// After readProgram(): its bytes.
  std::span<const jit::ShippedPiece> pieces() const { return Program.Pieces; }
  /// Has it lead to \p Path, which is of the same length as in the run before;
  /// false where that cannot be. After readProgram(), and before the program is
  /// sent.
  bool setDebugPath(llvm::StringRef Path);
  /// After readProgram(), once. It has views of this.
  jit::LinkedProgram takeProgram() { return std::move(Program); }

private:
  explicit KeptLink(jit::KeyedStart Kept)
      : File(std::move(Kept.File)),
        Description(std::make_unique<jit::ObjectBytes>(std::move(Kept.Bytes))) {
  }
  bool decode();
  /// From \p In, which is at it, what follows the program's bytes.
  bool decodeLate(wire::ByteReader &In);

  jit::OpenKeyedFile File;
  /// Of which all else has views: what the file starts with, and what follows.
  std::unique_ptr<jit::ObjectBytes> Description, Bytes;
  std::vector<ExecutorRange> Places; ///< Of the bytes.
  uint64_t Size = 0;                 ///< Of all of them.
  jit::Checksum Sum = 0;             ///< The same.
  std::vector<uint32_t> SpareLoaded;
  bool HasQuestion = false;
  wire::Lookup Question;
  wire::LookupReply Answer;
  LinkCounts Counts;
  bool HasDebugInfo = false;
  std::optional<LateTables> Late;
  /// Bytes of its path, and where that is in the last piece.
  uint32_t DebugPathSize = 0, DebugPathOffset = 0;
  jit::LinkedProgram Program;
};

/// What KeptLink reads, in the making.
class LinkToKeep {
public:
  /// The libraries that were loaded before; the question, and its answer where
  /// the dynamic linker binds those symbols that have no address in it; both
  /// null if nothing was asked.
  void add(llvm::ArrayRef<uint32_t> SpareLoaded, const wire::Lookup *Question,
           const wire::LookupReply *Answer);
  /// After that. Views of \p Program, which is as it was after this, stay here.
  /// With debug information, the last piece has \p DebugPath in it; empty where
  /// nothing leads debuggers to a file.
  void add(jit::LinkedProgram &Program, LinkCounts Counts, bool HasDebugInfo,
           llvm::StringRef DebugPath);
  uint64_t size() const; ///< In bytes.
  /// \p Late is null where the program has no late functions.
  void store(const jit::CacheKey &Key, const LateTables *Late,
             jit::CompilationCache &Cache) const;

private:
  ByteBuffer Description;
  std::vector<jit::ShippedPiece> Pieces;
};

} // namespace remoterun::driver

#endif
