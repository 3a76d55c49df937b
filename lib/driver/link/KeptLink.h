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

#include "jit/base/ObjectBytes.h"
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
  /// What was kept under \p Key, if it is there. It is believed no more than
  /// what arrives from another process.
  static std::optional<KeptLink> load(const jit::CacheKey &Key,
                                      const jit::CompilationCache &Cache);

  /// What the executor was asked; nothing, if there is no answer.
  const wire::Lookup &question() const { return Question; }
  bool hasQuestion() const { return HasQuestion; }
  const wire::LookupReply &answer() const { return Answer; }
  /// Whether \p Reply has the link come out the same.
  bool isAnswer(const wire::LookupReply &Reply) const;

  LinkCounts counts() const { return Counts; }
  /// Once. It has views of this.
  jit::LinkedProgram takeProgram() { return std::move(Program); }

private:
  explicit KeptLink(jit::ObjectBytes Kept)
      : Bytes(std::make_unique<jit::ObjectBytes>(std::move(Kept))) {}
  bool decode();

  /// Of which all else has views.
  std::unique_ptr<jit::ObjectBytes> Bytes;
  bool HasQuestion = false;
  wire::Lookup Question;
  wire::LookupReply Answer;
  LinkCounts Counts;
  jit::LinkedProgram Program;
};

/// What KeptLink reads, in the making.
class LinkToKeep {
public:
  /// The question, and its answer where the dynamic linker binds those symbols
  /// that have no address in it; both null if nothing was asked.
  void add(const wire::Lookup *Question, const wire::LookupReply *Answer);
  /// After that. Views of \p Program, which is as it was after this, stay here.
  void add(jit::LinkedProgram &Program, LinkCounts Counts);
  void store(const jit::CacheKey &Key, jit::CompilationCache &Cache) const;

private:
  ByteBuffer Description;
  std::vector<jit::ShippedPiece> Pieces;
};

} // namespace remoterun::driver

#endif
