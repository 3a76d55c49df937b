//===- BodySymbols.cpp - Symbols of code that comes later -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/BodySymbols.h"

#include "llvm/Object/ELFTypes.h"

#include <atomic>
#include <cstddef>
#include <cstring>

using namespace llvm;

namespace remoterun::jit {

/// The section number comes last, with the name: a symbol without one has no
/// extent for who looks for an address.
void BodySymbol::write(MutableArrayRef<uint8_t> Window) const {
  using Symbol = object::ELF64LE::Sym;
  static_assert(sizeof(Symbol) == BodySymbols::SymbolSize &&
                offsetof(Symbol, st_value) == sizeof(uint64_t));
  Symbol Made = {};
  Made.st_name = Name;
  Made.setBindingAndType(ELF::STB_GLOBAL, ELF::STT_FUNC);
  Made.st_shndx = 1;
  Made.st_value = Range.Start.value();
  Made.st_size = Range.Size;
  const auto *Bytes = reinterpret_cast<const uint8_t *>(&Made);
  uint64_t First;
  std::memcpy(&First, Bytes, sizeof(First));
  uint8_t *Place = Window.data() + Offset;
  std::memcpy(Place + sizeof(First), Bytes + sizeof(First),
              sizeof(Made) - sizeof(First));
  std::atomic_ref(*reinterpret_cast<uint64_t *>(Place))
      .store(First, std::memory_order_release);
}

} // namespace remoterun::jit
