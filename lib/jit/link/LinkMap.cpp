//===- LinkMap.cpp - Where everything is, for people ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/LinkMap.h"
#include "controller/Printable.h"
#include "jit/base/SymbolNames.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <tuple>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// What a linker puts sections of such names, and names that go on with a
/// point, into (lld's getOutputSectionName()).
StringRef outputName(StringRef Section) {
  static constexpr StringLiteral Names[] = {
      ".data.rel.ro",     ".bss.rel.ro", ".init_array",
      ".fini_array",      ".text",       ".rodata",
      ".ltext",           ".lrodata",    ".data",
      ".ldata",           ".bss",        ".lbss",
      ".tdata",           ".tbss",       ".ctors",
      ".dtors",           ".ARM.exidx",  ".ARM.extab",
      ".gcc_except_table"};
  for (StringRef Name : Names)
    if (Section == Name ||
        (Section.starts_with(Name) && Section[Name.size()] == '.'))
      return Name;
  return Section;
}

struct MappedSymbol {
  ExecutorAddr Start;
  uint64_t Size = 0;
  std::string Text;
};

bool operator<(const MappedSymbol &A, const MappedSymbol &B) {
  return std::tie(A.Start, A.Text) < std::tie(B.Start, B.Text);
}

class MapWriter {
public:
  explicit MapWriter(const MappedProgram &Program)
      : Program(Program), Symbols(Program.Memory.sections().size()) {}

  std::string write();

private:
  void addSymbols(size_t Number);
  void addCommons();
  void add(size_t Object, const WorkingSection *Section, MappedSymbol Symbol,
           StringRef Name);
  bool isLost(const object::ELFSymbolRef &Symbol, StringRef Name,
              size_t Object) const;
  std::string inputOf(const WorkingSection &Section) const;
  void writeLine(ExecutorAddr Start, uint64_t Size, uint64_t Alignment,
                 unsigned Indent, const std::string &Text);
  void writeOutput(ArrayRef<size_t> Numbers);

  const MappedProgram &Program;
  std::vector<std::vector<MappedSymbol>> Symbols; ///< Of each section.
  std::string Text;
  raw_string_ostream Out{Text};
};

/// Whether another object's definition counts.
bool MapWriter::isLost(const object::ELFSymbolRef &Symbol, StringRef Name,
                       size_t Object) const {
  if (Symbol.getBinding() == ELF::STB_LOCAL)
    return false;
  const ProgramSymbols::Definition *Winner = Program.Symbols.find(Name);
  return Winner && Winner->Object != Object;
}

void MapWriter::add(size_t Object, const WorkingSection *Section,
                    MappedSymbol Symbol, StringRef Name) {
  if (!Section)
    return;
  Symbol.Text = demangledFunction(Name);
  if (Program.Objects[Object].IsCompiledIR)
    if (const std::string &File = Program.Files.fileOf(Name);
        File != Program.Objects[Object].Name)
      Symbol.Text += " (" + File + ")";
  size_t Number =
      static_cast<size_t>(Section - Program.Memory.sections().data());
  Symbols[Number].push_back(std::move(Symbol));
}

/// As the object was before it was patched: then local symbols have names.
void MapWriter::addSymbols(size_t Number) {
  const ProgramObject &Object = Program.Objects[Number];
  ObjectSource::Contents Before = Object.Source.read();
  auto File =
      object::ObjectFile::createELFObjectFile({Before.Bytes, Object.Name});
  if (!File) {
    consumeError(File.takeError());
    return;
  }
  auto &Elf = cast<object::ELFObjectFileBase>(**File);
  for (object::ELFSymbolRef Symbol : Elf.symbols()) {
    uint8_t Type = Symbol.getELFType();
    if (Type == ELF::STT_SECTION || Type == ELF::STT_FILE)
      continue;
    auto Section = Symbol.getSection();
    auto Name = Symbol.getName();
    auto Value = Symbol.getValue();
    if (Section && Name && Value && *Section != Elf.section_end() &&
        !Name->empty() && !Name->starts_with(".L") &&
        !isLost(Symbol, *Name, Number)) {
      const WorkingSection *Found =
          Program.Memory.find({Number, (*Section)->getIndex()});
      if (Found)
        add(Number, Found, {Found->Target + *Value, Symbol.getSize(), ""},
            *Name);
    }
    consumeError(Section.takeError());
    consumeError(Name.takeError());
    consumeError(Value.takeError());
  }
}

