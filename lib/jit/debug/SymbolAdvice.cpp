//===- SymbolAdvice.cpp - What brings a symbol that is missing ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/debug/SymbolAdvice.h"
#include "jit/base/SymbolNames.h"
#include "jit/debug/FunctionTable.h"
#include "jit/debug/LibrarySearch.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

#include <algorithm>
#include <tuple>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// How a library comes to the program.
enum class Way : uint8_t {
  Runtime, ///< By --runtime.
  Library, ///< By -l.
  System,  ///< By -l; where the system's libraries can be seen, a program's own
           ///< names may start so as well.
  Sought,  ///< By -l, of whatever is found; the text is for nothing found.
  Told     ///< As the text says.
};

struct Pattern {
  StringRef Start; ///< Of the names.
  StringRef What;  ///< Empty for no advice.
  Way Origin = Way::Told;
  StringRef Library = ""; ///< Its name, for all ways but Told.
};

constexpr StringLiteral RustLibrary =
    "Rust's library: --dlopen=$(echo $(rustc --print "
    "target-libdir)/libstd-*.so)";

/// The first that fits counts. test/failure/advice.test follows each.
constexpr Pattern Patterns[] = {
    {"__asan_", "AddressSanitizer's runtime", Way::Runtime, "asan"},
    {"__tsan_", "ThreadSanitizer's runtime", Way::Runtime, "tsan"},
    {"__msan_", "MemorySanitizer's runtime", Way::Runtime, "msan"},
    {"__dfsan_", "DataFlowSanitizer's runtime", Way::Runtime, "dfsan"},
    {"__ubsan_", "UndefinedBehaviorSanitizer's runtime", Way::Runtime, "ubsan"},
    {"__safestack_", "SafeStack's runtime", Way::Runtime, "safestack"},
    {"__sancov_", "libFuzzer's callbacks", Way::Runtime, "fuzzer-no-main"},
    {"__sanitizer_cov_", "the callbacks of -fsanitize-coverage", Way::Runtime,
     "ubsan"},
    {"__llvm_profile_", "the profiling runtime", Way::Runtime, "profile"},
    {"llvm_gcov_", "the runtime of --coverage", Way::Runtime, "profile"},
    {"llvm_gcda_", "the runtime of --coverage", Way::Runtime, "profile"},
    {"__gcov_", "gcc's runtime of --coverage", Way::Library, "gcov"},
    {"__xray_", "XRay's runtime", Way::Runtime, "xray"},
    {"__kmpc_", "OpenMP's runtime", Way::Library, "omp"},
    {"omp_", "OpenMP's runtime: -lomp", Way::Sought},
    {"GOMP_", "OpenMP's runtime of gcc", Way::Library, "gomp"},
    {"_gfortran_", "gfortran's runtime", Way::Library, "gfortran"},
    {"_Fortran", "flang's runtime, libflang_rt.runtime.a (before LLVM 21 "
                 "libFortranRuntime.a): --extra-archive"},
    {"__rust_", RustLibrary},
    {"rust_", RustLibrary},
    {"_d_", "D's runtime", Way::Library, "druntime-ldc-shared"},
    {"__atomic_", "libatomic.so.1, which is loaded where it is installed",
     Way::Sought},
    {"_Unwind_", "libgcc_s.so.1, which is loaded where it is installed",
     Way::Sought},
    {"__cxa_", "libstdc++.so.6, which is loaded where it is installed",
     Way::Sought},
    {"crypt", "libcrypt", Way::System, "crypt"},
    {"res_", "libresolv", Way::System, "resolv"},
    {"ns_", "libresolv", Way::System, "resolv"},
    {"dlopen", "libdl", Way::System, "dl"},
    {"dlsym", "libdl", Way::System, "dl"},
    {"dladdr", "libdl", Way::System, "dl"},
    {"deflate", "zlib", Way::System, "z"},
    {"inflate", "zlib", Way::System, "z"},
};

/// Names that only their insides tell: "_ZNKSt3__1...",
/// "_ZN4core...17h<hash>E".
Pattern patternOfMangled(StringRef Name) {
  if (Name.starts_with("_Z") && Name.contains("St3__1"))
    return {"", "LLVM's C++ library", Way::Library, "c++"};
  bool IsRust = Name.starts_with("_R") || Name.starts_with("_ZN");
  for (StringRef Crate : {"4core", "5alloc", "3std", "7___rustc"})
    if (IsRust &&
        (Name.starts_with("_R") ? Name.contains(Crate)
                                : Name.drop_front(3).starts_with(Crate)))
      return {"", RustLibrary};
  return {};
}

Pattern patternOf(StringRef Name) {
  for (const Pattern &Known : Patterns)
    if (Name.starts_with(Known.Start))
      return Known;
  return patternOfMangled(Name);
}

std::string textOf(const Pattern &Known) {
  const std::string What = Known.What.str() + ": ";
  switch (Known.Origin) {
  case Way::Runtime:
    return What + "--runtime=" + Known.Library.str();
  case Way::Library:
  case Way::System:
    return What + "-l" + Known.Library.str();
  case Way::Sought:
  case Way::Told:
    return Known.What.str();
  }
  return "";
}

