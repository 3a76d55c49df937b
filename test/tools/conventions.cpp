//===- conventions.cpp - Do calls pass what the callee's compiler expects? ===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   conventions source SEED COUNT                 prints COUNT functions, in C
//   conventions run SEED COUNT FILE EXECUTOR...   gives what some compiler has
//                                                 made of them to an executor,
//                                                 and calls each
//
// The functions take and return numbers and structs of many shapes, and make
// their results of all that they have got. Says which came back wrong.
//
//===----------------------------------------------------------------------===//

#include "driver/open/JITCore.h"

#include "llvm/Support/MemoryBuffer.h"

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

using namespace remoterun;
using Kind = ValueType::Kind;

namespace {

[[noreturn]] void fail(const std::string &Why) {
  std::fprintf(stderr, "conventions: %s\n", Why.c_str());
  std::exit(1);
}

template <typename T> T unwrap(Expected<T> Got) {
  if (!Got)
    fail(Got.error().Message);
  return std::move(*Got);
}

//===----------------------------------------------------------------------===//
// Signatures by chance
//===----------------------------------------------------------------------===//

class Chance {
public:
  explicit Chance(uint64_t Seed) : State(Seed) {}

  uint64_t bits() {
    // Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators".
    State += 0x9E3779B97F4A7C15;
    uint64_t Mixed = (State ^ (State >> 30)) * 0xBF58476D1CE4E5B9;
    Mixed = (Mixed ^ (Mixed >> 27)) * 0x94D049BB133111EB;
    return Mixed ^ (Mixed >> 31);
  }
  unsigned below(unsigned Limit) {
    return static_cast<unsigned>(bits() % Limit);
  }

private:
  uint64_t State;
};

ValueType number(Chance &By) {
  const ValueType All[] = {
      {Kind::Bool, 1, {}},     {Kind::Signed, 1, {}},   {Kind::Signed, 2, {}},
      {Kind::Signed, 4, {}},   {Kind::Signed, 8, {}},   {Kind::Unsigned, 1, {}},
      {Kind::Unsigned, 2, {}}, {Kind::Unsigned, 4, {}}, {Kind::Unsigned, 8, {}},
      {Kind::Float, 4, {}},    {Kind::Float, 8, {}},    {Kind::Float, 4, {}},
      {Kind::Float, 8, {}},    {Kind::Pointer, 8, {}}};
  return All[By.below(std::size(All))];
}

ValueType structure(Chance &By, unsigned Depth) {
  constexpr unsigned Most = 5, MostAlike = 9, Deepest = 2;
  ValueType Its = {Kind::Struct, 0, {}};
  if (By.below(3) == 0) {
    const uint8_t Size = By.below(2) ? 4 : 8;
    Its.Fields.assign(1 + By.below(MostAlike), {Kind::Float, Size, {}});
    return Its;
  }
  for (unsigned Left = 1 + By.below(Most); Left != 0; --Left)
    Its.Fields.push_back(Depth < Deepest && By.below(6) == 0
                             ? structure(By, Depth + 1)
                             : number(By));
  return Its;
}

ValueType any(Chance &By) {
  return By.below(2) ? structure(By, 0) : number(By);
}

Signature signature(Chance &By) {
  constexpr unsigned Most = 10;
  Signature Its;
  Its.Result = any(By);
  for (unsigned Left = By.below(Most + 1); Left != 0; --Left)
    Its.Parameters.push_back(any(By));
  return Its;
}

//===----------------------------------------------------------------------===//
// The functions
//===----------------------------------------------------------------------===//

class Source {
public:
  Source() {
    Text = "typedef signed char s1; typedef short s2; typedef int s4;\n"
           "typedef long long s8; typedef unsigned char u1;\n"
           "typedef unsigned short u2; typedef unsigned u4;\n"
           "typedef unsigned long long u8; typedef _Bool b1;\n"
           "typedef float f4; typedef double f8; typedef void *p8;\n"
           "static u8 mix(u8 h, u8 x) {\n"
           "  h = (h ^ x) * 0x9E3779B97F4A7C15;\n  return h ^ (h >> 29);\n}\n";
  }

