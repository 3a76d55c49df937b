//===- ProgramLinker.h - From objects to a program for one executor -*- C++
//-*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_LINK_PROGRAMLINKER_H
#define REMOTERUN_DRIVER_LINK_PROGRAMLINKER_H

#include "controller/session/Session.h"
#include "driver/compile/Compilation.h"
#include "driver/link/KeptLink.h"
#include "driver/link/LateLink.h"
#include "jit/link/Program.h"
#include "jit/link/ProgramRecord.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <mutex>
#include <optional>

namespace remoterun::driver {

/// Links what a Compilation gives for the executor of one session. It can be
/// asked again: where libraries refer to what was left out of the program, that
/// is compiled once more, and for another place the same objects serve.
///
/// One lookup for the whole program. A program that takes long to compile is
/// asked for before that: one that lacks a symbol is not compiled, and what was
/// found is not asked for again.
class ProgramLinker {
public:
  /// Both have to live as long as this.
  ProgramLinker(Compilation &Work, controller::Session &Link);
  ProgramLinker(const ProgramLinker &) = delete;
  ProgramLinker &operator=(const ProgramLinker &) = delete;

  /// Has what was read compiled, unless the cache had it, joins it with the
  /// native inputs and makes an engine for it.
  Expected<void> compile();
  /// After that: looks up what the program needs, gives all sections their
  /// addresses and relocates.
  Expected<void> link();
  /// After linked(): the same objects for \p Place. Nothing is compiled, and
  /// nothing looked up but what the dynamic linker would have found.
  Expected<void> linkAgain(const controller::OtherPlace &Place);

  /// After link(), and when the program has been described, what is to be sent
  /// of it.
  jit::LinkedProgram &linked();
  /// Keeps it for later runs, if that is worth while. Once it has been sent,
  /// and before letGo().
  void keep();

  bool hasDebugInfo() const;
  /// Once linked, and not before: has \p Image, which describes the program to
  /// debuggers, shipped with it. If that only leads them to a file, \p Path is
  /// in it.
  void describe(llvm::SmallVector<char, 0> Image, std::string Path);
  /// The same for what was linked before, which led them to another file. False
  /// where it did not.
  bool describeAgain(llvm::StringRef Path);
  /// Has a program that was linked before linked after all, as it was.
  Expected<void> relink();

  /// Null where the program was linked before.
  jit::RemoteEngine *engine() { return Engine ? &*Engine : nullptr; }
  /// Where an image for debuggers would be; null where there can be none.
  ExecutorAddr debugPlace() const;
  LinkCounts counts() const;
  /// The number of symbols that the executor was asked for.
  size_t lookedUp() const;
  /// Why the program is no image, where it had to be placed again.
  const std::string &whyNoImage() const { return WhyNoImage; }

  /// Once linked, and before it is started: fills the memory of functions that
  /// come later, if there are any.
  Expected<void> prepareLate();
  LateLink *late() { return Late.get(); }
  /// A debugger is told of late functions one by one.
  bool tellsDebuggers() const { return Late && Settings.IsDebugged; }
  /// When it has been started.
  void beginLate();
  /// The same in a process of its own, where this one will be the debugger of
  /// the program \p Guest.
  Expected<void> serveLateFromHelper(pid_t Guest);
  /// When the program has ended: keeps what was compiled while it ran.
  void keepLate();
  /// When it runs, or has ended: where late functions lie.
  std::vector<jit::LateFunction> lateFunctions();
  LateWorkers &lateWorkers() { return *Work.Late; }
  /// Why all functions are compiled before the program starts, though others
  /// were to be; empty where nothing of the kind has happened.
  const std::string &whyNotLate() const { return WhyNotLate; }

