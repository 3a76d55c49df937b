//===- PerfDump.cpp - The code, for perf ----------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/debug/PerfDump.h"
#include "jit/base/ElfView.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/DebugInfo/DWARF/DWARFContext.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <ctime>
#include <tuple>

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

// The specification's numbers.
constexpr uint32_t Magic = 0x4A695444; // "JiTD", in the file's byte order.
constexpr uint32_t Version = 1;
constexpr uint32_t FileHeaderSize = 40;
constexpr uint32_t RecordHeaderSize = 16;
constexpr uint32_t CodeLoad = 0, CodeDebugInfo = 2;

/// The clock of `perf record -k mono`.
uint64_t now() {
  timespec Time;
  ::clock_gettime(CLOCK_MONOTONIC, &Time);
  return static_cast<uint64_t>(Time.tv_sec) * 1000000000 +
         static_cast<uint64_t>(Time.tv_nsec);
}

struct Function {
  StringRef Name;
  uint64_t Address, Size;
};

/// The functions of the image by address, of several at one the first.
std::vector<Function> functionsOf(const ElfView<ELF64LE> &Image) {
  std::vector<Function> Found;
  for (const Sym &Symbol : Image.symbols()) {
    if (Symbol.getType() != ELF::STT_FUNC || Symbol.st_size == 0)
      continue;
    auto Name = Image.nameOf(Symbol);
    if (Name)
      Found.push_back({*Name, Symbol.st_value, Symbol.st_size});
    consumeError(Name.takeError());
  }
  sort(Found, [](const Function &A, const Function &B) {
    return std::tie(A.Address, A.Name) < std::tie(B.Address, B.Name);
  });
  Found.erase(
      unique(Found, [](const Function &A,
                       const Function &B) { return A.Address == B.Address; }),
      Found.end());
  return Found;
}

/// Finds the bytes of functions.
class CodeBytes {
public:
  explicit CodeBytes(const SectionMemory &Memory) {
    for (const WorkingSection &Section : Memory.sections())
      if (Section.Needs.Kind == SectionKind::Code)
        Code.push_back(&Section);
    sort(Code, [](const WorkingSection *A, const WorkingSection *B) {
      return A->Target < B->Target;
    });
  }

  /// Null where no section has all of it.
  const char *find(const Function &Wanted) const {
    auto After = upper_bound(Code, Wanted.Address,
                             [](uint64_t Address, const WorkingSection *S) {
                               return Address < S->Target.value();
                             });
    if (After == Code.begin())
      return nullptr;
    const WorkingSection &Section = **std::prev(After);
    ExecutorRange Allocated = {Section.Target, Section.Allocated};
    ExecutorAddr Start(Wanted.Address);
    if (!Allocated.contains({Start, Wanted.Size}))
      return nullptr;
    return reinterpret_cast<const char *>(Section.Memory) +
           (Start - Section.Target);
  }

private:
  std::vector<const WorkingSection *> Code;
};

class Writer {
public:
  Writer(raw_ostream &Out, uint32_t ProcessId)
      : Out(Out), ProcessId(ProcessId) {}

  void header(uint32_t Machine) {
    put(Magic);
    put(Version);
    put(FileHeaderSize);
    put(Machine);
    put(uint32_t(0));
    put(ProcessId);
    put(now());
    put(uint64_t(0)); // No flags: the times are CLOCK_MONOTONIC's.
  }

  /// Comes before the function's code.
  void lines(const Function &Described, const DILineInfoTable &Lines) {
    if (Lines.empty())
      return;
    size_t Size = 16;
    for (const auto &[Address, Line] : Lines)
      Size += 16 + Line.FileName.size() + 1;
    record(CodeDebugInfo, Size);
    put(Described.Address);
    put(uint64_t(Lines.size()));
    for (const auto &[Address, Line] : Lines) {
      put(Address);
      put(uint32_t(Line.Line));
      put(uint32_t(Line.Discriminator));
      put(StringRef(Line.FileName));
    }
  }

  void code(const Function &Loaded, const char *Bytes) {
    record(CodeLoad, 40 + Loaded.Name.size() + 1 + Loaded.Size);
    put(ProcessId);
    put(ProcessId); // The thread.
    put(Loaded.Address);
    put(Loaded.Address);
    put(Loaded.Size);
    put(NextIndex++);
    put(Loaded.Name);
    Out.write(Bytes, Loaded.Size);
  }

private:
  void record(uint32_t Kind, size_t Size) {
    put(Kind);
    put(static_cast<uint32_t>(RecordHeaderSize + Size));
    put(now());
  }
  template <typename T> void put(T Value) {
    Out.write(reinterpret_cast<const char *>(&Value), sizeof(Value));
  }
  void put(StringRef Text) { Out << Text << '\0'; }

  raw_ostream &Out;
  uint32_t ProcessId;
  uint64_t NextIndex = 0;
};

} // namespace

Expected<void> writePerfDump(const std::string &Path, uint32_t ProcessId,
                             ArrayRef<char> DebugImage,
                             const SectionMemory &Memory) {
  auto Fail = [&](const std::string &Why) {
    return Failure{Blame::Internal,
                   "cannot write '" + Path + "' for perf: " + Why};
  };
  auto View = ElfView<ELF64LE>::create(DebugImage);
  if (!View)
    return Fail(toString(View.takeError()));
  auto Object = ObjectFile::createELFObjectFile(
      {StringRef(DebugImage.data(), DebugImage.size()), "debug image"});
  if (!Object)
    return Fail(toString(Object.takeError()));
  auto Ignore = [](Error E) { consumeError(std::move(E)); };
  auto Lines = DWARFContext::create(
      **Object, DWARFContext::ProcessDebugRelocations::Ignore, nullptr, "",
      Ignore, Ignore);

  std::error_code Opened;
  raw_fd_ostream Out(Path, Opened, sys::fs::CD_CreateNew);
  if (Opened)
    return Fail(Opened.message());
  Writer Records(Out, ProcessId);
  CodeBytes Code(Memory);
  Records.header(View->header().e_machine);
  for (const Function &F : functionsOf(*View)) {
    const char *Bytes = Code.find(F);
    if (!Bytes)
      continue;
    Records.lines(
        F, Lines->getLineInfoForAddressRange(
               {F.Address, SectionedAddress::UndefSection}, F.Size,
               DILineInfoSpecifier(
                   DILineInfoSpecifier::FileLineInfoKind::AbsoluteFilePath)));
    Records.code(F, Bytes);
  }
  Out.close();
  if (!Out.has_error())
    return {};
  std::string Why = Out.error().message();
  Out.clear_error();
  return Fail(Why);
}

} // namespace remoterun::jit
