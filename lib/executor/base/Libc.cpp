//===- Libc.cpp - What libc has had in several places ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/base/Libc.h"
#include "executor/base/Digits.h"
#include "executor/base/LibcVersions.h"

#include <cstring>
#include <gnu/libc-version.h>
#include <unistd.h>

// glibc 2.34 and later have these functions in libc under their first versions
// as well as under new ones. Before, libc has none, and the references stay
// null.
#define REMOTERUN_REFERENCE(Name, Version)                                     \
  __asm__(".symver old_" #Name ", " #Name "@" Version);                        \
  extern "C" [[gnu::weak]] decltype(::Name) old_##Name;

REMOTERUN_REFERENCE(dlopen, REMOTERUN_FIRST_LIBC)
REMOTERUN_REFERENCE(dlsym, REMOTERUN_FIRST_LIBC)
REMOTERUN_REFERENCE(dlvsym, REMOTERUN_FIRST_LIBC)
REMOTERUN_REFERENCE(dlerror, REMOTERUN_FIRST_LIBC)
REMOTERUN_REFERENCE(dladdr, REMOTERUN_FIRST_LIBC)
REMOTERUN_REFERENCE(dladdr1, REMOTERUN_LIBC_2_3_3)
REMOTERUN_REFERENCE(dlinfo, REMOTERUN_LIBC_2_3_3)
REMOTERUN_REFERENCE(dlclose, REMOTERUN_FIRST_LIBC)
REMOTERUN_REFERENCE(pthread_key_create, REMOTERUN_FIRST_LIBC)
REMOTERUN_REFERENCE(pthread_setspecific, REMOTERUN_FIRST_LIBC)
REMOTERUN_REFERENCE(pthread_once, REMOTERUN_FIRST_LIBC)
REMOTERUN_REFERENCE(pthread_mutex_trylock, REMOTERUN_FIRST_LIBC)
REMOTERUN_REFERENCE(pthread_create, REMOTERUN_FIRST_LIBC)

// What libc itself used before 2.34, for want of libdl, to load libraries for
// NSS and iconv.
extern "C" {
[[gnu::weak]] void *__libc_dlopen_mode(const char *Name, int Mode);
[[gnu::weak]] void *__libc_dlsym(void *Library, const char *Name);
}

namespace remoterun::executor {

Libc libc = {
    .dlopen = &old_dlopen,
    .dlsym = &old_dlsym,
    .dlvsym = &old_dlvsym,
    .dlerror = &old_dlerror,
    .dladdr = &old_dladdr,
    .dladdr1 = &old_dladdr1,
    .dlinfo = &old_dlinfo,
    .dlclose = &old_dlclose,
    .pthread_key_create = &old_pthread_key_create,
    .pthread_setspecific = &old_pthread_setspecific,
    .pthread_once = &old_pthread_once,
    .pthread_mutex_trylock = &old_pthread_mutex_trylock,
    .pthread_create = &old_pthread_create,
    .dl_find_object = nullptr,
    .finalizeLibraries = nullptr,
};

namespace {

[[noreturn]] void failWithout(const char *Name) {
  constexpr char Text[] = "remote-stub: error: this machine's libc is too old, "
                          "or has no ";
  [[maybe_unused]] auto Written = ::write(2, Text, sizeof(Text) - 1);
  Written = ::write(2, Name, std::strlen(Name));
  Written = ::write(2, "\n", 1);
  ::_exit(127);
}

void *load(const char *Name) {
  // libc's own mark of such a call, beside the flags of dlopen(3).
  constexpr int IsDlopen = static_cast<int>(0x80000000);
  void *Library =
      __libc_dlopen_mode
          ? __libc_dlopen_mode(Name, RTLD_NOW | RTLD_GLOBAL | IsDlopen)
          : nullptr;
  if (!Library || !__libc_dlsym)
    failWithout(Name);
  return Library;
}

template <typename FunctionT>
void find(FunctionT &Function, void *Library, const char *Name) {
  Function = reinterpret_cast<FunctionT>(__libc_dlsym(Library, Name));
  if (!Function)
    failWithout(Name);
}

void loadOldLibraries() {
  void *Threads = load("libpthread.so.0"), *Loader = load("libdl.so.2");
  find(libc.dlopen, Loader, "dlopen");
  find(libc.dlsym, Loader, "dlsym");
  find(libc.dlvsym, Loader, "dlvsym");
  find(libc.dlerror, Loader, "dlerror");
  find(libc.dladdr, Loader, "dladdr");
  find(libc.dladdr1, Loader, "dladdr1");
  find(libc.dlinfo, Loader, "dlinfo");
  find(libc.dlclose, Loader, "dlclose");
  find(libc.pthread_key_create, Threads, "pthread_key_create");
  find(libc.pthread_setspecific, Threads, "pthread_setspecific");
  find(libc.pthread_once, Threads, "pthread_once");
  find(libc.pthread_mutex_trylock, Threads, "pthread_mutex_trylock");
  find(libc.pthread_create, Threads, "pthread_create");
}

} // namespace

unsigned libcVersion() {
  const char *Point = std::strchr(::gnu_get_libc_version(), '.');
  return Point ? static_cast<unsigned>(leadingNumber(Point + 1)) : 0;
}

void completeLibc() {
  if (!libc.dlopen)
    loadOldLibraries();
  // Where it is not to be found, dlsym(3) uses malloc, which is the guest's.
  constexpr unsigned FirstWithFindObject = 35;
  if (libcVersion() >= FirstWithFindObject)
    libc.dl_find_object = reinterpret_cast<decltype(libc.dl_find_object)>(
        libc.dlsym(RTLD_DEFAULT, "_dl_find_object"));
}

} // namespace remoterun::executor
