//===- PassReportOptions.cpp - LLVM's own reports of passes ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PassReportOptions.h"
#include "jit/ir/PassReports.h"

using namespace llvm;

namespace remoterun::options {

namespace {

StringRef nameOf(StringRef Argument) {
  return Argument.ltrim('-').take_until([](char C) { return C == '='; });
}

/// LLVM's own, which say what its passes do.
constexpr struct {
  StringLiteral Name, Description, Value;
} PassReports[] = {
    {"time-passes", "Print the time that each pass takes", ""},
    {"print-before-all", "Print the IR before each pass", ""},
    {"print-after-all", "Print the IR after each pass", ""},
    {"print-before", "Print the IR before these passes", "passes"},
    {"print-after", "Print the IR after these passes", "passes"},
    {"filter-print-funcs", "Print the IR of these functions only", "names"},
    {"pass-remarks", "Print what passes of such names have done", "regex"},
    {"pass-remarks-missed", "Print what they could not do", "regex"},
    {"pass-remarks-analysis", "Print what they have found out", "regex"},
    {"pass-remarks-output", "Write it all to this file, as YAML", "file"}};

} // namespace

bool reportsPasses(StringRef Argument) {
  return jit::isPassReport(nameOf(Argument));
}

bool printsIR(StringRef Argument) { return jit::printsIR(nameOf(Argument)); }

void showPassReports(cl::OptionCategory &Category) {
  auto &Known = cl::getRegisteredOptions();
  for (const auto &Each : PassReports) {
    auto Found = Known.find(Each.Name);
    if (Found == Known.end())
      continue;
    Found->second->addCategory(Category);
    Found->second->setDescription(Each.Description);
    if (!Each.Value.empty())
      Found->second->setValueStr(Each.Value);
    Found->second->setHiddenFlag(cl::NotHidden);
  }
}

} // namespace remoterun::options
