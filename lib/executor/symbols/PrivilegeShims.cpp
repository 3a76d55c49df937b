//===- PrivilegeShims.cpp - libc functions that change rights -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/symbols/PrivilegeShims.h"
#include "executor/base/ParentTie.h"

#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

/// \p Real, after which the process is tied to its parent as before.
template <auto Real, typename... Ts> int tied(Ts... Arguments) {
  ParentTieGuard Guard;
  return Real(Arguments...);
}

const Shim Shims[] = {
    REMOTERUN_SHIM("setuid", (&tied<::setuid, uid_t>), &::setuid),
    REMOTERUN_SHIM("setgid", (&tied<::setgid, gid_t>), &::setgid),
    REMOTERUN_SHIM("seteuid", (&tied<::seteuid, uid_t>), &::seteuid),
    REMOTERUN_SHIM("setegid", (&tied<::setegid, gid_t>), &::setegid),
    REMOTERUN_SHIM("setreuid", (&tied<::setreuid, uid_t, uid_t>), &::setreuid),
    REMOTERUN_SHIM("setregid", (&tied<::setregid, gid_t, gid_t>), &::setregid),
    REMOTERUN_SHIM("setresuid", (&tied<::setresuid, uid_t, uid_t, uid_t>),
                   &::setresuid),
    REMOTERUN_SHIM("setresgid", (&tied<::setresgid, gid_t, gid_t, gid_t>),
                   &::setresgid),
    REMOTERUN_SHIM("setfsuid", (&tied<::setfsuid, uid_t>), &::setfsuid),
    REMOTERUN_SHIM("setfsgid", (&tied<::setfsgid, gid_t>), &::setfsgid),
};

constexpr long Calls[] = {
    SYS_setuid,      SYS_setgid,      SYS_setreuid,   SYS_setregid,
    SYS_setresuid,   SYS_setresgid,   SYS_setfsuid,   SYS_setfsgid,
    SYS_capset,
#ifdef SYS_setuid32
    SYS_setuid32,    SYS_setgid32,    SYS_setreuid32, SYS_setregid32,
    SYS_setresuid32, SYS_setresgid32, SYS_setfsuid32, SYS_setfsgid32,
#endif
};

} // namespace

std::span<const Shim> privilegeShims() { return Shims; }

bool changesPrivileges(long SystemCall) {
  for (long Known : Calls)
    if (Known == SystemCall)
      return true;
  return false;
}

} // namespace remoterun::executor
