//===- remote-jit.cpp - How long calls and additions take: RemoteJIT ------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Latency.h"
#include "remote-run/RemoteJIT.h"

#include <optional>

using namespace remoterun;

namespace {

template <typename T> T unwrap(Expected<T> Got) {
  if (!Got)
    latency::fail(Got.error().Message);
  return std::move(*Got);
}

class Library {
public:
  explicit Library(const char *Executor)
      : Jit(unwrap(RemoteJIT::create(
            unwrap(remoterun::Executor::launch({Executor}))))) {}

  void prepare(const std::string &Name) {
    Prepared = latency::makeModule(Context, Name);
  }
  void add(const std::string &Name) {
    Added = unwrap(Jit.add(std::move(Prepared)));
    Function = unwrap(Jit.lookup<int(int)>(Name));
  }
  int call(int Argument) { return unwrap((*Function)(Argument)); }
  void remove() {
    if (auto Removed = Jit.remove(Added); !Removed)
      latency::fail(Removed.error().Message);
  }

private:
  llvm::LLVMContext Context;
  std::unique_ptr<llvm::Module> Prepared;
  RemoteJIT Jit;
  ModuleHandle Added;
  std::optional<RemoteFunction<int(int)>> Function;
};

} // namespace

int main(int, char **Values) {
  Library Ours(Values[1]);
  latency::run(Ours, static_cast<unsigned>(std::atoi(Values[2])));
}
