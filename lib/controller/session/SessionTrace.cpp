//===- SessionTrace.cpp - What is in each frame, for people ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/session/SessionTrace.h"
#include "controller/base/Printable.h"

namespace remoterun::controller {

std::string count(size_t Number, const char *Noun) {
  return std::to_string(Number) + " " + Noun + (Number == 1 ? "" : "s");
}

namespace {

/// ": a, b", or nothing.
class NameList {
public:
  explicit NameList(std::string Introduction = ": ")
      : Introduction(std::move(Introduction)) {}
  void add(const std::string &Name) {
    Text += (Text.empty() ? Introduction : ", ") + Name;
  }
  const std::string &text() const { return Text; }

private:
  std::string Introduction;
  std::string Text;
};

const char *rights(wire::Protection Protection) {
  return Protection == wire::Protection::Read        ? "r"
         : Protection == wire::Protection::ReadWrite ? "rw"
                                                     : "rx";
}

} // namespace

void SessionTrace::frame(char Direction, wire::MessageType Type,
                         const std::string &Detail) {
  if (Out)
    std::fprintf(Out, "remote-run: trace: %c %s%s%s\n", Direction,
                 wire::messageName(Type), Detail.empty() ? "" : " ",
                 Detail.c_str());
}

std::string SessionTrace::place(ExecutorAddr Address) const {
  char Text[40];
  if (Slab.contains({Address, 0}))
    std::snprintf(Text, sizeof(Text), "slab+0x%llx",
                  static_cast<unsigned long long>(Address - Slab.Start));
  else
    std::snprintf(Text, sizeof(Text), "0x%llx",
                  static_cast<unsigned long long>(Address.value()));
  return Text;
}

std::string SessionTrace::of(const wire::Load &Request) const {
  if (!Out)
    return "";
  NameList Names;
  for (const wire::Load::Library &Library : Request.Libraries)
    Names.add((Library.NamedBy == wire::Load::Kind::Name ? "-l" : "") +
              printable(Library.Text));
  size_t Number = Request.Libraries.size();
  return std::to_string(Number) + (Number == 1 ? " library" : " libraries") +
         Names.text();
}

std::string SessionTrace::of(const wire::Lookup &Request) {
  if (!Out)
    return "";
  Symbols.clear();
  Spare.clear();
  NameList Names, SpareNames("; spare: ");
  for (const wire::Lookup::Symbol &Symbol : Request.Symbols) {
    Symbols.push_back(printable(Symbol.Name));
    Names.add((Symbol.Weak ? "weak " : "") + Symbols.back());
  }
  for (std::string_view Name : Request.Spare) {
    Spare.push_back(printable(Name));
    SpareNames.add(Spare.back());
  }
  return count(Symbols.size(), "symbol") + ", " +
         count(Spare.size(), "spare definition") + Names.text() +
         SpareNames.text();
}

std::string SessionTrace::of(const wire::LookupReply &Reply) const {
  if (!Out)
    return "";
  NameList Missing("; missing: "), Referenced("; referenced: "),
      Needed("; needed: ");
  size_t MissingCount = 0;
  for (size_t I = 0; I != Reply.Symbols.size(); ++I)
    if (Reply.Symbols[I].Kind == wire::SymbolKind::Missing) {
      ++MissingCount;
      Missing.add(Symbols[I]);
    }
  for (uint32_t Index : Reply.Referenced)
    Referenced.add(Spare[Index]);
  for (std::string_view Name : Reply.Needed)
    Needed.add(printable(Name));
  return count(Reply.Symbols.size() - MissingCount, "symbol") + " found, " +
         std::to_string(MissingCount) + " missing, " +
         count(Reply.Referenced.size(), "spare definition") + " referenced" +
         Missing.text() + Referenced.text() + Needed.text();
}

std::string SessionTrace::of(const wire::Reserve &Request) {
  if (!Out)
    return "";
  NameList Ranges(", ");
  Segments.clear();
  for (const wire::Reserve::Segment &Segment : Request.Segments) {
    Segments.push_back(Segment);
    Ranges.add(place(Segment.Range.Start) + " " +
               std::to_string(Segment.Range.Size) + " " +
               rights(Segment.Final));
  }
  return count(Request.Segments.size(), "segment") + Ranges.text() +
         (Request.ImageName.empty()
              ? ""
              : ", image '" + printable(Request.ImageName) + "'") +
         (Request.Windows.empty()
              ? ""
              : ", " + count(Request.Windows.size(), "window"));
}

std::string SessionTrace::ofWrite(ExecutorAddr Start, uint64_t Size) const {
  if (!Out)
    return "";
  std::string Text =
      place(Start) + " " + count(static_cast<size_t>(Size), "byte");
  for (const wire::Reserve::Segment &Segment : Segments)
    if (Segment.Range.contains({Start, Size}))
      return Text + " " + rights(Segment.Final);
  return Text;
}

std::string SessionTrace::of(const wire::Finalize &Request) const {
  if (!Out)
    return "";
  NameList Tables;
  for (ExecutorRange Table : Request.UnwindTables)
    Tables.add(place(Table.Start) + " " + std::to_string(Table.Size));
  return count(Request.UnwindTables.size(), "unwind table") + Tables.text();
}

std::string SessionTrace::of(const wire::Interpose &Request) const {
  if (!Out)
    return "";
  NameList Names;
  for (const wire::Interpose::Definition &Definition : Request.Definitions)
    Names.add(printable(Definition.Name) + " " + place(Definition.Address));
  for (const wire::Interpose::Variable &Variable : Request.Variables)
    Names.add("copy " + place(Variable.Copy.Start) + " " +
              std::to_string(Variable.Copy.Size));
  for (const wire::Interpose::Copy &Copy : Request.Copies)
    Names.add("copy of " + printable(Copy.Name) + " " +
              place(Copy.Place.Start) + " " + std::to_string(Copy.Place.Size));
  for (const wire::Interpose::Definition &Function : Request.Functions)
    Names.add("address of " + printable(Function.Name) + " " +
              place(Function.Address));
  for (const wire::Interpose::ThreadLocal &Variable : Request.ThreadLocals)
    Names.add("thread-local " + printable(Variable.Name) + " " +
              std::to_string(Variable.Offset));
  return count(Request.Definitions.size(), "definition") + ", " +
         count(Request.Variables.size(), "variable") + Names.text();
}

std::string SessionTrace::of(const wire::Run &Request) const {
  if (!Out)
    return "";
  NameList Arguments;
  for (std::string_view Argument : Request.Arguments)
    Arguments.add("'" + printable(Argument) + "'");
  return "entry " + place(Request.Entry) + ", " +
         count(Request.Initializers.size(), "initializer array") + ", " +
         count(Request.Arguments.size(), "argument") + Arguments.text();
}

} // namespace remoterun::controller
