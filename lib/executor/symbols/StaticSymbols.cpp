//===- StaticSymbols.cpp - What only static archives define ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/symbols/StaticSymbols.h"
#include "executor/symbols/LaterSymbols.h"

#include <cstdint>
#include <cstdlib>
#include <pthread.h>

#if defined(__aarch64__)
// libgcc.a: atomic operations by instructions of which a processor may have one
// kind or another (GCC's -moutline-atomics, which is its default). It calls
// them for each operation, size and memory order.
#define REMOTERUN_ORDERS(USE, NAME, SIZE)                                      \
  USE(NAME, SIZE, relax)                                                       \
  USE(NAME, SIZE, acq) USE(NAME, SIZE, rel) USE(NAME, SIZE, acq_rel)
#define REMOTERUN_SIZES(USE, NAME)                                             \
  REMOTERUN_ORDERS(USE, NAME, 1)                                               \
  REMOTERUN_ORDERS(USE, NAME, 2)                                               \
  REMOTERUN_ORDERS(USE, NAME, 4)                                               \
  REMOTERUN_ORDERS(USE, NAME, 8)
#define REMOTERUN_OUTLINE_ATOMICS(USE)                                         \
  REMOTERUN_SIZES(USE, cas)                                                    \
  REMOTERUN_ORDERS(USE, cas, 16)                                               \
  REMOTERUN_SIZES(USE, swp)                                                    \
  REMOTERUN_SIZES(USE, ldadd)                                                  \
  REMOTERUN_SIZES(USE, ldclr)                                                  \
  REMOTERUN_SIZES(USE, ldeor)                                                  \
  REMOTERUN_SIZES(USE, ldset)
#define REMOTERUN_DECLARE(NAME, SIZE, ORDER)                                   \
  void __aarch64_##NAME##SIZE##_##ORDER(void);
#define REMOTERUN_ENTRY(NAME, SIZE, ORDER)                                     \
  {"__aarch64_" #NAME #SIZE "_" #ORDER,                                        \
   reinterpret_cast<const void *>(&__aarch64_##NAME##SIZE##_##ORDER)},
#endif

extern "C" {
// crtbegin.o. Code that names it as its shared object gets the executable, as
// in a native program.
extern void *__dso_handle __attribute__((visibility("hidden")));
// An alias of libc's __stack_chk_fail for i386 code; harmless elsewhere.
[[noreturn]] void __stack_chk_fail(void);
// Where code that the controller makes finds arrive() of guest/LateArrival.cpp.
const void *remoteRunLateArrival();
#if defined(__x86_64__)
// libgcc.a: what __builtin_cpu_supports and function multi-versioning read.
extern char __cpu_model[];
extern char __cpu_features2[];
int __cpu_indicator_init(void);
#elif defined(__aarch64__)
REMOTERUN_OUTLINE_ATOMICS(REMOTERUN_DECLARE)
// See machine/AArch64.cpp.
void remoteRunDescriptor();
#elif defined(__arm__)
// libc_nonshared.a: the thread pointer (Addenda to the ABI for the Arm
// Architecture, "Thread-local storage"). It changes r0 alone, so that its
// callers keep values in all other registers.
void *__aeabi_read_tp(void);
#elif defined(__s390x__)
// See machine/S390x.cpp.
void *remoteRunThreadLocal(void *Index);
#endif
}

namespace remoterun::executor {

ExecutorAddr findStaticSymbol(std::string_view Name) {
  struct Entry {
    std::string_view Name;
    const void *Address;
  };
  // Functions are cast one by one: reinterpret_cast from a function pointer is
  // conditionally supported, and POSIX requires it (dlsym(3)).
  const Entry Table[] = {
      {"__dso_handle", &__dso_handle},
      {"atexit", reinterpret_cast<const void *>(&atexit)},
      {"at_quick_exit", reinterpret_cast<const void *>(&at_quick_exit)},
      {"pthread_atfork", reinterpret_cast<const void *>(&pthread_atfork)},
      {"__pthread_atfork", reinterpret_cast<const void *>(&pthread_atfork)},
      {"__stack_chk_fail_local",
       reinterpret_cast<const void *>(&__stack_chk_fail)},
      {"remote-run.late-arrival", remoteRunLateArrival()},
#if defined(__x86_64__)
      {"__cpu_model", __cpu_model},
      {"__cpu_features2", __cpu_features2},
      {"__cpu_indicator_init",
       reinterpret_cast<const void *>(&__cpu_indicator_init)},
#elif defined(__aarch64__)
      REMOTERUN_OUTLINE_ATOMICS(REMOTERUN_ENTRY){
          "remote-run.descriptor",
          reinterpret_cast<const void *>(&remoteRunDescriptor)},
#elif defined(__arm__)
      {"__aeabi_read_tp", reinterpret_cast<const void *>(&__aeabi_read_tp)},
#elif defined(__s390x__)
      {"__tls_get_addr", reinterpret_cast<const void *>(&remoteRunThreadLocal)},
#endif
  };
  for (const Entry &Known : Table)
    if (Known.Name == Name)
      return ExecutorAddr(reinterpret_cast<uintptr_t>(Known.Address));
  return findLaterSymbol(Name);
}

} // namespace remoterun::executor
