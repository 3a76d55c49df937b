//===- CompilerRuntime.cpp - What a driver links to instrumented code -----===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/target/CompilerRuntime.h"
#include "jit/base/LlvmVersion.h"
#include "jit/target/LibraryDirectories.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

using Kind = RuntimeLibrary::Kind;

constexpr CompilerRuntime Runtimes[] = {
    {.Name = "asan",
     .What = "AddressSanitizer's runtime",
     .Libraries = {{Kind::Preloaded, "asan"}}},
    {.Name = "tsan",
     .What = "ThreadSanitizer's runtime",
     .Libraries = {{Kind::Preloaded, "tsan"}}},
    {.Name = "ubsan",
     .What = "UndefinedBehaviorSanitizer's runtime",
     .Libraries = {{Kind::WholeArchive, "ubsan_standalone", true},
                   {Kind::WholeArchive, "ubsan_standalone_cxx", true}}},
    {.Name = "ubsan-minimal",
     .What = "the minimal runtime of UndefinedBehaviorSanitizer",
     .Libraries = {{Kind::WholeArchive, "ubsan_minimal"}}},
    {.Name = "safestack",
     .What = "SafeStack's runtime",
     .Libraries = {{Kind::WholeArchive, "safestack"}}},
    {.Name = "msan",
     .What = "MemorySanitizer's runtime",
     .Libraries = {{Kind::WholeArchive, "msan"},
                   {Kind::WholeArchive, "msan_cxx"}}},
    {.Name = "dfsan",
     .What = "DataFlowSanitizer's runtime",
     .Libraries = {{Kind::WholeArchive, "dfsan"}}},
    {.Name = "lsan",
     .What = "LeakSanitizer's runtime",
     .Libraries = {{Kind::WholeArchive, "lsan"}}},
    {.Name = "scudo",
     .What = "Scudo, an allocator",
     .Libraries = {{Kind::WholeArchive, "scudo_standalone"},
                   {Kind::WholeArchive, "scudo_standalone_cxx"}}},
    {.Name = "profile",
     .What = "the profiling runtime",
     .Libraries = {{.What = Kind::Archive,
                    .Name = "profile",
                    .Wanted = "__llvm_profile_runtime"}}},
    {.Name = "xray",
     .What = "XRay's runtime",
     .Libraries = {{Kind::WholeArchive, "xray"},
                   {Kind::WholeArchive, "xray-fdr"},
                   {Kind::WholeArchive, "xray-basic"}}},
    {.Name = "fuzzer",
     .What = "libFuzzer",
     .Libraries = {{Kind::WholeArchive, "fuzzer"},
                   {Kind::WholeArchive, "fuzzer_interceptors", true}}},
    {.Name = "fuzzer-no-main",
     .What = "libFuzzer without its main",
     .Libraries = {{Kind::WholeArchive, "fuzzer_no_main"}}},
    {.Name = "builtins",
     .What = "the compiler's helper functions",
     .Libraries = {{Kind::Archive, "builtins"}}},
    {.Name = "gprof",
     .What = "the start of gprof's profile",
     .Libraries = {{Kind::Gprof}}},
    {.Name = "openmp",
     .What = "OpenMP's runtime",
     .Libraries = {{Kind::System, "omp"}}},
    {.Name = "libc++",
     .What = "LLVM's C++ library",
     .Libraries = {{Kind::System, "c++"}, {Kind::System, "c++abi"}}},
};

} // namespace

ArrayRef<CompilerRuntime> allRuntimes() { return Runtimes; }

const CompilerRuntime *findRuntime(StringRef Name) {
  const auto *Found = find_if(
      Runtimes, [&](const CompilerRuntime &Each) { return Each.Name == Name; });
  return Found == std::end(Runtimes) ? nullptr : Found;
}

std::string runtimeFolder() {
  return llvmFolder() + "/lib/clang/" + std::to_string(llvm_version::Major) +
         "/lib";
}

std::string findRuntimeLibrary(const RuntimeLibrary &Library,
                               const Isa &Target) {
  const std::string Folder = runtimeFolder();
  const std::string Start = "/libclang_rt." + Library.Name.str();
  const std::string End = Library.What == Kind::Preloaded ? ".so" : ".a";
  Triple Machine(Target.Triple);
  const std::string Arch = Target.RuntimeName.str();
  for (const std::string &Path :
       {Folder + "/linux" + Start + "-" + Arch + End,
        Folder + "/" + Machine.str() + Start + End,
        Folder + "/" + Target.Multiarch.str() + Start + End,
        Folder + "/" + Arch + "-pc-linux-gnu" + Start + End})
    if (sys::fs::exists(Path))
      return Path;
  return "";
}

} // namespace remoterun::jit
