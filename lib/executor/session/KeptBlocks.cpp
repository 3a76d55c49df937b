//===- KeptBlocks.cpp - Blocks of programs, for one session ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/session/KeptBlocks.h"

#include <utility>

namespace remoterun::executor {

BlockStore *KeptBlocks::store() {
  if (!std::exchange(IsOpened, true)) {
    auto Found = Folder ? BlockStore::open(Folder)
                        : failure("there is no folder for it");
    if (Found)
      Opened.emplace(std::move(*Found));
    else
      Problem = Found.error();
  }
  return Opened ? &*Opened : nullptr;
}

wire::Kept KeptBlocks::find(const wire::AskKept &Question) {
  wire::Kept Answer;
  BlockStore *Store = store();
  for (const auto &[Size, Hash] : Question.Blocks) {
    const size_t Offset = Bytes.size();
    bool Has = false;
    if (Store) {
      Bytes.resize(Offset + Size);
      Has = Store->read(Hash, Bytes.span().subspan(Offset));
      if (!Has)
        Bytes.resize(Offset);
    }
    Blocks.push({Offset, Has ? Size : 0});
    Answer.Has.push(Has);
  }
  Answer.Reason = Problem.Reason;
  return Answer;
}

std::span<const uint8_t> KeptBlocks::block(uint32_t Number) const {
  if (Number >= Blocks.size())
    return {};
  const auto &[Offset, Size] = Blocks[Number];
  return Bytes.span().subspan(Offset, Size);
}

void KeptBlocks::store(std::span<const uint8_t> Block) {
  BlockStore *Store = *Problem.Reason ? nullptr : store();
  if (!Store)
    return;
  if (auto Done = Store->store(wire::hashOfBlock(Block), Block))
    ++StoredCount;
  else
    Problem = Done.error();
}

wire::Stored KeptBlocks::takeStored() {
  return {std::exchange(StoredCount, 0), Problem.Reason};
}

} // namespace remoterun::executor
