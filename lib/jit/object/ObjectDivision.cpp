//===- ObjectDivision.cpp - What is loaded, and what describes it ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/ObjectDivision.h"
#include "jit/base/ElfView.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/Support/Alignment.h"

#include <cstring>

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

template <typename ShdrT> bool hasContents(const ShdrT &Section) {
  return Section.sh_type != ELF::SHT_NULL && Section.sh_type != ELF::SHT_NOBITS;
}

/// One object, on its way to being divided.
template <typename ELFT> class Division {
public:
  using Shdr = typename ELFT::Shdr;
  using Ehdr = typename ELFT::Ehdr;

  Division(const ElfView<ELFT> &View, StringRef Object)
      : View(View), Object(Object), Headers(View.sections()),
        Describes(Headers.size()) {}

  /// Whether there is something to divide, and it can be.
  bool find();
  /// The start, and \p WithRest all of it; the size of the start.
  size_t write(bool WithRest, ObjectBytes &Out);

private:
  void append(bool Rest, ObjectBytes &Out);

  const ElfView<ELFT> &View;
  StringRef Object;
  std::vector<Shdr> Headers;
  BitVector Describes; ///< The sections of the rest.
};

template <typename ELFT> bool Division<ELFT>::find() {
  for (size_t I = 0; I != Headers.size(); ++I) {
    const Shdr &Section = Headers[I];
    if (hasContents(Section) &&
        (Section.sh_offset > Object.size() ||
         Section.sh_size > Object.size() - Section.sh_offset))
      return false;
    if (Section.sh_flags & ELF::SHF_ALLOC)
      continue;
    auto Name = View.nameOf(View.sections()[I]);
    if (!Name) {
      consumeError(Name.takeError());
      return false;
    }
    if (Name->starts_with(".debug_"))
      Describes.set(I);
  }
  if (Describes.none())
    return false;
  for (size_t I = 0; I != Headers.size(); ++I)
    if ((Headers[I].sh_type == ELF::SHT_RELA ||
         Headers[I].sh_type == ELF::SHT_REL) &&
        Headers[I].sh_info < Headers.size() && Describes[Headers[I].sh_info])
      Describes.set(I);
  return true;
}

template <typename ELFT>
void Division<ELFT>::append(bool Rest, ObjectBytes &Out) {
  for (size_t I = 0; I != Headers.size(); ++I) {
    Shdr &Section = Headers[I];
    if (Describes[I] != Rest || Section.sh_type == ELF::SHT_NULL)
      continue;
    uint64_t Alignment = std::max<uint64_t>(Section.sh_addralign, 1);
    if (isPowerOf2_64(Alignment) && hasContents(Section))
      Out.resize(alignTo(Out.size(), Alignment));
    uint64_t Offset = Section.sh_offset;
    Section.sh_offset = static_cast<typename ELFT::uint>(Out.size());
    if (hasContents(Section)) {
      StringRef Contents = Object.substr(Offset, Section.sh_size);
      Out.append(Contents.begin(), Contents.end());
    }
  }
}

template <typename ELFT>
size_t Division<ELFT>::write(bool WithRest, ObjectBytes &Out) {
  Out.reserve(Object.size() + Headers.size() * sizeof(uint64_t));
  Out.append(Object.begin(), Object.begin() + sizeof(Ehdr));
  append(/*Rest=*/false, Out);
  Out.resize(alignTo(Out.size(), sizeof(uint64_t)));
  size_t HeadersOffset = Out.size();
  size_t HeadersSize = Headers.size() * sizeof(Shdr);
  Out.resize_for_overwrite(HeadersOffset + HeadersSize);
  size_t Start = Out.size();
  if (WithRest) {
    append(/*Rest=*/true, Out);
  } else {
    for (unsigned I : Describes.set_bits())
      Headers[I].sh_offset = static_cast<typename ELFT::uint>(Start);
  }
  std::memcpy(Out.data() + HeadersOffset, Headers.data(), HeadersSize);
  reinterpret_cast<Ehdr *>(Out.data())->e_shoff =
      static_cast<typename ELFT::uint>(HeadersOffset);
  return Start;
}

/// Its start is of size 0, if the object cannot be divided.
size_t divide(StringRef Object, bool WithRest, ObjectBytes &Out) {
  ArrayRef<char> Bytes(Object.data(), Object.size());
  return withElfType(Bytes, [&]<typename ELFT>() -> size_t {
    auto View = ElfView<ELFT>::create(Bytes);
    if (!View) {
      consumeError(View.takeError());
      return 0;
    }
    Division<ELFT> Divided(*View, Object);
    return Divided.find() ? Divided.write(WithRest, Out) : 0;
  });
}

} // namespace

size_t divideObject(ObjectBytes &Object) {
  ObjectBytes Divided;
  size_t Start =
      divide({Object.data(), Object.size()}, /*WithRest=*/true, Divided);
  if (Start == 0)
    return Object.size();
  Object = std::move(Divided);
  return Start;
}

bool completeStart(MutableArrayRef<char> Start) {
  return withElfType(Start, [&]<typename ELFT>() -> bool {
    auto View = ElfView<ELFT>::create(Start);
    if (!View) {
      consumeError(View.takeError());
      return false;
    }
    bool HasDebugInfo = false;
    for (const auto &Section : View->sections()) {
      if (!hasContents(Section) || Section.sh_size == 0 ||
          Section.sh_offset < Start.size())
        continue;
      auto Name = View->nameOf(Section);
      HasDebugInfo |= Name && *Name == ".debug_info";
      consumeError(Name.takeError());
      auto &Header = writable(Section);
      Header.sh_type = ELF::SHT_NULL;
      Header.sh_flags = 0;
      Header.sh_offset = 0;
      Header.sh_size = 0;
    }
    return HasDebugInfo;
  });
}

ObjectStart startOfObject(StringRef Object) {
  ObjectStart Start;
  if (divide(Object, /*WithRest=*/false, Start.Bytes) == 0)
    Start.Bytes.assign(Object.begin(), Object.end());
  else
    Start.HasDebugInfo = completeStart(Start.Bytes);
  return Start;
}

} // namespace remoterun::jit
