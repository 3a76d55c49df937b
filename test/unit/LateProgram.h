//===- LateProgram.h - A program that late code is linked for ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This process is the guest as well: it maps the windows a second time, as the
// guest's image has them, and runs what is there.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TEST_UNIT_LATEPROGRAM_H
#define REMOTERUN_TEST_UNIT_LATEPROGRAM_H

#include "jit/base/LlvmErrors.h"
#include "jit/codegen/CodeGenerator.h"
#include "jit/link/LateLinker.h"
#include "jit/link/UnwindIndex.h"
#include "jit/target/Isa.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/TargetParser/Host.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <sys/mman.h>
#include <unistd.h>

namespace remoterun::jit {

inline const Isa &target() { return isaOf(llvm::Triple("x86_64-linux-gnu")); }

/// What code generation makes of \p Text, which is IR.
inline ObjectBytes compile(const std::string &Text) {
  llvm::LLVMContext Context;
  DiagnosticCollector Diagnostics;
  Diagnostics.attachTo(Context);
  llvm::SMDiagnostic Wrong;
  auto M = llvm::parseAssemblyString(Text, Wrong, Context);
  if (!M) {
    ADD_FAILURE() << Wrong.getMessage().str();
    return {};
  }
  CodeGenOptions Options;
  Options.Triple = "x86_64-unknown-linux-gnu";
  auto Generator = CodeGenerator::create(*M, Options);
  if (!Generator) {
    ADD_FAILURE() << Generator.error().Message;
    return {};
  }
  auto Object = Generator->compile(*M, "test", Diagnostics);
  if (!Object) {
    ADD_FAILURE() << Object.error().Message;
    return {};
  }
  return std::move(*Object);
}

class LateProgram : public ::testing::Test {
protected:
  static constexpr uint64_t WindowSize = 0x10000;

  LateProgram() {
    int File = ::memfd_create("windows", MFD_CLOEXEC);
    EXPECT_EQ(::ftruncate(File, 4 * WindowSize), 0);
    auto Map = [File](int Protection, int Kind) {
      void *Memory = ::mmap(nullptr, 4 * WindowSize, Protection, Kind, File, 0);
      EXPECT_NE(Memory, MAP_FAILED);
      return static_cast<uint8_t *>(Memory);
    };
    Ours = Map(PROT_READ | PROT_WRITE, MAP_SHARED);
    Guest = Map(PROT_READ | PROT_EXEC, MAP_PRIVATE);
    ::close(File);
    Linker.emplace(makeLinker(WindowSize, WindowSize, WindowSize));
  }

  void SetUp() override {
    if (llvm::Triple(llvm::sys::getProcessTriple()).getArch() != target().Arch)
      GTEST_SKIP() << "another instruction set";
  }

  ~LateProgram() override {
    ::munmap(Ours, 4 * WindowSize);
    ::munmap(Guest, 4 * WindowSize);
  }

  /// One after the other: the index, words and stubs of the image, constants
  /// and code.
  LateLinker makeLinker(uint64_t CodeSize, uint64_t ConstantsSize,
                        uint64_t IndexSize) {
    UnwindIndex Empty(llvm::endianness::little, sizeof(void *));
    LateWindow Index = window(0, IndexSize);
    Index.Used = UnwindIndex::sizeFor(0);
    // As of a program that has no function before.
    Empty.write(Index.Memory.take_front(Index.Used), Index.Range.Start.value());
    EXPECT_EQ(Index.Memory[2], 0x03);
    return {target(), window(3, CodeSize), window(2, ConstantsSize), Index};
  }

  LateWindow window(size_t Number, uint64_t Size) {
    return {{guest(Number * WindowSize), Size},
            {Ours + Number * WindowSize, Size}};
  }
  ExecutorAddr guest(uint64_t Offset) const {
    return ExecutorAddr(reinterpret_cast<uintptr_t>(Guest) + Offset);
  }

  /// Has the image know \p Name, as what is at \p Address: by a word of its
  /// own and a stub, as a library's function.
  template <typename T> void define(const char *Name, T *Address) {
    Names[Name] = reference(reinterpret_cast<uintptr_t>(Address));
  }
  LateReference reference(uint64_t Address) {
    uint64_t Word = WindowSize + 32 * ++Words;
    std::memcpy(Ours + Word, &Address, sizeof(Address));
    uint64_t Stub = Word + 16;
    target().SlotJump.Write(Ours + Stub, guest(Stub).value(),
                            guest(Word).value());
    return {ExecutorAddr(), guest(Stub), guest(Word)};
  }

  Expected<LinkedObject> link(const std::string &Text) {
    return Linker->link(
        compile(Text),
        [&](llvm::StringRef Name) -> std::optional<LateReference> {
          auto Found = Names.find(Name.str());
          if (Found == Names.end())
            return std::nullopt;
          return Found->second;
        });
  }
  void linked(const std::string &Text) {
    auto Done = link(Text);
    ASSERT_TRUE(Done) << Done.error().Message;
    Functions.insert(Functions.end(), Done->Functions.begin(),
                     Done->Functions.end());
  }
  /// Links \p Text, and expects a failure that names \p What, and nothing else.
  void expectRefused(const std::string &Text, const std::string &What) {
    uint64_t Before[] = {Linker->code().Used, Linker->constants().Used,
                         Linker->index().Used};
    auto Done = link(Text);
    ASSERT_FALSE(Done);
    EXPECT_EQ(Done.error().Whose, Blame::Internal);
    EXPECT_NE(Done.error().Message.find(What), std::string::npos)
        << Done.error().Message;
    EXPECT_EQ(Linker->code().Used, Before[0]);
    EXPECT_EQ(Linker->constants().Used, Before[1]);
    EXPECT_EQ(Linker->index().Used, Before[2]);
  }

  ExecutorRange rangeOf(llvm::StringRef Name) const {
    for (const LateFunction &Each : Functions)
      if (Each.Name == Name)
        return Each.Range;
    ADD_FAILURE() << "no function " << Name.str();
    return {};
  }
  template <typename T> T *function(llvm::StringRef Name) const {
    return reinterpret_cast<T *>(rangeOf(Name).Start.value());
  }

  /// Functions and descriptions, as the index has them.
  std::vector<std::pair<uint64_t, uint64_t>> entries() const {
    std::vector<std::pair<uint64_t, uint64_t>> Found;
    for (uint32_t I = 0, Count = number<uint32_t>(Guest + 8); I != Count; ++I) {
      const uint8_t *At = Guest + UnwindIndex::sizeFor(I);
      auto Base = reinterpret_cast<uintptr_t>(Guest);
      Found.emplace_back(
          Base + static_cast<uint64_t>(int64_t(number<int32_t>(At))),
          Base + static_cast<uint64_t>(int64_t(number<int32_t>(At + 4))));
    }
    return Found;
  }
  /// A number of type T, and what is that far away from it.
  template <typename T> static T number(const uint8_t *At) {
    T Value;
    std::memcpy(&Value, At, sizeof(T));
    return Value;
  }
  static uint64_t relative(const uint8_t *At) {
    return reinterpret_cast<uintptr_t>(At) +
           static_cast<uint64_t>(int64_t(number<int32_t>(At)));
  }

  uint8_t *Ours = nullptr, *Guest = nullptr;
  uint64_t Words = 0;
  std::map<std::string, LateReference> Names;
  std::vector<LateFunction> Functions;
  std::optional<LateLinker> Linker;
};

} // namespace remoterun::jit

#endif
