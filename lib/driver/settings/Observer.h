//===- Observer.h - Who watches the driver at work --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_SETTINGS_OBSERVER_H
#define REMOTERUN_DRIVER_SETTINGS_OBSERVER_H

#include "jit/base/SourceFiles.h"
#include "jit/ir/InputFiles.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstddef>
#include <functional>
#include <string>

namespace remoterun::driver {

struct ProgramSettings;

/// Whoever has a program compiled, linked and run. The driver itself prints
/// nothing. All calls come on the thread that called the driver, unless a
/// function says otherwise.
class Observer {
public:
  virtual ~Observer() = default;

  /// What is wrong, and no failure.
  virtual void warn(const std::string & /*Message*/) {}
  /// What LLVM's passes print, and have done so in a native compilation.
  virtual void print(const std::string & /*Text*/) {}

  /// The next step, which LLVM may crash in: "compiling 'prog.bc'".
  virtual void begins(const std::string & /*Step*/) {}
  /// Has begun to read the IR, or to run passes on it; whether it may take a
  /// person's time.
  virtual void loads(bool /*MayTakeLong*/) {}
  /// While it does, all that is in files of so many bytes will be in memory.
  virtual void readsAll(size_t /*Bytes*/) {}
  virtual void hasLoaded() {}
  /// The files that what is compiled now has come from; null when that is done.
  virtual void generates(const jit::SourceFiles * /*Files*/) {}
  /// LLVM has what it counts, and times of its passes.
  virtual void hasGenerated() {}
  /// So many functions are about to be compiled.
  virtual void compiles(size_t /*Functions*/) {}
  virtual void hasCompiled() {}
  /// What to call, on any thread, when a function is done; null where nobody
  /// looks.
  virtual std::function<void()> functionReporter() { return nullptr; }
  /// On each thread that is to compile, first.
  virtual void beginsThread() {}

  /// The executor has been sent the program, for one place.
  virtual void hasShipped() {}

  /// The inputs, which stay where they are until this is called again: for a
  /// reproducer. Null while they are replaced.
  virtual void hasInputs(const ProgramSettings * /*Settings*/,
                         llvm::ArrayRef<jit::InputFile> /*Inputs*/) {}
};

} // namespace remoterun::driver

#endif
