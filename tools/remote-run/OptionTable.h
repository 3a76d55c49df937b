//===- OptionTable.h - The options of remote-run ----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For Options.cpp and Help.cpp only.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_OPTIONTABLE_H
#define REMOTERUN_TOOLS_OPTIONTABLE_H

#include "llvm/Support/CommandLine.h"

#include <string>
#include <vector>

namespace remoterun::options {

extern llvm::cl::opt<std::string> EntryFunction, FakeArgv0;
extern llvm::cl::opt<std::string> Stub;
extern llvm::cl::opt<std::string> Launcher;
extern llvm::cl::opt<std::string> Stdio;
extern llvm::cl::opt<bool> UploadStub;
extern llvm::cl::opt<std::string> RemoteCache;
extern llvm::cl::list<std::string> Environment;
extern llvm::cl::opt<std::string> Directory;
extern llvm::cl::opt<bool> SignalExitStatus;
extern llvm::cl::opt<std::string> Target, Sysroot, Emulator;
extern llvm::cl::opt<double> ExecutorTimeout;
extern llvm::cl::opt<llvm::cl::boolOrDefault> DebuggerSupport;
extern llvm::cl::opt<bool> WaitForDebugger;
extern llvm::cl::opt<std::string> Gdb;
extern llvm::cl::opt<std::string> Perf;
extern llvm::cl::opt<std::string> Symbolize;
extern llvm::cl::opt<bool> Trace;
extern llvm::cl::opt<std::string> ResultJson, CrashFolder;
extern llvm::cl::opt<std::string> Passes;
extern llvm::cl::opt<std::string> SaveObjects, EmitAsm, Map;
extern llvm::cl::opt<std::string> Cache, CachePolicy;
extern llvm::cl::opt<bool> NoCache;
extern llvm::cl::opt<unsigned> Jobs, PartSize;
enum class Laziness { Auto, On, Off };
extern llvm::cl::opt<Laziness> Lazy;
/// lli's word for it, as if it were "on" or "off"; nothing, if it is not given.
std::optional<Laziness> lazinessOfLli();

/// Of the options in LinkOptions.cpp, those that only chosenLinkLine() knows
/// among them.
extern llvm::cl::OptionCategory InputCategory, LibraryCategory;
extern llvm::cl::list<std::string> ExtraModules, AbsoluteSymbols;
extern llvm::cl::opt<bool> AsImage;
extern llvm::cl::opt<bool> NoProcessSymbols;

/// Of the options in LimitOptions.cpp.
extern llvm::cl::OptionCategory LimitCategory;

/// Of the options in SymbolOptions.cpp.
extern llvm::cl::OptionCategory SymbolCategory;

/// Of the options in LliOptions.cpp, and of OptionTable.cpp's alias.
extern llvm::cl::OptionCategory Compatibility;
extern llvm::cl::opt<bool> EnableCacheManager;
extern llvm::cl::opt<std::string> ObjectCacheDir;

/// Whether \p Option is one of those above, or one of LLVM's shared code
/// generation flags.
bool isOurs(const llvm::cl::Option &Option);
/// Whether what is compiled depends on an option that was given as \p Argument,
/// "-name", "--name=value" or "-Xvalue".
bool changesCode(llvm::StringRef Argument);
/// Whether it shows the same failure of LLVM's that it was given.
bool isForCodeGeneration(llvm::StringRef Argument);
/// Whether remote-passes understands it, too.
bool isForOptimizer(llvm::StringRef Argument);

/// Whether one holds for a program that starts itself again, as well: it is
/// none of what this run does once, or has done already.
bool countsAgain(llvm::StringRef Argument);

/// An option of lli or llc that is understood, and cannot be fulfilled.
struct Refusal {
  const char *Option;
  bool (*WasGiven)();
  const char *Reason; ///< Why, and what to do instead.
};
const std::vector<Refusal> &refusals();

/// The groups of our options, LLVM's shared flags among them, in the order in
/// which a person needs them.
llvm::ArrayRef<const llvm::cl::OptionCategory *> helpGroups();
/// The one of them, or of LLVM's own, in which --help shows \p Option.
const llvm::cl::OptionCategory &helpGroup(const llvm::cl::Option &Option);

/// Registers LLVM's shared code generation flags, groups --help and sets what
/// --version prints. Call once, before any parsing.
void prepare(const char *ProgramName);

} // namespace remoterun::options

#endif
