//===- List.h - A growing array without libstdc++ ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// std::vector needs parts of libstdc++ at run time (operator new, the length
// error) which the executor must do without: it loads libstdc++ only for
// guests that want it.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_WIRE_LIST_H
#define REMOTERUN_WIRE_LIST_H

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <type_traits>
#include <utility>

namespace remoterun {

/// From where lists take their memory: resizes a block, with its contents, from
/// \p OldSize bytes, 0 for none yet, to \p NewSize, 0 to free it; null where
/// there is not enough. A program that wants another source than malloc sets it
/// before its first list.
inline void *(*resizeListMemory)(void *Memory, size_t OldSize, size_t NewSize) =
    [](void *Memory, size_t, size_t NewSize) -> void * {
  if (NewSize != 0)
    return std::realloc(Memory, NewSize);
  std::free(Memory);
  return nullptr;
};

/// An owning array. Running out of memory ends the process by
/// abort(): no caller could go on.
template <typename T> class List {
  static_assert(std::is_trivially_copyable_v<T>);

public:
  List() = default;
  List(List &&Other) noexcept
      : Items(std::exchange(Other.Items, nullptr)),
        Count(std::exchange(Other.Count, 0)),
        Capacity(std::exchange(Other.Capacity, 0)) {}
  List &operator=(List &&Other) noexcept {
    std::swap(Items, Other.Items);
    std::swap(Count, Other.Count);
    std::swap(Capacity, Other.Capacity);
    return *this;
  }
  List(const List &) = delete;
  List &operator=(const List &) = delete;
  ~List() {
    if (Capacity != 0)
      resizeListMemory(static_cast<void *>(Items), Capacity * sizeof(T), 0);
  }

  void push(T Item) {
    if (Count == Capacity)
      grow(Count + 1);
    std::memcpy(static_cast<void *>(Items + Count++), &Item, sizeof(T));
  }
  void append(const T *From, size_t Size) {
    if (Size == 0)
      return;
    if (Capacity - Count < Size)
      grow(Count + Size);
    std::memcpy(static_cast<void *>(Items + Count), From, Size * sizeof(T));
    Count += Size;
  }
  /// Makes the size \p Size; new elements are uninitialised.
  void resize(size_t Size) {
    if (Size > Capacity)
      grow(Size);
    Count = Size;
  }
  void clear() { Count = 0; }

  size_t size() const { return Count; }
  bool empty() const { return Count == 0; }
  T *data() { return Items; }
  const T *data() const { return Items; }
  T *begin() { return Items; }
  T *end() { return Items + Count; }
  const T *begin() const { return Items; }
  const T *end() const { return Items + Count; }
  T &operator[](size_t I) { return Items[I]; }
  const T &operator[](size_t I) const { return Items[I]; }
  std::span<T> span() { return {Items, Count}; }
  std::span<const T> span() const { return {Items, Count}; }

private:
  void grow(size_t AtLeast) {
    size_t NewCapacity = Capacity * 2 < 16 ? 16 : Capacity * 2;
    if (NewCapacity < AtLeast)
      NewCapacity = AtLeast;
    size_t Bytes;
    if (__builtin_mul_overflow(NewCapacity, sizeof(T), &Bytes))
      std::abort();
    void *Grown = resizeListMemory(static_cast<void *>(Items),
                                   Capacity * sizeof(T), Bytes);
    if (!Grown)
      std::abort();
    Items = static_cast<T *>(Grown);
    Capacity = NewCapacity;
  }

  T *Items = nullptr;
  size_t Count = 0;
  size_t Capacity = 0;
};

/// Encoded bytes, or bytes to be decoded.
using ByteBuffer = List<uint8_t>;

} // namespace remoterun

#endif
