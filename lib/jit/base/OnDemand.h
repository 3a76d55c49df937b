//===- OnDemand.h - What is read when it is needed --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_BASE_ONDEMAND_H
#define REMOTERUN_JIT_BASE_ONDEMAND_H

#include <functional>
#include <memory>
#include <mutex>

namespace remoterun::jit {

/// Something that is there, or that the first who wants it reads. Any thread
/// may ask.
template <typename ValueT> class OnDemand {
public:
  using Reader = std::function<std::shared_ptr<const ValueT>()>;

  explicit OnDemand(std::shared_ptr<const ValueT> Value)
      : Value(std::move(Value)) {}
  explicit OnDemand(Reader Read) : Read(std::move(Read)) {}
  OnDemand(const OnDemand &) = delete;
  OnDemand &operator=(const OnDemand &) = delete;

  /// Null where it cannot be read.
  const ValueT *get() const {
    std::call_once(IsAsked, [this] {
      if (Read)
        Value = Read();
      Read = nullptr;
    });
    return Value.get();
  }

private:
  mutable std::once_flag IsAsked;
  mutable Reader Read;
  mutable std::shared_ptr<const ValueT> Value;
};

} // namespace remoterun::jit

#endif
