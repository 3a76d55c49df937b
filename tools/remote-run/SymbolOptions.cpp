//===- SymbolOptions.cpp - What a linker's options say of symbols ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SymbolOptions.h"
#include "OptionTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <functional>

using namespace llvm;

namespace remoterun {

namespace options {

cl::OptionCategory SymbolCategory("Symbols (as in ld)");

namespace {

cl::list<std::string> Wrap("wrap", cl::value_desc("symbol"),
                           cl::desc("References to it are to __wrap_<symbol>, "
                                    "and __real_<symbol> is it"),
                           cl::cat(SymbolCategory));
cl::list<std::string> Defsym("defsym", cl::value_desc("symbol=value"),
                             cl::desc("Define a symbol: a number, another "
                                      "symbol, or that and a number"),
                             cl::cat(SymbolCategory));
cl::list<std::string>
    Undefined("undefined", cl::value_desc("symbol"),
              cl::desc("Link the member of an archive that has it"),
              cl::cat(SymbolCategory));
cl::alias UndefinedShort("u", cl::aliasopt(Undefined),
                         cl::desc("The same as --undefined"),
                         cl::cat(SymbolCategory));
cl::list<std::string> Required("require-defined", cl::value_desc("symbol"),
                               cl::desc("The same, and it must be defined"),
                               cl::cat(SymbolCategory));

cl::list<bool> ExportDynamic(
    "export-dynamic", cl::ValueDisallowed,
    cl::desc("Plug-ins find all symbols of the program; default: if it refers\n"
             "to dlopen or dlmopen"),
    cl::cat(SymbolCategory));
cl::alias ExportDynamicShort("E", cl::aliasopt(ExportDynamic),
                             cl::desc("The same as --export-dynamic"),
                             cl::cat(SymbolCategory));
cl::alias Rdynamic("rdynamic", cl::aliasopt(ExportDynamic),
                   cl::desc("The same as --export-dynamic"),
                   cl::cat(SymbolCategory));
cl::list<bool> NoExportDynamic(
    "no-export-dynamic", cl::ValueDisallowed,
    cl::desc("They find those that libraries refer to, or a list names"),
    cl::cat(SymbolCategory));
cl::list<std::string> ExportSymbol("export-dynamic-symbol",
                                   cl::value_desc("wildcard"),
                                   cl::desc("They find these"),
                                   cl::cat(SymbolCategory));
cl::list<std::string> ExportList("export-dynamic-symbol-list",
                                 cl::value_desc("file"),
                                 cl::desc("They find those of a dynamic list"),
                                 cl::cat(SymbolCategory));
cl::list<std::string> DynamicList("dynamic-list", cl::value_desc("file"),
                                  cl::desc("The same"),
                                  cl::cat(SymbolCategory));
cl::opt<bool> DynamicListData("dynamic-list-data",
                              cl::desc("They find all variables"),
                              cl::cat(SymbolCategory));
cl::opt<bool> DynamicListNew("dynamic-list-cpp-new",
                             cl::desc("They find C++'s operators new and "
                                      "delete"),
                             cl::cat(SymbolCategory));
cl::opt<bool> DynamicListTypeinfo("dynamic-list-cpp-typeinfo",
                                  cl::desc("They find C++'s type information"),
                                  cl::cat(SymbolCategory));
cl::list<std::string>
    VersionScripts("version-script", cl::value_desc("file"),
                   cl::desc("Nobody finds what is local there"),
                   cl::cat(SymbolCategory));
cl::list<std::string>
    ExcludeLibs("exclude-libs", cl::CommaSeparated,
                cl::value_desc("archive,..."),
                cl::desc("Nobody finds what they define; ALL: archives"),
                cl::cat(SymbolCategory));
cl::list<std::string>
    Keywords("z", cl::value_desc("keyword"),
             cl::desc("As in ld; most concern the file that ld writes, and "
                      "change nothing"),
             cl::cat(SymbolCategory));

} // namespace

} // namespace options

namespace {

/// \p Name here, or else in a directory of -L, as ld looks for it.
std::string findList(const std::string &Name,
                     ArrayRef<std::string> Directories) {
  if (sys::fs::exists(Name))
    return Name;
  for (const std::string &Directory : Directories) {
    SmallString<256> Path(Directory);
    sys::path::append(Path, Name);
    if (sys::fs::exists(Path))
      return std::string(Path);
  }
  return Name;
}

/// Reads the files of \p Names, has \p Parse add what is in each, and notes it.
template <typename Parser>
Expected<void> readFiles(const cl::list<std::string> &Names,
                         ArrayRef<std::string> Directories,
                         jit::SymbolRules &Rules, Parser Parse) {
  constexpr uint64_t Largest = 64 * 1024 * 1024;
  for (const std::string &Given : Names) {
    const std::string Name = findList(Given, Directories);
    uint64_t Size = 0;
    if (!sys::fs::file_size(Name, Size) && Size > Largest)
      return Failure{Blame::Input, "--" + Names.ArgStr.str() + ": '" + Name +
                                       "' is too large for a list of symbols"};
    auto Text = MemoryBuffer::getFile(Name, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
    if (!Text)
      return Failure{Blame::Input, "--" + Names.ArgStr.str() +
                                       ": cannot read '" + Name +
                                       "': " + Text.getError().message()};
    StringRef Contents = (*Text)->getBuffer();
    if (auto Parsed = Parse(Contents, Name); !Parsed)
      return Parsed;
    Rules.AsGiven.push_back((Names.ArgStr + "=" + Contents).str());
  }
  return {};
}

void note(const cl::list<std::string> &List, jit::SymbolRules &Rules) {
  for (const std::string &Value : List)
    Rules.AsGiven.push_back((List.ArgStr + "=" + Value).str());
}

void note(const cl::opt<bool> &Option, jit::SymbolRules &Rules) {
  if (Option)
    Rules.AsGiven.push_back(Option.ArgStr.str());
}

/// The last of --export-dynamic and --no-export-dynamic counts.
void chooseEverything(jit::SymbolRules &Rules) {
  auto LastOf = [](const cl::list<bool> &List) {
    return List.empty() ? 0 : List.getPosition(List.size() - 1);
  };
  unsigned Yes = LastOf(options::ExportDynamic),
           No = LastOf(options::NoExportDynamic);
  if (Yes == No)
    return;
  Rules.Exports.Everything = Yes > No;
  Rules.AsGiven.push_back(Yes > No ? "export-dynamic" : "no-export-dynamic");
}

/// Those of C++'s that GNU ld knows, by their mangled names (Itanium C++ ABI).
void addCxxLists(jit::SymbolPatterns &Listed) {
  auto Add = [&](std::initializer_list<StringRef> Patterns) {
    for (StringRef Pattern : Patterns)
      cantFail(Listed.add(Pattern) ? Error::success()
                                   : createStringError("a wildcard of ours"));
  };
  if (options::DynamicListNew)
    Add({"_Znw*", "_Zna*", "_Zdl*", "_Zda*"});
  if (options::DynamicListTypeinfo)
    Add({"_ZTI*", "_ZTS*"});
}

Expected<void> chooseExports(ArrayRef<std::string> Directories,
                             jit::SymbolRules &Rules) {
  jit::ExportRules &Exports = Rules.Exports;
  chooseEverything(Rules);
  auto AddList = [&](StringRef Text, const std::string &Name) {
    return jit::parseDynamicList(Text, Name, Exports.Listed);
  };
  for (const cl::list<std::string> &Lists :
       {std::cref(options::DynamicList), std::cref(options::ExportList)})
    if (auto Read = readFiles(Lists, Directories, Rules, AddList); !Read)
      return Read;
  auto AddScript = [&](StringRef Text, const std::string &Name) {
    return Exports.Versions.parse(Text, Name);
  };
  if (auto Read =
          readFiles(options::VersionScripts, Directories, Rules, AddScript);
      !Read)
    return Read;
  for (const std::string &Pattern : options::ExportSymbol)
    if (auto Added = Exports.Listed.add(Pattern); !Added)
      return Failure{Blame::Usage,
                     "--export-dynamic-symbol: " + Added.error().Message};
  addCxxLists(Exports.Listed);
  Exports.Data = options::DynamicListData;
  for (const std::string &Name : options::ExcludeLibs)
    Exports.ExcludedArchives.insert(Name);
  return {};
}

} // namespace

Expected<jit::SymbolRules>
chosenSymbolRules(ArrayRef<std::string> Directories) {
  jit::SymbolRules Rules;
  for (const cl::list<std::string> &List :
       {std::cref(options::Wrap), std::cref(options::Defsym),
        std::cref(options::Undefined), std::cref(options::Required),
        std::cref(options::ExportSymbol), std::cref(options::ExcludeLibs)})
    note(List, Rules);
  for (const cl::opt<bool> &Option :
       {std::cref(options::DynamicListData), std::cref(options::DynamicListNew),
        std::cref(options::DynamicListTypeinfo)})
    note(Option, Rules);
  for (const cl::list<std::string> &List :
       {std::cref(options::Wrap), std::cref(options::Undefined),
        std::cref(options::Required)})
    if (is_contained(List, ""))
      return Failure{Blame::Usage,
                     "--" + List.ArgStr.str() + " takes a symbol"};
  for (const std::string &Name : options::Wrap)
    Rules.wrap(Name);
  for (const std::string &Text : options::Defsym)
    if (auto Assigned = Rules.assign(Text); !Assigned)
      return Assigned.error();
  Rules.Undefined = options::Undefined;
  Rules.Required = options::Required;
  if (auto Exports = chooseExports(Directories, Rules); !Exports)
    return Exports.error();
  return Rules;
}

Expected<void> checkLinkerKeywords() {
  // GNU ld's manual, "-z keyword", and lld's. What changes the file alone; and
  // when functions are bound, which here is before anything runs.
  static constexpr StringLiteral WithoutEffect =
      " lazy now relro norelro text notext textoff defs undefs combreloc"
      " nocombreloc noexecstack separate-code noseparate-code"
      " separate-loadable-segments origin initfirst interpose nodefaultlib"
      " nodelete nodlopen nodump global globalaudit loadfltr common nocommon"
      " nocopyreloc noextern-protected-data unique nounique unique-symbol"
      " nounique-symbol ibt ibtplt shstk cet-report bndplt mark-plt nomark-plt"
      " lam-u48 lam-u57 pack-relative-relocs nopack-relative-relocs"
      " start-stop-gc nostart-stop-gc start-stop-visibility sectionheader"
      " nosectionheader indirect-extern-access noindirect-extern-access"
      " call-nop rodynamic retpolineplt hazardplt force-bti force-ibt pac-plt"
      " keep-text-section-prefix nokeep-text-section-prefix max-page-size"
      " common-page-size stack-size dynamic-undefined-weak"
      " nodynamic-undefined-weak ";
  for (const std::string &Text : options::Keywords) {
    StringRef Keyword = StringRef(Text).split('=').first;
    if (Keyword == "execstack")
      return Failure{Blame::Usage, "-z execstack: the program's stacks are "
                                   "never executable"};
    if (Keyword.contains(' ') ||
        !WithoutEffect.contains((" " + Keyword + " ").str()))
      return Failure{Blame::Usage,
                     "-z " + Text +
                         ": unknown keyword, or one that would change more "
                         "than the file that ld writes"};
  }
  return {};
}

} // namespace remoterun
