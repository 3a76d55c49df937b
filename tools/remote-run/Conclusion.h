//===- Conclusion.h - The last word -----------------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A run has one end, whoever brings it about: main(), the watchdog of
// --timeout, LLVM when it gives up, or a signal. The first of them has the last
// word: it leaves nothing behind, writes the file of --result-json and says
// what is to be said.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_CONCLUSION_H
#define REMOTERUN_TOOLS_CONCLUSION_H

#include "Options.h"
#include "Run.h"
#include "controller/guest/Supervision.h"
#include "controller/session/Session.h"

namespace remoterun::conclusion {

/// To be called first: time counts from here.
void begin();

/// From here on, LLVM's failures and signals that end us leave no temporary
/// file behind.
void cleanUpAtAnyEnd();

/// From here on, the time of --timeout is watched.
Expected<void> watchTime(const driver::Limits &Limited);
/// The end of the time that watchTime() watches, and what comes then.
std::optional<controller::TimeLimit> timeLimit(const driver::Limits &Limited);

/// From here on, every end is written to \p ResultFile, if it is not empty. One
/// that might keep us waiting is left alone until it \p MayWait.
Expected<void> prepareResult(const std::string &ResultFile, bool MayWait);
/// What \p Link has cost belongs in the result. It has to live as long as the
/// process.
void note(const controller::Session &Link);

/// The exit status; the diagnostic has been printed, if there is one.
int ofFailure(const Failure &What);
/// The same; does not return where the guest's signal is to end us as well.
int ofGuest(const RunEnd &Run, const Options &Given);

} // namespace remoterun::conclusion

#endif
