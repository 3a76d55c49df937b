//===- ForeignInput.cpp - Files that are no LLVM IR -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/ForeignInput.h"
#include "jit/base/LlvmVersion.h"
#include "jit/object/EmbeddedBitcode.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/BinaryFormat/Magic.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Object/IRObjectFile.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

constexpr StringLiteral StandardInput = "<stdin>";

/// A tool of this LLVM's, as distributions call it.
std::string ours(StringRef Tool) {
  return (Tool + "-" + Twine(llvm_version::Major)).str();
}

/// As much as tells what it is.
StringRef startOf(MemoryBufferRef Input) {
  constexpr size_t Looked = 4096;
  return Input.getBuffer().take_front(Looked);
}

/// Whether a line of it could be shown to a person.
bool looksLikeText(StringRef Contents) {
  return all_of(Contents, [](unsigned char C) {
    return (C >= 0x20 && C != 0x7f) || (C >= '\t' && C <= '\r');
  });
}

/// The program that unpacks \p Contents; empty if it is not compressed.
StringRef unpackerOf(StringRef Contents) {
  return StringSwitch<StringRef>(Contents.take_front(6))
      .StartsWith("\x1f\x8b", "gzip")
      .StartsWith("\x28\xb5\x2f\xfd", "zstd")
      .StartsWith(StringLiteral::withInnerNUL("\xfd"
                                              "7zXZ\0"),
                  "xz")
      .StartsWith("BZh", "bzip2")
      .Default("");
}

std::string describeLinked(MemoryBufferRef Input) {
  std::string What = "this is a linked ELF file, which runs without "
                     "remote-run; compile its source with " +
                     ours("clang") + " -c -emit-llvm";
  std::optional<EmbeddedBitcode> Found = findEmbeddedBitcode(Input);
  if (!Found)
    return What;
  std::string Section = Found->Section.str();
  return What + "; it has LLVM IR in its section '" + Section +
         "', which can be taken out: " + ours("llvm-objcopy") +
         " --dump-section=" + Section + "=FILE.bc " +
         Input.getBufferIdentifier().str() + " /dev/null";
}

} // namespace

std::string describeForeignFile(MemoryBufferRef Input) {
  StringRef Start = startOf(Input);
  if (StringRef Unpacker = unpackerOf(Start); !Unpacker.empty())
    return ("it is compressed; give what " + Unpacker +
            " -dc makes of it, as "
            "in " +
            Unpacker + " -dc FILE | remote-run -")
        .str();
  switch (identify_magic(Start)) {
  case file_magic::bitcode:
    return "";
  case file_magic::elf_relocatable:
    return "this is an object file: pass it with --extra-object=FILE";
  case file_magic::archive:
    return "this is an archive: pass it with --extra-archive=FILE";
  case file_magic::elf:
  case file_magic::elf_executable:
  case file_magic::elf_shared_object:
    return describeLinked(Input);
  case file_magic::wasm_object:
    return "this is WebAssembly; compile its source with " + ours("clang") +
           " -c -emit-llvm";
  default:
    return looksLikeText(Start) ? "" : "it is neither bitcode nor text";
  }
}

