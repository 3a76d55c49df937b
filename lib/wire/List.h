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

/// An owning array on malloc. Running out of memory ends the process by
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
  ~List() { std::free(Items); }

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
    void *Grown = std::realloc(static_cast<void *>(Items), Bytes);
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
