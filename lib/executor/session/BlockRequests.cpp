//===- BlockRequests.cpp - What is kept of a program that is sent ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/session/SessionServer.h"

#include <cstring>

namespace remoterun::executor {

Expected<void> SessionServer::serve(const wire::AskKept &Request) {
  return Line.reply(Blocks.find(Request));
}

Expected<void> SessionServer::serve(const wire::WriteKept &Request) {
  for (const auto &[Number, InSharedFile, Where] : Request.Copies) {
    std::span<const uint8_t> Bytes = Blocks.block(Number);
    if (Bytes.empty())
      return failure("protocol error: a block that it was not promised");
    auto Written = InSharedFile ? serve(wire::Place{Where, Bytes})
                                : writeBlock(ExecutorAddr(Where), Bytes);
    if (!Written)
      return Written;
  }
  return {};
}

Expected<void> SessionServer::writeBlock(ExecutorAddr Start,
                                         std::span<const uint8_t> Bytes) {
  const ExecutorRange Range = {Start, Bytes.size()};
  if (Memory.isForImage()) {
    if (auto Allowed = Memory.checkWrite(Range); !Allowed)
      return Allowed;
    return Image ? Image->write(Start, Bytes) : Expected<void>();
  }
  auto Target = Memory.writable(Range);
  if (!Target)
    return Target.error();
  std::memcpy(Target->data(), Bytes.data(), Bytes.size());
  return {};
}

/// Into \p Block, what was written at its place. False where it is not there,
/// since nothing of the program is.
Expected<bool> SessionServer::readBlock(const wire::Keep::Block &Its,
                                        ByteBuffer &Block) const {
  Block.resize(Its.Size);
  if (Its.InSharedFile) {
    if (!ForWindows)
      return failure("protocol error: a Keep without a shared file");
    return ForWindows->read(Its.Where, Block.span());
  }
  const ExecutorRange Range = {ExecutorAddr(Its.Where), Its.Size};
  if (auto Allowed = Memory.checkWrite(Range); !Allowed)
    return Allowed.error();
  if (Memory.isForImage())
    return Image && Image->read(Range.Start, Block.span());
  std::memcpy(Block.data(), memoryAt(Range.Start), Its.Size);
  return true;
}

Expected<void> SessionServer::serve(const wire::Keep &Request) {
  ByteBuffer Block;
  for (const wire::Keep::Block &Each : Request.Blocks) {
    auto IsThere = readBlock(Each, Block);
    if (!IsThere)
      return IsThere.error();
    if (*IsThere)
      Blocks.store(Block.span());
  }
  return Line.reply(Blocks.takeStored());
}

} // namespace remoterun::executor
