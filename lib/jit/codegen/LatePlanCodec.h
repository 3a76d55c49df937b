//===- LatePlanCodec.h - A plan of late functions as bytes ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_LATEPLANCODEC_H
#define REMOTERUN_JIT_CODEGEN_LATEPLANCODEC_H

#include "jit/codegen/LatePlan.h"
#include "wire/Codec.h"

#include <memory>

namespace remoterun::jit {

/// All but what units are called.
void encodeLatePlan(const LatePlan &Plan, wire::ByteWriter &Out);

/// What that has written; null for what it cannot have written. Only \p In
/// tells whether it was all there.
std::shared_ptr<LatePlan> decodeLatePlan(wire::ByteReader &In);

} // namespace remoterun::jit

#endif
