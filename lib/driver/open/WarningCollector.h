//===- WarningCollector.h - What is said of a module ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_OPEN_WARNINGCOLLECTOR_H
#define REMOTERUN_DRIVER_OPEN_WARNINGCOLLECTOR_H

#include "driver/settings/Observer.h"

#include <string>
#include <vector>

namespace remoterun::driver {

/// Passes on what is said to who asked, and counts functions.
class WarningCollector : public Observer {
public:
  explicit WarningCollector(std::vector<std::string> &Warnings)
      : Warnings(Warnings) {}
  void warn(const std::string &Message) override {
    Warnings.push_back(Message);
  }
  void compiles(size_t Functions) override { Compiled += Functions; }
  size_t compiled() const { return Compiled; }

private:
  std::vector<std::string> &Warnings;
  size_t Compiled = 0;
};

} // namespace remoterun::driver

#endif
