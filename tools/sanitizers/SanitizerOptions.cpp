//===- SanitizerOptions.cpp - Defaults of instrumented programs -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The guest runs in an instrumented executor, but is not what is under test:
// its signals, its alternate stack, its leaks and the limits that it inherits
// from both processes are its own.
//
//===----------------------------------------------------------------------===//

extern "C" [[gnu::used, gnu::visibility("default")]] const char *
__asan_default_options() {
  return "handle_segv=0:handle_sigbus=0:handle_sigill=0:handle_sigfpe=0:"
         "handle_abort=0:handle_sigtrap=0:use_sigaltstack=0:detect_leaks=0:"
         "allow_user_segv_handler=1:intercept_tls_get_addr=0:"
         "detect_odr_violation=0:allocator_may_return_null=1:"
         "disable_coredump=0";
}

// LLVM is not instrumented: what its own synchronization orders looks like a
// race. A finding ends the process, with a status that no test expects. Threads
// that compile end with the process, which does not wait for them; and a child
// goes on with threads of its own, when none was in the middle of anything.
extern "C" [[gnu::used, gnu::visibility("default")]] const char *
__tsan_default_options() {
  return "handle_segv=0:handle_sigbus=0:handle_sigill=0:handle_sigfpe=0:"
         "handle_abort=0:handle_sigtrap=0:use_sigaltstack=0:"
         "allow_user_segv_handler=1:allocator_may_return_null=1:"
         "disable_coredump=0:halt_on_error=1:exitcode=66:"
         "ignore_noninstrumented_modules=0:report_thread_leaks=0:"
         "die_after_fork=0";
}

// A table that is a local static variable: the thread that finds it made asks
// LLVM's own code, which is not instrumented, whether it is.
extern "C" [[gnu::used, gnu::visibility("default")]] const char *
__tsan_default_suppressions() {
  return "race:llvm::DWARFExpression::Operation\n";
}
