//===- LibraryFileTest.cpp - A shared library that is not loaded ----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/LibraryFile.h"
#include "jit/object/SharedLibrary.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <dlfcn.h>
#include <fstream>
#include <iterator>
#include <link.h>
#include <set>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace remoterun;
using namespace remoterun::executor;
using wire::SymbolKind;
using Problem = LibraryFile::Problem;

namespace {

/// What the lit test has built for this one.
std::string built(const std::string &Name) {
  const char *Folder = std::getenv("REMOTE_RUN_TEST_LIBRARIES");
  return std::string(Folder ? Folder : "/nonexistent") + "/" + Name;
}

/// A library in both of its forms.
class BothForms {
public:
  explicit BothForms(const std::string &Name)
      : Handle(::dlopen(Name.c_str(), RTLD_LAZY | RTLD_LOCAL)) {
    if (!Handle)
      return;
    ::dlinfo(Handle, RTLD_DI_LINKMAP, &Loaded);
    auto Opened = LibraryFile::open(Loaded->l_name);
    if (Opened)
      File = *Opened;
  }
  ~BothForms() {
    if (!File.File.Bytes.empty())
      File.File.unmap();
  }

  bool areThere() const { return Handle && !File.File.Bytes.empty(); }
  std::string path() const { return Loaded->l_name; }
  const DynamicTables &tables() const { return File.Tables; }

  std::optional<DynamicSymbol> find(const std::string &Name) const {
    return File.Tables.find(*SymbolName::parse(Name));
  }

  bool finds(const std::string &Name) const {
    return ::dlsym(Handle, Name.c_str()) != nullptr;
  }

  /// What the dynamic linker finds in the library itself.
  void *findLoaded(const std::string &Name,
                   const std::string &Version = "") const {
    void *Found = Version.empty()
                      ? ::dlsym(Handle, Name.c_str())
                      : ::dlvsym(Handle, Name.c_str(), Version.c_str());
    Dl_info Where;
    if (Found && ::dladdr(Found, &Where) &&
        Where.dli_fbase != reinterpret_cast<void *>(Loaded->l_addr))
      return nullptr;
    return Found;
  }