  /// What was sent was linked in an earlier run.
  bool wasLinkedBefore() const { return IsTaken; }
  /// What is known of the program, for who describes it. Made when it is asked
  /// for, from what was linked; where that cannot be read again, it is little.
  /// Any thread may ask when the program runs.
  jit::ProgramRecord &record();
  /// Lets go what the program was made from, once it runs. A record of it can
  /// be had later, too.
  void letGo();

private:
  /// Of an ifunc, what its resolver chooses is the entry, as for all who refer
  /// to it.
  ExecutorAddr entry() const;
  /// Whether libraries refer to the definition \p Name, or everybody shall
  /// find it.
  bool exports(llvm::StringRef Name) const;

  /// What the executor said before the program was compiled.
  struct EarlySymbols {
    bool WasAsked = false;
    size_t FoundCount = 0; ///< Of symbols, each in one or both of these.
    llvm::StringMap<ExecutorAddr> Found;
    jit::ImportedSymbols Imported;
    llvm::StringSet<> WeakAndMissing;
    /// Of what was left out, by the libraries that were loaded then.
    bool NothingIsReferenced = false;
    /// The definitions of the program that it was asked about, in order; and
    /// which of them libraries refer to.
    llvm::StringSet<> Defined, Exported;
    /// How many functions refer to each of the missing symbols, beside those
    /// that were compiled to show it.
    llvm::StringMap<size_t> Further;
    bool IsForReferrers = false; ///< Those are all that is compiled.

    void forgetAnswer() {
      EarlySymbols Kept;
      Kept.WasAsked = WasAsked;
      Kept.Further = std::move(Further);
      Kept.IsForReferrers = IsForReferrers;
      *this = std::move(Kept);
    }
  };
  /// What the executor was asked, to pair the answer with.
  struct Question {
    jit::Program::Wanted Wanted;
    /// Beside what was left out, of which there was so much.
    std::vector<llvm::StringRef> Offered;
    size_t SpareLeftOut = 0;
    bool IsSent = false; ///< An answer will come.
  };
  using Library = LinkSettings::SpareLibrary;

  // ProgramLinker.cpp
  Expected<void> compileAll();
  Expected<void> compileAndJoin();
  // LateMemory.cpp
  Expected<void> shareForLate();
  bool isWorthTheWay(size_t Instructions);
  Expected<void> shareAgain();
  Expected<void> shareMemory(jit::LateExtent Extent);
  Expected<void> resumeLate();
  void dropLate();
  Expected<bool> takeLate();
  jit::CacheKey keyOfLate(const LateTables &Tables) const;
  void readKeptLate(const LateTables &Tables);
  void provideKept(const KeptLate *Before);
  Expected<void> linkAll();
  void addImage();
  void letGoLink();
  Expected<void> compileAgainWith(const std::vector<std::string> &Names);
  Expected<wire::ThreadLocalBlock> roomForThreadLocals(uint64_t Size,
                                                       uint64_t Alignment);
  Failure noEntry() const;
  Expected<void> makeEngine();
  Expected<void> place(ExecutorRange Slab);

  // LinkCache.cpp
  bool mayKeep() const;
  jit::CacheKey keyOfLink() const;
  /// Whether the executor answers what it did when the link was kept, which is
  /// taken then.
  Expected<bool> takeKept();
  /// Notes what would be kept, as far as the answer decides it.
  void noteAnswerToKeep(const wire::LookupReply &Answer);

  // EarlyLookup.cpp
  /// Before the IR is compiled: asks for what it and \p Inputs refer to, and
  /// fails where something is missing for certain. The IR may have been read
  /// again after this. What code generation adds is asked for when the program
  /// is joined; most programs have nothing of the kind, and ask once.
  Expected<void> askBeforeCompiling(const jit::NativeInputs &Inputs);
  Expected<llvm::StringSet<>> askEarly(const jit::Program::Wanted &Wanted,
                                       const std::vector<std::string> &Defined);
  Expected<void> linkReferrers(const llvm::StringSet<> &Missing);

