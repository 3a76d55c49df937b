//===- Exports.h - What an application gives to modules ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An executable's functions are in no dynamic table unless it is linked with
// -rdynamic. So an application names those that modules may use.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_OPEN_EXPORTS_H
#define REMOTERUN_EXECUTOR_OPEN_EXPORTS_H

#include "executor/base/TextStore.h"
#include "remote-run/ExecutorAddr.h"
#include "wire/List.h"

#include <string_view>

namespace remoterun::executor {

/// Not thread-safe.
class Exports {
public:
  /// In place of what \p Name stood for before.
  void add(std::string_view Name, ExecutorAddr Address);

  /// Null for a name that is not exported.
  ExecutorAddr find(std::string_view Name) const;

private:
  struct Entry {
    std::string_view Name;
    ExecutorAddr Address;
  };
  /// The one of that name, or the first that comes after it.
  size_t indexOf(std::string_view Name) const;

  TextStore Names;
  List<Entry> Sorted; ///< By name.
};

} // namespace remoterun::executor

#endif
