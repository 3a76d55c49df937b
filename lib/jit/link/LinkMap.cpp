//===- LinkMap.cpp - Where everything is, for people ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/LinkMap.h"
#include "controller/base/Printable.h"
#include "jit/base/ElfView.h"
#include "jit/base/SymbolNames.h"
#include "jit/link/OutputSections.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <tuple>

using namespace llvm;

namespace remoterun::jit {

namespace {

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
      : Program(Program), Symbols(Program.Sections.size()) {
    for (const MappedSection &Section : Program.Sections)
      if (Section.Input.Index != 0)
        Numbers[{Section.Input.Object, Section.Input.Index}] =
            static_cast<size_t>(&Section - Program.Sections.data());
  }

  std::string write();

private:
  void addSymbols(size_t Number);
  void addCommons();
  void add(size_t Object, size_t Section, MappedSymbol Symbol, StringRef Name);
  bool isLost(StringRef Name, size_t Object) const;
  std::string inputOf(const MappedSection &Section) const;
  void writeLine(ExecutorAddr Start, uint64_t Size, uint64_t Alignment,
                 unsigned Indent, const std::string &Text);
  void writeOutput(ArrayRef<size_t> Numbers);

  const MappedProgram &Program;
  DenseMap<std::pair<uint64_t, uint64_t>, size_t> Numbers; ///< Of inputs.
  std::vector<std::vector<MappedSymbol>> Symbols;          ///< Of each section.
  std::string Text;
  raw_string_ostream Out{Text};
};

/// Whether another object's definition counts.
bool MapWriter::isLost(StringRef Name, size_t Object) const {
  const Symbol *Winner = Program.Symbols.find(Name);
  return Winner && Winner->Object != Object;
}

void MapWriter::add(size_t Object, size_t Section, MappedSymbol Symbol,
                    StringRef Name) {
  Symbol.Text = demangledFunction(Name);
  if (Program.Objects[Object].IsCompiledIR)
    if (const std::string &File = Program.Files.fileOf(Name);
        File != Program.Objects[Object].Name)
      Symbol.Text += " (" + File + ")";
  Symbols[Section].push_back(std::move(Symbol));
}

/// As the object was before it was patched: then local symbols have names.
void MapWriter::addSymbols(size_t Number) {
  const ProgramObject &Object = Program.Objects[Number];
  ObjectSource::Contents Before = Object.Source.read();
  ArrayRef<char> Bytes(Before.Bytes.data(), Before.Bytes.size());
  withElfType(Bytes, [&]<typename ELFT>() {
    auto View = ElfView<ELFT>::create(Bytes);
    if (!View)
      return consumeError(View.takeError());
    for (const auto &Symbol : View->symbols()) {
      uint8_t Type = Symbol.getType();
      if (Type == ELF::STT_SECTION || Type == ELF::STT_FILE)
        continue;
      auto Name = View->nameOf(Symbol);
      if (!Name) {
        consumeError(Name.takeError());
        continue;
      }
      auto Found = Numbers.find({Number, View->sectionOf(Symbol)});
      if (Found != Numbers.end() && !Name->empty() &&
          !Name->starts_with(".L") &&
          (Symbol.getBinding() == ELF::STB_LOCAL || !isLost(*Name, Number)))
        add(Number, Found->second,
            {Program.Sections[Found->second].Range.Start +
                 View->placeOf(Symbol),
             Symbol.st_size, ""},
            *Name);
    }
  });
}

/// Each is a part of its own.
void MapWriter::addCommons() {
  DenseMap<uint64_t, size_t> ByStart;
  for (const MappedSection &Section : Program.Sections)
    if (Section.Input.Index == 0)
      ByStart[Section.Range.Start.value()] =
          static_cast<size_t>(&Section - Program.Sections.data());
  Program.Symbols.forEach([&](StringRef Name, const Symbol &Found) {
    if (!Found.isCommon())
      return;
    ExecutorAddr Start = Program.AddressOf(Name);
    auto Section = ByStart.find(Start.value());
    if (Section != ByStart.end())
      add(Found.Object, Section->second, {Start, Found.Size, ""}, Name);
  });
}

std::string MapWriter::inputOf(const MappedSection &Section) const {
  return (Section.Input.Index != 0 ? Program.Objects[Section.Input.Object].Name
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
void MapWriter::writeOutput(ArrayRef<size_t> Together) {
  constexpr unsigned Step = 8; // lld's columns.
  const auto &Sections = Program.Sections;
  ExecutorAddr Start = Sections[Together.front()].Range.Start;
  const ExecutorRange &Last = Sections[Together.back()].Range;
  uint64_t Alignment = 1;
  for (size_t Number : Together)
    Alignment = std::max(Alignment, Sections[Number].Alignment);
  writeLine(Start, Last.Start + Last.Size - Start, Alignment, 0,
            outputNameOf(Sections[Together.front()].Name).str());
  for (size_t Number : Together) {
    const MappedSection &Section = Sections[Number];
    writeLine(Section.Range.Start, Section.Range.Size, Section.Alignment, Step,
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
  const auto &Sections = Program.Sections;
  std::vector<size_t> Order;
  for (size_t Number = 0; Number != Sections.size(); ++Number)
    if (Sections[Number].Range.Size != 0)
      Order.push_back(Number);
  sort(Order, [&](size_t A, size_t B) {
    return std::tie(Sections[A].Range.Start, A) <
           std::tie(Sections[B].Range.Start, B);
  });
  Out << "             VMA     Size Align Out     In      Symbol\n";
  ArrayRef<size_t> Rest(Order);
  while (!Rest.empty()) {
    StringRef Name = outputNameOf(Sections[Rest.front()].Name);
    auto Together = Rest.take_while([&](size_t Number) {
      return outputNameOf(Sections[Number].Name) == Name;
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
