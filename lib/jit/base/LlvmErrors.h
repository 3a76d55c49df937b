//===- LlvmErrors.h - From LLVM's ways to fail to ours ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_BASE_LLVMERRORS_H
#define REMOTERUN_JIT_BASE_LLVMERRORS_H

#include "remote-run/Failure.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/Error.h"

#include <string>
#include <utility>
#include <vector>

namespace remoterun::jit {

/// Consumes \p Error. The message is "<What>: <LLVM's text>".
Failure fromLlvm(Blame Whose, const std::string &What, llvm::Error Error);

/// Collects what LLVM reports through a context (inline assembly that does not
/// assemble, linker warnings, ...) instead of printing it and exiting.
class DiagnosticCollector {
public:
  /// Takes over \p Context's diagnostics; must outlive it.
  void attachTo(llvm::LLVMContext &Context);

  /// The errors so far as one failure of \p InputName, if there are any.
  Expected<void> check(const std::string &InputName) const;
  bool hasWarnings() const { return !Warnings.empty(); }
  /// Adds what another has collected.
  void append(DiagnosticCollector &&Other);
  /// Hands over what passes have remarked that -pass-remarks and its like ask
  /// for.
  std::vector<std::string> takeRemarks() { return std::move(Remarks); }
  /// Hands over the warnings so far.
  std::vector<std::string> takeWarnings() {
    return std::exchange(Warnings, {});
  }

private:
  friend struct CollectingHandler;
  std::vector<std::string> Errors;
  std::vector<std::string> Warnings;
  std::vector<std::string> Remarks;
};

} // namespace remoterun::jit

#endif
