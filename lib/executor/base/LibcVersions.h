//===- LibcVersions.h - The oldest versions of libc's functions -*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For .symver: the linker would take the newest version of a function, and this
// is the one that glibc has had since it runs on the architecture.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_BASE_LIBCVERSIONS_H
#define REMOTERUN_EXECUTOR_BASE_LIBCVERSIONS_H

#if defined(__x86_64__)
#define REMOTERUN_FIRST_LIBC "GLIBC_2.2.5"
#elif defined(__s390x__)
#define REMOTERUN_FIRST_LIBC "GLIBC_2.2"
#elif defined(__arm__)
#define REMOTERUN_FIRST_LIBC "GLIBC_2.4"
#elif defined(__aarch64__) || defined(__powerpc64__)
#define REMOTERUN_FIRST_LIBC "GLIBC_2.17"
#elif defined(__riscv)
#define REMOTERUN_FIRST_LIBC "GLIBC_2.27"
#endif

/// Of what came with glibc 2.3.3.
#if defined(__x86_64__) || defined(__s390x__)
#define REMOTERUN_LIBC_2_3_3 "GLIBC_2.3.3"
#else
#define REMOTERUN_LIBC_2_3_3 REMOTERUN_FIRST_LIBC
#endif

#endif
