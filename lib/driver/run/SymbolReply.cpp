//===- SymbolReply.cpp - Symbols from one process to another --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/run/SymbolReply.h"
#include "wire/Codec.h"

namespace remoterun::driver {

using controller::CrashFrame;
using controller::CrashSymbols;

void encodeSymbols(const CrashSymbols &Symbols, ByteBuffer &Out) {
  wire::ByteWriter Writer(Out);
  Writer.string(Symbols.ExceptionType);
  Writer.string(Symbols.Variable);
  Writer.u64(Symbols.VariableOffset);
  Writer.string(Symbols.Library);
  Writer.u32(static_cast<uint32_t>(Symbols.Frames.size()));
  for (const CrashFrame &Frame : Symbols.Frames) {
    Writer.address(Frame.Pc);
    Writer.u8(static_cast<uint8_t>(Frame.Whose));
    Writer.u8(Frame.IsInlined);
    Writer.string(Frame.Function);
    Writer.u64(Frame.FunctionOffset);
    Writer.string(Frame.SourceFile);
    Writer.u32(Frame.Line);
    Writer.u32(Frame.Column);
    Writer.string(Frame.Module);
    Writer.u64(Frame.ModuleOffset);
  }
}

std::optional<CrashSymbols> decodeSymbols(std::span<const uint8_t> Bytes) {
  wire::ByteReader Reader(Bytes);
  CrashSymbols Symbols;
  Symbols.ExceptionType = Reader.string();
  Symbols.Variable = Reader.string();
  Symbols.VariableOffset = Reader.u64();
  Symbols.Library = Reader.string();
  constexpr size_t SmallestFrame = 46;
  for (uint32_t Left = Reader.count(SmallestFrame); Left != 0; --Left) {
    CrashFrame Frame;
    Frame.Pc = Reader.address();
    Frame.Whose = static_cast<CrashFrame::Owner>(Reader.u8());
    Frame.IsInlined = Reader.u8() != 0;
    Frame.Function = Reader.string();
    Frame.FunctionOffset = Reader.u64();
    Frame.SourceFile = Reader.string();
    Frame.Line = Reader.u32();
    Frame.Column = Reader.u32();
    Frame.Module = Reader.string();
    Frame.ModuleOffset = Reader.u64();
    Symbols.Frames.push_back(std::move(Frame));
  }
  if (!Reader.finished())
    return std::nullopt;
  return Symbols;
}

} // namespace remoterun::driver
