//===- LateLinker.h - Objects for a program that runs -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is compiled while the program runs is linked into windows: memory of the
// program's image that the controller writes and the guest reads. Windows only
// fill up; what is in one stays as it is, so that no thread of the guest has to
// be stopped.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_LATELINKER_H
#define REMOTERUN_JIT_LINK_LATELINKER_H

#include "jit/object/ObjectSource.h"
#include "remote-run/ExecutorAddr.h"
#include "remote-run/Failure.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace remoterun::jit {

struct Isa;

/// What a name is to late code; null where there is none.
struct LateReference {
  ExecutorAddr Address; ///< Null also where only the dynamic linker knows it.
  ExecutorAddr Call;    ///< Where a call may go.
  ExecutorAddr Pointer; ///< Of a word in the image that holds the address.
};

/// Memory of the guest's that is filled from its start.
struct LateWindow {
  ExecutorRange Range;
  llvm::MutableArrayRef<uint8_t> Memory; ///< The same, in this process.
  uint64_t Used = 0;                     ///< Bytes.
};

struct LateFunction {
  std::string Name;
  ExecutorRange Range;
  /// With debug information; empty without, and where it cannot be had.
  ObjectSource Object = {};
  /// It is what the function does from a loop on, called by the code of the
  /// function that was in the loop (LoopReplacement.h).
  bool IsContinuation = false;
};

/// What an object has become.
struct LinkedObject {
  std::vector<LateFunction> Functions; ///< None of which is empty.
  /// The words that its loops look into (LoopReplacement.h); empty for none.
  ExecutorRange LoopTable;
};

class LateLinker {
public:
  /// The windows are less than 2 GiB apart, and so are the calls and pointers
  /// of references. \p Index is the program's .eh_frame_hdr, as UnwindIndex
  /// wrote it, with room behind it; all functions that it knows are below
  /// \p Code.
  LateLinker(const Isa &Target, LateWindow Code, LateWindow Constants,
             LateWindow Index);

  using Resolve =
      llvm::function_ref<std::optional<LateReference>(llvm::StringRef)>;

  /// Links \p Object, a relocatable one of LLVM's for the small code model and
  /// any position, and makes its functions known to unwinders; nothing refers
  /// to them yet. What it defines it refers to itself; \p Find is asked for the
  /// rest. On failure the windows are as before.
  Expected<LinkedObject> link(llvm::ArrayRef<char> Object, Resolve Find);

  const LateWindow &code() const { return Code; }
  const LateWindow &constants() const { return Constants; }
  const LateWindow &index() const { return Index; }

private:
  const Isa *Target;
  LateWindow Code, Constants, Index;
};

} // namespace remoterun::jit

#endif
