//===- JITNames.cpp - What a RemoteJIT's modules and executor define ------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/Printable.h"
#include "driver/open/CallWrapper.h"
#include "driver/open/JITCore.h"

using namespace llvm;

namespace remoterun::detail {

Expected<ExecutorAddr> JITCore::lookUp(const std::string &Name) {
  auto Known = refer(Name);
  if (!Known)
    return explain(Known.error());
  if (*Known)
    return (*Known)->Address;
  wire::Lookup Question;
  Question.Symbols.push({/*Weak=*/false, /*WantsSize=*/false, Name});
  auto Answers = Target->Session->lookup(Question);
  if (!Answers)
    return explain(Answers.error());
  if (Answers->front().Value.isNull())
    return Failure{Blame::Usage, "no module defines '" +
                                     controller::printable(Name) +
                                     "', and the executor has none"};
  return Answers->front().Value;
}

Expected<ExecutorAddr> JITCore::address(std::string_view Name) {
  std::lock_guard Only(Guard); // A piece of a module may have to be linked.
  return lookUp(std::string(Name));
}

/// Null where it is not there yet.
ExecutorAddr JITCore::addressOfWrapper(const Signature &Type) const {
  auto Known = Wrappers.find(driver::wrapperKey(Type));
  if (Known == Wrappers.end())
    return {};
  const Module &Its = Modules.find(Known->second)->second;
  return Its.isThere() ? Its.Placed.Symbols.front().Address : ExecutorAddr();
}

Expected<uint32_t> JITCore::wrapperFor(const Signature &Type) {
  std::string Key = driver::wrapperKey(Type);
  if (auto Known = Wrappers.find(Key); Known != Wrappers.end()) {
    Module &Its = Modules[Known->second];
    if (!Its.isThere())
      if (auto Linked = linkAt(Known->second, Its); !Linked)
        return Linked.error();
    return Known->second;
  }
  std::string Name = driver::WrapperPrefix.str() + Key;
  std::string Bitcode = driver::makeWrapper(
      Type, Name, Triple(Triple::normalize(Target->Session->facts().Triple)));
  auto Input =
      jit::inputInMemory(MemoryBuffer::getMemBufferCopy(Bitcode, Name), Name);
  if (!Input)
    return Input.error();
  auto Compiled = compile(std::move(*Input));
  if (!Compiled)
    return Compiled.error();
  Counts.WrappersCompiled += !(*Compiled)->IsFromCache;
  auto Number = link(std::move(*Compiled));
  if (!Number)
    return Number.error();
  Modules[*Number].IsOurs = true;
  Wrappers[Key] = *Number;
  return *Number;
}

Expected<uint32_t> JITCore::find(std::string_view Name, const Signature &Type) {
  std::lock_guard Only(Guard);
  Function Its;
  Its.Name = std::string(Name);
  Its.Type = Type;
  auto Found = lookUp(Its.Name);
  if (!Found)
    return Found.error();
  Its.Address = *Found;
  if (!Type.Named) {
    auto Wrapper = wrapperFor(Type);
    if (!Wrapper)
      return Wrapper.error();
    Its.Wrapper = *Wrapper;
    Its.WrapperAddress = Modules[*Wrapper].Placed.Symbols.front().Address;
  }
  uint32_t Number;
  {
    std::lock_guard Free(CallGuard);
    Number = static_cast<uint32_t>(Functions.size());
    if (!FreeFunctions.empty()) {
      Number = FreeFunctions.back();
      FreeFunctions.pop_back();
    }
  }
  if (Number == Functions.size())
    Functions.emplace_back();
  Functions[Number] = std::move(Its);
  findFunctions();
  return Number;
}

void JITCore::giveBack(uint32_t Function) {
  std::lock_guard Only(CallGuard);
  FreeFunctions.push_back(Function);
}

} // namespace remoterun::detail