  void *addressOf(const DynamicSymbol &Symbol) const {
    return reinterpret_cast<void *>(Loaded->l_addr + Symbol.Value);
  }

private:
  void *Handle;
  link_map *Loaded = nullptr;
  LibraryFile File;
};

std::set<std::string> namesIn(const std::string &Path) {
  std::set<std::string> Names;
  jit::forEachDynamicSymbolOf(
      Path, [&](llvm::StringRef Name) { Names.insert(Name.str()); });
  return Names;
}

/// That both forms have the same under \p Name.
void compare(const BothForms &Library, const std::string &Name) {
  SCOPED_TRACE(Library.path() + ": " + Name);
  auto Found = Library.find(Name);
  void *Loaded = Library.findLoaded(Name);
  // The names of versions are symbols without an address.
  ASSERT_EQ(Found.has_value(), Library.finds(Name));
  if (!Found || Found->Kind == SymbolKind::ThreadLocal)
    return;
  // What is once in the whole process may be elsewhere.
  if (!Loaded)
    return;
  Dl_info Where;
  ElfW(Sym) *Symbol = nullptr;
  ASSERT_TRUE(::dladdr1(Library.addressOf(*Found), &Where,
                        reinterpret_cast<void **>(&Symbol), RTLD_DL_SYMENT));
  if (Symbol && (Symbol->st_info & 0xf) == STT_GNU_IFUNC)
    return;
  EXPECT_EQ(Library.addressOf(*Found), Loaded);
  if (!Found->Version.empty()) {
    std::string Version(Found->Version);
    EXPECT_EQ(Library.findLoaded(Name, Version), Loaded) << Version;
    auto Again = Library.find(Name + "@" + Version);
    ASSERT_TRUE(Again) << Version;
    EXPECT_EQ(Again->Value, Found->Value) << Version;
    EXPECT_FALSE(Library.find(Name + "@NO_" + Version));
  }
}

void compareAll(const BothForms &Library) {
  ASSERT_TRUE(Library.areThere());
  std::set<std::string> Names = namesIn(Library.path());
  EXPECT_GT(Names.size(), 10u);
  for (const std::string &Name : Names) {
    compare(Library, Name);
    for (const std::string &Other : {Name + "_", "_" + Name})
      if (!Names.count(Other)) {
        EXPECT_FALSE(Library.find(Other)) << Other;
      }
  }
}

TEST(LibraryFileTest, HasWhatTheLoadedLibraryHas) {
  for (const char *Name :
       {"libstdc++.so.6", "libm.so.6", "libgcc_s.so.1", "libc.so.6"})
    compareAll(BothForms(Name));
  for (const char *Name : {"libversions-gnu.so", "libversions-sysv.so"})
    compareAll(BothForms(built(Name)));
}

TEST(LibraryFileTest, KnowsKindsAndVersions) {
  for (const char *Style : {"gnu", "sysv"}) {
    BothForms Library(built(std::string("libversions-") + Style + ".so"));
    ASSERT_TRUE(Library.areThere());
    auto Check = [&](const char *Name, SymbolKind Kind, size_t Size,
                     const char *Version) {
      auto Found = Library.find(Name);
      ASSERT_TRUE(Found) << Name;
      EXPECT_EQ(Found->Kind, Kind) << Name;
      if (Size != 0) {
        EXPECT_EQ(Found->Size, Size) << Name;
      }
      EXPECT_EQ(Found->Version, Version) << Name;
    };
    Check("f", SymbolKind::Function, 0, "V2");
    Check("f@V1", SymbolKind::Function, 0, "V1");
    Check("f@V2", SymbolKind::Function, 0, "V2");
    Check("f@@V2", SymbolKind::Function, 0, "V2");
    Check("old@V1", SymbolKind::Function, 0, "V1");
    Check("weak_function", SymbolKind::Function, 0, "V1");
    Check("protected_function", SymbolKind::Function, 0, "V1");
    Check("chosen", SymbolKind::Function, 0, "V1");
    Check("variable", SymbolKind::Data, sizeof(int), "V1");
    Check("zeroes", SymbolKind::Data, 1000 * sizeof(long), "V1");
    Check("constant", SymbolKind::Data, 3, "V1");
    Check("unique_variable", SymbolKind::Data, 4, "V1");
    Check("thread_local_variable", SymbolKind::ThreadLocal, sizeof(int), "V1");
    Check("thread_local_zero", SymbolKind::ThreadLocal, sizeof(long), "V1");
    EXPECT_NE(Library.find("f")->Value, Library.find("f@V1")->Value);
    for (const char *Name :
         {"old", "old@V2", "f@V3", "first_f", "second_f", "local_function",
          "missing_function", "missing_variable", "V1", "V2", "V1@V1",
          "only_in_v1@V2", "ff", "e"})
      EXPECT_FALSE(Library.find(Name)) << Name;
  }
}

TEST(LibraryFileTest, TellsWhatIsReferredTo) {
  auto File = LibraryFile::open(built("libversions-gnu.so").c_str());
  ASSERT_TRUE(File);
  std::multiset<std::string> Names;
  File->Tables.forEachReference(
      [&](std::string_view Name, const LibraryRelocation &) {
        Names.insert(std::string(Name));
      });
  // By its pointer, and by the call or the call's GOT entry.
  EXPECT_EQ(Names.count("missing_function"), 2u);
  EXPECT_EQ(Names.count("missing_variable"), 1u);
  EXPECT_EQ(Names.count("local_function"), 0u);
  File->File.unmap();
}

TEST(LibraryFileTest, TellsNamesAndNeeds) {
  auto File = LibraryFile::open(built("libtop.so").c_str());
  ASSERT_TRUE(File);
  EXPECT_EQ(File->Tables.soname(), "libtop.so.1");
  EXPECT_EQ(File->Tables.runpath(), "$ORIGIN/sub");
  EXPECT_EQ(File->Tables.rpath(), "");
  std::vector<std::string> Needed;
  File->Tables.forEachNeeded(
      [&](std::string_view Name) { Needed.emplace_back(Name); });
  ASSERT_GE(Needed.size(), 2u);
  EXPECT_EQ(Needed[0], "libleft.so.1");
  EXPECT_EQ(Needed[1], "libright.so.1");
  File->File.unmap();
}

TEST(LibraryFileTest, KnowsWhatIsNone) {
  auto Problem = [](const std::string &Path) {
    auto File = LibraryFile::open(Path.c_str());
    if (File)
      File->File.unmap();
    return File                               ? std::string("none")
           : File.error() == Problem::Missing ? "missing"
           : File.error() == Problem::Foreign ? "foreign"
                                              : "damaged";
  };
  EXPECT_EQ(Problem(built("libtop.so")), "none");
  EXPECT_EQ(Problem(built("no such")), "missing");
  EXPECT_EQ(Problem(""), "missing");
  EXPECT_EQ(Problem("/"), "damaged");
  EXPECT_EQ(Problem("/dev/null"), "damaged");
  EXPECT_EQ(Problem(built("empty")), "damaged");
  EXPECT_EQ(Problem(built("script.so")), "damaged");
  EXPECT_EQ(Problem(built("libforeign-class.so")), "foreign");
  EXPECT_EQ(Problem(built("libforeign-machine.so")), "foreign");
}

//===----------------------------------------------------------------------===//
// Damaged files
//===----------------------------------------------------------------------===//

/// A file whose bytes a test changes.
class ChangingFile {
public:
  explicit ChangingFile(const std::string &Original) {
    std::ifstream In(Original, std::ios::binary);
    Bytes.assign(std::istreambuf_iterator<char>(In), {});
    Descriptor = ::memfd_create("damaged library", 0);
    Path = "/proc/self/fd/" + std::to_string(Descriptor);
    EXPECT_TRUE(write(0, Bytes));
  }
  ~ChangingFile() { ::close(Descriptor); }