  void add(const Signature &Its, unsigned Number) {
    std::string Result = nameOf(Its.Result), Parameters, Body;
    for (size_t I = 0; I != Its.Parameters.size(); ++I) {
      std::string Name = "a" + std::to_string(I);
      Parameters += (I ? ", " : "") + nameOf(Its.Parameters[I]) + " " + Name;
      take(Its.Parameters[I], Name, Body);
    }
    give(Its.Result, "r", Body);
    Text += Result + " call" + std::to_string(Number) + "(" +
            (Parameters.empty() ? "void" : Parameters) + ") {\n  u8 h = 1;\n" +
            "  " + Result + " r;\n" + Body + "  return r;\n}\n";
  }

  std::string Text;

private:
  std::string nameOf(const ValueType &Its) {
    switch (Its.What) {
    case Kind::Bool:
      return "b1";
    case Kind::Signed:
      return "s" + std::to_string(Its.Size);
    case Kind::Unsigned:
      return "u" + std::to_string(Its.Size);
    case Kind::Float:
      return "f" + std::to_string(Its.Size);
    case Kind::Pointer:
      return "p8";
    default:
      break;
    }
    std::string Members;
    for (size_t I = 0; I != Its.Fields.size(); ++I)
      Members += nameOf(Its.Fields[I]) + " m" + std::to_string(I) + "; ";
    std::string Name = "S" + std::to_string(++Structs);
    Text += "typedef struct { " + Members + "} " + Name + ";\n";
    return Name;
  }

  void take(const ValueType &Its, const std::string &Name, std::string &Body) {
    if (Its.What == Kind::Struct) {
      for (size_t I = 0; I != Its.Fields.size(); ++I)
        take(Its.Fields[I], Name + ".m" + std::to_string(I), Body);
      return;
    }
    // Without what 32-bit machines have functions of libgcc for.
    Body += "  h = mix(h, (u8)" +
            (Its.What == Kind::Float     ? "(s4)(" + Name + " * 4)"
             : Its.What == Kind::Pointer ? "(__UINTPTR_TYPE__)" + Name
                                         : Name) +
            ");\n";
  }

  void give(const ValueType &Its, const std::string &Name, std::string &Body) {
    if (Its.What == Kind::Struct) {
      for (size_t I = 0; I != Its.Fields.size(); ++I)
        give(Its.Fields[I], Name + ".m" + std::to_string(I), Body);
      return;
    }
    Body += "  h = mix(h, 7);\n  " + Name + " = ";
    switch (Its.What) {
    case Kind::Float:
      Body += "(f" + std::to_string(Its.Size) + ")((s4)(h >> 53) - 1024) / 4";
      break;
    case Kind::Pointer:
      Body += "(p8)(__UINTPTR_TYPE__)h";
      break;
    case Kind::Bool:
      Body += "h & 1";
      break;
    default:
      Body += "(" + nameOf(Its) + ")h";
    }
    Body += ";\n";
  }

  unsigned Structs = 0;
};

//===----------------------------------------------------------------------===//
// What they do, here
//===----------------------------------------------------------------------===//

/// What a function has taken, as the source says it, and what it makes of that.
class Callee {
public:
  explicit Callee(unsigned PointerSize) : PointerSize(PointerSize) {}

  /// Makes up an argument.
  Value argument(const ValueType &Its, Chance &By) {
    Value Made;
    if (Its.What == Kind::Struct) {
      for (const ValueType &Field : Its.Fields)
        Made.Fields.push_back(argument(Field, By));
      return Made;
    }
    if (Its.What == Kind::Float) {
      auto Quarters = static_cast<int32_t>(By.below(4096)) - 2048;
      Made.Bits = floatBits(Quarters / 4.0, Its.Size);
      mix(static_cast<uint64_t>(int64_t(Quarters)));
      return Made;
    }
    Made.Bits = asType(Its, By.bits());
    mix(Made.Bits);
    return Made;
  }

