//===- SessionDescriptors.h - What names them to an executor ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_LAUNCH_SESSIONDESCRIPTORS_H
#define REMOTERUN_CONTROLLER_LAUNCH_SESSIONDESCRIPTORS_H

#include "controller/launch/LaunchRequest.h"
#include "transport/Descriptor.h"

#include <string>
#include <vector>

namespace remoterun::controller {

/// The numbers under which an executor inherits its descriptors, and how it
/// learns of them where they are not the agreed ones (wire/ExecutorStart.h).
class SessionDescriptors {
public:
  /// \p Ours: what we have them under. \p KeepsAgreed: what is executed passes
  /// them on under the agreed numbers.
  SessionDescriptors(const LaunchRequest &Request,
                     transport::AgreedDescriptors Ours, bool KeepsAgreed);

  const transport::AgreedDescriptors &numbers() const { return Numbers; }

  /// The environment of what is executed; it refers to this. Those of
  /// \p Changes take the place of ours. Of one name, the last counts. A
  /// variable of the guest's that is called like the session's is in that.
  std::vector<char *> environment(const std::vector<std::string> &Changes);

private:
  void addVariable(std::vector<char *> &Environment);

  transport::AgreedDescriptors Numbers;
  std::string Variable; ///< "NAME=VALUE", empty if the numbers are the agreed.
};

} // namespace remoterun::controller

#endif
