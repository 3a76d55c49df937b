//===- LookupMessagesTest.cpp - Load, Lookup, LookupReply -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MessageChecks.h"

#include <string>

using namespace remoterun;
using namespace remoterun::wire;

namespace {

TEST(Messages, LoadComesBack) {
  Load Message;
  Message.LoadNow = false;
  Message.Directories.push("/opt/lib");
  Message.Directories.push("");
  Message.Libraries.push({Load::Kind::Path, "libm.so.6"});
  Message.Libraries.push({Load::Kind::Name, "z"});
  std::vector<uint8_t> Payload = encoded(Message);
  auto Back = decode<Load>(Payload);
  ASSERT_TRUE(Back);
  EXPECT_FALSE(Back->LoadNow);
  ASSERT_EQ(Back->Directories.size(), 2u);
  EXPECT_EQ(Back->Directories[0], "/opt/lib");
  EXPECT_EQ(Back->Directories[1], "");
  ASSERT_EQ(Back->Libraries.size(), 2u);
  EXPECT_EQ(Back->Libraries[0].NamedBy, Load::Kind::Path);
  EXPECT_EQ(Back->Libraries[0].Text, "libm.so.6");
  EXPECT_EQ(Back->Libraries[1].NamedBy, Load::Kind::Name);
  EXPECT_EQ(Back->Libraries[1].Text, "z");
  expectExactLength<Load>(Payload);
}

TEST(Messages, LoadKnowsTwoKinds) {
  for (unsigned Kind = 2; Kind != 256; ++Kind)
    EXPECT_EQ(whyNot<Load>(written([&](ByteWriter &W) {
                W.u8(1);
                W.u32(0);
                W.u32(1);
                W.u8(static_cast<uint8_t>(Kind));
                W.string("z");
              })),
              "an unknown way to load a library");
}

TEST(Messages, LoadCountsAreChecked) {
  Load Message;
  std::vector<uint8_t> Empty = encoded(Message);
  expectCountIsChecked<Load>(Empty, 1);
  expectCountIsChecked<Load>(Empty, 5);
  for (unsigned Value = 2; Value != 256; ++Value) {
    Empty[0] = static_cast<uint8_t>(Value);
    EXPECT_EQ(whyNot<Load>(Empty), NoFlag) << Value;
  }
}

TEST(Messages, LookupComesBack) {
  for (bool ProcessSymbols : {false, true}) {
    Lookup Message;
    Message.ProcessSymbols = ProcessSymbols;
    Message.LoadNow = !ProcessSymbols;
    Message.Symbols.push({false, true, "printf"});
    Message.Symbols.push({true, false, std::string_view("a\0b", 3)});
    Message.Spare.push("malloc");
    Message.Spare.push("");
    Message.Spare.push(std::string_view("c\0", 2));
    std::vector<uint8_t> Payload = encoded(Message);
    auto Back = decode<Lookup>(Payload);
    ASSERT_TRUE(Back);
    EXPECT_EQ(Back->ProcessSymbols, ProcessSymbols);
    EXPECT_EQ(Back->LoadNow, !ProcessSymbols);
    ASSERT_EQ(Back->Symbols.size(), 2u);
    EXPECT_FALSE(Back->Symbols[0].Weak);
    EXPECT_TRUE(Back->Symbols[0].WantsSize);
    EXPECT_EQ(Back->Symbols[0].Name, "printf");
    EXPECT_TRUE(Back->Symbols[1].Weak);
    EXPECT_FALSE(Back->Symbols[1].WantsSize);
    EXPECT_EQ(Back->Symbols[1].Name, std::string_view("a\0b", 3));
    ASSERT_EQ(Back->Spare.size(), 3u);
    EXPECT_EQ(Back->Spare[0], "malloc");
    EXPECT_EQ(Back->Spare[1], "");
    EXPECT_EQ(Back->Spare[2], std::string_view("c\0", 2));
    expectExactLength<Lookup>(Payload);
  }
}

TEST(Messages, LookupFlagsAndCountsAreChecked) {
  Lookup Message;
  Message.Symbols.push({false, false, "f"});
  std::vector<uint8_t> Payload = encoded(Message);
  for (size_t Flag : {0, 1, 6, 7}) { // ProcessSymbols, LoadNow; of a symbol
    std::vector<uint8_t> Broken = Payload;
    for (unsigned Value = 2; Value != 256; ++Value) {
      Broken[Flag] = static_cast<uint8_t>(Value);
      EXPECT_EQ(whyNot<Lookup>(Broken), NoFlag) << Flag << " " << Value;
    }
  }
  for (size_t Count : {2, 13}) // Symbols, Spare
    expectCountIsChecked<Lookup>(Payload, Count);
}

TEST(Messages, LookupIsTheSpecifiedBytes) {
  Lookup Message;
  Message.Symbols.push({true, false, "f"});
  Message.Spare.push("gh");
  EXPECT_EQ(encoded(Message),
            (std::vector<uint8_t>{1, 1,       // ProcessSymbols, LoadNow
                                  1, 0, 0, 0, // Symbols
                                  1, 0, 1, 0, 0,   0,  'f', // Weak, WantsSize
                                  1, 0, 0, 0,               // Spare
                                  2, 0, 0, 0, 'g', 'h'}));  // its only name
}

TEST(Messages, LookupReplyComesBack) {
  LookupReply Message;
  Message.Symbols.push({SymbolKind::Missing, ExecutorAddr(0), 0, 0, 0});
  Message.Symbols.push(
      {SymbolKind::Data, ExecutorAddr(UINT64_MAX), 0x123456789, 16, 2});
  Message.Symbols.push({SymbolKind::Own, ExecutorAddr(1), 0, 0, 0});
  Message.Needed.push("libm.so.6");
  Message.Versions.push({"libm.so.6", "V1"});
  Message.Versions.push({"libc.so.6", "V2"});
  Message.Referenced.push(0);
  Message.Referenced.push(UINT32_MAX);
  Message.Directories.push("/lib");
  std::vector<uint8_t> Payload = encoded(Message);
  auto Back = decode<LookupReply>(Payload);
  ASSERT_TRUE(Back);
  ASSERT_EQ(Back->Symbols.size(), 3u);
  EXPECT_EQ(Back->Symbols[0].Kind, SymbolKind::Missing);
  EXPECT_TRUE(Back->Symbols[0].Address.isNull());
  EXPECT_EQ(Back->Symbols[0].Size, 0u);
  EXPECT_EQ(Back->Symbols[1].Kind, SymbolKind::Data);
  EXPECT_EQ(Back->Symbols[1].Address, ExecutorAddr(UINT64_MAX));
  EXPECT_EQ(Back->Symbols[1].Size, 0x123456789u);
  EXPECT_EQ(Back->Symbols[1].DataAlignment, 16);
  EXPECT_EQ(Back->Symbols[1].Version, 2u);
  EXPECT_EQ(Back->Symbols[2].Kind, SymbolKind::Own);
  ASSERT_EQ(Back->Needed.size(), 1u);
  EXPECT_EQ(Back->Needed[0], "libm.so.6");
  ASSERT_EQ(Back->Versions.size(), 2u);
  EXPECT_EQ(Back->Versions[1].Library, "libc.so.6");
  EXPECT_EQ(Back->Versions[1].Name, "V2");
  ASSERT_EQ(Back->Referenced.size(), 2u);
  EXPECT_EQ(Back->Referenced[0], 0u);
  EXPECT_EQ(Back->Referenced[1], UINT32_MAX);
  ASSERT_EQ(Back->Directories.size(), 1u);
  EXPECT_EQ(Back->Directories[0], "/lib");
  expectExactLength<LookupReply>(Payload);
  // Symbols, Needed, Versions, Referenced, Directories
  for (size_t Count : {0, 67, 84, 126, 138})
    expectCountIsChecked<LookupReply>(Payload, Count);
}

TEST(Messages, LookupReplySymbolsMakeSense) {
  auto Check = [](LookupReply::Symbol Symbol, unsigned VersionCount = 0) {
    LookupReply Message;
    Message.Symbols.push(Symbol);
    for (unsigned I = 0; I != VersionCount; ++I)
      Message.Versions.push({"l", "V"});
    return whyNot<LookupReply>(encoded(Message));
  };
  constexpr ExecutorAddr Somewhere(4096), Nowhere(0);
  constexpr char BadKind[] = "an unknown kind of symbol";
  constexpr char NotMissing[] = "a missing symbol that is somewhere";
  constexpr char NoVersion[] = "a symbol of a version that it does not tell";
  for (unsigned Kind = 5; Kind != 256; ++Kind)
    EXPECT_EQ(Check({static_cast<SymbolKind>(Kind), Somewhere, 0, 0, 0}),
              BadKind);
  for (SymbolKind Kind :
       {SymbolKind::Function, SymbolKind::Data, SymbolKind::ThreadLocal}) {
    EXPECT_EQ(Check({Kind, Somewhere, 8, 0, 0}), "");
    EXPECT_EQ(Check({Kind, Nowhere, 0, 0, 2}, 2), "");
    EXPECT_EQ(Check({Kind, Nowhere, 0, 0, 3}, 2), NoVersion);
    EXPECT_EQ(Check({Kind, Nowhere, 0, 0, UINT32_MAX}, 2), NoVersion);
  }
  EXPECT_EQ(Check({SymbolKind::Missing, Nowhere, 0, 0, 0}), "");
  EXPECT_EQ(Check({SymbolKind::Missing, Somewhere, 0, 0, 0}), NotMissing);
  EXPECT_EQ(Check({SymbolKind::Missing, Nowhere, 1, 0, 0}), NotMissing);
  EXPECT_EQ(Check({SymbolKind::Missing, Nowhere, 0, 0, 1}, 1), NotMissing);
  constexpr char NoObject[] = "an alignment of no object";
  EXPECT_EQ(Check({SymbolKind::Data, Nowhere, 8, 16, 0}), "");
  EXPECT_EQ(Check({SymbolKind::Data, Nowhere, 8, 17, 0}), NoObject);
  EXPECT_EQ(Check({SymbolKind::Data, Nowhere, 0, 1, 0}), NoObject);
  EXPECT_EQ(Check({SymbolKind::Own, Somewhere, 0, 0, 0}), "");
  EXPECT_EQ(Check({SymbolKind::Own, Nowhere, 0, 0, 0}),
            "a symbol of its own without an address");
}

TEST(Messages, LookupReplyNamesLibraries) {
  auto CheckNeeded = [](std::string_view Name) {
    LookupReply Message;
    Message.Needed.push(Name);
    return whyNot<LookupReply>(encoded(Message));
  };
  auto CheckVersion = [](std::string_view Library, std::string_view Name) {
    LookupReply Message;
    Message.Versions.push({Library, Name});
    return whyNot<LookupReply>(encoded(Message));
  };
  auto CheckDirectory = [](std::string_view Name) {
    LookupReply Message;
    Message.Directories.push(Name);
    return whyNot<LookupReply>(encoded(Message));
  };
  constexpr char NoDirectory[] = "a directory that no list can have";
  EXPECT_EQ(CheckDirectory("/a b$"), "");
  for (std::string_view Bad : {"", "/a:/b", ":"})
    EXPECT_EQ(CheckDirectory(Bad), NoDirectory);
  EXPECT_EQ(CheckDirectory(std::string_view("a\0", 2)), NoDirectory);
  constexpr char NoLibrary[] = "a library without a name";
  constexpr char NoVersion[] = "a version without a name";
  constexpr char TooMany[] = "more names of libraries than may be";
  EXPECT_EQ(CheckNeeded(""), NoLibrary);
  EXPECT_EQ(CheckNeeded(std::string_view("a\0", 2)), NoLibrary);
  EXPECT_EQ(CheckVersion("", "V"), NoVersion);
  EXPECT_EQ(CheckVersion("l", ""), NoVersion);
  EXPECT_EQ(CheckVersion(std::string_view("\0l", 2), "V"), NoVersion);
  EXPECT_EQ(CheckVersion("l", std::string_view("V\0", 2)), NoVersion);
  std::string Most(LookupReply::MostText - 4, 'x');
  EXPECT_EQ(CheckNeeded(Most), "");
  EXPECT_EQ(CheckNeeded(Most + "x"), TooMany);
  EXPECT_EQ(CheckDirectory(Most), "");
  EXPECT_EQ(CheckDirectory(Most + "x"), TooMany);
  EXPECT_EQ(CheckVersion("l", Most.substr(5)), "");
  EXPECT_EQ(CheckVersion("l", Most.substr(4)), TooMany);
}

TEST(Messages, LookupReplyIndicesAreAscending) {
  auto Check = [](const std::vector<uint32_t> &Indices) {
    LookupReply Message;
    Message.Referenced.append(Indices.data(), Indices.size());
    return whyNot<LookupReply>(encoded(Message));
  };
  constexpr char Bad[] = "indices that are not ascending";
  EXPECT_EQ(Check({}), "");
  EXPECT_EQ(Check({0}), "");
  EXPECT_EQ(Check({0, 1, 5, UINT32_MAX}), "");
  EXPECT_EQ(Check({0, 0}), Bad);
  EXPECT_EQ(Check({1, 0}), Bad);
  EXPECT_EQ(Check({3, 4, 4}), Bad);
  EXPECT_EQ(Check({UINT32_MAX, 0}), Bad);
  EXPECT_EQ(Check({UINT32_MAX, UINT32_MAX}), Bad);
}

} // namespace
