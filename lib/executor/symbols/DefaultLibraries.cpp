//===- DefaultLibraries.cpp - What compilers link by themselves -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/symbols/DefaultLibraries.h"

namespace remoterun::executor {

static bool isCxxName(std::string_view Name) {
  return Name.starts_with("_Z") || Name.starts_with("__cxa_") ||
         Name.starts_with("__gxx_");
}

std::span<const unsigned> defaultLibrariesFor(std::string_view Name) {
  // libstdc++ brings libm and libgcc_s along, so it comes last unless the name
  // is surely its own.
  static constexpr unsigned Order[DefaultLibraryCount] = {1, LibGcc, 3, 0};
  static constexpr unsigned CxxOrder[DefaultLibraryCount] = {0, 1, LibGcc, 3};
  return isCxxName(Name) ? std::span(CxxOrder) : std::span(Order);
}

} // namespace remoterun::executor
