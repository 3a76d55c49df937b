//===- OptionTable.cpp - The options of remote-run ------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OptionTable.h"
#include "Help.h"
#include "PassReportOptions.h"
#include "jit/codegen/CodeGenFlags.h"
#include "jit/codegen/Partition.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/CodeGen/CommandFlags.h"

#include <memory>

using namespace llvm;

namespace remoterun::options {

namespace {

cl::OptionCategory Running("Running the program");
cl::OptionCategory Launching("Other machines, containers and sandboxes");
cl::OptionCategory Debugging("Debuggers and profilers");
cl::OptionCategory Speed("Speed");
cl::OptionCategory Reports("Reports");
cl::OptionCategory CodeGeneration("Code generation (as in llc and lli)");
cl::OptionCategory About("About remote-run");

/// What llvm::cl needs to know of the positional arguments: their names in
/// --help. They are taken off the command line before it parses.
cl::list<std::string> Positional(cl::Positional,
                                 cl::desc("<file> [guest arguments...]"));

} // namespace

cl::opt<std::string> EntryFunction("entry-function", cl::value_desc("function"),
                                   cl::init("main"),
                                   cl::desc("Run this function in place of "
                                            "main"),
                                   cl::cat(Running));
cl::opt<std::string> FakeArgv0("fake-argv0", cl::value_desc("name"),
                               cl::desc("The program's argv[0]; default: the "
                                        "file's name without .bc"),
                               cl::cat(Running));
cl::opt<std::string>
    Stub("stub", cl::value_desc("file"),
         cl::desc("The executor's binary; default: remote-stub beside this"),
         cl::cat(Running));
cl::opt<std::string>
    Sysroot("sysroot", cl::value_desc("dir"),
            cl::desc("Libraries for an emulated program; default: "
                     "/usr/<target>"),
            cl::cat(Running));
cl::opt<std::string>
    Emulator("emulator", cl::value_desc("file"), cl::Hidden,
             cl::desc("The emulator of a program for another machine; default: "
                      "the one in PATH"),
             cl::cat(Running));
cl::opt<double> ExecutorTimeout(
    "executor-timeout", cl::value_desc("seconds"), cl::init(10),
    cl::desc("Give up on an executor that is silent for so long; default: 10,\n"
             "or 60 where standard streams are forwarded"),
    cl::cat(Running));
cl::list<std::string>
    Environment("env", cl::value_desc("name=value"),
                cl::desc("Set this in the program's environment"),
                cl::cat(Running));
cl::opt<std::string> Directory("chdir", cl::value_desc("dir"),
                               cl::desc("Start the program in this directory"),
                               cl::cat(Running));
cl::opt<bool> SignalExitStatus(
    "signal-exit-status",
    cl::desc("Exit with 128+N where the program dies of signal N, in place of\n"
             "dying of it as well"),
    cl::cat(Running));

cl::opt<std::string>
    Launcher("launcher", cl::value_desc("command"),
             cl::desc("Start the executor through this command, as 'ssh host'\n"
                      "or valgrind"),
             cl::cat(Launching));
cl::opt<std::string> Stdio(
    "stdio", cl::value_desc("inherit|forward"),
    cl::desc("Whether the program has our standard streams, or they are\n"
             "forwarded; default: forward for ssh, docker exec, srun and\n"
             "their like, which pass no other descriptors through"),
    cl::cat(Launching));
cl::alias RemoteStubPath("remote-stub-path", cl::value_desc("file"),
                         cl::aliasopt(Stub),
                         cl::desc("The same as --stub, at the far end"),
                         cl::NotHidden, cl::cat(Launching));
cl::opt<bool> UploadStub(
    "upload-stub",
    cl::desc("Send the executor's binary through the launcher to a shell;\n"
             "default, where streams are forwarded, without --stub"),
    cl::cat(Launching));
cl::opt<std::string> RemoteCache(
    "remote-cache", cl::ValueOptional, cl::value_desc("dir"),
    cl::desc("Where streams are forwarded: have the far end keep what it is\n"
             "sent of programs, in its user's cache or this folder of its"),
    cl::cat(Launching));

cl::opt<cl::boolOrDefault> DebuggerSupport(
    "debugger-support",
    cl::desc("Let gdb see the program; default: if it has debug information"),
    cl::cat(Debugging));
cl::opt<bool> WaitForDebugger(
    "wait-for-debugger",
    cl::desc("Start the program when a debugger has attached to it"),
    cl::cat(Debugging));
cl::opt<std::string> Gdb(
    "gdb", cl::ValueOptional, cl::value_desc("command"),
    cl::desc("Become gdb, or 'gdb -q ...', when the program waits to begin"),
    cl::cat(Debugging));
cl::opt<std::string>
    Perf("perf", cl::ValueOptional, cl::value_desc("dir"),
         cl::desc("Write a file there for a perf that has not started us"),
         cl::cat(Debugging));

cl::opt<std::string> Symbolize(
    "symbolize", cl::value_desc("off|names|full"), cl::init("full"),
    cl::desc("Tell of a crash its signal; functions; lines too (default)"),
    cl::cat(Reports));

cl::opt<std::string>
    Target("target", cl::value_desc("triple"),
           cl::desc("The machine to run on; default: the module's, or this"),
           cl::cat(CodeGeneration));
cl::opt<std::string> Passes("passes", cl::value_desc("pipeline"),
                            cl::desc("Optimize first, as with opt -passes"),
                            cl::cat(CodeGeneration));

cl::opt<std::string> Cache("cache", cl::ValueOptional, cl::value_desc("dir"),
                           cl::desc("Keep what is compiled for the next run, "
                                    "in a folder that is yours alone"),
                           cl::cat(Speed));
cl::opt<bool> NoCache("no-cache",
                      cl::desc("Keep nothing (see $REMOTE_RUN_CACHE)"),
                      cl::cat(Speed));
cl::opt<std::string>
    CachePolicy("cache-policy", cl::value_desc("policy"),
                cl::init("cache_size=10%:cache_size_bytes=4g:prune_after=168h"),
                cl::desc("When to remove what (see LLVM's CachePruning)"),
                cl::cat(Speed));
cl::opt<unsigned>
    Jobs("j", cl::Prefix, cl::value_desc("n"),
         cl::desc("Threads that compile; default: all processors"),
         cl::cat(Speed));

cl::opt<Laziness> Lazy(
    "lazy", cl::ValueOptional, cl::value_desc("auto|on|off"),
    cl::init(Laziness::Auto),
    cl::desc("Compile functions when they are called; default: auto, which is "
             "for large programs"),
    cl::values(clEnumValN(Laziness::Auto, "auto",
                          "of large programs (default)"),
               clEnumValN(Laziness::On, "on", "wherever that can be"),
               clEnumValN(Laziness::Off, "off", "no: all before the start"),
               clEnumValN(Laziness::On, "", "on")),
    cl::cat(Speed));

cl::opt<unsigned> PartSize("part-size", cl::value_desc("instructions"),
                           cl::init(jit::DefaultPartWeight), cl::Hidden,
                           cl::desc("Cut modules into parts of this size"),
                           cl::cat(CodeGeneration));

cl::opt<bool> Trace("trace",
                    cl::desc("Print a line for each frame of the protocol"),
                    cl::cat(Reports));
cl::opt<std::string>
    SaveObjects("save-objects", cl::ValueOptional, cl::value_desc("dir"),
                cl::desc("Write each object that is compiled, here or there"),
                cl::cat(Reports));
cl::opt<std::string>
    EmitAsm("emit-asm", cl::ValueOptional, cl::value_desc("file"),
            cl::desc("Write the assembly of what is compiled; default: "
                     "<input>.s"),
            cl::cat(Reports));
cl::opt<std::string> Map("map", cl::value_desc("file"),
                         cl::desc("Write where sections and symbols are, as "
                                  "lld -Map"),
                         cl::cat(Reports));
cl::opt<std::string>
    ResultJson("result-json", cl::value_desc("file"),
               cl::desc("Write how the run ended, and what it took, as JSON"),
               cl::cat(Reports));
cl::opt<std::string>
    CrashFolder("crash-dir", cl::value_desc("dir"),
                cl::desc("Where a failure of LLVM's leaves what shows it\n"
                         "again; default: $TMPDIR or /tmp, empty: nowhere"),
                cl::cat(Reports));

namespace {

cl::alias RemoteProcess("mcjit-remote-process", cl::value_desc("file"),
                        cl::aliasopt(Stub), cl::desc("Same as --stub"),
                        cl::NotHidden, cl::cat(Compatibility));
/// By address: hashing all their names took a fifth of the time to main().
DenseSet<const cl::Option *> registeredOptions() {
  auto &Known = cl::getRegisteredOptions();
  DenseSet<const cl::Option *> Options;
  Options.reserve(Known.size());
  for (auto &[Name, Option] : Known)
    Options.insert(Option);
  return Options;
}

/// One of LLVM's shared code generation flags that --help shows; the others are
/// in --help-hidden.
struct EverydayFlag {
  StringRef Name;
  StringRef Value;       ///< Empty: as LLVM calls it.
  StringRef Description; ///< Empty: as LLVM has it.
};

const EverydayFlag *findEverydayFlag(StringRef Name) {
  static constexpr EverydayFlag All[] = {
      {"O", "", ""},
      {"mtriple", "", ""},
      {"march", "name", "The architecture, in the place of the triple's"},
      {"mcpu", "name", "The processor; native: the executor's"},
      {"mattr", "+a,-b,...", "Features that the processor has or has not"},
      {"relocation-model", "static|pic", "As in llc"},
      {"code-model", "small|medium|large", "As in llc"},
  };
  const EverydayFlag *Found =
      find_if(All, [&](const EverydayFlag &Each) { return Each.Name == Name; });
  return Found == std::end(All) ? nullptr : Found;
}

void showEverydayFlag(cl::Option &Option, const EverydayFlag &Flag) {
  if (!Flag.Value.empty())
    Option.setValueStr(Flag.Value);
  if (!Flag.Description.empty())
    Option.setDescription(Flag.Description);
}

} // namespace

bool isOurs(const cl::Option &Option) {
  return any_of(Option.Categories, [](const cl::OptionCategory *Category) {
    return is_contained(helpGroups(), Category);
  });
}

namespace {

/// The option that \p Argument is one of; null for none.
const cl::Option *findOption(StringRef Argument) {
  StringRef Name = Argument.drop_while([](char C) { return C == '-'; });
  auto &Known = cl::getRegisteredOptions();
  auto Found = Known.find(Name.take_until([](char C) { return C == '='; }));
  if (Found == Known.end())
    Found = Known.find(Name.take_front());
  return Found == Known.end() ? nullptr : Found->second;
}

} // namespace

ArrayRef<const cl::OptionCategory *> helpGroups() {
  static const cl::OptionCategory *const Order[] = {
      &InputCategory, &Running,   &LibraryCategory, &SymbolCategory,
      &LimitCategory, &Launching, &Speed,           &CodeGeneration,
      &Debugging,     &Reports,   &Compatibility,   &About};
  return Order;
}

const cl::OptionCategory &helpGroup(const cl::Option &Option) {
  // An alias has the groups of what it stands for.
  if (&Option == &RemoteStubPath)
    return Launching;
  if (&Option == &RemoteProcess)
    return Compatibility;
  return *Option.Categories.front();
}

bool changesCode(StringRef Argument) {
  const cl::Option *Option = findOption(Argument);
  // Of those that say where the program runs, it has no say in what runs.
  if (Option == &RemoteCache)
    return false;
  return !Option ||
         none_of(Option->Categories, [](const cl::OptionCategory *Category) {
           return Category == &InputCategory || Category == &LibraryCategory ||
                  Category == &SymbolCategory || Category == &Running ||
                  Category == &LimitCategory || Category == &Debugging ||
                  Category == &Speed || Category == &Reports;
         });
}

bool isForCodeGeneration(StringRef Argument) {
  const cl::Option *Option = findOption(Argument);
  return Option && (!isOurs(*Option) ||
                    is_contained(Option->Categories, &CodeGeneration));
}

bool isForOptimizer(StringRef Argument) {
  const cl::Option *Option = findOption(Argument);
  return Option != &Passes && Option != &PartSize && Option != &Target &&
         isForCodeGeneration(Argument);
}

bool countsAgain(StringRef Argument) {
  const cl::Option *Option = findOption(Argument);
  // What the process has by then, and what tells of this run; where the
  // environment has a say, the caller knows the effect.
  static const cl::Option *const OfOneRun[] = {
      std::addressof<cl::Option>(Environment),
      &Directory,
      &FakeArgv0,
      &SignalExitStatus,
      &Stdio,
      &UploadStub,
      &RemoteCache,
      &WaitForDebugger,
      &Gdb,
      &Perf,
      &Emulator,
      &Cache,
      &NoCache};
  if (!Option || is_contained(OfOneRun, Option) || reportsPasses(Argument))
    return false;
  return none_of(Option->Categories, [](const cl::OptionCategory *Category) {
    return Category == &LimitCategory || Category == &Reports;
  });
}

void prepare(const char *ProgramName) {
  // Registers LLVM's common options (--stats among them), so that they can be
  // sorted with the rest.
  cl::ParseCommandLineOptions(1, &ProgramName);
  DenseSet<const cl::Option *> Before = registeredOptions();
  jit::registerCodeGenFlags();
  cl::SetVersionPrinter(printVersion);
  for (auto &[Name, Option] : cl::getRegisteredOptions()) {
    if (!Before.contains(Option)) {
      // addCategory() replaces the general one.
      Option->addCategory(CodeGeneration);
      if (const EverydayFlag *Flag = findEverydayFlag(Name))
        showEverydayFlag(*Option, *Flag);
      else
        Option->setHiddenFlag(cl::Hidden);
    } else if (Name == "stats") {
      Option->addCategory(Reports);
      Option->setDescription("Print times, frames, bytes and counts of each "
                             "step");
      Option->setHiddenFlag(cl::NotHidden);
    } else if (Name == "help" || Name == "help-hidden" || Name == "version") {
      // addCategory() would leave LLVM's own before it.
      Option->Categories = {&About};
      Option->setHiddenFlag(cl::NotHidden);
    } else if (!isOurs(*Option) &&
               Option->getOptionHiddenFlag() == cl::NotHidden) {
      Option->setHiddenFlag(cl::Hidden);
    }
  }
  showPassReports(CodeGeneration);
}

} // namespace remoterun::options