/// Pieces of advice, each with the names that it is for.
class AdviceList {
public:
  void add(const std::string &Text, const std::string &Name) {
    auto Known =
        find_if(Pieces, [&](const auto &Piece) { return Piece.first == Text; });
    if (Known == Pieces.end())
      Known = Pieces.insert(Known, {Text, {}});
    Known->second.push_back(Name);
    Advised.insert(Name);
  }
  bool has(StringRef Name) const { return Advised.contains(Name); }
  std::vector<std::string> lines() const;

private:
  std::vector<std::pair<std::string, std::vector<std::string>>> Pieces;
  StringSet<> Advised;
};

/// Chooses libraries until all of \p Names that some of \p Found define are
/// there; those that \p Preferred names before others, and of others the one
/// that has most.
void choose(std::vector<InstalledLibrary> Found, StringSet<> Names,
            const StringSet<> &Preferred, AdviceList &Advice) {
  while (!Found.empty()) {
    for (InstalledLibrary &Library : Found)
      erase_if(Library.Defines,
               [&](const std::string &Name) { return !Names.contains(Name); });
    auto Rank = [&](const InstalledLibrary &Library) {
      bool IsPreferred = Preferred.contains(Library.linkName());
      // Then the plain name before one that only a path can load.
      return std::tuple(Library.Defines.empty(), !IsPreferred,
                        ~Library.Defines.size(), Library.linkName().empty(),
                        Library.Option.size(), ~Library.Name.size(),
                        StringRef(Library.Name));
    };
    auto Best = std::min_element(
        Found.begin(), Found.end(),
        [&](const auto &A, const auto &B) { return Rank(A) < Rank(B); });
    if (Best->Defines.empty())
      return;
    for (const std::string &Name : Best->Defines) {
      Names.erase(Name);
      Advice.add("defined in " + Best->Name + ": " + Best->Option, Name);
    }
    Found.erase(Best);
  }
}

/// What the libraries say for which a look at the machine is worth it.
void lookForLibraries(ArrayRef<std::string> Missing, const AdviceScope &Scope,
                      AdviceList &Advice) {
  StringSet<> Names, Preferred;
  for (const std::string &Name : Missing) {
    Pattern Known = patternOf(Name);
    if (Known.Origin == Way::Library || Known.Origin == Way::System)
      Preferred.insert(Known.Library);
    else if (!Known.What.empty() && Known.Origin != Way::Sought)
      continue;
    Names.insert(Name);
  }
  if (Names.empty())
    return;
  auto Found = findInstalledLibraries(Names, Scope.Directories, Scope.Target);
  // What the process has, or would have loaded, is none that helps.
  if (Scope.ProcessSymbols)
    erase_if(Found, [](const InstalledLibrary &Library) {
      StringRef Name = Library.linkName();
      return Name == "c" || Name == "m" || Name == "gcc_s" ||
             Name == "atomic" || Name == "stdc++";
    });
  choose(std::move(Found), std::move(Names), Preferred, Advice);
}

std::string listOf(const std::vector<std::string> &Names) {
  constexpr size_t Shown = 2;
  std::string List;
  for (const std::string &Name : ArrayRef(Names).take_front(Shown))
    List += (List.empty() ? "" : ", ") + demangledFunction(Name);
  if (Names.size() > Shown)
    List += " and " + std::to_string(Names.size() - Shown) + " more";
  return List;
}

std::vector<std::string> AdviceList::lines() const {
  std::vector<std::string> Lines;
  for (const auto &[Text, Names] : Pieces)
    Lines.push_back(listOf(Names) + ": " + Text);
  return Lines;
}

} // namespace

std::vector<std::string> adviseOn(ArrayRef<std::string> Missing,
                                  const AdviceScope &Scope) {
  AdviceList Advice;
  if (Scope.SeesLibraries)
    lookForLibraries(Missing, Scope, Advice);
  // IR for libFuzzer has both kinds of callbacks in one library.
  bool IsForFuzzer = any_of(Missing, [](const std::string &Name) {
    return StringRef(Name).starts_with("__sancov_");
  });
  for (const std::string &Name : Missing) {
    if (Advice.has(Name))
      continue;
    StringRef Known = Name;
    if (IsForFuzzer && Known.starts_with("__sanitizer_cov_"))
      Known = "__sancov_";
    // The minimal runtime is another library.
    Pattern Its = patternOf(Known);
    if (Known.starts_with("__ubsan_") && Known.contains("_minimal"))
      Its.Library = "ubsan-minimal";
    if (Its.Origin == Way::System && Scope.SeesLibraries)
      continue;
    if (!Its.What.empty())
      Advice.add(textOf(Its), Name);
  }
  std::vector<std::string> Lines = Advice.lines();
  if (!Scope.ProcessSymbols)
    Lines.push_back("--no-process-syms leaves out what libc and the other "
                    "libraries of the process define");
  return Lines;
}

} // namespace remoterun::jit
