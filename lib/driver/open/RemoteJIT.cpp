//===- RemoteJIT.cpp - Code for another process, from yours ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "remote-run/RemoteJIT.h"
#include "driver/open/JITCore.h"
#include "jit/base/BitcodeBytes.h"

#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/raw_ostream.h"

namespace remoterun {

using controller::OpenSession;
using controller::PeerProcess;
using detail::JITCore;

//===----------------------------------------------------------------------===//
// Executor
//===----------------------------------------------------------------------===//

Executor::Executor(std::unique_ptr<detail::ExecutorCore> Core)
    : Core(std::move(Core)) {}
Executor::Executor(Executor &&) noexcept = default;
Executor &Executor::operator=(Executor &&) noexcept = default;
Executor::~Executor() = default;

Expected<Executor> Executor::launch(std::vector<std::string> Command,
                                    LaunchOptions Options) {
  auto Made = std::make_unique<detail::ExecutorCore>();
  Made->Request.Command = std::move(Command);
  Made->Request.Environment = std::move(Options.Environment);
  Made->Request.OverStandardStreams = Options.OverStandardStreams;
  Made->Patience = Options.Patience;
  auto Launched = PeerProcess::launch(Made->Request);
  if (!Launched)
    return Launched.error();
  auto Opened = OpenSession::open(std::move(*Launched), Made->Patience);
  if (!Opened)
    return Opened.error();
  Made->Session = std::move(*Opened);
  return Executor(std::move(Made));
}

Expected<Executor> Executor::attach(int In, int Out) {
  auto Made = std::make_unique<detail::ExecutorCore>();
  auto Peer = PeerProcess::attachTo(In, Out);
  if (!Peer)
    return Peer.error();
  Made->Patience = LaunchOptions().Patience;
  auto Opened = OpenSession::open(std::move(*Peer), Made->Patience);
  if (!Opened)
    return Opened.error();
  Made->Session = std::move(*Opened);
  return Executor(std::move(Made));
}

const std::string &Executor::triple() const {
  return Core->Session->facts().Triple;
}

uint64_t Executor::processId() const {
  return Core->Session->facts().ProcessId;
}

//===----------------------------------------------------------------------===//
// RemoteJIT
//===----------------------------------------------------------------------===//

RemoteJIT::RemoteJIT(std::shared_ptr<JITCore> Core) : Core(std::move(Core)) {}
RemoteJIT::RemoteJIT(RemoteJIT &&) noexcept = default;
RemoteJIT &RemoteJIT::operator=(RemoteJIT &&) noexcept = default;
RemoteJIT::~RemoteJIT() = default;

Expected<RemoteJIT> RemoteJIT::create(Executor Target,
                                      const JITSettings &Settings) {
  auto Core = JITCore::create(std::move(Target.Core), Settings);
  if (!Core)
    return Core.error();
  return RemoteJIT(std::move(*Core));
}

namespace {

/// Its bitcode: what is compiled belongs to nobody's context.
Expected<jit::InputFile> inputOf(const llvm::Module &Module,
                                 const std::string &Name) {
  std::string Problem;
  llvm::raw_string_ostream Out(Problem);
  std::string Its = Name.empty() ? Module.getModuleIdentifier() : Name;
  if (llvm::verifyModule(Module, &Out))
    return Failure{Blame::Input, "'" + Its + "' is no valid IR: " + Problem};
  llvm::SmallVector<char, 0> Bitcode = jit::writeBitcode(Module);
  return jit::inputInMemory(llvm::MemoryBuffer::getMemBufferCopy(
                                {Bitcode.data(), Bitcode.size()}, Its),
                            Its);
}

Expected<jit::InputFile> inputOf(std::string_view Bytes,
                                 const std::string &Name) {
  std::string Its = Name.empty() ? "module" : Name;
  return jit::inputInMemory(llvm::MemoryBuffer::getMemBufferCopy(Bytes, Its),
                            Its);
}

} // namespace

Expected<ModuleHandle> RemoteJIT::add(std::unique_ptr<llvm::Module> Module,
                                      const AddOptions &Options) {
  auto Input = inputOf(*Module, Options.Name);
  if (!Input)
    return Input.error();
  Module.reset();
  auto Number = Core->add(std::move(*Input), Options.Replaceable);
  if (!Number)
    return Number.error();
  return ModuleHandle(*Number);
}

Expected<ModuleHandle> RemoteJIT::add(std::unique_ptr<llvm::Module> Module) {
  return add(std::move(Module), AddOptions());
}

Expected<ModuleHandle> RemoteJIT::add(std::string_view Bytes,
                                      const AddOptions &Options) {
  auto Input = inputOf(Bytes, Options.Name);
  if (!Input)
    return Input.error();
  auto Number = Core->add(std::move(*Input), Options.Replaceable);
  if (!Number)
    return Number.error();
  return ModuleHandle(*Number);
}

Expected<ModuleHandle> RemoteJIT::add(std::string_view Bytes) {
  return add(Bytes, AddOptions());
}

Expected<void> RemoteJIT::remove(ModuleHandle Module, RemovalMode Mode) {
  return Core->remove(Module.Number, Mode == RemovalMode::Wait);
}

Expected<void> RemoteJIT::replace(ModuleHandle Old,
                                  std::unique_ptr<llvm::Module> Module) {
  auto Input = inputOf(*Module, "");
  return Input ? Core->replace(Old.Number, std::move(*Input)) : Input.error();
}

Expected<void> RemoteJIT::replace(ModuleHandle Old, std::string_view Bytes) {
  auto Input = inputOf(Bytes, "");
  return Input ? Core->replace(Old.Number, std::move(*Input)) : Input.error();
}

Expected<detail::FunctionKey> RemoteJIT::find(std::string_view Name,
                                              const Signature &Type) {
  auto Found = Core->find(Name, Type);
  if (!Found)
    return Found.error();
  auto GiveBack = [Core = Core](const uint32_t *Number) {
    Core->giveBack(*Number);
    delete Number;
  };
  return detail::FunctionKey{
      Core, std::shared_ptr<const uint32_t>(new uint32_t(*Found), GiveBack)};
}

Expected<ExecutorAddr> RemoteJIT::address(std::string_view Name) {
  return Core->address(Name);
}

Expected<void> RemoteJIT::read(Expected<ExecutorAddr> From,
                               std::span<uint8_t> Into) {
  return From ? Core->read(*From, Into) : From.error();
}

Expected<void> RemoteJIT::write(Expected<ExecutorAddr> To,
                                std::span<const uint8_t> Bytes) {
  return To ? Core->write(*To, Bytes) : To.error();
}

Expected<std::string> RemoteJIT::debugFile(ModuleHandle Module) {
  return Core->debugFile(Module.Number);
}

Expected<void> RemoteJIT::restart() { return Core->restart(); }

Expected<void> RemoteJIT::move(Executor Other) {
  return Core->move(std::move(Other.Core));
}

RemoteJIT::Statistics RemoteJIT::statistics() const {
  return Core->statistics();
}

std::vector<std::string> RemoteJIT::takeWarnings() {
  return Core->takeWarnings();
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

namespace detail {

Expected<Value> call(const FunctionKey &Function,
                     std::span<const Value> Arguments, const Signature *Type) {
  auto Begun = Function.Core->begin(*Function.Number, Arguments,
                                    /*OwnThread=*/false, Type);
  return Begun ? Function.Core->finish(*Begun) : Begun.error();
}

Expected<uint64_t> begin(const FunctionKey &Function,
                         std::span<const Value> Arguments,
                         const Signature *Type) {
  return Function.Core->begin(*Function.Number, Arguments, /*OwnThread=*/true,
                              Type);
}

Expected<Value> finish(const FunctionKey &Function, uint64_t Call) {
  return Function.Core->finish(Call);
}

bool isReady(const FunctionKey &Function, uint64_t Call) {
  return Function.Core->isReady(Call);
}

void forget(const FunctionKey &Function, uint64_t Call) {
  Function.Core->forget(Call);
}

} // namespace detail

} // namespace remoterun
