//===- BlockHash.cpp - What a block of a program is known by --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/BlockHash.h"

#include <algorithm>
#include <bit>

namespace remoterun::wire {

namespace {

using Words = std::array<uint32_t, 16>;
using Chaining = std::array<uint32_t, 8>;

constexpr size_t InputSize = 64;   ///< Of one compression, in bytes.
constexpr size_t ChunkSize = 1024; ///< A leaf of the tree.

enum Flag : uint32_t { ChunkStart = 1, ChunkEnd = 2, Parent = 4, Root = 8 };

constexpr Chaining Initial = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                              0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};

void mix(Words &V, size_t A, size_t B, size_t C, size_t D, uint32_t X,
         uint32_t Y) {
  V[A] += V[B] + X;
  V[D] = std::rotr(V[D] ^ V[A], 16);
  V[C] += V[D];
  V[B] = std::rotr(V[B] ^ V[C], 12);
  V[A] += V[B] + Y;
  V[D] = std::rotr(V[D] ^ V[A], 8);
  V[C] += V[D];
  V[B] = std::rotr(V[B] ^ V[C], 7);
}

void mixAll(Words &V, const Words &M) {
  for (size_t Column = 0; Column != 4; ++Column)
    mix(V, Column, Column + 4, Column + 8, Column + 12, M[2 * Column],
        M[2 * Column + 1]);
  for (size_t I = 0; I != 4; ++I)
    mix(V, I, (I + 1) % 4 + 4, (I + 2) % 4 + 8, (I + 3) % 4 + 12, M[8 + 2 * I],
        M[9 + 2 * I]);
}

/// A compression that is still to be done: only then is it known whether it is
/// the root's.
struct Node {
  Chaining Input;
  Words Message;
  uint64_t Counter;
  uint32_t Size;
  uint32_t Flags;

  Chaining compress(uint32_t More = 0) const;
};

Chaining Node::compress(uint32_t More) const {
  constexpr std::array<uint8_t, 16> Permutation = {2, 6,  3,  10, 7, 0,  4,  13,
                                                   1, 11, 12, 5,  9, 14, 15, 8};
  Words V, M = Message;
  std::copy(Input.begin(), Input.end(), V.begin());
  std::copy_n(Initial.begin(), 4, V.begin() + 8);
  V[12] = static_cast<uint32_t>(Counter);
  V[13] = static_cast<uint32_t>(Counter >> 32);
  V[14] = Size;
  V[15] = Flags | More;
  constexpr unsigned Rounds = 7;
  for (unsigned Round = 0; Round != Rounds; ++Round) {
    mixAll(V, M);
    Words Permuted;
    for (size_t I = 0; I != M.size(); ++I)
      Permuted[I] = M[Permutation[I]];
    M = Permuted;
  }
  Chaining Result;
  for (size_t I = 0; I != Result.size(); ++I)
    Result[I] = V[I] ^ V[I + 8];
  return Result;
}

/// Little-endian, whatever this machine is; zeroes behind the end.
Words wordsOf(std::span<const uint8_t> Bytes) {
  Words Made = {};
  for (size_t I = 0; I != Bytes.size(); ++I)
    Made[I / 4] |= static_cast<uint32_t>(Bytes[I]) << (8 * (I % 4));
  return Made;
}

/// The last compression of a chunk, of at most ChunkSize bytes.
Node chunk(std::span<const uint8_t> Bytes, uint64_t Number) {
  Node Next = {Initial, {}, Number, 0, ChunkStart};
  for (;;) {
    size_t Size = std::min(Bytes.size(), InputSize);
    Next.Message = wordsOf(Bytes.first(Size));
    Next.Size = static_cast<uint32_t>(Size);
    Bytes = Bytes.subspan(Size);
    if (Bytes.empty()) {
      Next.Flags |= ChunkEnd;
      return Next;
    }
    Next.Input = Next.compress();
    Next.Flags = 0;
  }
}

Node parent(const Chaining &Left, const Chaining &Right) {
  Node Made = {Initial, {}, 0, InputSize, Parent};
  std::copy(Left.begin(), Left.end(), Made.Message.begin());
  std::copy(Right.begin(), Right.end(), Made.Message.begin() + 8);
  return Made;
}

/// The tree over \p Bytes, whose first chunk has number \p First: to the left
/// is the largest power of two of chunks that leaves something to the right.
/// That is as deep as the size has bits.
Node tree(std::span<const uint8_t> Bytes, uint64_t First) {
  if (Bytes.size() <= ChunkSize)
    return chunk(Bytes, First);
  size_t LeftChunks = std::bit_floor((Bytes.size() - 1) / ChunkSize);
  size_t LeftSize = LeftChunks * ChunkSize;
  Chaining Left = tree(Bytes.first(LeftSize), First).compress();
  Chaining Right = tree(Bytes.subspan(LeftSize), First + LeftChunks).compress();
  return parent(Left, Right);
}

} // namespace

BlockHash hashOfBlock(std::span<const uint8_t> Bytes) {
  Chaining Result = tree(Bytes, 0).compress(Root);
  BlockHash Hash;
  for (size_t I = 0; I != Hash.size(); ++I)
    Hash[I] = static_cast<uint8_t>(Result[I / 4] >> (8 * (I % 4)));
  return Hash;
}

} // namespace remoterun::wire
