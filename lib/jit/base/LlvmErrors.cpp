//===- LlvmErrors.cpp - From LLVM's ways to fail to ours ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/base/LlvmErrors.h"

#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace remoterun::jit {

Failure fromLlvm(Blame Whose, const std::string &What, llvm::Error Error) {
  return {Whose, What + ": " + toString(std::move(Error))};
}

struct CollectingHandler : DiagnosticHandler {
  explicit CollectingHandler(DiagnosticCollector &Into) : Into(Into) {}

  bool handleDiagnostics(const DiagnosticInfo &Info) override {
    // Made for the file of -pass-remarks-output alone.
    auto *Remark = dyn_cast<DiagnosticInfoOptimizationBase>(&Info);
    if (Remark && !Remark->isEnabled())
      return true;
    std::string Text;
    raw_string_ostream Stream(Text);
    if (auto *Source = dyn_cast<DiagnosticInfoSrcMgr>(&Info)) {
      Source->getSMDiag().print(nullptr, Stream, /*ShowColors=*/false,
                                /*ShowKindLabel=*/false);
    } else {
      DiagnosticPrinterRawOStream Printer(Stream);
      Info.print(Printer);
    }
    Text = StringRef(Text).rtrim().str();
    // Before LLVM 20, fast instruction selection and what goes on where that
    // gives up both say it.
    bool IsSaid = !Into.Errors.empty() && Into.Errors.back() == Text;
    if (Info.getSeverity() == DS_Error && !IsSaid)
      Into.Errors.push_back(std::move(Text));
    else if (Info.getSeverity() == DS_Warning)
      Into.Warnings.push_back(std::move(Text));
    else if (Remark)
      Into.Remarks.push_back(std::move(Text));
    return true;
  }

  DiagnosticCollector &Into;
};

void DiagnosticCollector::attachTo(LLVMContext &Context) {
  Context.setDiagnosticHandler(std::make_unique<CollectingHandler>(*this));
}

Expected<void> DiagnosticCollector::check(const std::string &InputName) const {
  if (Errors.empty())
    return {};
  std::string Text = "'" + InputName + "': " + Errors.front();
  for (size_t I = 1; I != Errors.size(); ++I)
    Text += "\n" + Errors[I];
  return Failure{Blame::Input, std::move(Text)};
}

void DiagnosticCollector::append(DiagnosticCollector &&Other) {
  std::move(Other.Errors.begin(), Other.Errors.end(),
            std::back_inserter(Errors));
  std::move(Other.Warnings.begin(), Other.Warnings.end(),
            std::back_inserter(Warnings));
  std::move(Other.Remarks.begin(), Other.Remarks.end(),
            std::back_inserter(Remarks));
}

} // namespace remoterun::jit
