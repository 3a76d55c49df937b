//===- NameTable.cpp - Names to their places in a list --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/base/NameTable.h"

#include <bit>
#include <cstring>

namespace remoterun::executor {

NameTable::NameTable(std::span<const std::string_view> Names) : Names(Names) {
  Slots.resize(std::bit_ceil(Names.size() * 2 + 1));
  std::memset(Slots.data(), 0, Slots.size() * sizeof(uint32_t));
  for (uint32_t I = 0; I != Names.size(); ++I)
    Slots[slotOf(Names[I])] = I + 1;
}

std::optional<uint32_t> NameTable::find(std::string_view Name) const {
  if (uint32_t Held = Slots[slotOf(Name)])
    return Held - 1;
  return std::nullopt;
}

size_t NameTable::slotOf(std::string_view Name) const {
  size_t Hash = 5381;
  for (unsigned char C : Name)
    Hash = Hash * 33 + C;
  for (;; ++Hash) {
    size_t Slot = Hash & (Slots.size() - 1);
    uint32_t Held = Slots[Slot];
    if (Held == 0 || Names[Held - 1] == Name)
      return Slot;
  }
}

} // namespace remoterun::executor
