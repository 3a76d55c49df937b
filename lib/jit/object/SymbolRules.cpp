//===- SymbolRules.cpp - What options say of symbols ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/SymbolRules.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace remoterun::jit {

bool mayLoadPlugIns(StringRef Function) {
  return Function == "dlopen" || Function == "dlmopen";
}

bool ExportRules::excludes(StringRef Archive) const {
  return !Archive.empty() &&
         (ExcludedArchives.contains("ALL") ||
          ExcludedArchives.contains(sys::path::filename(Archive)));
}

void SymbolRules::wrap(StringRef Name) {
  Wrapped[Name] = ("__wrap_" + Name).str();
}

StringRef SymbolRules::meaningOf(StringRef Name) const {
  auto Found = Wrapped.find(Name);
  return Found == Wrapped.end() ? realMeaningOf(Name)
                                : StringRef(Found->second);
}

StringRef SymbolRules::realMeaningOf(StringRef Name) const {
  StringRef Real = Name;
  return Real.consume_front("__real_") && wraps(Real) ? Real : Name;
}

namespace {

/// As C writes it, or with a K or M for so many times 1024 (GNU ld's manual,
/// "Constants").
bool parseNumber(StringRef Text, uint64_t &Number) {
  uint64_t Factor = 1;
  if (Text.consume_back_insensitive("k"))
    Factor = 1024;
  else if (Text.consume_back_insensitive("m"))
    Factor = 1024 * 1024;
  if (Text.getAsInteger(/*Radix=*/0, Number))
    return false;
  Number *= Factor;
  return true;
}

bool isSymbolName(StringRef Text) {
  return !Text.empty() && !isDigit(Text.front()) && all_of(Text, [](char C) {
    return isAlnum(C) || StringRef("_.$@").contains(C);
  });
}

} // namespace

Expected<void> SymbolRules::assign(StringRef Text) {
  auto [Name, Expression] = Text.split('=');
  Name = Name.trim();
  Expression = Expression.trim();
  Assignment Made;
  Made.Name = Name.str();
  bool IsRead = isSymbolName(Name) && !Expression.empty();
  if (IsRead && !parseNumber(Expression, Made.Offset)) {
    size_t Sign = Expression.find_first_of("+-");
    StringRef Symbol = Expression.take_front(Sign).trim();
    Made.Symbol = Symbol.str();
    IsRead = isSymbolName(Symbol);
    if (Sign != StringRef::npos) {
      IsRead &=
          parseNumber(Expression.drop_front(Sign + 1).trim(), Made.Offset);
      if (Expression[Sign] == '-')
        Made.Offset = -Made.Offset;
    }
  }
  if (!IsRead)
    return Failure{Blame::Usage,
                   "--defsym takes name=value, where the value is a symbol, a "
                   "number, or a symbol + or - a number; not '" +
                       Text.str() + "'"};
  // The last one counts, as where a script assigns twice.
  erase_if(Assignments,
           [&](const Assignment &Each) { return Each.Name == Made.Name; });
  Assignments.push_back(std::move(Made));
  return {};
}

bool SymbolRules::assigns(StringRef Name) const {
  return any_of(Assignments,
                [&](const Assignment &Each) { return Each.Name == Name; });
}

std::vector<std::string> SymbolRules::references() const {
  std::vector<std::string> Names = Undefined;
  append_range(Names, Required);
  for (const Assignment &Each : Assignments)
    if (!Each.Symbol.empty())
      Names.push_back(Each.Symbol);
  for (const auto &Entry : Wrapped) {
    Names.push_back(Entry.first().str());
    Names.push_back(Entry.second);
  }
  return Names;
}

} // namespace remoterun::jit
