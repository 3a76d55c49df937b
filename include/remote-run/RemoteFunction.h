//===- RemoteFunction.h - Functions of another process ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What RemoteJIT::lookup() gives: something that is called as a function of
// this process is, and that calls one of the executor's. RemoteValue.h says of
// which types its arguments and its result may be.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTE_RUN_REMOTEFUNCTION_H
#define REMOTE_RUN_REMOTEFUNCTION_H

#include "remote-run/Failure.h"
#include "remote-run/RemoteValue.h"

#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

namespace remoterun {

class RemoteJIT;

namespace detail {
class JITCore;

/// A function of the executor that a caller has looked up. Its number is
/// another one's when the last copy is gone.
struct FunctionKey {
  std::shared_ptr<JITCore> Core;
  std::shared_ptr<const uint32_t> Number;
};

/// Of a variadic function, \p Type is that of this call; null for others.
Expected<Value> call(const FunctionKey &Function,
                     std::span<const Value> Arguments,
                     const Signature *Type = nullptr);
Expected<uint64_t> begin(const FunctionKey &Function,
                         std::span<const Value> Arguments,
                         const Signature *Type = nullptr);
Expected<Value> finish(const FunctionKey &Function, uint64_t Call);
bool isReady(const FunctionKey &Function, uint64_t Call);
void forget(const FunctionKey &Function, uint64_t Call);

/// A result of type \p R, of what a call has given.
template <typename R> Expected<R> resultOf(Expected<Value> Got) {
  if (!Got)
    return std::move(Got.error());
  if constexpr (std::is_void_v<R>)
    return {};
  else
    return Traits<R>::fromValue(*Got);
}
} // namespace detail

/// A call that goes on while the caller does something else. Movable. Who lets
/// it go without get() never learns how it ended.
template <typename R> class PendingCall {
public:
  PendingCall(PendingCall &&Other) noexcept
      : Function(std::move(Other.Function)), Number(Other.Number) {}
  PendingCall &operator=(PendingCall &&Other) noexcept {
    std::swap(Function, Other.Function);
    std::swap(Number, Other.Number);
    return *this;
  }
  ~PendingCall() {
    if (Function.Core)
      detail::forget(Function, Number);
  }

  /// Whether get() returns at once.
  bool isReady() const { return detail::isReady(Function, Number); }
  /// Waits for the result. Once only.
  Expected<R> get() {
    detail::FunctionKey Its = std::move(Function);
    Function.Core = nullptr;
    return detail::resultOf<R>(detail::finish(Its, Number));
  }

private:
  template <typename> friend class RemoteFunction;
  PendingCall(detail::FunctionKey Function, uint64_t Number)
      : Function(std::move(Function)), Number(Number) {}

  detail::FunctionKey Function;
  uint64_t Number;
};

/// A function in the executor. It stays valid when the module is linked again
/// (RemoteJIT::restart(), move()), and where its module is replaced; a call
/// after removal is a failure. Copyable.
template <typename F> class RemoteFunction;

template <typename R, typename... A> class RemoteFunction<R(A...)> {
public:
  /// Calls it and waits for its result. A call that crashes, exits, takes too
  /// long or loses its machine is a failure; Failure::Ending says which.
  Expected<R> operator()(A... Arguments) const {
    const Value Values[] = {detail::Traits<A>::toValue(Arguments)..., Value()};
    return detail::resultOf<R>(detail::call(Function, {Values, sizeof...(A)}));
  }

  /// Begins a call, on a thread of the executor, if that allows some. What is
  /// copied back to a std::span<uint8_t> is when PendingCall::get() returns:
  /// its memory has to be there until then.
  Expected<PendingCall<R>> async(A... Arguments) const {
    const Value Values[] = {detail::Traits<A>::toValue(Arguments)..., Value()};
    auto Begun = detail::begin(Function, {Values, sizeof...(A)});
    if (!Begun)
      return std::move(Begun.error());
    return PendingCall<R>(Function, *Begun);
  }

  static Signature signature() {
    return {detail::Traits<R>::type(), {detail::Traits<A>::type()...}};
  }

private:
  friend class RemoteJIT;
  explicit RemoteFunction(detail::FunctionKey Function)
      : Function(std::move(Function)) {}
  detail::FunctionKey Function;
};

/// A variadic function, as RemoteFunction<int(const char *, ...)>: what is
/// passed for the dots may be of any of the types of RemoteValue.h but structs,
/// which the others may not be either. The first call with arguments of some
/// types compiles what passes them.
template <typename R, typename... A> class RemoteFunction<R(A..., ...)> {
  static_assert(!(detail::HasFields<A> || ...) && !detail::HasFields<R>,
                "no variadic function that has structs by value can be called");

public:
  /// As for other functions.
  template <typename... B>
  Expected<R> operator()(A... Arguments, B... More) const {
    const Signature Its = signatureWith<B...>();
    const Value Values[] = {detail::Traits<A>::toValue(Arguments)...,
                            valueOf(More)..., Value()};
    return detail::resultOf<R>(
        detail::call(Function, {Values, sizeof...(A) + sizeof...(B)}, &Its));
  }

  template <typename... B>
  Expected<PendingCall<R>> async(A... Arguments, B... More) const {
    const Signature Its = signatureWith<B...>();
    const Value Values[] = {detail::Traits<A>::toValue(Arguments)...,
                            valueOf(More)..., Value()};
    auto Begun =
        detail::begin(Function, {Values, sizeof...(A) + sizeof...(B)}, &Its);
    if (!Begun)
      return std::move(Begun.error());
    return PendingCall<R>(Function, *Begun);
  }

  static Signature signature() { return signatureWith<>(); }

private:
  friend class RemoteJIT;
  explicit RemoteFunction(detail::FunctionKey Function)
      : Function(std::move(Function)) {}

  template <typename... B> static Signature signatureWith() {
    return {detail::Traits<R>::type(),
            {detail::Traits<A>::type()...,
             detail::Traits<detail::Promoted<B>>::type()...},
            sizeof...(A)};
  }
  /// A view of texts and bytes, as all values are.
  template <typename B> static Value valueOf(const B &Argument) {
    if constexpr (std::is_same_v<detail::Promoted<B>, B>)
      return detail::Traits<B>::toValue(Argument);
    else
      return detail::Traits<detail::Promoted<B>>::toValue(
          detail::promote(Argument));
  }

  detail::FunctionKey Function;
};

} // namespace remoterun

#endif