/// RuntimeDyld has put them together.
void MapWriter::addCommons() {
  Program.Symbols.forEach(
      [&](StringRef Name, const ProgramSymbols::Definition &Found) {
        if (Found.CommonSize == 0)
          return;
        MappedSymbol Symbol = {Program.AddressOf(Name), Found.CommonSize, ""};
        for (const WorkingSection &Section : Program.Memory.sections())
          if (ExecutorRange{Section.Target, Section.Needs.Size}.contains(
                  {Symbol.Start, Symbol.Size})) {
            add(Found.Object, &Section, std::move(Symbol), Name);
            return;
          }
      });
}

std::string MapWriter::inputOf(const WorkingSection &Section) const {
  bool IsOfObject = !Section.IsSynthetic && Section.Key.Index != 0;
  return (IsOfObject ? Program.Objects[Section.Key.Object].Name
                     : std::string("<internal>")) +
         ":(" + Section.Name + ")";
}

void MapWriter::writeLine(ExecutorAddr Start, uint64_t Size, uint64_t Alignment,
                          unsigned Indent, const std::string &What) {
  Out << format("%16llx %8llx %5llu ",
                static_cast<unsigned long long>(Start.value()),
                static_cast<unsigned long long>(Size),
                static_cast<unsigned long long>(Alignment));
  Out.indent(Indent) << controller::printable(What) << '\n';
}

/// Sections that stand together.
void MapWriter::writeOutput(ArrayRef<size_t> Numbers) {
  constexpr unsigned Step = 8; // lld's columns.
  const auto &Sections = Program.Memory.sections();
  const WorkingSection &First = Sections[Numbers.front()];
  const WorkingSection &Last = Sections[Numbers.back()];
  uint64_t Alignment = 1;
  for (size_t Number : Numbers)
    Alignment = std::max(Alignment, Sections[Number].Needs.Alignment);
  writeLine(First.Target, Last.Target + Last.Needs.Size - First.Target,
            Alignment, 0, outputName(First.Name).str());
  for (size_t Number : Numbers) {
    const WorkingSection &Section = Sections[Number];
    writeLine(Section.Target, Section.Needs.Size, Section.Needs.Alignment, Step,
              inputOf(Section));
    sort(Symbols[Number]);
    for (const MappedSymbol &Symbol : Symbols[Number])
      writeLine(Symbol.Start, Symbol.Size, 1, 2 * Step, Symbol.Text);
  }
}

std::string MapWriter::write() {
  for (size_t Number = 0; Number != Program.Objects.size(); ++Number)
    addSymbols(Number);
  addCommons();
  const auto &Sections = Program.Memory.sections();
  std::vector<size_t> Order;
  for (size_t Number = 0; Number != Sections.size(); ++Number)
    if (Sections[Number].Needs.Size != 0)
      Order.push_back(Number);
  sort(Order, [&](size_t A, size_t B) {
    return std::tie(Sections[A].Target, A) < std::tie(Sections[B].Target, B);
  });
  Out << "             VMA     Size Align Out     In      Symbol\n";
  ArrayRef<size_t> Rest(Order);
  while (!Rest.empty()) {
    StringRef Name = outputName(Sections[Rest.front()].Name);
    auto Together = Rest.take_while([&](size_t Number) {
      return outputName(Sections[Number].Name) == Name;
    });
    writeOutput(Together);
    Rest = Rest.drop_front(Together.size());
  }
  return Text;
}

} // namespace

std::string makeLinkMap(const MappedProgram &Program) {
  return MapWriter(Program).write();
}

} // namespace remoterun::jit
