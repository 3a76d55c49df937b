//===- DefaultLibraries.cpp - What compilers link by themselves -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/symbols/DefaultLibraries.h"
#include "executor/base/Libc.h"

namespace remoterun::executor {

static bool isCxxName(std::string_view Name) {
  return Name.starts_with("_Z") || Name.starts_with("__cxa_") ||
         Name.starts_with("__gxx_");
}

std::span<const unsigned> defaultLibrariesFor(std::string_view Name) {
  // libstdc++ brings libm and libgcc_s along, so it comes last unless the name
  // is surely its own.
  static constexpr unsigned Order[] = {1, LibGcc, 3, 0};
  static constexpr unsigned CxxOrder[] = {0, 1, LibGcc, 3};
  static constexpr unsigned OldOrder[] = {1, LibGcc, 3, 4, 5, 0};
  static constexpr unsigned OldCxxOrder[] = {0, 1, LibGcc, 3, 4, 5};
  constexpr unsigned FirstWithAll = 34;
  if (libcVersion() < FirstWithAll)
    return isCxxName(Name) ? std::span<const unsigned>(OldCxxOrder) : OldOrder;
  return isCxxName(Name) ? std::span<const unsigned>(CxxOrder) : Order;
}

} // namespace remoterun::executor