  Value result(const ValueType &Its) {
    Value Made;
    if (Its.What == Kind::Struct) {
      for (const ValueType &Field : Its.Fields)
        Made.Fields.push_back(result(Field));
      return Made;
    }
    mix(7);
    if (Its.What == Kind::Float)
      Made.Bits =
          floatBits((static_cast<int32_t>(Hash >> 53) - 1024) / 4.0, Its.Size);
    else
      Made.Bits = asType(Its, Hash);
    return Made;
  }

private:
  static uint64_t floatBits(double Value, unsigned Size) {
    return Size == 4 ? std::bit_cast<uint32_t>(static_cast<float>(Value))
                     : std::bit_cast<uint64_t>(Value);
  }
  uint64_t asType(const ValueType &Its, uint64_t Bits) const {
    if (Its.What == Kind::Bool)
      return Bits & 1;
    unsigned Unused =
        64 - 8 * (Its.What == Kind::Pointer ? PointerSize : Its.Size);
    return Its.What == Kind::Signed
               ? static_cast<uint64_t>(static_cast<int64_t>(Bits << Unused) >>
                                       Unused)
               : Bits << Unused >> Unused;
  }
  void mix(uint64_t Next) {
    Hash = (Hash ^ Next) * 0x9E3779B97F4A7C15;
    Hash ^= Hash >> 29;
  }

  unsigned PointerSize;
  uint64_t Hash = 1;
};

bool areEqual(const Value &A, const Value &B) {
  if (A.Bits != B.Bits || A.Fields.size() != B.Fields.size())
    return false;
  for (size_t I = 0; I != A.Fields.size(); ++I)
    if (!areEqual(A.Fields[I], B.Fields[I]))
      return false;
  return true;
}

struct Target {
  std::shared_ptr<detail::JITCore> Jit;
  unsigned PointerSize;
};

Target launch(std::vector<std::string> Command) {
  constexpr auto Patience = std::chrono::seconds(60);
  auto Made = std::make_unique<detail::ExecutorCore>();
  Made->Request.Command = std::move(Command);
  Made->Patience = Patience;
  Made->Session = unwrap(controller::OpenSession::open(
      unwrap(controller::PeerProcess::launch(Made->Request)), Patience));
  const llvm::Triple Machine(Made->Session->facts().Triple);
  return {unwrap(detail::JITCore::create(std::move(Made), JITSettings())),
          Machine.isArch64Bit() ? 8u : 4u};
}

int callAll(uint64_t Seed, unsigned Count, const char *Path,
            std::vector<std::string> Command) {
  auto Bytes = llvm::MemoryBuffer::getFile(Path);
  if (!Bytes)
    fail(std::string("cannot read ") + Path);
  auto [Jit, PointerSize] = launch(std::move(Command));
  unwrap(Jit->add(unwrap(jit::inputInMemory(std::move(*Bytes), Path)),
                  /*IsReplaceable=*/false));
  Chance By(Seed), Values(~Seed);
  unsigned Wrong = 0;
  for (unsigned I = 0; I != Count; ++I) {
    Signature Its = signature(By);
    std::string Name = "call" + std::to_string(I);
    uint32_t Function = unwrap(Jit->find(Name, Its));
    Callee Here(PointerSize);
    std::vector<Value> Arguments;
    for (const ValueType &Parameter : Its.Parameters)
      Arguments.push_back(Here.argument(Parameter, Values));
    auto Got = Jit->finish(
        unwrap(Jit->begin(Function, Arguments, /*OwnThread=*/false)));
    if (!Got)
      fail(Name + ": " + Got.error().Message);
    if (areEqual(*Got, Here.result(Its.Result)))
      continue;
    Source Alone;
    Alone.Text.clear();
    Alone.add(Its, I);
    std::printf("wrong: %s", Alone.Text.c_str());
    ++Wrong;
  }
  std::printf("%u functions, %u wrong\n", Count, Wrong);
  return Wrong != 0;
}

} // namespace

int main(int WordCount, char **Words) {
  if (WordCount < 4)
    fail("see the first lines of conventions.cpp");
  uint64_t Seed = std::strtoull(Words[2], nullptr, 10);
  auto Count = static_cast<unsigned>(std::atoi(Words[3]));
  if (std::strcmp(Words[1], "run") == 0)
    return callAll(Seed, Count, Words[4], {Words + 5, Words + WordCount});
  Chance By(Seed);
  Source Made;
  for (unsigned I = 0; I != Count; ++I)
    Made.add(signature(By), I);
  std::fputs(Made.Text.c_str(), stdout);
}
