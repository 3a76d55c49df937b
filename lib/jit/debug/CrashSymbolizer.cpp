//===- CrashSymbolizer.cpp - Raw frames to functions and lines ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/debug/CrashSymbolizer.h"
#include "controller/crash/CrashText.h"
#include "jit/base/ElfView.h"
#include "jit/base/SourceFiles.h"
#include "jit/base/SymbolNames.h"
#include "jit/codegen/LateSource.h"
#include "jit/debug/DebugLines.h"
#include "jit/debug/DebugSections.h"
#include "jit/debug/FunctionTable.h"
#include "jit/debug/LibrarySymbols.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

#include <map>

using namespace llvm;

namespace remoterun::jit {

using controller::CrashFrame;
using controller::CrashSymbols;
using wire::CrashReport;

namespace {

using Owner = CrashFrame::Owner;

/// gcc's objects say in .debug_aranges where each unit's code is. LLVM reads
/// that without relocations, finds every unit at 0, and asks no further;
/// without the section it asks the units.
template <typename ELFT> void hideAddressRanges(ObjectBytes &Bytes) {
  auto View = ElfView<ELFT>::create(Bytes);
  if (!View) {
    consumeError(View.takeError());
    return;
  }
  for (const auto &Section : View->sections()) {
    auto Name = View->nameOf(Section);
    if (!Name)
      consumeError(Name.takeError());
    else if (*Name == ".debug_aranges")
      writable(Section).sh_size = 0;
  }
}

/// Symbols and lines of one object of the program.
class ObjectSymbols {
public:
  ObjectSymbols(size_t Number, const ProgramRecord &Program)
      : Number(Number), Program(Program) {
    ObjectSource::Contents Kept = Program.objects()[Number].Source.read();
    Bytes.assign(Kept.Bytes.begin(), Kept.Bytes.end());
    withElfType(Bytes,
                [&]<typename ELFT>() { hideAddressRanges<ELFT>(Bytes); });
    auto Opened = object::ObjectFile::createELFObjectFile(
        MemoryBufferRef(StringRef(Bytes.data(), Bytes.size()), ""));
    if (!Opened) {
      consumeError(Opened.takeError());
      return;
    }
    File.reset(cast<object::ELFObjectFileBase>(Opened->release()));
    Table.emplace(Bytes);
  }

  std::optional<FunctionTable::Found> find(FunctionTable::Place Where,
                                           FunctionTable::Kind Wanted) const {
    return Table ? Table->find(Where, Wanted) : std::nullopt;
  }

  std::vector<CrashFrame> lines(ExecutorAddr Address, uint64_t Section) {
    if (!File)
      return {};
    if (!Lines)
      Lines = std::make_unique<DebugLines>(
          *File, [this](const object::SectionRef &Of) {
            return Program.map().addressOf({Number, Of.getIndex()}).value();
          });
    return Lines->find(Address.value(), Section);
  }

private:
  size_t Number;
  const ProgramRecord &Program;
  ObjectBytes Bytes;
  std::unique_ptr<object::ELFObjectFileBase> File;
  std::optional<FunctionTable> Table;
  std::unique_ptr<DebugLines> Lines;
};

/// Where \p Object, which was compiled for it alone, defines \p Late. Nothing
/// where that was compiled in another way.
std::optional<FunctionTable::Place> placeOf(const LateFunction &Late,
                                            StringRef Object) {
  ArrayRef<char> Bytes = {Object.data(), Object.size()};
  std::optional<FunctionTable::Place> Found;
  withElfType(Bytes, [&]<typename ELFT>() {
    auto View = ElfView<ELFT>::create(Bytes);
    if (!View)
      return consumeError(View.takeError());
    for (const auto &Symbol : View->symbols()) {
      StringRef Its = valueOrNothing(View->nameOf(Symbol));
      Its.consume_back(LateBody);
      if (!Found && Its == Late.Name && Symbol.getType() == ELF::STT_FUNC &&
          Symbol.st_size == Late.Range.Size && View->sectionOf(Symbol) != 0)
        Found = {View->sectionOf(Symbol), Symbol.st_value};
    }
  });
  return Found;
}

/// What its object says of \p Address.
std::vector<CrashFrame> linesOfLate(const LateFunction &Late,
                                    ExecutorAddr Address) {
  ObjectSource::Contents Read = Late.Object.read();
  auto Place = placeOf(Late, Read.Bytes);
  if (!Place)
    return {};
  auto Opened =
      object::ObjectFile::createELFObjectFile(MemoryBufferRef(Read.Bytes, ""));
  if (!Opened) {
    consumeError(Opened.takeError());
    return {};
  }
  DebugLines Lines(*cast<object::ELFObjectFileBase>(Opened->get()),
                   [&](const object::SectionRef &Of) {
                     return Of.getIndex() == Place->Section
                                ? Late.Range.Start.value() - Place->Offset
                                : 0;
                   });
  return Lines.find(Address.value(), Place->Section);
}

class Symbolizer {
public:
  Symbolizer(const CrashReport &Report, const CrashedProgram &Program,
             SymbolDetail Detail)
      : Report(Report), Program(Program), Map(Program.Record.map()),
        Files(Program.Record.files()), Detail(Detail) {}

