//===- Symbols.cpp - Names to addresses in the executor -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/symbols/Symbols.h"
#include "executor/base/Libc.h"
#include "executor/loader/LibraryReferences.h"
#include "executor/symbols/CallerShims.h"
#include "executor/symbols/ShimTable.h"
#include "executor/symbols/StaticSymbols.h"
#include "executor/tls/EmulatedTls.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

/// Lazy and global, as a native program's own DT_NEEDED entries are bound.
constexpr int OpenFlags = RTLD_LAZY | RTLD_GLOBAL;

/// What compiler drivers link besides libc; and what has been in libc since
/// glibc 2.34.
constexpr const char *DefaultLibraries[] = {"libstdc++.so.6", "libm.so.6",
                                            "libgcc_s.so.1",  "libatomic.so.1",
                                            "librt.so.1",     "libutil.so.1"};
constexpr unsigned LibStdCxx = 0, LibGcc = 2, LibAtomic = 3;

bool startsWith(std::string_view Text, std::string_view Prefix) {
  return Text.starts_with(Prefix);
}

bool isCxxName(std::string_view Name) {
  return startsWith(Name, "_Z") || startsWith(Name, "__cxa_") ||
         startsWith(Name, "__gxx_");
}

/// Functions of libc that unwind the stack, or bring in code that does. libc
/// loads the unwinder for itself when it comes to that; the guest's unwind
/// tables must be known to it by then.
bool mayUnwind(std::string_view Name) {
  static constexpr std::string_view Names[] = {"pthread_exit", "pthread_cancel",
                                               "thrd_exit",    "backtrace",
                                               "dlopen",       "dlmopen"};
  for (std::string_view Known : Names)
    if (Name == Known)
      return true;
  return false;
}

/// A zero-terminated copy for the C interfaces.
class CString {
public:
  explicit CString(std::string_view Text) {
    Bytes.append(Text.data(), Text.size());
    Bytes.push('\0');
  }
  const char *get() const { return Bytes.data(); }

private:
  List<char> Bytes;
};

CString joined(std::string_view Directory, std::string_view Name,
               const char *Suffix) {
  List<char> Path;
  auto Add = [&Path](std::string_view Part) {
    Path.append(Part.data(), Part.size());
  };
  if (!Directory.empty()) {
    Add(Directory);
    Add("/");
  }
  Add("lib");
  Add(Name);
  Add(".so");
  Add(Suffix);
  return CString({Path.data(), Path.size()});
}

/// ld's -l, without the development package: where lib<name>.so is missing, or
/// is a linker script (as libm.so is), the versioned name is tried.
Expected<void *> openByName(const wire::Load &Request, std::string_view Name) {
  // The reason why a file that is there could not be used.
  Failure Why;
  bool IsThere = false;
  for (std::string_view Directory : Request.Directories) {
    CString Path = joined(Directory, Name, "");
    if (void *Handle = libc.dlopen(Path.get(), OpenFlags))
      return Handle;
    const char *Reason = libc.dlerror();
    if (Reason && ::access(Path.get(), F_OK) == 0) {
      Why = failure("%s", Reason);
      IsThere = true;
    }
  }
  if (void *Handle = libc.dlopen(joined("", Name, "").get(), OpenFlags))
    return Handle;
  for (unsigned Version = 0; Version != 20; ++Version) {
    char Suffix[8];
    snprintf(Suffix, sizeof(Suffix), ".%u", Version);
    if (void *Handle = libc.dlopen(joined("", Name, Suffix).get(), OpenFlags))
      return Handle;
  }
  if (IsThere)
    return Why;
  return failure("no lib%.*s.so in the directories of -L or the system's",
                 static_cast<int>(Name.size()), Name.data());
}

Expected<void *> openByPath(std::string_view Path) {
  if (void *Handle = libc.dlopen(CString(Path).get(), OpenFlags))
    return Handle;
  const char *Reason = libc.dlerror();
  return failure("%s", Reason ? Reason : "unknown error");
}

/// The size of the data object that starts at \p Address; 0 if it is none, or
/// no library's dynamic symbol.
uint64_t dataSizeAt(ExecutorAddr Address) {
  Dl_info Info;
  ElfW(Sym) *Symbol = nullptr;
  if (Address.isNull() ||
      !libc.dladdr1(
          reinterpret_cast<void *>(static_cast<uintptr_t>(Address.value())),
          &Info, reinterpret_cast<void **>(&Symbol), RTLD_DL_SYMENT) ||
      !Symbol || ELF64_ST_TYPE(Symbol->st_info) != STT_OBJECT)
    return 0;
  return Symbol->st_size;
}

} // namespace