namespace {

struct Language {
  StringRef Name;
  /// What makes IR of it, of "%" where the file's name stands; empty if nothing
  /// does.
  std::string Command;
  StringRef Driver; ///< What clang's -x calls it; empty if clang does not know.
};

std::optional<Language> byName(StringRef File) {
  StringRef Extension = sys::path::extension(File);
  if (Extension == ".c")
    return Language{"C", ours("clang") + " -c -emit-llvm %", "c"};
  if (is_contained({".cc", ".cpp", ".cxx", ".C"}, Extension))
    return Language{"C++", ours("clang++") + " -c -emit-llvm %", "c++"};
  if (Extension == ".m")
    return Language{"Objective-C", ours("clang") + " -c -emit-llvm %", ""};
  if (Extension == ".s" || Extension == ".S")
    return Language{"assembly", "", "assembler"};
  if (Extension == ".rs")
    return Language{"Rust", "rustc --emit=llvm-bc %", ""};
  if (is_contained({".f", ".f90", ".f95", ".f03", ".f08"}, Extension))
    return Language{"Fortran", ours("flang") + " -c -emit-llvm %", ""};
  if (Extension == ".d")
    return Language{"D", "ldc2 -c -output-bc %", ""};
  if (Extension == ".swift")
    return Language{"Swift", "swiftc -emit-bc %", ""};
  return std::nullopt;
}

bool startsWithAny(StringRef Line, ArrayRef<StringRef> Beginnings) {
  return any_of(Beginnings,
                [&](StringRef Each) { return Line.starts_with(Each); });
}

/// By the first line that tells; comments tell little.
std::optional<Language> byLine(StringRef Line) {
  if (Line.starts_with("#!"))
    return Language{"a script", "", ""};
  if (startsWithAny(Line, {".file", ".text", ".glob", ".section", ".intel_syn",
                           ".data", ".type", ".p2align", ".align", ".code"}))
    return Language{"assembly", "", "assembler"};
  if (startsWithAny(Line, {"module {", "module @", "module attributes",
                           "func.func", "llvm.func"}))
    return Language{"MLIR", ours("mlir-translate") + " --mlir-to-llvmir %", ""};
  // Headers of C++ have no ".h".
  bool IsHeader = Line.starts_with("#include <") && !Line.contains(".h>");
  if (IsHeader || startsWithAny(Line, {"using ", "template", "namespace ",
                                       "class ", "std::"}))
    return byName("x.cpp");
  if (startsWithAny(Line, {"#include", "#define", "#if", "#pragma", "int ",
                           "void ", "char ", "static ", "extern ", "struct ",
                           "typedef ", "unsigned ", "long ", "double "}))
    return byName("x.c");
  return std::nullopt;
}

bool isLineOfIR(StringRef Line) {
  return startsWithAny(Line, {"define ", "declare ", "target ", "; ModuleID",
                              "source_filename", "attributes #", "module asm",
                              "@", "%", "!", "$"});
}

/// The language of a file that LLVM's parser refused.
std::optional<Language> languageOf(MemoryBufferRef Input) {
  std::optional<Language> Named = byName(Input.getBufferIdentifier());
  StringRef Rest = startOf(Input);
  while (!Rest.empty()) {
    auto [Line, Others] = Rest.split('\n');
    Rest = Others;
    Line = Line.trim();
    if (isLineOfIR(Line))
      return std::nullopt;
    if (std::optional<Language> Looks = byLine(Line))
      return Named ? Named : Looks;
  }
  return Named;
}

} // namespace

std::string describeForeignText(MemoryBufferRef Input) {
  std::optional<Language> Looks = languageOf(Input);
  if (!Looks)
    return "";
  std::string Text = "it looks like " + Looks->Name.str();
  StringRef File = Input.getBufferIdentifier();
  // clang goes by a file's name.
  const std::string Flag = Looks->Driver.empty() || byName(File)
                               ? ""
                               : "-x " + Looks->Driver.str() + " ";
  if (Looks->Driver == "assembler")
    return Text + ", of which there is no IR; assemble it: " + ours("clang") +
           " -c " + Flag + File.str() +
           "; the object can be run as well, or be added to IR with "
           "--extra-object=FILE";
  if (File == StandardInput)
    return Looks->Driver.empty()
               ? Text
               : Text + "; compile it: " + ours("clang") + " " + Flag +
                     "-c -emit-llvm - -o - | remote-run";
  auto [Before, After] = StringRef(Looks->Command).split('%');
  return Looks->Command.empty()
             ? Text
             : (Text + "; compile it: " + Before + Flag + File + After).str();
}

namespace {

/// The number that follows \p Word in \p Text; 0 if none does.
unsigned numberAfter(StringRef Text, StringRef Word) {
  size_t Found = Text.find(Word);
  unsigned Number = 0;
  if (Found != StringRef::npos)
    Text.drop_front(Found + Word.size()).consumeInteger(10, Number);
  return Number;
}

} // namespace

std::string describeOtherVersion(MemoryBufferRef Input) {
  bool IsBitcode = identify_magic(Input.getBuffer()) == file_magic::bitcode;
  unsigned Version = 0;
  if (IsBitcode) {
    auto Producer = getBitcodeProducerString(Input);
    if (Producer)
      Version = numberAfter(*Producer, "LLVM");
    else
      consumeError(Producer.takeError());
  } else {
    // Of !llvm.ident, which clang writes.
    Version = numberAfter(Input.getBuffer(), "clang version ");
  }
  constexpr unsigned Our = llvm_version::Major;
  if (Version == 0 || Version == Our)
    return "";
  std::string Theirs = std::to_string(Version);
  std::string Text = "it was made by LLVM " + Theirs + ", and this is LLVM " +
                     std::to_string(Our) + ": make it anew with " +
                     ours("clang");
  if (Version > Our)
    return Text + ", or use a remote-run that is built with LLVM " + Theirs;
  // Bitcode of older versions is upgraded when it is read.
  return IsBitcode ? Text
                   : Text + ", or make bitcode of it with llvm-as-" + Theirs;
}

} // namespace remoterun::jit
