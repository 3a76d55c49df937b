//===- CrashDetails.cpp - Where in LLVM it was ----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/base/CrashDetails.h"
#include "controller/base/Printable.h"
#include "jit/base/ElfView.h"
#include "jit/base/SourceFiles.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/PrettyStackTrace.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <unwind.h>
#include <vector>

using namespace llvm;

namespace remoterun::jit {

namespace {

constexpr size_t MostFrames = 24, LongestLine = 200;

void addLine(std::string &Text, StringRef Line) {
  Text += "  " + controller::printable(Line.take_front(LongestLine).str()) +
          (Line.size() > LongestLine ? "...\n" : "\n");
}

/// The file that defines the function of "… on function '@name'".
std::string fileOf(StringRef Line, const SourceFiles &Files) {
  constexpr StringLiteral Before = "on function '@";
  size_t Found = Line.find(Before);
  if (Found == StringRef::npos)
    return "";
  StringRef Name = Line.drop_front(Found + Before.size());
  return " of '" +
         Files.fileOf(Name.take_until([](char C) { return C == '\''; })) + "'";
}

/// The entries that LLVM keeps of what a thread is doing, for its own handler.
void describeActivity(std::string &Text, const SourceFiles *Files) {
  auto *Entry =
      static_cast<const PrettyStackTraceEntry *>(SavePrettyStackState());
  for (; Entry; Entry = Entry->getNextEntry()) {
    std::string Printed;
    raw_string_ostream Stream(Printed);
    Entry->print(Stream);
    StringRef Line = StringRef(Printed).rtrim("\n.");
    // Parts of a module have no name, and their functions say more.
    if (Line.ends_with("on module ''"))
      continue;
    addLine(Text, Line.str() + (Files ? fileOf(Line, *Files) : ""));
  }
}

/// The return addresses of the stack.
std::vector<uintptr_t> addressesOnStack() {
  std::vector<uintptr_t> Addresses;
  _Unwind_Backtrace(
      [](_Unwind_Context *Context, void *Into) {
        constexpr size_t Most = 256;
        auto &All = *static_cast<std::vector<uintptr_t> *>(Into);
        uintptr_t Address = _Unwind_GetIP(Context);
        // Behind the first function of a thread.
        if (Address == 0)
          return _URC_END_OF_STACK;
        All.push_back(Address);
        return All.size() < Most ? _URC_NO_REASON : _URC_END_OF_STACK;
      },
      &Addresses);
  return Addresses;
}

/// The functions of this program, by their addresses.
class OwnSymbols {
public:
  OwnSymbols() : Image(MemoryBuffer::getFile("/proc/self/exe")) {
    if (!Image)
      return;
    StringRef Bytes = (*Image)->getBuffer();
    auto File = ElfView<object::ELF64LE>::create({Bytes.data(), Bytes.size()});
    // Where it is not linked for fixed addresses, names would be wrong.
    if (!File)
      consumeError(File.takeError());
    else if (File->header().e_type == ELF::ET_EXEC)
      read(*File);
  }

  /// Empty if there is none.
  std::string nameOf(uintptr_t Address) const {
    auto After = upper_bound(Functions, Address,
                             [](uintptr_t Wanted, const Function &Each) {
                               return Wanted < Each.Start;
                             });
    if (After == Functions.begin())
      return "";
    const Function &Found = *std::prev(After);
    return Address - Found.Start < Found.Size ? demangle(Found.Name) : "";
  }

private:
  struct Function {
    uintptr_t Start, Size;
    StringRef Name;
  };

  void read(const ElfView<object::ELF64LE> &File) {
    for (const auto &Symbol : File.symbols()) {
      if (Symbol.getType() != ELF::STT_FUNC)
        continue;
      if (auto Name = File.nameOf(Symbol))
        Functions.push_back({Symbol.st_value, Symbol.st_size, *Name});
      else
        consumeError(Name.takeError());
    }
    // Of several names for one, always the same.
    sort(Functions, [](const Function &A, const Function &B) {
      return std::pair(A.Start, A.Name) < std::pair(B.Start, B.Name);
    });
  }

  ErrorOr<std::unique_ptr<MemoryBuffer>> Image;
  std::vector<Function> Functions;
};

void describeStack(std::string &Text, uintptr_t Pc) {
  std::vector<uintptr_t> Addresses = addressesOnStack();
  auto First = find(Addresses, Pc);
  if (First == Addresses.end())
    First = Addresses.begin();
  OwnSymbols Symbols;
  size_t Number = 0;
  for (auto Each = First; Each != Addresses.end(); ++Each, ++Number) {
    if (Number == MostFrames)
      return addLine(Text, "...");
    // A return address may belong to what follows the function.
    std::string Name = Symbols.nameOf(Number == 0 ? *Each : *Each - 1);
    addLine(Text, "#" + std::to_string(Number) + " " +
                      (Name.empty() ? "0x" + utohexstr(*Each, true) : Name));
    if (Name == "main")
      return;
  }
}

} // namespace

std::string describeCrash(uintptr_t Pc, const SourceFiles *Files) {
  std::string Text;
  describeActivity(Text, Files);
  describeStack(Text, Pc);
  return Text;
}

} // namespace remoterun::jit
