//===- main.cpp - remote-passes -------------------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Optimizes bitcode on its way from standard input to standard output. It is a
// program of its own because LLVM's passes would make every start of remote-run
// a millisecond slower; remote-run starts it for --passes
// (lib/jit/ir/Optimizer.h).
//
//===----------------------------------------------------------------------===//

#include "Pipeline.h"
#include "jit/base/BitcodeBytes.h"
#include "jit/base/CrashGuard.h"
#include "jit/base/LlvmErrors.h"
#include "jit/codegen/CodeGenFlags.h"
#include "jit/ir/PassReports.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <sys/prctl.h>
#include <unistd.h>

using namespace llvm;

namespace remoterun {

namespace {

constexpr int FailureStatus = 1;
constexpr char InputName[] = "standard input";

cl::opt<std::string> Passes("passes", cl::value_desc("pipeline"),
                            cl::desc("What to run, in the syntax of opt's "
                                     "-passes: default<O2>, ..."));
cl::opt<int> Parent("parent", cl::Hidden, cl::value_desc("pid"),
                    cl::desc("Die with this process, which started this one"));

/// Our messages have one line each; remote-run reads them.
void say(const char *Kind, StringRef Message) {
  std::string Line;
  SmallVector<StringRef, 4> Parts;
  Message.split(Parts, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef Part : Parts) {
    // llvm::cl has it in each of its lines.
    Part.consume_front("remote-passes: ");
    Line += (Line.empty() ? "" : "; ") + Part.trim().str();
  }
  std::fprintf(stderr, "remote-passes: %s: %s\n", Kind, Line.c_str());
}

/// Whatever ends \p Starter ends us, and nobody is left to read what we say.
void dieWith(pid_t Starter) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  // It may have died before the call.
  if (::getppid() != Starter)
    ::_exit(FailureStatus);
}

void printVersion(raw_ostream &OS) {
  OS << "remote-passes " REMOTERUN_VERSION "\n"
     << "  LLVM " LLVM_VERSION_STRING "\n";
}

Expected<jit::CodeGenOptions> parseOptions(int Count, char **Values) {
  jit::registerCodeGenFlags();
  cl::SetVersionPrinter(printVersion);
  std::string Errors;
  raw_string_ostream Stream(Errors);
  if (!cl::ParseCommandLineOptions(Count, Values,
                                   "optimizes LLVM bitcode from standard input "
                                   "to standard output\n",
                                   &Stream))
    return Failure{Blame::Usage, Errors};
  if (Passes.empty())
    return Failure{Blame::Usage, "say what to run with --passes=PIPELINE"};
  return jit::codeGenOptionsOfFlags();
}

/// The module on standard input, which lives as long as the process.
Expected<Module *> read(LLVMContext &Context) {
  auto Contents = MemoryBuffer::getSTDIN();
  if (!Contents)
    return Failure{Blame::Input, std::string("cannot read ") + InputName +
                                     ": " + Contents.getError().message()};
  auto M = parseBitcodeFile(**Contents, Context);
  if (!M)
    return jit::fromLlvm(
        Blame::Input, std::string("no bitcode on ") + InputName, M.takeError());
  std::string Text;
  raw_string_ostream Stream(Text);
  if (verifyModule(**M, &Stream))
    return Failure{Blame::Input, std::string("the IR on ") + InputName +
                                     " does not verify: " + Text};
  return M->release();
}

Expected<void> write(const Module &M) {
  SmallVector<char, 0> Bytes = jit::writeBitcode(M);
  StringRef Left(Bytes.data(), Bytes.size());
  while (!Left.empty()) {
    ssize_t Written = ::write(STDOUT_FILENO, Left.data(), Left.size());
    if (Written < 0 && errno != EINTR)
      return Failure{Blame::Internal, std::string("cannot write to standard "
                                                  "output: ") +
                                          strerror(errno)};
    if (Written > 0)
      Left = Left.drop_front(static_cast<size_t>(Written));
  }
  return {};
}

Expected<void> optimize(const jit::CodeGenOptions &CodeGen,
                        jit::DiagnosticCollector &Diagnostics) {
  auto &Context = *new LLVMContext;
  Diagnostics.attachTo(Context);
  jit::setCrashContext(std::string("reading ") + InputName);
  auto M = read(Context);
  if (!M)
    return M.error();
  jit::setCrashContext("running the passes '" + Passes + "'");
  auto Generator = jit::CodeGenerator::create(**M, CodeGen);
  if (!Generator)
    return Generator.error();
  auto *Machine = Generator->takeMachine().release();
  auto Remarks = jit::RemarkFile::open(Context, /*Appends=*/false);
  if (!Remarks)
    return Remarks.error();
  if (auto Ran = runPipeline(**M, *Machine, Passes); !Ran)
    return Ran;
  if (auto Closed = Remarks->close(); !Closed)
    return Closed;
  jit::printLlvmStatistics();
  if (auto Checked = Diagnostics.check(InputName); !Checked)
    return Checked;
  jit::setCrashContext("writing bitcode");
  return write(**M);
}

int run(int Count, char **Values) {
  jit::installFatalErrorHandler("remote-passes", FailureStatus);
  jit::installCrashGuard();
  auto CodeGen = parseOptions(Count, Values);
  if (!CodeGen) {
    // llvm::cl prints what is wrong with a value.
    if (!CodeGen.error().Message.empty())
      say("error", CodeGen.error().Message);
    return FailureStatus;
  }
  if (Parent)
    dieWith(Parent);
  jit::DiagnosticCollector Diagnostics;
  auto Done = optimize(*CodeGen, Diagnostics);
  for (const std::string &Remark : Diagnostics.takeRemarks())
    std::fprintf(stderr, "remark: %s\n", Remark.c_str());
  for (const std::string &Warning : Diagnostics.takeWarnings())
    say("warning", Warning);
  if (Done)
    return 0;
  // -mcpu=help has said it all.
  if (!Done.error().Message.empty())
    say("error", Done.error().Message);
  return Done.error().ExitStatus ? FailureStatus : 0;
}

} // namespace

} // namespace remoterun

int main(int Count, char **Values) {
  int Status = remoterun::run(Count, Values);
  std::fflush(nullptr);
  // As remote-run: what LLVM would do at exit, nobody needs.
  ::_exit(Status);
}
