//===- InitializerArrays.cpp - What runs before and after main ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The arrays of functions that the executor calls at the start and at the end,
// told by RemoteEngine when everything has its address.
//
//===----------------------------------------------------------------------===//

#include "jit/link/OutputSections.h"
#include "jit/link/RemoteEngine.h"

#include "llvm/ADT/STLExtras.h"

#include <tuple>

using namespace llvm;

namespace remoterun::jit {

namespace {

void appendArrays(const std::vector<WorkingSection> &Sections, StringRef Output,
                  List<ExecutorRange> &Arrays) {
  // By priority, then in the order of the objects and of their sections, in
  // which RuntimeDyld does not load them.
  std::vector<std::tuple<unsigned, size_t, uint64_t, ExecutorRange>> Found;
  for (const WorkingSection &Section : Sections)
    if (Section.ArraySize != 0 && outputNameOf(Section.Name) == Output)
      Found.emplace_back(initPriorityOf(Section.Name), Section.Key.Object,
                         Section.Key.Index,
                         ExecutorRange{Section.Target, Section.ArraySize});
  sort(Found, [](const auto &A, const auto &B) {
    return std::tie(std::get<0>(A), std::get<1>(A), std::get<2>(A)) <
           std::tie(std::get<0>(B), std::get<1>(B), std::get<2>(B));
  });
  for (const auto &[Priority, Object, Index, Array] : Found)
    Arrays.push(Array);
}

} // namespace

List<ExecutorRange> RemoteEngine::initializers() const {
  List<ExecutorRange> Arrays;
  appendArrays(Memory->sections(), ".preinit_array", Arrays);
  appendArrays(Memory->sections(), ".init_array", Arrays);
  return Arrays;
}

List<ExecutorRange> RemoteEngine::finalizers() const {
  List<ExecutorRange> Arrays;
  appendArrays(Memory->sections(), ".fini_array", Arrays);
  return Arrays;
}

} // namespace remoterun::jit
