//===- BitcodeBytes.cpp - A module as bytes -------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/base/BitcodeBytes.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/CommandLine.h"

#include <mutex>

using namespace llvm;

namespace remoterun::jit {

SmallVector<char, 0> writeBitcode(const Module &M) {
  SmallVector<char, 0> Bytes;
  BitcodeWriter Writer(Bytes);
  Writer.writeModule(M);
  Writer.writeStrtab();
  return Bytes;
}

llvm::Expected<std::unique_ptr<Module>> readBitcode(ArrayRef<char> Bytes,
                                                    LLVMContext &Context) {
  takeOverDebugInfoUpgrade();
  return parseBitcodeFile({{Bytes.data(), Bytes.size()}, ""}, Context);
}

void takeOverDebugInfoUpgrade() {
  static std::once_flag Once;
  std::call_once(Once, [] {
    auto &Options = cl::getRegisteredOptions();
    auto Found = Options.find("disable-auto-upgrade-debug-info");
    if (Found != Options.end())
      Found->second->addOccurrence(0, "", "true");
  });
}

} // namespace remoterun::jit
