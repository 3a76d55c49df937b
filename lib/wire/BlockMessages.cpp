//===- BlockMessages.cpp - What a far end keeps of programs ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/BlockMessages.h"

namespace remoterun::wire {

namespace {

template <typename BlockT>
Decoded<void> checkSizes(const List<BlockT> &Blocks) {
  for (const BlockT &Each : Blocks)
    if (Each.Size == 0 || Each.Size > LargestBlock)
      return Malformed{"a block of a size that there is not"};
  return {};
}

} // namespace

Decoded<void> AskKept::check() const { return checkSizes(Blocks); }

Decoded<void> Keep::check() const { return checkSizes(Blocks); }

} // namespace remoterun::wire
