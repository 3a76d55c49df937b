//===- Result.h - A value or the reason why there is none -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// No layer throws. Each has an error type of its own (a wire error is a fixed
// sentence, a controller failure carries a blame) and returns it through this
// template. It needs nothing from libstdc++ at run time, because the executor
// uses it too.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTE_RUN_RESULT_H
#define REMOTE_RUN_RESULT_H

#include <optional>
#include <utility>

namespace remoterun {

/// Either a \p T or an \p E. \p E must be default-constructible, and must not
/// be convertible to \p T.
template <typename T, typename E> class [[nodiscard]] Result {
public:
  Result(T Value) : Value(std::move(Value)) {}
  Result(E Error) : Error(std::move(Error)) {}

  explicit operator bool() const { return Value.has_value(); }

  /// The value; only where the result converts to true.
  T &operator*() { return *Value; }
  const T &operator*() const { return *Value; }
  T *operator->() { return &*Value; }
  const T *operator->() const { return &*Value; }

  /// The error; only where the result converts to false.
  E &error() { return Error; }
  const E &error() const { return Error; }

private:
  std::optional<T> Value;
  E Error{};
};

/// The outcome of an act that yields no value.
template <typename E> class [[nodiscard]] Result<void, E> {
public:
  Result() = default;
  Result(E Error) : Error(std::move(Error)) {}

  explicit operator bool() const { return !Error.has_value(); }
  E &error() { return *Error; }
  const E &error() const { return *Error; }

private:
  std::optional<E> Error;
};

} // namespace remoterun

#endif
