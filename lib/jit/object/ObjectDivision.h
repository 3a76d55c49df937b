//===- ObjectDivision.h - What is loaded, and what describes it -*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Debug information and its relocations are most of an object's bytes, and a
// program runs without them. A divided object has them behind everything else,
// the section headers included: it is an object like any other, and its start
// alone is one, too, with the same section numbers and symbols. So a start is
// all that is read, copied and linked, until a debugger or a crash report asks
// for the rest.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_OBJECTDIVISION_H
#define REMOTERUN_JIT_OBJECT_OBJECTDIVISION_H

#include "jit/base/ObjectBytes.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstddef>

namespace remoterun::jit {

/// Divides \p Object, and returns the size of its start: all of it, if nothing
/// describes it, or it is none that could be divided.
size_t divideObject(ObjectBytes &Object);

/// Makes an object of \p Start, cut off a divided one: the headers of what is
/// not there say nothing any more. Whether that is debug information.
bool completeStart(llvm::MutableArrayRef<char> Start);

/// What is loaded of an object, as an object.
struct ObjectStart {
  ObjectBytes Bytes;
  bool HasDebugInfo = false; ///< In what is not there.
};

/// Of one that need not be divided.
ObjectStart startOfObject(llvm::StringRef Object);

} // namespace remoterun::jit

#endif
