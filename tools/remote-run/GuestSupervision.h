//===- GuestSupervision.h - From Running to what is said of the end -*- C++
//-*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_GUESTSUPERVISION_H
#define REMOTERUN_TOOLS_GUESTSUPERVISION_H

#include "Options.h"
#include "controller/crash/CrashDescription.h"
#include "controller/guest/ForwardedGuest.h"
#include "controller/guest/Supervision.h"
#include "controller/session/Session.h"
#include "driver/link/ProgramLinker.h"

#include <optional>

namespace remoterun {

/// Of a guest that is our child, or behind messages. To be made before the
/// guest is started.
class GuestSupervision {
public:
  GuestSupervision(const Options &Given,
                   const controller::ExecutorProcess &Executor);

  /// How it ended, as far as a launcher tells: of one that tells of a signal as
  /// a shell does, by the exit status 128+N, the guest's own report decides.
  Expected<controller::GuestEnd> waitFor(controller::ExecutorProcess &Executor,
                                         const controller::Session &Link,
                                         controller::Settling &Settled);

  /// From now on signals are for this process again.
  void end();

private:
  std::optional<controller::Supervision> Direct;
  std::optional<controller::ForwardedGuest> Forwarded;
};

/// What the guest has left to say of its crash, if it crashed.
std::optional<controller::CrashDescription>
crashOf(const Options &Given, driver::ProgramLinker &Linker,
        const controller::GuestEnd &End,
        const controller::ExecutorProcess &Executor,
        const controller::Session &Link);

} // namespace remoterun

#endif
