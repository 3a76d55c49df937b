//===- JITCore.h - What a RemoteJIT is --------------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_OPEN_JITCORE_H
#define REMOTERUN_DRIVER_OPEN_JITCORE_H

#include "controller/session/OpenSession.h"
#include "driver/open/CallBuffer.h"
#include "driver/open/LazyModule.h"
#include "driver/open/ModuleLink.h"
#include "driver/settings/RunSettings.h"
#include "remote-run/RemoteJIT.h"

#include "llvm/ADT/StringMap.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

namespace remoterun {

namespace detail {

struct ExecutorCore {
  /// Calls that are under way have it, too.
  std::shared_ptr<controller::OpenSession> Session;
  /// To start it again; no command for what was not launched here.
  controller::PeerRequest Request;
  std::chrono::milliseconds Patience;
};

/// The modules of one session, and what is called of them. All functions are
/// thread-safe.
class JITCore : public std::enable_shared_from_this<JITCore> {
public:
  static Expected<std::shared_ptr<JITCore>>
  create(std::unique_ptr<ExecutorCore> Target, const JITSettings &Settings);

  Expected<uint32_t> add(jit::InputFile Input, bool IsReplaceable);
  Expected<void> remove(uint32_t Module, bool Waits);
  Expected<void> replace(uint32_t Module, jit::InputFile Input);
  Expected<uint32_t> find(std::string_view Name, const Signature &Type);
  /// Nobody has the function that find() has returned any more.
  void giveBack(uint32_t Function);
  Expected<ExecutorAddr> address(std::string_view Name);
  Expected<void> read(ExecutorAddr From, std::span<uint8_t> Into);
  Expected<void> write(ExecutorAddr To, std::span<const uint8_t> Bytes);
  Expected<std::string> debugFile(uint32_t Module);
  Expected<void> restart();
  Expected<void> move(std::unique_ptr<ExecutorCore> Other);
  RemoteJIT::Statistics statistics();
  std::vector<std::string> takeWarnings();

  /// Returns the number of the call, for the three below. What is copied back
  /// to \p Arguments must be there until finish() or forget(). \p Type is that
  /// of a call of a variadic function, and null for others.
  Expected<uint64_t> begin(uint32_t Function, std::span<const Value> Arguments,
                           bool OwnThread, const Signature *Type = nullptr);
  Expected<Value> finish(uint64_t Call);
  bool isReady(uint64_t Call);
  void forget(uint64_t Call);

private:
  struct Module {
    std::shared_ptr<driver::CompiledModule> Code;
    driver::PlacedModule Placed;
    bool IsOurs = false; ///< A wrapper of calls, and nobody's to remove.
    bool IsEntries = false;
    /// What its pieces are taken from; null for what is no lazy module.
    std::shared_ptr<driver::LazyModule> Lazy = nullptr;
    bool NeedsFirst = false; ///< The piece that has to be there.
    bool IsTaking = false;   ///< A piece is being linked.
    uint32_t PieceOf = 0;    ///< Of a piece, its module; 0 for others.
    /// Of entries, the module with the bodies that they lead to; 0 for none.
    uint32_t Bodies = 0;

    /// In the executor, or only in this process: a module before it could not
    /// be linked again in a new one.
    bool isThere() const { return Placed.Record != nullptr; }
  };
  struct Function {
    std::string Name;
    Signature Type;
    uint32_t Wrapper = 0; ///< Its module; 0 if each call may have another.
    ExecutorAddr Address, WrapperAddress;
  };

  /// A call that is under way.
  struct Call {
    std::shared_ptr<controller::OpenSession> Session;
    uint64_t Number = 0; ///< The session's.
    uint32_t Function = 0;
    std::vector<driver::EncodedCall::CopyBack> Copies;
    ValueType Type; ///< Of its result.
  };

  JITCore(std::unique_ptr<ExecutorCore> Target, const JITSettings &Settings);

