//===- Messages.cpp - The typed meaning of frames -------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/Messages.h"
#include "wire/LateControl.h"
#include "wire/MessageParts.h"

#include <bit>

namespace remoterun::wire {

namespace {

/// Code reaches thread-local variables by a signed 32-bit offset.
bool isReachable(const ThreadLocalBlock &Block) {
  constexpr int64_t Furthest = 1 << 30;
  return Block.Size <= Block.Most && Block.Most <= Furthest &&
         Block.Offset >= -Furthest && Block.Offset <= Furthest &&
         std::has_single_bit(Block.Alignment) &&
         std::has_single_bit(Block.StrictestAlignment) &&
         Block.Alignment <= Block.StrictestAlignment &&
         Block.StrictestAlignment <= 4096 &&
         Block.Offset % Block.Alignment == 0;
}

bool isPageAligned(ExecutorRange Range, uint64_t PageSize) {
  return Range.Start.value() % PageSize == 0 && Range.Size % PageSize == 0;
}

} // namespace

Decoded<void> Hello::check() const {
  if (PointerSize != 4 && PointerSize != 8)
    return Malformed{"a pointer size that is neither 4 nor 8"};
  if (!std::has_single_bit(PageSize) || PageSize < 512 || PageSize > (1u << 24))
    return Malformed{"a page size that is no page size"};
  if (!isPageAligned(Slab, PageSize) || Slab.Start.isNull() || Slab.Size == 0 ||
      Slab.Start.value() > UINT64_MAX - Slab.Size)
    return Malformed{"a slab that is no range of pages"};
  if (!isReachable(ThreadLocals))
    return Malformed{"a block of thread-local variables that is no such block"};
  if (Triple.empty())
    return Malformed{"an empty triple"};
  return {};
}

Decoded<void> Load::check() const {
  for (const Library &Wanted : Libraries) {
    if (Wanted.NamedBy > Kind::Name)
      return Malformed{"an unknown way to load a library"};
    if (holdsZeroByte(Wanted.Text))
      return ZeroByte;
  }
  if (holdZeroByte(Directories))
    return ZeroByte;
  return {};
}

/// What rule the answer breaks, in a reply that tells so many versions.
static Decoded<void> checkAnswer(const LookupReply::Symbol &Answer,
                                 size_t VersionCount) {
  if (Answer.Kind > SymbolKind::Own)
    return Malformed{"an unknown kind of symbol"};
  if (Answer.Version > VersionCount)
    return Malformed{"a symbol of a version that it does not tell"};
  if (Answer.Kind == SymbolKind::Missing &&
      (!Answer.Address.isNull() || Answer.Size != 0 || Answer.Version != 0))
    return Malformed{"a missing symbol that is somewhere"};
  bool IsObject = Answer.Kind == SymbolKind::Data && Answer.Size != 0;
  if (Answer.DataAlignment > (IsObject ? LookupReply::MostAlignment : 0))
    return Malformed{"an alignment of no object"};
  if (Answer.Kind == SymbolKind::Own && Answer.Address.isNull())
    return Malformed{"a symbol of its own without an address"};
  return {};
}

/// Whether it is a name for C, and names anything.
static bool isName(std::string_view Text) {
  return !Text.empty() && !holdsZeroByte(Text);
}

Decoded<void> LookupReply::check() const {
  uint64_t Least = 0;
  for (uint32_t Index : Referenced) {
    if (Index < Least)
      return Malformed{"indices that are not ascending"};
    Least = uint64_t(Index) + 1;
  }
  for (const Symbol &Answer : Symbols)
    if (auto Checked = checkAnswer(Answer, Versions.size()); !Checked)
      return Checked;
  uint64_t Text = 0;
  for (std::string_view Library : Needed) {
    Text += 4 + Library.size();
    if (!isName(Library))
      return Malformed{"a library without a name"};
  }
  for (std::string_view Directory : Directories) {
    Text += 4 + Directory.size();
    if (!isName(Directory) || Directory.find(':') != Directory.npos)
      return Malformed{"a directory that no list can have"};
  }
  for (const auto &[Library, Name] : Versions) {
    Text += 8 + Library.size() + Name.size();
    if (!isName(Library) || !isName(Name))
      return Malformed{"a version without a name"};
  }
  if (Text > MostText)
    return Malformed{"more names of libraries than may be"};
  return {};
}

Decoded<void> Share::check() const {
  if (holdsZeroByte(Name))
    return ZeroByte;
  if (Name.empty() || Name.size() > LongestName)
    return Malformed{"a name that no file in memory can have"};
  if (Size == 0 || Size > MostSize)
    return Malformed{"a size that no shared file may have"};
  if (lateControlSize(Functions) > Size)
    return Malformed{"more late functions than the shared file has room for"};
  return {};
}

Decoded<void> Shared::check() const {
  if (Descriptor == None && Reason.empty())
    return Malformed{"no shared file and no reason"};
  if (Descriptor != None && (Descriptor > INT32_MAX || !Reason.empty()))
    return Malformed{"a shared file that there is not"};
  if (Descriptor == None && Functions != 0)
    return Malformed{"late functions without a shared file"};
  return {};
}

Decoded<void> Reserve::check() const {
  ExecutorAddr End;
  for (const auto &[Range, Final] : Segments) {
    if (Final != Protection::Read && Final != Protection::ReadWrite &&
        Final != Protection::ReadExecute)
      return Malformed{"a protection that is not r, rw or rx"};
    if (Range.Start < End || Range.Size > UINT64_MAX - Range.Start.value())
      return Malformed{"segments that are not ascending and disjoint"};
    End = Range.Start + Range.Size;
  }
  if (!Windows.empty() && ImageName.empty())
    return Malformed{"windows of a program that is no image"};
  End = {};
  for (const auto &[Range, Offset] : Windows) {
    if (Range.Start < End || Range.Size == 0 ||
        Range.Size > UINT64_MAX - Range.Start.value())
      return Malformed{"windows that are not ascending and disjoint"};
    End = Range.Start + Range.Size;
  }
  return holdsZeroByte(ImageName) ? Decoded<void>(ZeroByte) : Decoded<void>();
}

Decoded<void> Finalize::check() const {
  return holdsZeroByte(ImagePath) ? Decoded<void>(ZeroByte) : Decoded<void>();
}

Decoded<void> Elsewhere::check() const {
  if (Slab.Start.isNull() || Slab.Size == 0 ||
      Slab.Start.value() > UINT64_MAX - Slab.Size)
    return Malformed{"a slab that is no range of memory"};
  if (Reason.empty())
    return Malformed{"another place without a reason"};
  return {};
}

Decoded<void> Run::check() const {
  for (const Limit &Limit : Limits)
    if (static_cast<uint8_t>(Limit.What) >= ResourceCount)
      return Malformed{"a limit on an unknown resource"};
  if (holdsZeroByte(PerfFile) || holdsZeroByte(ProgramFile) ||
      holdZeroByte(StartAgain))
    return ZeroByte;
  if (!ProgramFile.empty() && !ProgramFile.starts_with('/'))
    return Malformed{"a file of the program that is not named from the root"};
  constexpr size_t Fewest = 2; // What to execute, and its argv[0].
  if (!StartAgain.empty() &&
      (StartAgain.size() < Fewest || !StartAgain[0].starts_with('/')))
    return Malformed{"a command that cannot start the program again"};
  return checkProcess(Arguments, Environment, Directory);
}

Decoded<void> Failed::check() const {
  if (Reason.empty())
    return Malformed{"a failure without a reason"};
  return {};
}

} // namespace remoterun::wire
