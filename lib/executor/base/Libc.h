//===- Libc.h - What libc has had in several places -------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The executor runs with glibc 2.28 and all later ones, but is linked with that
// of the machine it is built on. What libc got later, or had in libraries of
// their own before 2.34, is called through here. All else has had its version
// for long; a test looks.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_BASE_LIBC_H
#define REMOTERUN_EXECUTOR_BASE_LIBC_H

#include <dlfcn.h>
#include <pthread.h>

namespace remoterun::executor {

struct Libc {
  // Of libdl, before.
  decltype(&::dlopen) dlopen;
  decltype(&::dlsym) dlsym;
  decltype(&::dlvsym) dlvsym;
  decltype(&::dlerror) dlerror;
  decltype(&::dladdr) dladdr;
  decltype(&::dladdr1) dladdr1;
  decltype(&::dlinfo) dlinfo;
  decltype(&::dlclose) dlclose;
  // Of libpthread, before.
  decltype(&::pthread_key_create) pthread_key_create;
  decltype(&::pthread_setspecific) pthread_setspecific;
  decltype(&::pthread_once) pthread_once;
  decltype(&::pthread_mutex_trylock) pthread_mutex_trylock;
  decltype(&::pthread_create) pthread_create;
  /// Since 2.35; null before.
  decltype(&::_dl_find_object) dl_find_object;
  /// What the dynamic linker has for the end of the process: calls destructors
  /// of libraries, each once. Null in what is no executable of ours.
  void (*finalizeLibraries)();
};

/// Complete from before the first constructor of the executable.
extern Libc libc;

/// glibc's version is 2 and this.
unsigned libcVersion();

/// Loads the libraries that were part of libc later, if they are, for the guest
/// as well, and completes \c libc, but for finalizeLibraries(). Ends the
/// process with a message where it cannot. To be called once, before all other
/// code.
void completeLibc();

} // namespace remoterun::executor

#endif
