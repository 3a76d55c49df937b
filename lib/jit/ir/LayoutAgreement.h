//===- LayoutAgreement.h - Data layouts that fit one another ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A module says how its front end laid out data. LLVM's targets say more of it
// from version to version, and text may say nearly nothing; llc and clang put
// the target's layout in the module's place, whatever that was. So do we, but
// for one that the code cannot have meant.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_LAYOUTAGREEMENT_H
#define REMOTERUN_JIT_IR_LAYOUTAGREEMENT_H

namespace llvm {
class DataLayout;
class LLVMContext;
} // namespace llvm

namespace remoterun::jit {

/// Whether \p Full may take the place of \p Stated: nothing that \p Stated says
/// of byte order, sizes, ABI alignments, address spaces or symbols' names is
/// otherwise in \p Full. What it leaves unsaid, and what is a matter of speed,
/// does not count.
bool agreesWith(const llvm::DataLayout &Stated, const llvm::DataLayout &Full,
                llvm::LLVMContext &Context);

} // namespace remoterun::jit

#endif
