//===- Settling.h - When the guest has run for a while ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_BASE_SETTLING_H
#define REMOTERUN_CONTROLLER_BASE_SETTLING_H

#include "controller/base/Deadline.h"

#include <functional>
#include <optional>

namespace remoterun::controller {

/// What is to be done once while the guest runs. Not at once: a guest that has
/// ended by then is not to wait for it, nor to share the processor with it.
class Settling {
public:
  /// The time of \p Do, which shall not take long, counts from now.
  explicit Settling(std::function<void()> Do)
      : Due(Deadline(Deadline::Clock::now(), Wait)), Do(std::move(Do)) {}

  /// The earlier of \p Other and the time at which act() has something to do.
  std::optional<Deadline> before(const std::optional<Deadline> &Other) const {
    return Due && (!Other || *Due < *Other) ? Due : Other;
  }

  /// Does it, if it is time; whether it did.
  bool act() {
    if (!Due || !Due->isOver())
      return false;
    Due.reset();
    Do();
    return true;
  }

private:
  /// Several times what a small program takes.
  static constexpr std::chrono::milliseconds Wait{20};

  std::optional<Deadline> Due; ///< Empty when it is done.
  std::function<void()> Do;
};

} // namespace remoterun::controller

#endif
