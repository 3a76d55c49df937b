//===- LinkModelTest.cpp - Symbols and joined objects ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "YamlObject.h"

#include "jit/base/ElfView.h"
#include "jit/link/JoinedProgram.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/ELF.h"

using namespace llvm;

using namespace remoterun::jit;

namespace {

constexpr StringLiteral Strong = R"(
Sections:
  - { Name: .text, Type: SHT_PROGBITS, Flags: [ SHF_ALLOC, SHF_EXECINSTR ],
      AddressAlign: 16, Content: "9090909090c3" }
Symbols:
  - { Name: f, Type: STT_FUNC, Section: .text, Binding: STB_GLOBAL, Value: 1,
      Size: 5 }
)";

constexpr StringLiteral Weak = R"(
Sections:
  - { Name: .text, Type: SHT_PROGBITS, Flags: [ SHF_ALLOC, SHF_EXECINSTR ],
      AddressAlign: 16, Content: "c3" }
Symbols:
  - { Name: f, Type: STT_FUNC, Section: .text, Binding: STB_WEAK, Size: 1 }
)";

TEST(ProgramSymbols, AStrongDefinitionCountsWhereverItStands) {
  for (bool WeakFirst : {false, true}) {
    ProgramSymbols Symbols;
    ASSERT_TRUE(Symbols.add(objectOf("1", WeakFirst ? Weak : Strong)));
    ASSERT_TRUE(Symbols.add(objectOf("2", WeakFirst ? Strong : Weak)));
    ASSERT_TRUE(Symbols.find("f"));
    EXPECT_EQ(Symbols.find("f")->Object, WeakFirst ? 1u : 0u);
    EXPECT_EQ(Symbols.find("f")->Value, 1u);
    EXPECT_TRUE(Symbols.checkUnique());
  }
}

TEST(ProgramSymbols, TwoStrongOnesAreAnErrorThatNamesBoth) {
  ProgramSymbols Symbols;
  ASSERT_TRUE(Symbols.add(objectOf("one.o", Strong)));
  ASSERT_TRUE(Symbols.add(objectOf("two.o", Strong)));
  auto Unique = Symbols.checkUnique();
  ASSERT_FALSE(Unique);
  EXPECT_NE(Unique.error().Message.find("one.o"), std::string::npos);
  EXPECT_NE(Unique.error().Message.find("two.o"), std::string::npos);
}

TEST(ProgramSymbols, OfCommonsTheLargestAndStrictestCounts) {
  ProgramSymbols Symbols;
  for (StringRef Shape : {"Size: 4, Value: 64", "Size: 400, Value: 4"})
    ASSERT_TRUE(Symbols.add(objectOf(
        "c.o", ("Symbols:\n  - { Name: c, Type: STT_OBJECT, Index: SHN_COMMON, "
                "Binding: STB_GLOBAL, " +
                Shape + " }\n")
                   .str())));
  ASSERT_TRUE(Symbols.isDefinedAsCommon("c"));
  EXPECT_EQ(Symbols.find("c")->Size, 400u);
  EXPECT_EQ(Symbols.find("c")->CommonAlignment, 64u);
}