Expected<void> Symbols::load(const wire::Load &Request) {
  for (const wire::Load::Library &Library : Request.Libraries) {
    auto Handle = Library.How == wire::Load::Kind::Name
                      ? openByName(Request, Library.Text)
                      : openByPath(Library.Text);
    if (!Handle)
      return failure("cannot load library '%.*s': %s",
                     static_cast<int>(Library.Text.size()), Library.Text.data(),
                     Handle.error().Reason);
    Loaded.push(*Handle);
  }
  return {};
}

ExecutorAddr Symbols::findInLoaded(const char *Name, const char *Version) {
  auto FindIn = [&](void *Handle) {
    return *Version ? libc.dlvsym(Handle, Name, Version)
                    : libc.dlsym(Handle, Name);
  };
  if (ProcessSymbols)
    return ExecutorAddr(reinterpret_cast<uintptr_t>(FindIn(RTLD_DEFAULT)));
  for (void *Handle : Loaded)
    if (void *Found = FindIn(Handle))
      return ExecutorAddr(reinterpret_cast<uintptr_t>(Found));
  return {};
}

bool Symbols::loadDefaultFor(std::string_view Name) {
  // libstdc++ brings libm and libgcc_s along, so it comes last unless the name
  // is surely its own.
  static constexpr unsigned Order[] = {1, LibGcc, 3, 4, 5, LibStdCxx};
  static constexpr unsigned CxxOrder[] = {LibStdCxx, 1, LibGcc, 3, 4, 5};
  constexpr unsigned FirstWithAll = 34;
  bool IsOld = libcVersion() < FirstWithAll;
  for (unsigned Index : isCxxName(Name) ? CxxOrder : Order) {
    if (TriedDefaults & (1u << Index) || (Index > LibAtomic && !IsOld))
      continue;
    TriedDefaults |= 1u << Index;
    if (libc.dlopen(DefaultLibraries[Index], OpenFlags))
      return true;
  }
  return false;
}

ExecutorAddr Symbols::find(std::string_view Name, bool MayLoad) {
  // No dynamic symbol has a zero byte in its name, and a C string would end
  // there and name another.
  if (Name.find('\0') != Name.npos)
    return {};
  // "f@V" asks for a version, and "f@@V" for the one that is the default.
  std::string_view Version;
  if (size_t At = Name.find('@'); At != Name.npos && At != 0) {
    // Not by substr(), which can throw.
    Version = Name;
    Version.remove_prefix(At + 1);
    if (startsWith(Version, "@"))
      Version.remove_prefix(1);
    if (Version.empty())
      return {};
    Name.remove_suffix(Name.size() - At);
  }
  if (ProcessSymbols) {
    if (ExecutorAddr Found = findCallerShim(Name); !Found.isNull())
      return Found;
    if (ExecutorAddr Found = findShim(Name); !Found.isNull())
      return Found;
  }
  if (Name == "__emutls_get_address")
    return ExecutorAddr(reinterpret_cast<uintptr_t>(&emulatedTlsAddress));
  // dlsym(3) uses malloc where it finds nothing; and only a library that the
  // user named could define what a native link takes from an archive.
  if (Loaded.empty())
    if (ExecutorAddr Found = findStaticSymbol(Name); !Found.isNull())
      return Found;
  CString Terminated(Name), WantedVersion(Version);
  do {
    if (ExecutorAddr Found =
            findInLoaded(Terminated.get(), WantedVersion.get());
        !Found.isNull())
      return Found;
    if (ExecutorAddr Found = findStaticSymbol(Name); !Found.isNull())
      return Found;
  } while (MayLoad && ProcessSymbols && loadDefaultFor(Name));
  return {};
}

wire::LookupReply Symbols::lookup(const wire::Lookup &Request) {
  ProcessSymbols = Request.ProcessSymbols;
  wire::LookupReply Reply;
  Reply.Symbols.resize(Request.Symbols.size());
  // Strong names first: a weak one is found only in what they loaded.
  for (bool Weak : {false, true}) {
    for (size_t I = 0; I != Request.Symbols.size(); ++I) {
      const wire::Lookup::Symbol &Symbol = Request.Symbols[I];
      if (Symbol.Weak != Weak)
        continue;
      if (ProcessSymbols && mayUnwind(Symbol.Name) &&
          !(TriedDefaults & (1u << LibGcc))) {
        TriedDefaults |= 1u << LibGcc;
        libc.dlopen(DefaultLibraries[LibGcc], OpenFlags);
      }
      ExecutorAddr Found = find(Symbol.Name, /*MayLoad=*/!Weak);
      Reply.Symbols[I] = {Found, Symbol.WantsSize ? dataSizeAt(Found) : 0};
    }
  }
  // Last, since the libraries that were loaded for the symbols count as well.
  Reply.Referenced = referencedNames(Request.Spare.span());
  return Reply;
}

} // namespace remoterun::executor
