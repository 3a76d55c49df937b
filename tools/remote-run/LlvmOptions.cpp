//===- LlvmOptions.cpp - LLVM's own options that have no effect -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LlvmOptions.h"
#include "OptionNames.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"

#include <vector>

using namespace llvm;

namespace remoterun::options {

namespace {

// lli's and opt's, known so that they can be refused with a reason.
cl::list<std::string> Load("load", cl::ReallyHidden);
cl::list<std::string> LoadPassPlugin("load-pass-plugin", cl::ReallyHidden);

/// Options that have no effect for one reason.
struct Family {
  const char *Reason;
  /// With one of these they act; they are refused always if there is none.
  std::vector<StringRef> ActWith;
  /// Their names; "asan-*" stands for all that begin so.
  std::vector<StringRef> Names;

  bool contains(StringRef Option) const {
    return any_of(Names, [&](StringRef Name) {
      return Name.consume_back("*") ? Option.starts_with(Name) : Option == Name;
    });
  }
};

/// In which file LLVM declares them decides where they belong.
const std::vector<Family> &families() {
  static const std::vector<Family> All = {
      {"a plugin of LLVM's would run in the compiler, and not in the program; "
       "--dlopen=FILE loads a library for the program",
       {},
       {"load"}},
      {"remote-passes has the passes of LLVM and no others; run the plugin "
       "with opt, and give its output to remote-run",
       {},
       {"load-pass-plugin"}},
      {"it belongs to passes that optimize, and none run; say which with "
       "--passes=PIPELINE",
       {"passes"},
       {"asan-*",
        "cfg-*",
        "cold-callsite-*",
        "cold-new-hint-value",
        "ctx-profile-*",
        "dot-cfg-mssa",
        "enable-unsafe-globalsmodref-*",
        "force-vector-*",
        "hoist-runtime-checks",
        "hot-callsite-*",
        "hot-new-hint-value",
        "icp-*",
        "ignore-tti-inline-compatible",
        "inline-*",
        "inlinecold-*",
        "inlinedefault-*",
        "inlinehint-*",
        "ir2vec-*",
        "laa-speculate-unit-stride",
        "locally-hot-callsite-*",
        "max-dependences",
        "max-interleave-group-factor",
        "memdep-*",
        "memory-check-merge-*",
        "memprof-*",
        "notcold-new-hint-value",
        "optimize-existing-hot-cold-new",
        "optimize-hot-cold-new",
        "optimize-nobuiltin-hot-cold-new-new",
        "print-instruction-comments",
        "recursive-inline-*",
        "runtime-memory-check-*",
        "simplifycfg-*",
        "stack-safety-print",
        "stack-safety-run",
        "use-ctx-profile"}},
      {"it belongs to the timing of passes; give --time-passes, too",
       {"time-passes", "time-passes-per-run"},
       {"info-output-file", "sort-timers", "track-memory"}},
      {"LLVM has been built without its statistics; --stats and --result-json "
       "tell what remote-run counts",
       {},
       {"enable-block-placement-stats", "stats-json"}},
      {"LLVM would print that at an end which remote-run does not wait for; "
       "use llc",
       {},
       {"dropped-variable-stats-mir", "print-debug-counter"}},
      {"it is about assembly as text; give --emit-asm, too",
       {"emit-asm"},
       {"asm-print-latency", "asm-show-inst"}},
      {"a program that is run needs all passes of code generation; use llc",
       {},
       {"start-after", "start-before", "stop-after", "stop-before"}},
      {"it is about other formats than ELF; drop it",
       {},
       {"as-secure-log-file", "emit-compact-unwind-non-canonical", "fdpic",
        "ignore-xcoff-visibility", "incremental-linker-compatible",
        "ms-secure-hotpatch-functions-*", "mxcoff-roptr", "no-type-check",
        "xcoff-traceback-table"}},
      {"it is about link-time optimization with summaries of modules; drop it",
       {},
       {"codegen-data-thinlto-two-rounds", "combined-index-memprof-context",
        "enable-memprof-indirect-call-support", "force-summary-edges-cold",
        "import-*", "module-summary-*", "no-kernel-info-end-lto",
        "print-summary-global-ids", "propagate-attrs",
        "write-relbf-to-summary"}},
      {"remote-run shows no graphs; use llc",
       {},
       {"dot-mcfg-only", "fs-viewbfi-*", "mcfg-dot-filename-prefix",
        "pgo-view-counts", "renumber-blocks-before-view", "view-*"}},
      {"--crash-dir=DIR says where a failure of LLVM's leaves what shows it "
       "again",
       {},
       {"crash-diagnostics-dir"}},
      {"RuntimeDyld reads no such relocations; drop it", {}, {"crel"}},
      {"remote-run looks itself whether debug information can be used; drop it",
       {},
       {"disable-auto-upgrade-debug-info"}},
  };
  return All;
}

bool isGiven(StringRef Name) {
  auto &Known = cl::getRegisteredOptions();
  auto Found = Known.find(Name);
  return Found != Known.end() && Found->second->getNumOccurrences() > 0;
}

} // namespace

Expected<void> refuseWithoutEffect(ArrayRef<const char *> Own) {
  for (StringRef Argument : Own) {
    auto [Name, Value] = Argument.ltrim('-').split('=');
    // What stands after an option with a value is not given as an option; and
    // off is what they are here anyway.
    if (!isGiven(Name) || Value == "false")
      continue;
    for (const Family &Each : families())
      if (Each.contains(Name) && none_of(Each.ActWith, isGiven))
        return Failure{Blame::Usage,
                       "--" + Name.str() + " is not supported: " + Each.Reason};
  }
  return {};
}

Expected<void> printValuesIfAsked() {
  if (!isGiven("print-options") && !isGiven("print-all-options"))
    return {};
  cl::PrintOptionValues();
  outs().flush();
  if (!outs().has_error())
    return Failure{Blame::Usage, "", 0};
  std::string Reason = outs().error().message();
  outs().clear_error();
  return Failure{Blame::Internal, "cannot write to standard output: " + Reason};
}

} // namespace remoterun::options
