//===- ThreadLocalObjects.h - Objects with thread-locals --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What ThreadLocalLinker reads in the program's objects: the sections whose
// code asks for thread-local variables, and which variables these are.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_THREADLOCALOBJECTS_H
#define REMOTERUN_JIT_LINK_THREADLOCALOBJECTS_H

#include "jit/base/ElfView.h"
#include "jit/base/LlvmErrors.h"
#include "jit/link/JoinedProgram.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Demangle/Demangle.h"

#include <utility>
#include <vector>

namespace remoterun::jit {

template <typename ELFT> class ThreadLocalObjects {
public:
  using View = ElfView<ELFT>;
  using Shdr = typename ELFT::Shdr;
  using Sym = typename ELFT::Sym;
  using Rela = typename ELFT::Rela;
  /// A thread-local section, by the numbers of its object and itself.
  using Place = std::pair<size_t, uint64_t>;
  /// A variable, by its section and its offset there.
  using Variable = std::pair<Place, uint64_t>;
  /// A section and its relocations.
  struct RelocatedSection {
    Place Where;
    const Shdr *Section;
    const Shdr *Table;
    llvm::MutableArrayRef<Rela> Relocations;
  };
  using Visitor = llvm::function_ref<Expected<void>(const RelocatedSection &)>;

  ThreadLocalObjects(JoinedProgram &Program,
                     const std::vector<ProgramObject> &Inputs,
                     const Isa &Target)
      : Program(Program), Objects(Program.Objects), Inputs(Inputs),
        Target(Target) {}

  Expected<void> parse();
  const std::vector<View> &views() const { return Parsed; }
  const Shdr &section(Place Where) const {
    return Parsed[Where.first].sections()[Where.second];
  }

  ThreadLocalRule ruleOf(const Rela &Relocation) const {
    return Target.ThreadLocals.Rule(Relocation.getType(false));
  }
  /// Calls \p Visit for each relocated section that is part of the program's
  /// memory and refers to thread-local variables.
  Expected<void> forEachSection(Visitor Visit) const;
  /// Where the variable of \p Relocation is.
  Expected<Variable> target(const RelocatedSection &In,
                            const Rela &Relocation) const;
  /// The name of what no object defines; empty for everything else.
  llvm::StringRef undefined(const RelocatedSection &In,
                            const Rela &Relocation) const;

  llvm::MutableArrayRef<uint8_t> codeOf(const RelocatedSection &In) const {
    llvm::MutableArrayRef<char> Bytes = Objects[In.Where.first].Bytes;
    return {reinterpret_cast<uint8_t *>(Bytes.data()) + In.Section->sh_offset,
            static_cast<size_t>(In.Section->sh_size)};
  }

  Failure bad(size_t Number, llvm::Error Why) const {
    return fromLlvm(Blame::Input,
                    "cannot link object '" + Objects[Number].Name + "'",
                    std::move(Why));
  }
  /// With the name of the input that \p Offset of a section is from.
  Failure badAt(Place Section, uint64_t Offset, const std::string &Why) const {
    const ProgramObject *Input =
        Program.inputAt({Section.first, Section.second}, Offset, Inputs);
    return {Blame::Input,
            "cannot link object '" +
                (Input ? Input->Name : Objects[Section.first].Name) +
                "': " + Why};
  }
  Failure notOfLibrary(const RelocatedSection &In, const Rela &Relocation,
                       llvm::StringRef Variable) const {
    return badAt(In.Where, Relocation.r_offset,
                 "no input defines its thread-local variable '" +
                     llvm::demangle(Variable.str()) +
                     "', and its code cannot have one of a library; pass it "
                     "as IR with --extra-module");
  }

private:
  void noteDefinitions();

  JoinedProgram &Program;
  std::vector<ProgramObject> &Objects; ///< Of Program.
  const std::vector<ProgramObject> &Inputs;
  const Isa &Target;
  std::vector<View> Parsed; ///< Of Objects.
  /// Where objects are not joined, what each defines for others.
  llvm::StringMap<Variable> Definitions;
};

template <typename ELFT> Expected<void> ThreadLocalObjects<ELFT>::parse() {
  for (size_t Number = 0; Number != Objects.size(); ++Number) {
    auto Opened = View::create(Objects[Number].Bytes);
    if (!Opened)
      return bad(Number, Opened.takeError());
    Parsed.push_back(std::move(*Opened));
  }
  if (Objects.size() > 1)
    noteDefinitions();
  return {};
}

template <typename ELFT> void ThreadLocalObjects<ELFT>::noteDefinitions() {
  for (size_t Number = 0; Number != Objects.size(); ++Number)
    for (const Sym &Symbol : Parsed[Number].symbols()) {
      if (Symbol.getType() != llvm::ELF::STT_TLS || Symbol.isUndefined())
        continue;
      auto Name = Parsed[Number].nameOf(Symbol);
      if (!Name) {
        llvm::consumeError(Name.takeError());
        continue;
      }
      Definitions[*Name] = {{Number, Parsed[Number].sectionOf(Symbol)},
                            uint64_t(Symbol.st_value)};
    }
}

template <typename ELFT>
Expected<void> ThreadLocalObjects<ELFT>::forEachSection(Visitor Visit) const {
  for (size_t Number = 0; Number != Objects.size(); ++Number) {
    llvm::ArrayRef<Shdr> Sections = Parsed[Number].sections();
    for (const Shdr &Table : Sections) {
      if (Table.sh_type != llvm::ELF::SHT_RELA ||
          Table.sh_info >= Sections.size())
        continue;
      const Shdr &Relocated = Sections[Table.sh_info];
      if (!(Relocated.sh_flags & llvm::ELF::SHF_ALLOC) ||
          Relocated.sh_type == llvm::ELF::SHT_NOBITS)
        continue;
      auto Relocations = Parsed[Number].relocationsOf(Table);
      if (!Relocations)
        return bad(Number, Relocations.takeError());
      if (llvm::none_of(*Relocations, [&](const Rela &Relocation) {
            return ruleOf(Relocation).IsThreadLocal;
          }))
        continue;
      if (auto Done = Visit(
              {{Number, Table.sh_info}, &Relocated, &Table, *Relocations});
          !Done)
        return Done;
    }
  }
  return {};
}

template <typename ELFT>
Expected<typename ThreadLocalObjects<ELFT>::Variable>
ThreadLocalObjects<ELFT>::target(const RelocatedSection &In,
                                 const Rela &Relocation) const {
  size_t Number = In.Where.first;
  const View &Its = Parsed[Number];
  const Sym &Symbol = Its.symbols()[Relocation.getSymbol(false)];
  auto Name = Its.nameOf(Symbol);
  if (!Name)
    return bad(Number, Name.takeError());
  // What the program defines is in a section of the joined object, or has a
  // name in another.
  Variable Found = {{Number, Its.sectionOf(Symbol)}, uint64_t(Symbol.st_value)};
  if (Symbol.isUndefined()) {
    auto Known = Definitions.find(*Name);
    if (Known == Definitions.end())
      return notOfLibrary(In, Relocation, *Name);
    Found = Known->second;
  }
  llvm::ArrayRef<Shdr> Sections = Parsed[Found.first.first].sections();
  uint64_t Section = Found.first.second;
  if (Section == 0 || Section >= Sections.size() ||
      !(Sections[Section].sh_flags & llvm::ELF::SHF_TLS))
    return badAt(In.Where, Relocation.r_offset,
                 "it takes for thread-local what is not so where it is "
                 "defined");
  return Found;
}

template <typename ELFT>
llvm::StringRef
ThreadLocalObjects<ELFT>::undefined(const RelocatedSection &In,
                                    const Rela &Relocation) const {
  const View &Its = Parsed[In.Where.first];
  const Sym &Symbol = Its.symbols()[Relocation.getSymbol(false)];
  auto Name = Its.nameOf(Symbol);
  if (!Name) {
    llvm::consumeError(Name.takeError());
    return "";
  }
  return Symbol.isUndefined() && !Definitions.contains(*Name) ? *Name : "";
}

} // namespace remoterun::jit

#endif
