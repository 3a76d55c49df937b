//===- FarBlocks.cpp - What a far end has kept of programs ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/session/FarBlocks.h"

#include <algorithm>
#include <utility>

namespace remoterun::controller {

namespace {

/// Less costs the far end more, as a file, than it costs to be sent.
constexpr uint64_t SmallestKept = 2048;

} // namespace

std::vector<FarBlocks::Block>
FarBlocks::divide(uint64_t Where, std::span<const uint8_t> Bytes) {
  std::vector<Block> Blocks;
  while (!Bytes.empty()) {
    const size_t Size = std::min<size_t>(
        Bytes.size(), wire::LargestBlock - Where % wire::LargestBlock);
    Block Next = {Where, Bytes.first(Size), std::nullopt};
    if (Size >= SmallestKept)
      Next.Hash = wire::hashOfBlock(Next.Bytes);
    Blocks.push_back(Next);
    Where += Size;
    Bytes = Bytes.subspan(Size);
  }
  return Blocks;
}

wire::AskKept FarBlocks::question(std::span<const Block> Blocks) {
  wire::AskKept Question;
  for (const Block &Each : Blocks) {
    if (Question.Blocks.size() == wire::AskKept::Most)
      break;
    if (Each.Hash &&
        Asked.emplace(*Each.Hash, static_cast<uint32_t>(Asked.size())).second)
      Question.Blocks.push(
          {static_cast<uint32_t>(Each.Bytes.size()), *Each.Hash});
  }
  return Question;
}

bool FarBlocks::take(const wire::Kept &Answer) {
  if (Answer.Has.size() != awaited())
    return false;
  Has.insert(Has.end(), Answer.Has.begin(), Answer.Has.end());
  Answered = Asked.size();
  return true;
}

std::optional<uint32_t> FarBlocks::numberOf(const Block &Its) const {
  if (!Its.Hash)
    return std::nullopt;
  auto Found = Asked.find(*Its.Hash);
  if (Found == Asked.end() || Found->second >= Has.size() ||
      !Has[Found->second])
    return std::nullopt;
  return Found->second;
}

void FarBlocks::note(const Block &Its, bool InSharedFile) {
  if (Its.Hash && Noted.size() < wire::Keep::Most)
    Noted.push(
        {InSharedFile, Its.Where, static_cast<uint32_t>(Its.Bytes.size())});
}

wire::Keep FarBlocks::takeNoted() {
  return {std::exchange(Noted, List<wire::Keep::Block>())};
}

} // namespace remoterun::controller
