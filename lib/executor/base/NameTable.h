//===- NameTable.h - Names to their places in a list ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// By open addressing: libstdc++ alone has thousands of references to test, and
// a program may define tens of thousands of names.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_BASE_NAMETABLE_H
#define REMOTERUN_EXECUTOR_BASE_NAMETABLE_H

#include "wire/List.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace remoterun::executor {

class NameTable {
public:
  /// \p Names must outlive the table. Of equal names the last counts.
  explicit NameTable(std::span<const std::string_view> Names);

  /// The index of \p Name.
  std::optional<uint32_t> find(std::string_view Name) const;

private:
  /// The slot that holds \p Name, or the empty one where it belongs.
  size_t slotOf(std::string_view Name) const;

  std::span<const std::string_view> Names;
  /// Indices plus 1; 0 is empty. A power of two of them, at least half empty.
  List<uint32_t> Slots;
};

} // namespace remoterun::executor

#endif
