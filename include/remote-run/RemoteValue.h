//===- RemoteValue.h - What crosses over in a call --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A function in the executor is called with values that this process has, and
// in the convention of the executor's machine, which need not be this one. So a
// call's arguments are described, and not copied as they lie:
//
//   here                          there
//   bool, integers, enumerations  an integer of that size, with its sign
//   float, double                 the same
//   ExecutorAddr                  a pointer
//   const char *, std::string     const char *, to a copy that lives as long as
//                                 the call; null stays null
//   std::optional<std::string>    the same; nothing is null
//   std::span<const uint8_t>      const uint8_t *, size_t: a copy, as before
//   std::span<uint8_t>            uint8_t *, size_t: a copy, and what it is
//                                 when the function returns is copied back
//   a struct with StructFields    a struct of these members, by value
//
// Results may be any of these but spans and const char *, or void. A text that
// a function returns is copied here, at most LongestText of it and not the
// memory that it is in: who returns a text has it somewhere. Its first 232
// bytes are copied on the thread of the call, what is behind them when the
// result is taken. A null pointer is a failure where a std::string is wanted.
//
// What a call passes for the dots of a variadic function is promoted as in C:
// float becomes double, and what is smaller than int becomes int.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTE_RUN_REMOTEVALUE_H
#define REMOTE_RUN_REMOTEVALUE_H

#include "remote-run/ExecutorAddr.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace remoterun {

/// What a parameter or a result is.
struct ValueType {
  enum class Kind : uint8_t {
    Void,
    Bool,
    Signed,   ///< Of Size bytes: 1, 2, 4 or 8.
    Unsigned, ///< The same.
    Float,    ///< Of 4 or 8 bytes.
    Pointer,
    Text,         ///< A copy of bytes that end in a zero. Size 1: or null.
    Bytes,        ///< A copy of bytes, and their number.
    MutableBytes, ///< The same, copied back.
    Struct,
  };
  Kind What = Kind::Void;
  uint8_t Size = 0;
  std::vector<ValueType> Fields; ///< Of a struct.

  bool operator==(const ValueType &) const = default;
};

/// Bytes of a text that a function may return.
inline constexpr size_t LongestText = size_t(1) << 20;

struct Signature {
  ValueType Result;
  std::vector<ValueType> Parameters;
  /// Of a variadic function: how many of these stand before the dots.
  std::optional<size_t> Named = {};

  bool operator==(const Signature &) const = default;
};

/// A value of such a type.
struct Value {
  uint64_t Bits = 0; ///< Of a number: extended by its sign; or a pointer.
  std::vector<Value> Fields = {}; ///< Of a struct.
  /// Of a text or bytes: views of the caller's memory. Null for a null pointer.
  const void *Memory = nullptr;
  size_t Length = 0;
  std::span<uint8_t> CopyBack = {}; ///< Of MutableBytes.
  std::string Text = {}; ///< Of a result; its Bits are 0 for a null pointer.
};

/// To be specialized for a struct that is passed by value:
///   template <> struct remoterun::StructFields<Point> {
///     static constexpr auto Members = std::tuple(&Point::X, &Point::Y);
///   };
/// with all its members in their order, each of which can be passed itself.
template <typename T> struct StructFields;

