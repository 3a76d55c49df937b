//===- orc.cpp - How long calls and additions take: LLVM's ORC ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLJIT over SimpleRemoteEPC, as llvm-jitlink uses it, with the executor that
// comes with LLVM: llvm-jitlink-executor. A third word, "shared", has memory
// shared with the executor in place of copies over the pipe.
//
//===----------------------------------------------------------------------===//

#include "Latency.h"

#include "llvm/ExecutionEngine/Orc/EPCDynamicLibrarySearchGenerator.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/ExecutionEngine/Orc/MapperJITLinkMemoryManager.h"
#include "llvm/ExecutionEngine/Orc/MemoryMapper.h"
#include "llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h"
#include "llvm/ExecutionEngine/Orc/Shared/OrcRTBridge.h"
#include "llvm/ExecutionEngine/Orc/Shared/SimpleRemoteEPCUtils.h"
#include "llvm/ExecutionEngine/Orc/SimpleRemoteEPC.h"
#include "llvm/Support/TargetSelect.h"

#include <cstring>
#include <unistd.h>

using namespace llvm;
using namespace llvm::orc;

namespace {

template <typename T> T unwrap(llvm::Expected<T> Got) {
  if (!Got)
    latency::fail(toString(Got.takeError()));
  return std::move(*Got);
}
void unwrap(Error Problem) {
  if (Problem)
    latency::fail(toString(std::move(Problem)));
}

llvm::Expected<std::unique_ptr<jitlink::JITLinkMemoryManager>>
makeSharedMemory(SimpleRemoteEPC &Remote) {
  SharedMemoryMapper::SymbolAddrs Symbols;
  if (auto Problem = Remote.getBootstrapSymbols(
          {{Symbols.Instance,
            rt::ExecutorSharedMemoryMapperServiceInstanceName},
           {Symbols.Reserve,
            rt::ExecutorSharedMemoryMapperServiceReserveWrapperName},
           {Symbols.Initialize,
            rt::ExecutorSharedMemoryMapperServiceInitializeWrapperName},
           {Symbols.Deinitialize,
            rt::ExecutorSharedMemoryMapperServiceDeinitializeWrapperName},
           {Symbols.Release,
            rt::ExecutorSharedMemoryMapperServiceReleaseWrapperName}}))
    return Problem;
  constexpr size_t Granularity = size_t(1) << 30;
  return MapperJITLinkMemoryManager::CreateWithMapper<SharedMemoryMapper>(
      Granularity, Remote, Symbols);
}

std::unique_ptr<ExecutorProcessControl> launch(const char *Executor,
                                               bool IsShared) {
  int To[2], From[2];
  if (::pipe(To) != 0 || ::pipe(From) != 0)
    latency::fail("no pipes");
  if (::fork() == 0) {
    ::close(To[1]);
    ::close(From[0]);
    std::string Word =
        "filedescs=" + std::to_string(To[0]) + "," + std::to_string(From[1]);
    ::execl(Executor, Executor, Word.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(To[0]);
  ::close(From[1]);
  SimpleRemoteEPC::Setup Setup;
  if (IsShared)
    Setup.CreateMemoryManager = makeSharedMemory;
  return unwrap(SimpleRemoteEPC::Create<FDSimpleRemoteEPCTransport>(
      std::make_unique<DynamicThreadPoolTaskDispatcher>(std::nullopt),
      std::move(Setup), From[0], To[1]));
}

class Library {
public:
  Library(const char *Executor, bool IsShared) {
    InitializeNativeTarget();
    InitializeNativeTargetAsmPrinter();
    auto Remote = launch(Executor, IsShared);
    Control = Remote.get();
    Jit = unwrap(LLJITBuilder()
                     .setExecutorProcessControl(std::move(Remote))
                     .setPlatformSetUp(setUpInactivePlatform)
                     .create());
    Jit->getMainJITDylib().addGenerator(
        unwrap(EPCDynamicLibrarySearchGenerator::GetForTargetProcess(
            Jit->getExecutionSession())));
  }

  void prepare(const std::string &Name) {
    auto Context = std::make_unique<LLVMContext>();
    auto Made = latency::makeModule(*Context, Name);
    Prepared = ThreadSafeModule(std::move(Made), std::move(Context));
  }
  void add(const std::string &Name) {
    Added = Jit->getMainJITDylib().createResourceTracker();
    unwrap(Jit->addIRModule(Added, std::move(Prepared)));
    Function = unwrap(Jit->lookup(Name));
  }
  int call(int Argument) {
    return unwrap(Control->runAsIntFunction(Function, Argument));
  }
  void remove() { unwrap(Added->remove()); }

private:
  std::unique_ptr<LLJIT> Jit;
  ExecutorProcessControl *Control = nullptr;
  ThreadSafeModule Prepared;
  ResourceTrackerSP Added;
  ExecutorAddr Function;
};

} // namespace

int main(int Count, char **Values) {
  Library Theirs(Values[1], Count > 3 && std::strcmp(Values[3], "shared") == 0);
  latency::run(Theirs, static_cast<unsigned>(std::atoi(Values[2])));
}