  ExecutorRange placeForModules() const;
  const driver::KnownSymbol *known(llvm::StringRef Name) const;
  Expected<std::shared_ptr<driver::CompiledModule>>
  compile(jit::InputFile Input, llvm::StringRef BodySuffix = "");
  void count(const driver::CompiledModule &Its);
  Expected<jit::InputFile> entriesFor(const driver::CompiledModule &Bodies);
  Expected<void> lead(const Module &Entries, const Module &Bodies);
  void linkSoon(uint32_t Number, uint32_t Old);
  Expected<void> checkBodies(const Module &Entries,
                             const driver::CompiledModule &Bodies) const;
  Expected<void> checkUnused(uint32_t Number, uint32_t ButBy) const;
  Expected<void> checkUnusedBy(uint32_t Number, uint32_t Other) const;
  Expected<uint32_t> linkBodies(uint32_t Entries, jit::InputFile Input);
  Expected<void> replaceBodies(uint32_t Entries, jit::InputFile Input);
  Expected<void> replaceWhole(uint32_t Number, jit::InputFile Input);
  bool isIdle();
  void removeRetired();
  void findFunctions();
  Expected<uint32_t> link(std::shared_ptr<driver::CompiledModule> Code,
                          bool IsEntries = false);
  Expected<void> linkAs(uint32_t Number,
                        std::shared_ptr<driver::CompiledModule> Code,
                        bool IsEntries = false);
  Expected<uint32_t> compileAndLink(jit::InputFile Input);
  Expected<uint32_t> addReplaceable(jit::InputFile Input);
  Expected<void> addAs(uint32_t Number, jit::InputFile Input);
  Expected<void> addLazy(uint32_t Number,
                         std::shared_ptr<driver::LazyModule> Its);
  void expectPieces(uint32_t Number);
  Expected<void> linkPiece(uint32_t Owner,
                           const driver::LazyModule::Piece &Piece);
  Expected<void> linkFirst(uint32_t Number);
  std::vector<uint32_t> piecesOf(uint32_t Number) const;
  Expected<void> removeLazy(uint32_t Number, bool Waits);
  void forgetLazy(uint32_t Number);
  Expected<void> replaceLazy(uint32_t Number, jit::InputFile Input);
  Expected<void> referAgain();
  Expected<const driver::KnownSymbol *> refer(llvm::StringRef Name);
  Expected<void> linkAt(uint32_t Number, Module &Its);
  Expected<void> unlink(uint32_t Number, bool Waits);
  Expected<void> unlinkAnyway(uint32_t Number, bool Waits);
  Expected<void> takeBack(uint32_t Number, bool Waits);
  void forgetModule(uint32_t Number);
  Expected<uint32_t> wrapperFor(const Signature &Type);
  ExecutorAddr addressOfWrapper(const Signature &Type) const;
  Expected<void> makeWrapper(const Signature &Type);
  Expected<ExecutorAddr> lookUp(const std::string &Name);
  Expected<void> loadLibraries();
  Expected<void> linkAll();
  Failure explain(Failure Why, controller::OpenSession &Session);
  Failure explain(Failure Why) {
    return explain(std::move(Why), *Target->Session);
  }
  Failure crashed(std::span<const uint8_t> Report, int Signal,
                  const std::string &What);
  driver::MachineLayout layout() const;
  Expected<Value> resultOf(const Call &Its, const std::string &Name,
                           controller::OpenSession::Answer Answer);
  Expected<Value> textOf(const Call &Its, const std::string &Name,
                         std::span<const uint8_t> Result);
  Failure failureOf(const Call &Its, const std::string &Name, Failure Why);

  std::unique_ptr<ExecutorCore> Target;
  const JITSettings Given;
  driver::ProgramSettings Settings;

  /// Held by who changes modules, or the session; shared by who calls.
  std::shared_mutex Guard;
  driver::SlabRoom Room;
  std::map<uint32_t, Module> Modules;
  std::vector<uint32_t> Order;   ///< In which they have been linked.
  std::vector<uint32_t> Retired; ///< Bodies that may still run.
  uint32_t LastNumber = 0;
  uint32_t Replaced = 0; ///< Its names are free for what takes its place.
  llvm::StringMap<driver::KnownSymbol> Symbols;
  std::map<std::string, uint32_t> Wrappers; ///< By wrapperKey().
  std::vector<Function> Functions;
  std::vector<std::string> Warnings;
  RemoteJIT::Statistics Counts;

  std::mutex CallGuard;
  // Under CallGuard.
  std::vector<uint32_t> FreeFunctions; ///< Places in Functions.
  std::map<uint64_t, Call> Calls;
  uint64_t LastCall = 0;
};

} // namespace detail
} // namespace remoterun

#endif
