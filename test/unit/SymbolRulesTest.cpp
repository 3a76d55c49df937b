//===- SymbolRulesTest.cpp - What options say of symbols ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "YamlObject.h"

#include "jit/object/ProgramSymbols.h"

using namespace llvm;

using namespace remoterun::jit;
using Export = SymbolDefinition::Export;
using Match = SymbolPatterns::Match;

namespace {

/// A function, a variable, and one that is hidden; with a reference to \p
/// Other.
std::string bodyWith(StringRef Other) {
  return (R"(
Sections:
  - { Name: .text, Type: SHT_PROGBITS, Flags: [ SHF_ALLOC ], Content: "c3c3" }
Symbols:
  - { Name: f, Type: STT_FUNC, Section: .text, Binding: STB_GLOBAL }
  - { Name: v, Type: STT_OBJECT, Section: .text, Binding: STB_GLOBAL }
  - { Name: h, Type: STT_FUNC, Section: .text, Binding: STB_GLOBAL,
      Other: [ STV_HIDDEN ] }
  - { Name: )" +
          Other + ", Binding: STB_GLOBAL }\n")
      .str();
}

/// How "f", "v" and "h" are exported by \p Rules.
std::vector<Export> exportsBy(const SymbolRules &Rules,
                              StringRef Other = "puts") {
  ProgramSymbols Symbols(nullptr, Rules);
  EXPECT_TRUE(Symbols.add(objectOf("a.o", bodyWith(Other))));
  EXPECT_TRUE(Symbols.settle());
  std::vector<Export> Found;
  for (StringRef Name : {"f", "v", "h"})
    Found.push_back(Symbols.find(Name)->Exports);
  return Found;
}

using Exports = std::vector<Export>;

TEST(SymbolRules, ByDefaultExportWhatLibrariesReferTo) {
  EXPECT_EQ(exportsBy({}),
            (Exports{Export::IfReferred, Export::IfReferred, Export::Never}));
}

TEST(SymbolRules, ExportAllOfWhatMayHavePlugIns) {
  const Exports All = {Export::Always, Export::Always, Export::Never};
  for (StringRef Name : {"dlopen", "dlmopen"})
    EXPECT_EQ(exportsBy({}, Name), All);
  EXPECT_EQ(exportsBy({}, "dlsym"), exportsBy({}));
  SymbolRules Rules;
  Rules.Exports.Everything = false;
  EXPECT_EQ(exportsBy(Rules, "dlopen"), exportsBy({}));
  Rules.Exports.Everything = true;
  EXPECT_EQ(exportsBy(Rules), All);
}

TEST(SymbolRules, ExportWhatListsName) {
  SymbolRules Rules;
  Rules.Exports.Data = true;
  EXPECT_EQ(exportsBy(Rules)[0], Export::IfReferred);
  EXPECT_EQ(exportsBy(Rules)[1], Export::Always);
  Rules = {};
  ASSERT_TRUE(parseDynamicList("{ f; h; };", "list", Rules.Exports.Listed));
  EXPECT_EQ(exportsBy(Rules),
            (Exports{Export::Always, Export::IfReferred, Export::Never}));
  ASSERT_TRUE(Rules.Exports.Versions.parse("{ local: f; };", "script"));
  Rules.Exports.Everything = true;
  EXPECT_EQ(exportsBy(Rules),
            (Exports{Export::Never, Export::Always, Export::Never}));
}

TEST(SymbolRules, MeanOtherSymbols) {
  SymbolRules Rules;
  Rules.wrap("f");
  EXPECT_EQ(Rules.meaningOf("f"), "__wrap_f");
  EXPECT_EQ(Rules.meaningOf("__real_f"), "f");
  EXPECT_EQ(Rules.realMeaningOf("f"), "f");
  EXPECT_EQ(Rules.meaningOf("g"), "g");
  EXPECT_EQ(Rules.meaningOf("__real_g"), "__real_g");
}

TEST(SymbolRules, AssignWhatTheExpressionSays) {
  SymbolRules Rules;
  ASSERT_TRUE(Rules.assign("a=f-1"));
  ASSERT_TRUE(Rules.assign("n = 0x10"));
  ASSERT_TRUE(Rules.assign("n=2k"));
  ProgramSymbols Symbols(nullptr, Rules);
  ASSERT_TRUE(Symbols.add(objectOf("a.o", bodyWith("n"))));
  ASSERT_TRUE(Symbols.settle());
  EXPECT_EQ(Symbols.find("a")->Section, Symbols.find("f")->Section);
  EXPECT_EQ(Symbols.find("a")->Value, UINT64_MAX);
  EXPECT_TRUE(Symbols.find("n")->isAbsolute());
  EXPECT_EQ(Symbols.find("n")->Value, 2048u);
  ASSERT_TRUE(Rules.assign("b=absent"));
  ProgramSymbols Fails(nullptr, Rules);
  ASSERT_TRUE(Fails.add(objectOf("a.o", bodyWith("n"))));
  EXPECT_FALSE(Fails.settle());
}

TEST(SymbolPatterns, PreferWhatIsMoreExact) {
  SymbolPatterns Patterns;
  EXPECT_EQ(Patterns.match("f"), Match::None);
  ASSERT_TRUE(Patterns.add("*"));
  ASSERT_TRUE(Patterns.add("f?"));
  ASSERT_TRUE(Patterns.add("fine"));
  ASSERT_TRUE(Patterns.add("space::*", /*IsCxx=*/true));
  EXPECT_EQ(Patterns.match("f"), Match::All);
  EXPECT_EQ(Patterns.match("f1"), Match::Wildcard);
  EXPECT_EQ(Patterns.match("f1@VERSION"), Match::Wildcard);
  EXPECT_EQ(Patterns.match("fine"), Match::Exact);
  EXPECT_EQ(Patterns.match("_ZN5space1fEv"), Match::Wildcard);
  EXPECT_EQ(Patterns.match("_ZN4lace1fEv"), Match::All);
  EXPECT_FALSE(Patterns.add("[f"));
}

TEST(ProgramSymbols, HideTheNameOfWhatHasAnOldVersion) {
  ProgramSymbols Symbols;
  ASSERT_TRUE(Symbols.add(objectOf("v.o", R"(
Sections:
  - { Name: .text, Type: SHT_PROGBITS, Flags: [ SHF_ALLOC ], Content: "c3c3" }
Symbols:
  - { Name: f, Type: STT_FUNC, Section: .text, Binding: STB_GLOBAL }
  - { Name: "f@OLD", Type: STT_FUNC, Section: .text, Binding: STB_GLOBAL }
  - { Name: g, Type: STT_FUNC, Section: .text, Binding: STB_GLOBAL }
  - { Name: "g@OLD", Type: STT_FUNC, Section: .text, Binding: STB_GLOBAL,
      Value: 1 }
)")));
  ASSERT_TRUE(Symbols.settle());
  EXPECT_EQ(Symbols.find("f")->Exports, Export::Never);
  EXPECT_EQ(Symbols.find("f@OLD")->Exports, Export::IfReferred);
  EXPECT_EQ(Symbols.find("g")->Exports, Export::IfReferred);
}

} // namespace
