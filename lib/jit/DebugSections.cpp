//===- DebugSections.cpp - Debug information of an object -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/DebugSections.h"

using namespace llvm;

namespace remoterun::jit {

bool isDebugSection(StringRef Name) {
  return Name.starts_with(".debug_") && !Name.starts_with(".debug_pub") &&
         Name != ".debug_names" && Name != ".debug_aranges" &&
         !Name.ends_with(".dwo");
}

std::optional<RawObject> parseUnpatched(const ProgramObject &Object) {
  StringRef Bytes = Object.Unpatched;
  if (Bytes.empty())
    Bytes = {Object.Bytes->getBufferStart(), Object.Bytes->getBufferSize()};
  auto Raw = parseRaw({Bytes.data(), Bytes.size()});
  if (Raw)
    return *Raw;
  consumeError(Raw.takeError());
  return std::nullopt;
}

bool haveDebugInfo(const std::vector<ProgramObject> &Objects) {
  for (const ProgramObject &Object : Objects) {
    std::optional<RawObject> Raw = parseUnpatched(Object);
    if (!Raw)
      continue;
    StringRef Names =
        valueOrNothing(Raw->File.getSectionStringTable(Raw->Sections));
    for (const Shdr &Section : Raw->Sections)
      if (Section.sh_type == ELF::SHT_PROGBITS &&
          !(Section.sh_flags & ELF::SHF_ALLOC) &&
          valueOrNothing(Raw->File.getSectionName(Section, Names)) ==
              ".debug_info")
        return true;
  }
  return false;
}

} // namespace remoterun::jit