  CrashSymbols run();

private:
  using Frames = std::vector<CrashFrame>;

  Frames find(const CrashReport::Frame &Raw);
  Frames findInProgram(ExecutorAddr Address, const PlacedSection &Section);
  Frames findInLibrary(ExecutorAddr Address, uint32_t Module);
  std::unique_ptr<LibrarySymbols> open(const std::string &Path,
                                       StringRef BuildId) const;
  void findVariable(CrashSymbols &Result);
  ObjectSymbols &object(size_t Number);
  const LibrarySymbols *library(uint32_t Module);
  std::string fileOf(size_t Object, StringRef Symbol) const;

  const CrashReport &Report;
  const CrashedProgram &Program;
  const ProgramMap &Map;
  const SourceFiles Files;
  SymbolDetail Detail;
  std::map<size_t, ObjectSymbols> Objects;
  std::map<uint32_t, std::unique_ptr<LibrarySymbols>> Libraries;
  /// By address and exactness: the frames of a recursion are the same.
  std::map<std::pair<uint64_t, bool>, Frames> Known;
};

bool isExecutor(StringRef Path, const CrashedProgram &Program) {
  // The dynamic linker has no name for the program that was executed.
  return Path.empty() || Path == Program.ExecutorPath ||
         sys::fs::equivalent(Path, Program.ExecutorPath);
}

/// Of a frame, what the report says by itself.
CrashFrame rawFrame(const CrashReport::Frame &Raw, const CrashReport &Report,
                    const CrashedProgram &Program) {
  CrashFrame Frame;
  Frame.Pc = Raw.Pc;
  if (Program.Record.map().at(Raw.Pc)) {
    Frame.Whose = Owner::Program;
    Frame.Module = Program.Record.mainFile();
  } else if (Raw.Module != 0) {
    const CrashReport::Module &Where = Report.Modules[Raw.Module - 1];
    Frame.Whose =
        isExecutor(Where.Path, Program) ? Owner::Executor : Owner::Library;
    Frame.Module =
        Where.Path.empty() ? Program.ExecutorPath : std::string(Where.Path);
    Frame.ModuleOffset = Raw.Pc - Where.Base;
  }
  return Frame;
}

ObjectSymbols &Symbolizer::object(size_t Number) {
  auto Found = Objects.find(Number);
  if (Found == Objects.end())
    Found = Objects.try_emplace(Number, Number, Program.Record).first;
  return Found->second;
}

std::unique_ptr<LibrarySymbols> Symbolizer::open(const std::string &Path,
                                                 StringRef BuildId) const {
  if (Path.empty())
    return LibrarySymbols::open(Program.ExecutorPath, BuildId);
  if (!Program.Root.empty())
    if (auto Found = LibrarySymbols::open(Program.Root + Path, BuildId))
      return Found;
  return LibrarySymbols::open(Path, BuildId);
}

const LibrarySymbols *Symbolizer::library(uint32_t Module) {
  auto [Found, IsNew] = Libraries.try_emplace(Module);
  if (IsNew) {
    std::string Path(Report.Modules[Module - 1].Path);
    // The guest may have been in another folder when it loaded that one.
    if (Path.find('/') == Path.npos || Path.front() == '/' ||
        is_contained(Program.RelativeLibraries, Path))
      Found->second = open(Path, Report.Modules[Module - 1].BuildId);
  }
  return Found->second.get();
}

std::string Symbolizer::fileOf(size_t Object, StringRef Symbol) const {
  const ProgramRecord::Object &Of = Program.Record.objects()[Object];
  return Of.IsCompiledIR ? Files.fileOf(Symbol) : Of.Name;
}

Symbolizer::Frames Symbolizer::findInProgram(ExecutorAddr Address,
                                             const PlacedSection &Section) {
  Frames Found;
  FunctionTable::Place Where = {Section.Key.Index,
                                Address - Section.Range.Start};
  // Synthetic sections and call stubs have no symbols.
  std::optional<FunctionTable::Found> Symbol;
  if (Section.Key.Index != 0) {
    ObjectSymbols &Object = object(Section.Key.Object);
    // Data may be executed as well, in a way.
    bool IsCode = Section.Kind == SectionKind::Code;
    Symbol = Object.find(Where, IsCode ? FunctionTable::Kind::Function
                                       : FunctionTable::Kind::Variable);
    if (Detail == SymbolDetail::Full)
      Found = Object.lines(Address, Section.Key.Index);
  }
  if (const LateFunction *Late = Program.Record.lateAt(Address)) {
    Symbol = {Late->Name, Address - Late->Range.Start};
    if (Detail == SymbolDetail::Full)
      Found = linesOfLate(*Late, Address);
  }
  if (Found.empty())
    Found.emplace_back();
  if (Symbol) {
    Found.back().Function = demangledFunction(Symbol->Name);
    Found.back().FunctionOffset = Symbol->Offset;
  }
  std::string File =
      fileOf(Section.Key.Object, Symbol ? Symbol->Name : StringRef());
  for (CrashFrame &Frame : Found) {
    Frame.Whose = Owner::Program;
    Frame.Module = File;
  }
  return Found;
}

Symbolizer::Frames Symbolizer::findInLibrary(ExecutorAddr Address,
                                             uint32_t Module) {
  const CrashReport::Module &Where = Report.Modules[Module - 1];
  Frames Found;
  if (const LibrarySymbols *Library = library(Module))
    Found = Library->find(Address - Where.Base, Detail == SymbolDetail::Full);
  else
    Found.emplace_back();
  bool IsExecutor = isExecutor(Where.Path, Program);
  for (CrashFrame &Frame : Found) {
    Frame.Whose = IsExecutor ? Owner::Executor : Owner::Library;
    Frame.Module =
        Where.Path.empty() ? Program.ExecutorPath : std::string(Where.Path);
  }
  return Found;
}

/// A return address may already be another function's.
static ExecutorAddr codeOf(const CrashReport::Frame &Raw) {
  const uint64_t Back = Raw.IsExact || Raw.Pc.isNull() ? 0 : 1;
  return ExecutorAddr(Raw.Pc.value() - Back);
}

Symbolizer::Frames Symbolizer::find(const CrashReport::Frame &Raw) {
  const ExecutorAddr Address = codeOf(Raw);
  const uint64_t Back = Raw.Pc - Address;
  auto Cached = Known.find({Raw.Pc.value(), Raw.IsExact});
  if (Cached != Known.end())
    return Cached->second;
  Frames Found;
  if (const PlacedSection *Section = Map.at(Address))
    Found = findInProgram(Address, *Section);
  else if (Raw.Module != 0)
    Found = findInLibrary(Address, Raw.Module);
  else
    Found.emplace_back();
  for (CrashFrame &Frame : Found) {
    Frame.Pc = Raw.Pc;
    Frame.FunctionOffset += Back;
    if (Frame.Whose == Owner::Library || Frame.Whose == Owner::Executor)
      Frame.ModuleOffset = Raw.Pc - Report.Modules[Raw.Module - 1].Base;
  }
  return Known[{Raw.Pc.value(), Raw.IsExact}] = std::move(Found);
}

/// What is at the address of the fault.
void Symbolizer::findVariable(CrashSymbols &Result) {
  ExecutorAddr Address = Report.Cause.Address;
  if (const PlacedSection *Section = Map.at(Address)) {
    if (Section->Key.Index == 0)
      return;
    FunctionTable::Place Where = {Section->Key.Index,
                                  Address - Section->Range.Start};
    bool IsCode = Section->Kind == SectionKind::Code;
    auto Found = object(Section->Key.Object)
                     .find(Where, IsCode ? FunctionTable::Kind::Function
                                         : FunctionTable::Kind::Variable);
    if (!Found)
      return;
    Result.Variable = demangledFunction(Found->Name);
    Result.VariableOffset = Found->Offset;
    return;
  }
  for (uint32_t Module = 1; Module <= Report.Modules.size(); ++Module) {
    const CrashReport::Module &Loaded = Report.Modules[Module - 1];
    const LibrarySymbols *Library =
        Address >= Loaded.Base ? library(Module) : nullptr;
    if (Library && Library->contains(Address - Loaded.Base)) {
      Result.Library = Loaded.Path;
      return;
    }
  }
}

CrashSymbols Symbolizer::run() {
  CrashSymbols Result = withoutSymbols(Report, Program);
  // How the executor came to the program is of no interest, and the libraries
  // there are large.
  size_t Needed = controller::countProgramFrames(Result.Frames);
  Frames Rest(Result.Frames.begin() + static_cast<ptrdiff_t>(Needed),
              Result.Frames.end());
  Result.Frames.clear();
  bool IsContinued = false;
  for (const CrashReport::Frame &Raw : Report.Frames.span().first(Needed)) {
    // The function is in one call.
    if (!IsContinued)
      append_range(Result.Frames, find(Raw));
    const LateFunction *Late = Program.Record.lateAt(codeOf(Raw));
    IsContinued = Late && Late->IsContinuation;
  }
  append_range(Result.Frames, Rest);
  if (Report.HasException)
    Result.ExceptionType = demangledType(StringRef(Report.Thrown.TypeName));
  findVariable(Result);
  return Result;
}

} // namespace

CrashSymbols symbolize(const CrashReport &Report, const CrashedProgram &Program,
                       SymbolDetail Detail) {
  return Symbolizer(Report, Program, Detail).run();
}

CrashSymbols withoutSymbols(const CrashReport &Report,
                            const CrashedProgram &Program) {
  CrashSymbols Result;
  for (const CrashReport::Frame &Raw : Report.Frames)
    Result.Frames.push_back(rawFrame(Raw, Report, Program));
  Result.ExceptionType = Report.Thrown.TypeName;
  return Result;
}

} // namespace remoterun::jit