  // SymbolLookup.cpp
  /// Sends the question for what the linked program needs and is not known; the
  /// executor works on it while RuntimeDyld loads the objects.
  Expected<void> askForSymbols();
  /// That question. Notes what it is about.
  wire::Lookup question();
  /// Pairs the executor's answer with the question; fails on what is missing.
  /// Returns what was left out of the program and must not be.
  Expected<std::vector<std::string>> receiveSymbols();
  void noteExports();
  Expected<std::vector<std::string>> noteAnswer(const wire::LookupReply &Found);
  /// Where the program cannot be an image: has its libraries loaded, and asks
  /// where what was left to the dynamic linker is.
  Expected<void> bindWithoutImage();
  void eraseKnown(jit::Program::Wanted &Wanted);
  std::vector<llvm::StringRef> unaskedDefinitions() const;
  Expected<void> noteSize(const std::string &Name,
                          const wire::LookupReply::Symbol &Answer);
  /// Has those of the libraries under --as-needed loaded for which \p IsNeeded
  /// is true.
  Expected<void> loadSpare(llvm::function_ref<bool(const Library &)> IsNeeded);
  /// Whether it is for the dynamic linker to say where that is.
  bool isImported(const wire::LookupReply::Symbol &Answer) const;
  /// Whether it can say that as well, of what is loaded already: what it binds
  /// is the same wherever libraries lie.
  bool isImportable(const wire::LookupReply::Symbol &Answer) const;
  /// Those of the program's undefined names that something refers to other than
  /// by a pointer in data.
  llvm::StringSet<> directNames() const;
  /// The libraries that the program has to name.
  void noteNeeded(const wire::LookupReply &Reply);

  const ProgramSettings &Settings;
  Compilation &Work;
  controller::Session &Link;

  jit::Program Program;
  EarlySymbols Early;
  Question Asked;
  std::vector<uint32_t> SpareLoaded; ///< Numbers in LinkSettings::Spare.
  jit::SymbolAddresses Addresses;
  /// What has no address yet, since its library is loaded with the program; and
  /// all such libraries, as the last answer had them.
  jit::ImportedSymbols Imported;
  jit::NeededLibraries Needed;
  /// The definitions that libraries refer to, or that everybody shall find.
  llvm::StringSet<> Exported;
  std::optional<jit::RemoteEngine> Engine;
  std::unique_ptr<LateLink> Late;
  std::vector<LateQueue::Task> CompiledBefore; ///< By earlier runs.
  std::optional<jit::CacheKey> KeyOfLate; ///< If late code may be kept linked.
  std::optional<KeptLate> LateBefore;     ///< What Late was filled with.
  std::string WhyNotLate;
  std::string WhyNoImage;
  std::mutex RecordGuard;
  std::optional<jit::ProgramRecord> Record; ///< Under RecordGuard.
  std::optional<jit::LinkedProgram> Linked; ///< See linked().
  /// Has the views of Linked, in place of an engine.
  std::optional<KeptLink> Kept;
  LinkToKeep ToKeep;
  std::optional<LateTables> TablesToKeep; ///< The same.
  bool IsFromCache = false; ///< Compiled before, and not for this run.
  std::optional<jit::CacheKey> KeyOfLink; ///< If it may be kept.
  bool IsAnswerKept = false;              ///< It is in ToKeep.
  std::string DebugPath;                  ///< See describe().
  bool IsTaken = false;                   ///< Linked is of Kept.
  List<wire::Reserve::Segment> SegmentsOfKept;
  bool HasRestarted = false; ///< The executor has.
  /// In this run, since libraries refer to what was left out.
  bool HasCompiledAgain = false;
};

/// What libraries that are loaded with an image, or later, bind to.
bool isForLibraries(const jit::Symbol &Found);

/// What an answer that has no address says of its symbol.
jit::ImportedSymbol imported(const wire::LookupReply::Symbol &Answer,
                             const wire::LookupReply &Reply);

/// Has an executor that knows of none yet load what the program is linked to.
Expected<void> loadLibraries(const LinkSettings &Settings,
                             controller::Session &Link);

} // namespace remoterun::driver

#endif