  size_t size() const { return Bytes.size(); }
  void truncate(size_t Size) {
    EXPECT_EQ(::ftruncate(Descriptor, static_cast<off_t>(Size)), 0);
  }
  void change(size_t Offset, unsigned char Bits) {
    char Changed = static_cast<char>(Bytes[Offset] ^ Bits);
    EXPECT_TRUE(write(Offset, {&Changed, 1}));
  }
  void restore(size_t Offset) {
    EXPECT_TRUE(write(Offset, {&Bytes[Offset], 1}));
  }

  /// Reads all that can be read; whether it is a library.
  bool use(const std::vector<SymbolName> &Names) const {
    auto File = LibraryFile::open(Path.c_str());
    if (!File)
      return false;
    size_t Total = File->Tables.soname().size() + File->Tables.rpath().size() +
                   File->Tables.runpath().size();
    for (const SymbolName &Name : Names)
      if (auto Found = File->Tables.find(Name))
        Total += Found->Version.size();
    auto Count = [&](std::string_view Name, auto &...) {
      // The zero byte is part of what is promised.
      Total += Name.size() + static_cast<size_t>(Name.data()[Name.size()]);
    };
    File->Tables.forEachNeeded(Count);
    File->Tables.forEachReference(Count);
    EXPECT_NE(Total, SIZE_MAX);
    File->File.unmap();
    return true;
  }

private:
  bool write(size_t Offset, std::string_view Text) const {
    return ::pwrite(Descriptor, Text.data(), Text.size(),
                    static_cast<off_t>(Offset)) ==
           static_cast<ssize_t>(Text.size());
  }

  std::string Bytes;
  int Descriptor;
  std::string Path;
};

std::vector<SymbolName> someNames() {
  std::vector<SymbolName> Names;
  for (const char *Name :
       {"f", "f@V1", "f@@V2", "old@V1", "variable", "thread_local_zero",
        "missing_function", "no such name", "_Unwind_Resume",
        "_Unwind_Resume@GCC_3.0", "use_missing@V9"})
    Names.push_back(*SymbolName::parse(Name));
  return Names;
}

TEST(LibraryFileTest, SurvivesTruncation) {
  std::vector<SymbolName> Names = someNames();
  void *Handle = ::dlopen("libgcc_s.so.1", RTLD_LAZY);
  link_map *Loaded = nullptr;
  ASSERT_TRUE(Handle && ::dlinfo(Handle, RTLD_DI_LINKMAP, &Loaded) == 0);
  for (const std::string &Path :
       {built("libversions-gnu.so"), built("libversions-sysv.so"),
        std::string(Loaded->l_name)}) {
    ChangingFile File(Path);
    EXPECT_TRUE(File.use(Names)) << Path;
    for (size_t Size = File.size() / 64 * 64; Size != 0; Size -= 64) {
      File.truncate(Size);
      File.use(Names);
    }
    File.truncate(0);
    EXPECT_FALSE(File.use(Names)) << Path;
  }
}

TEST(LibraryFileTest, SurvivesChangedBytes) {
  std::vector<SymbolName> Names = someNames();
  for (const char *Style : {"gnu", "sysv"}) {
    ChangingFile File(built(std::string("libversions-") + Style + ".so"));
    ASSERT_TRUE(File.use(Names));
    size_t Refused = 0;
    for (size_t Offset = 0; Offset != File.size(); ++Offset)
      for (unsigned char Bits : {0x01, 0xff}) {
        File.change(Offset, Bits);
        Refused += !File.use(Names);
        File.restore(Offset);
      }
    EXPECT_GT(Refused, 100u);
    EXPECT_TRUE(File.use(Names));
  }
}

} // namespace