namespace detail {

template <typename T>
concept HasFields = requires { StructFields<T>::Members; };

/// How \p T is described, made into a value, and made of one.
template <typename T> struct ValueTraits {
  static_assert(HasFields<T>,
                "a type that no call can pass: see RemoteValue.h for those "
                "that can; addresses in the executor are ExecutorAddr");

  static ValueType type() {
    ValueType Its = {ValueType::Kind::Struct, 0, {}};
    eachMember([&](auto Member) {
      using Field = std::remove_cvref_t<decltype(T().*Member)>;
      Its.Fields.push_back(ValueTraits<Field>::type());
    });
    return Its;
  }
  static Value toValue(const T &From) {
    Value Made;
    eachMember([&](auto Member) {
      using Field = std::remove_cvref_t<decltype(From.*Member)>;
      Made.Fields.push_back(ValueTraits<Field>::toValue(From.*Member));
    });
    return Made;
  }
  static T fromValue(const Value &From) {
    T Made = {};
    size_t Next = 0;
    eachMember([&](auto Member) {
      using Field = std::remove_cvref_t<decltype(Made.*Member)>;
      Made.*Member = ValueTraits<Field>::fromValue(From.Fields[Next++]);
    });
    return Made;
  }

private:
  static void eachMember(auto Visit) {
    std::apply([&](auto... Member) { (Visit(Member), ...); },
               StructFields<T>::Members);
  }
};

template <> struct ValueTraits<void> {
  static ValueType type() { return {}; }
  static void fromValue(const Value &) {}
};

template <> struct ValueTraits<bool> {
  static ValueType type() { return {ValueType::Kind::Bool, 1, {}}; }
  static Value toValue(bool From) { return {.Bits = From}; }
  static bool fromValue(const Value &From) { return From.Bits != 0; }
};

template <typename T>
  requires std::is_integral_v<T> || std::is_enum_v<T>
struct ValueTraits<T> {
  static ValueType type() {
    // An enumeration is signed as it converts.
    constexpr bool IsSigned = static_cast<T>(-1) < static_cast<T>(0);
    return {IsSigned ? ValueType::Kind::Signed : ValueType::Kind::Unsigned,
            sizeof(T),
            {}};
  }
  static Value toValue(T From) { return {.Bits = static_cast<uint64_t>(From)}; }
  static T fromValue(const Value &From) { return static_cast<T>(From.Bits); }
};

template <typename T>
  requires std::is_same_v<T, float> || std::is_same_v<T, double>
struct ValueTraits<T> {
  using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;

  static ValueType type() { return {ValueType::Kind::Float, sizeof(T), {}}; }
  static Value toValue(T From) { return {.Bits = std::bit_cast<Bits>(From)}; }
  static T fromValue(const Value &From) {
    return std::bit_cast<T>(static_cast<Bits>(From.Bits));
  }
};

template <> struct ValueTraits<ExecutorAddr> {
  static ValueType type() { return {ValueType::Kind::Pointer, 8, {}}; }
  static Value toValue(ExecutorAddr From) { return {.Bits = From.value()}; }
  static ExecutorAddr fromValue(const Value &From) {
    return ExecutorAddr(From.Bits);
  }
};

template <> struct ValueTraits<const char *> {
  static ValueType type() { return {ValueType::Kind::Text, 0, {}}; }
  static Value toValue(const char *From) {
    return {.Memory = From, .Length = From ? std::string_view(From).size() : 0};
  }
};

template <> struct ValueTraits<std::string> {
  static ValueType type() { return {ValueType::Kind::Text, 0, {}}; }
  static Value toValue(const std::string &From) {
    return {.Memory = From.c_str(), .Length = From.size()};
  }
  static std::string fromValue(const Value &From) { return From.Text; }
};

template <> struct ValueTraits<std::optional<std::string>> {
  static ValueType type() { return {ValueType::Kind::Text, 1, {}}; }
  static Value toValue(const std::optional<std::string> &From) {
    return From ? ValueTraits<std::string>::toValue(*From) : Value();
  }
  static std::optional<std::string> fromValue(const Value &From) {
    if (From.Bits == 0)
      return std::nullopt;
    return From.Text;
  }
};

template <> struct ValueTraits<std::span<const uint8_t>> {
  static ValueType type() { return {ValueType::Kind::Bytes, 0, {}}; }
  static Value toValue(std::span<const uint8_t> From) {
    return {.Memory = From.data(), .Length = From.size()};
  }
};

template <> struct ValueTraits<std::span<uint8_t>> {
  static ValueType type() { return {ValueType::Kind::MutableBytes, 0, {}}; }
  static Value toValue(std::span<uint8_t> From) {
    return {.Memory = From.data(), .Length = From.size(), .CopyBack = From};
  }
};

template <typename T>
using Traits = ValueTraits<std::remove_cv_t<std::remove_reference_t<T>>>;

/// \p From as C passes it where the callee declares no type.
template <typename T> auto promote(const T &From) {
  static_assert(!HasFields<T>, "no struct can be passed for the dots");
  if constexpr (std::is_same_v<T, float>)
    return static_cast<double>(From);
  else if constexpr (std::is_enum_v<T>)
    return promote(static_cast<std::underlying_type_t<T>>(From));
  else if constexpr (std::is_integral_v<T> && sizeof(T) < sizeof(int))
    return static_cast<int>(From);
  else if constexpr (std::is_same_v<T, char *>)
    return static_cast<const char *>(From);
  else if constexpr (std::is_null_pointer_v<T>)
    return ExecutorAddr();
  else
    return From;
}
template <typename T> using Promoted = decltype(promote(std::declval<T>()));

} // namespace detail

} // namespace remoterun

#endif