TEST(ProgramSymbols, ADefaultVersionDefinesThePlainName) {
  ProgramSymbols Symbols;
  ASSERT_TRUE(Symbols.add(objectOf("v.o", R"(
Sections:
  - { Name: .text, Type: SHT_PROGBITS, Flags: [ SHF_ALLOC ], Content: "c3" }
Symbols:
  - { Name: "f@@V2", Type: STT_FUNC, Section: .text, Binding: STB_GLOBAL }
  - { Name: "g@V1", Type: STT_FUNC, Section: .text, Binding: STB_GLOBAL }
)")));
  EXPECT_TRUE(Symbols.find("f"));
  EXPECT_TRUE(Symbols.find("f@V2"));
  EXPECT_FALSE(Symbols.find("g"));
  EXPECT_TRUE(Symbols.find("g@V1"));
}

TEST(ProgramSymbols, HaveKindBindingVisibilityAndVersion) {
  ProgramSymbols Symbols;
  ASSERT_TRUE(Symbols.add(objectOf("1", R"(
Sections:
  - { Name: .text, Type: SHT_PROGBITS, Flags: [ SHF_ALLOC ], Content: "c3c3" }
Symbols:
  - { Name: "f@@V2", Type: STT_FUNC, Section: .text, Binding: STB_GLOBAL }
  - { Name: "f@V1", Type: STT_FUNC, Section: .text, Value: 1,
      Binding: STB_GLOBAL }
  - { Name: loose, Type: STT_FUNC, Section: .text, Binding: STB_WEAK }
  - { Name: number, Index: SHN_ABS, Value: 41, Binding: STB_GLOBAL }
  - { Name: room, Type: STT_OBJECT, Index: SHN_COMMON, Binding: STB_GLOBAL,
      Size: 8, Value: 8 }
  - { Name: local, Section: .text }
)")));
  // What only refers to a name constrains it, too.
  ASSERT_TRUE(Symbols.add(objectOf("2", R"(
Symbols:
  - { Name: loose, Binding: STB_GLOBAL, Other: [ STV_PROTECTED ] }
  - { Name: room, Binding: STB_GLOBAL, Other: [ STV_HIDDEN ] }
  - { Name: nowhere, Binding: STB_WEAK }
)")));
  const Symbol *F = Symbols.find("f"), *Old = Symbols.find("f@V1");
  ASSERT_TRUE(F && Old && Symbols.find("f@V2"));
  EXPECT_EQ(F->Kind, SymbolKind::Defined);
  EXPECT_EQ(F->Binding, SymbolBinding::Global);
  EXPECT_EQ(F->Visibility, SymbolVisibility::Default);
  EXPECT_EQ(F->Version, "V2");
  EXPECT_TRUE(F->IsDefaultVersion && F->isFunction());
  EXPECT_EQ(Old->Version, "V1");
  EXPECT_EQ(Old->Value, 1u);
  EXPECT_FALSE(Old->IsDefaultVersion);
  EXPECT_EQ(Symbols.find("loose")->Binding, SymbolBinding::Weak);
  EXPECT_EQ(Symbols.find("loose")->Visibility, SymbolVisibility::Protected);
  EXPECT_EQ(Symbols.find("loose")->Version, "");
  EXPECT_EQ(Symbols.find("number")->Kind, SymbolKind::Absolute);
  EXPECT_EQ(Symbols.find("room")->Kind, SymbolKind::Common);
  EXPECT_TRUE(Symbols.find("room")->isHidden());
  EXPECT_FALSE(Symbols.find("local") || Symbols.find("nowhere"));
}

/// A function in a group, and beside it a table that calls it by a relocation.
constexpr StringLiteral Grouped = R"(
Sections:
  - { Name: .group, Type: SHT_GROUP, Info: f,
      Members: [ { SectionOrType: GRP_COMDAT },
                 { SectionOrType: .text.f } ] }
  - { Name: .text.f, Type: SHT_PROGBITS,
      Flags: [ SHF_ALLOC, SHF_EXECINSTR, SHF_GROUP ], AddressAlign: 16,
      Content: "9090c3" }
  - { Name: .data, Type: SHT_PROGBITS, Flags: [ SHF_ALLOC, SHF_WRITE ],
      AddressAlign: 8, Size: 8 }
  - { Name: .rela.data, Type: SHT_RELA, Info: .data, Link: .symtab,
      Relocations: [ { Offset: 0, Symbol: f, Type: R_X86_64_64,
                       Addend: 2 } ] }
Symbols:
  - { Name: f, Type: STT_FUNC, Section: .text.f, Binding: STB_GLOBAL }
)";

TEST(ProgramSymbols, AGroupIsThereOnce) {
  ProgramSymbols Symbols;
  ASSERT_TRUE(Symbols.add(objectOf("1", Grouped)));
  ASSERT_TRUE(Symbols.add(objectOf("2", Grouped)));
  EXPECT_TRUE(Symbols.checkUnique());
  EXPECT_EQ(Symbols.find("f")->Object, 0u);
  EXPECT_FALSE(Symbols.isDiscarded(0, 2));
  EXPECT_TRUE(Symbols.isDiscarded(1, 2));
  EXPECT_FALSE(Symbols.isDiscarded(1, 3));
}

/// All relocations of \p Object, as ".text+8: R_X86_64_PC32 .got-4", with the
/// section or the symbol that each is about.
std::vector<std::string> relocationsOf(const ProgramObject &Object) {
  auto View = ElfView<object::ELF64LE>::create(Object.Bytes);
  std::vector<std::string> All;
  if (!View) {
    ADD_FAILURE() << toString(View.takeError());
    return All;
  }
  for (const auto &Table : View->sections()) {
    if (!ElfView<object::ELF64LE>::isRelocations(Table))
      continue;
    StringRef Into = cantFail(View->nameOf(View->sections()[Table.sh_info]));
    cantFail(View->forEachRelocation(Table, [&](const RelocationView &Each) {
      const auto &Symbol = View->symbols()[Each.Symbol];
      StringRef To = cantFail(View->nameOf(Symbol));
      if (Symbol.getType() == ELF::STT_SECTION)
        To = cantFail(View->nameOf(View->sections()[View->sectionOf(Symbol)]));
      StringRef Type = object::getELFRelocationTypeName(
          Object.File->getEMachine(), Each.Type);
      All.push_back((Into + "+" + Twine(Each.Offset) + ": " + Type + " " + To +
                     (Each.Addend < 0 ? "" : "+") + Twine(Each.Addend))
                        .str());
      return Error::success();
    }));
  }
  return All;
}

class JoinedObjects : public ::testing::Test {
protected:
  void add(StringRef Body, StringRef Machine = "EM_X86_64") {
    Objects.push_back(
        objectOf(std::to_string(Objects.size()) + ".o", Body, Machine));
    ASSERT_TRUE(Symbols.add(Objects.back()));
  }
  remoterun::Expected<JoinedProgram>
  join(StringRef Target = "x86_64-linux-gnu") {
    return joinObjects(Objects, Symbols, isaOf(Triple(Target)));
  }

  std::vector<ProgramObject> Objects;
  ProgramSymbols Symbols;
};

TEST_F(JoinedObjects, ReferToWhereTheDefinitionsAre) {
  add(Grouped);
  add(Strong.str().replace(Strong.find("Name: f,"), 7, "Name: g"));
  add(Grouped);
  auto Joined = join();
  ASSERT_TRUE(Joined) << Joined.error().Message;
  ASSERT_EQ(Joined->Objects.size(), 1u);
  // Both tables, and one copy of the function.
  EXPECT_EQ(relocationsOf(Joined->Objects[0]),
            (std::vector<std::string>{".data+0: R_X86_64_64 .text+2",
                                      ".data+8: R_X86_64_64 .text+2"}));
  EXPECT_FALSE(Joined->Places.find({2, 2}));
  EXPECT_EQ(Joined->Places.find({2, 3})->Offset, 8u);
  EXPECT_EQ(Joined->Places.find({1, 1})->Offset, 16u);
  EXPECT_EQ(Joined->find("g", *Symbols.find("g"))->Offset, 17u);
  EXPECT_TRUE(Joined->Undefined.empty());
}

TEST_F(JoinedObjects, HaveOnePltAndOneGot) {
  add(R"(
Sections:
  - { Name: .text, Type: SHT_PROGBITS, Flags: [ SHF_ALLOC, SHF_EXECINSTR ],
      Size: 32 }
  - { Name: .rela.text, Type: SHT_RELA, Info: .text, Link: .symtab,
      Relocations: [
        { Offset: 1, Symbol: far, Type: R_X86_64_PLT32, Addend: -4 },
        { Offset: 8, Symbol: far, Type: R_X86_64_GOTPCREL, Addend: -4 },
        { Offset: 16, Symbol: own, Type: R_X86_64_PLT32, Addend: -4 },
        { Offset: 24, Symbol: own, Type: R_X86_64_REX_GOTPCRELX,
          Addend: -4 } ] }
Symbols:
  - { Name: own, Section: .text, Value: 6 }
  - { Name: far, Binding: STB_GLOBAL }
  - { Name: unused, Binding: STB_GLOBAL }
)");
  auto Joined = join();
  ASSERT_TRUE(Joined) << Joined.error().Message;
  // Slot 0 is far's, which its PLT entry shares; slot 1 is own's.
  EXPECT_EQ(
      relocationsOf(Joined->Objects[0]),
      (std::vector<std::string>{
          ".text+1: R_X86_64_PC32 .plt-4", ".text+8: R_X86_64_PC32 .got-4",
          ".text+16: R_X86_64_PC32 .text+2", ".text+24: R_X86_64_PC32 .got+4",
          ".plt+2: R_X86_64_PC32 .got-4", ".got+0: R_X86_64_64 far+0",
          ".got+8: R_X86_64_64 .text+6"}));
  EXPECT_EQ(Joined->Undefined, std::vector<std::string>{"far"});
  EXPECT_TRUE(Joined->Near.empty());
}

// A branch goes to the local entry point, 8 bytes behind the start, and needs a
// symbol that says so; an address is that of the start.
TEST_F(JoinedObjects, OfPowerHaveLocalEntryPoints) {
  add(R"(
Sections:
  - { Name: .text, Type: SHT_PROGBITS, Flags: [ SHF_ALLOC, SHF_EXECINSTR ],
      Size: 64 }
  - { Name: .data, Type: SHT_PROGBITS, Flags: [ SHF_ALLOC, SHF_WRITE ],
      Size: 8 }
  - { Name: .rela.text, Type: SHT_RELA, Info: .text, Link: .symtab,
      Relocations: [
        { Offset: 0, Symbol: own, Type: R_PPC64_REL24 },
        { Offset: 8, Symbol: global, Type: R_PPC64_REL24 },
        { Offset: 16, Symbol: .text, Type: R_PPC64_REL24, Addend: 48 },
        { Offset: 24, Symbol: leaf, Type: R_PPC64_REL24 },
        { Offset: 32, Symbol: far, Type: R_PPC64_REL24 } ] }
  - { Name: .rela.data, Type: SHT_RELA, Info: .data, Link: .symtab,
      Relocations: [ { Offset: 0, Symbol: own, Type: R_PPC64_ADDR64 } ] }
Symbols:
  - { Name: .text, Type: STT_SECTION, Section: .text }
  - { Name: own, Section: .text, Other: [ 0x60 ] }
  - { Name: leaf, Type: STT_FUNC, Section: .text, Value: 40 }
  - { Name: global, Type: STT_FUNC, Section: .text, Value: 16,
      Binding: STB_GLOBAL, Other: [ 0x60 ] }
  - { Name: far, Binding: STB_GLOBAL }
)",
      "EM_PPC64");
  auto Joined = join("powerpc64le-linux-gnu");
  ASSERT_TRUE(Joined) << Joined.error().Message;
  EXPECT_EQ(relocationsOf(Joined->Objects[0]),
            (std::vector<std::string>{".text+0: R_PPC64_REL24 \1place.0.0+0",
                                      ".text+8: R_PPC64_REL24 \1place.0.1+0",
                                      ".text+16: R_PPC64_REL24 .text+48",
                                      ".text+24: R_PPC64_REL24 .text+40",
                                      ".text+32: R_PPC64_REL24 far+0",
                                      ".data+0: R_PPC64_ADDR64 .text+0"}));
  auto View = ElfView<object::ELF64LE>::create(Joined->Objects[0].Bytes);
  ASSERT_TRUE(bool(View));
  size_t Found = 0;
  for (const auto &Symbol : View->symbols())
    if (cantFail(View->nameOf(Symbol)).starts_with("\1place.")) {
      ++Found;
      EXPECT_EQ(Symbol.st_other, 0x60);
      // Of another type, RuntimeDyld would take it for another object's.
      EXPECT_EQ(Symbol.getType(), ELF::STT_FUNC);
    }
  EXPECT_EQ(Found, 2u);
}

TEST_F(JoinedObjects, TellWhatMustBeNearAndLow) {
  add(R"(
Sections:
  - { Name: .text, Type: SHT_PROGBITS, Flags: [ SHF_ALLOC, SHF_EXECINSTR ],
      Size: 16 }
  - { Name: .rela.text, Type: SHT_RELA, Info: .text, Link: .symtab,
      Relocations: [
        { Offset: 0, Symbol: variable, Type: R_X86_64_PC32, Addend: -4 },
        { Offset: 8, Symbol: .text, Type: R_X86_64_32S, Addend: 4 } ] }
Symbols:
  - { Name: .text, Type: STT_SECTION, Section: .text }
  - { Name: variable, Binding: STB_GLOBAL }
)");
  auto Joined = join();
  ASSERT_TRUE(Joined) << Joined.error().Message;
  EXPECT_TRUE(Joined->Near.contains("variable"));
  EXPECT_EQ(Joined->NeedsLowAddresses, "section '.text' of object '0.o'");
}

TEST_F(JoinedObjects, NoteWhatMayBeTooWideForItsPlace) {
  add(R"(
Sections:
  - { Name: .text, Type: SHT_PROGBITS, Flags: [ SHF_ALLOC, SHF_EXECINSTR ],
      Size: 64 }
  - { Name: .rela.text, Type: SHT_RELA, Info: .text, Link: .symtab,
      Relocations: [
        { Offset: 0, Symbol: .text, Type: R_X86_64_PC32, Addend: 60 },
        { Offset: 8, Symbol: .text, Type: R_X86_64_PC32, Addend: 2147483656 },
        { Offset: 16, Symbol: .text, Type: R_X86_64_16 },
        { Offset: 24, Symbol: number, Type: R_X86_64_32, Addend: 1 },
        { Offset: 32, Symbol: variable, Type: R_X86_64_PC32 },
        { Offset: 40, Symbol: variable, Type: R_X86_64_64 } ] }
Symbols:
  - { Name: .text, Type: STT_SECTION, Section: .text }
  - { Name: number, Index: SHN_ABS, Value: 41, Binding: STB_GLOBAL }
  - { Name: variable, Binding: STB_GLOBAL }
)");
  auto Joined = join();
  ASSERT_TRUE(Joined) << Joined.error().Message;
  std::vector<std::string> Noted;
  for (const JoinedProgram::LimitedReference &Each : Joined->Limited)
    Noted.push_back((Twine(Each.Place.Offset) + ": " + Each.Name + " " +
                     Twine(Each.Section.Index) + "+" + Twine(Each.Addend))
                        .str());
  EXPECT_EQ(Noted, (std::vector<std::string>{"8:  1+2147483656", "16:  1+0",
                                             "24:  0+42", "32: variable 0+0"}));
}

TEST_F(JoinedObjects, UnwindTablesFollowEachOtherWithoutAnEndBetween) {
  constexpr StringLiteral Table = R"(
Sections:
  - { Name: .eh_frame, Type: SHT_X86_64_UNWIND, Flags: [ SHF_ALLOC ],
      AddressAlign: 8, Content: "040000000000000000000000" }
)";
  add(Table);
  add(Table);
  auto Joined = join();
  ASSERT_TRUE(Joined) << Joined.error().Message;
  EXPECT_EQ(Joined->Places.find({1, 1})->Offset, 8u);
}

/// "one", "two", and what refers to both: by a symbol and by the section, as
/// compilers do.
constexpr StringLiteral Strings = R"(
Sections:
  - { Name: .rodata.str1.1, Type: SHT_PROGBITS,
      Flags: [ SHF_ALLOC, SHF_MERGE, SHF_STRINGS ], EntSize: 1,
      Content: "6f6e650074776f00" }
  - { Name: .data, Type: SHT_PROGBITS, Flags: [ SHF_ALLOC, SHF_WRITE ],
      Size: 24 }
  - { Name: .rela.data, Type: SHT_RELA, Info: .data, Link: .symtab,
      Relocations: [
        { Offset: 0, Symbol: two, Type: R_X86_64_64, Addend: 1 },
        { Offset: 8, Symbol: .rodata.str1.1, Type: R_X86_64_64, Addend: 4 },
        { Offset: 16, Symbol: .rodata.str1.1, Type: R_X86_64_64,
          Addend: 8 } ] }
Symbols:
  - { Name: .rodata.str1.1, Type: STT_SECTION, Section: .rodata.str1.1 }
  - { Name: two, Section: .rodata.str1.1, Value: 4 }
)";

TEST_F(JoinedObjects, ReferToTheFirstOfEqualStrings) {
  add(Strings.str().replace(Strings.find("6f6e65"), 6, "617373"));
  add(Strings);
  auto Joined = join();
  ASSERT_TRUE(Joined) << Joined.error().Message;
  // What is behind the last string is none.
  EXPECT_EQ(relocationsOf(Joined->Objects[0]),
            (std::vector<std::string>{".data+0: R_X86_64_64 .rodata+5",
                                      ".data+8: R_X86_64_64 .rodata+4",
                                      ".data+16: R_X86_64_64 .rodata+8",
                                      ".data+24: R_X86_64_64 .rodata+5",
                                      ".data+32: R_X86_64_64 .rodata+4",
                                      ".data+40: R_X86_64_64 .rodata+16"}));
  EXPECT_EQ(Joined->Places.find({1, 1})->Offset, 8u);
}

// Of two objects, between the instructions of the C library's start files.
TEST_F(JoinedObjects, CodeOfInitIsAFunctionThatIsCalled) {
  constexpr StringLiteral Piece = R"(
Sections:
  - { Name: .init, Type: SHT_PROGBITS, Flags: [ SHF_ALLOC, SHF_EXECINSTR ],
      Content: "90" }
  - { Name: .preinit_array, Type: SHT_PREINIT_ARRAY,
      Flags: [ SHF_ALLOC, SHF_WRITE ], AddressAlign: 8, Size: 8 }
)";
  add(Piece);
  add(Piece);
  auto Joined = join();
  ASSERT_TRUE(Joined) << Joined.error().Message;
  auto View = ElfView<object::ELF64LE>::create(Joined->Objects[0].Bytes);
  ASSERT_TRUE(bool(View));
  for (const auto &Section : View->sections())
    if (cantFail(View->nameOf(Section)) == ".init")
      EXPECT_EQ(toHex(cantFail(View->contentsOf(Section)), true),
                "4883ec0890904883c408c3");
  // Behind what the objects have in the array.
  EXPECT_EQ(relocationsOf(Joined->Objects[0]),
            std::vector<std::string>{".preinit_array+16: R_X86_64_64 .init+0"});
}

TEST_F(JoinedObjects, ARelocationBeyondItsSectionIsAnError) {
  add(R"(
Sections:
  - { Name: .data, Type: SHT_PROGBITS, Flags: [ SHF_ALLOC, SHF_WRITE ],
      Size: 8 }
  - { Name: .rela.data, Type: SHT_RELA, Info: .data, Link: .symtab,
      Relocations: [ { Offset: 1, Symbol: x, Type: R_X86_64_64 } ] }
Symbols:
  - { Name: x, Binding: STB_GLOBAL }
)");
  auto Joined = join();
  ASSERT_FALSE(Joined);
  EXPECT_NE(Joined.error().Message.find("beyond the end of section '.data'"),
            std::string::npos);
}

} // namespace
