//===- BodySymbols.h - Symbols of code that comes later ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A late function's symbol is that of its entry. Its code is elsewhere, and
// dladdr(3) and backtrace_symbols(3), which read the image's symbol table,
// shall know that, too. So the table has room for symbols of code at its end,
// whose pages are a window (LateWindows.h): of each function that it has the
// entry of, one for the code that was made fast and one for the final code. The
// hash table leads to them under a number that is no name's, so that only who
// reads all of the table meets them, and dlsym(3) finds the entry.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_BODYSYMBOLS_H
#define REMOTERUN_JIT_LINK_BODYSYMBOLS_H

#include "remote-run/ExecutorAddr.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <string>
#include <vector>

namespace remoterun::jit {

/// One that is written.
struct BodySymbol {
  uint32_t Offset = 0; ///< In the window.
  uint32_t Name = 0;   ///< Its place among the image's strings.
  ExecutorRange Range;

  /// Completes what \p Window has there, which may be read meanwhile.
  void write(llvm::MutableArrayRef<uint8_t> Window) const;
};

/// Where they are to be.
struct BodySymbols {
  struct Function {
    std::string Symbol;
    uint32_t Name = 0; ///< See BodySymbol.
  };
  ExecutorRange Pages;         ///< The window; empty for none.
  uint32_t Start = 0;          ///< Where in it the first one begins.
  std::vector<Function> Those; ///< That have room, in its order.

  static constexpr uint64_t SymbolSize = 24; ///< Of ELF's class of 64 bits.
  static constexpr uint64_t PerFunction = 2;

  /// What so many functions need at most.
  static constexpr uint64_t sizeFor(size_t Functions) {
    return SymbolSize * (1 + PerFunction * Functions);
  }
  /// Of the code of function number \p Function of those that have room.
  static uint32_t offsetOf(uint32_t Start, uint32_t Function, bool IsFast) {
    return static_cast<uint32_t>(
        Start + SymbolSize * (PerFunction * Function + (IsFast ? 0 : 1)));
  }
};

} // namespace remoterun::jit

#endif
