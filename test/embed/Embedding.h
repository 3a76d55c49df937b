//===- Embedding.h - Sessions for the tests ---------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TEST_EMBED_EMBEDDING_H
#define REMOTERUN_TEST_EMBED_EMBEDDING_H

#include "remote-run/RemoteJIT.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <iterator>
#include <sstream>

namespace remoterun {

/// The command that lit gives the tests for an executor that is launched.
inline std::vector<std::string> stubCommand() {
  const char *Stub = std::getenv("STUB");
  return {Stub ? Stub : "remote-stub"};
}

/// Where there is a LAUNCHER, it is what starts that command, and passes on
/// nothing but its standard streams.
inline Expected<Executor> launchStub() {
  const char *Launcher = std::getenv("LAUNCHER");
  if (!Launcher)
    return Executor::launch(stubCommand());
  std::istringstream Words(Launcher);
  std::vector<std::string> Command{std::istream_iterator<std::string>(Words),
                                   {}};
  Command.push_back(stubCommand().front());
  Command.push_back("--serve");
  return Executor::launch(std::move(Command), {.OverStandardStreams = true});
}

/// The same for an application that serves one (test/tools/application.cpp).
inline std::vector<std::string>
applicationCommand(std::vector<std::string> Arguments = {}) {
  const char *Application = std::getenv("APPLICATION");
  std::vector<std::string> Command = {Application ? Application
                                                  : "application"};
  Command.insert(Command.end(), Arguments.begin(), Arguments.end());
  return Command;
}

template <typename T> T unwrap(Expected<T> Got) {
  if (!Got) {
    ADD_FAILURE() << Got.error().Message;
    std::abort();
  }
  return std::move(*Got);
}
inline void unwrap(Expected<void> Got) {
  EXPECT_TRUE(static_cast<bool>(Got)) << (Got ? "" : Got.error().Message);
}

/// With LAZY in the environment, of lazy modules.
inline RemoteJIT makeJIT(JITSettings Settings = {}) {
  Settings.Lazy |= std::getenv("LAZY") != nullptr;
  return unwrap(RemoteJIT::create(unwrap(launchStub()), std::move(Settings)));
}

} // namespace remoterun

#endif
