//===- PerfMapping.h - How perf learns of its file --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A recording perf(1) notes which file is mapped where, whenever something is
// mapped to be executed (perf_event_open(2), PERF_RECORD_MMAP2), and believes
// what came last. It does not note that a mapping moves (mremap(2)). So the
// program's code steps aside for a moment, while the file is mapped in its
// place: nothing of the file stays mapped, and perf takes it for the program's.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_GUEST_PERFMAPPING_H
#define REMOTERUN_EXECUTOR_GUEST_PERFMAPPING_H

#include "executor/memory/Slab.h"
#include "transport/Descriptor.h"
#include "wire/List.h"

#include <link.h>
#include <string_view>

namespace remoterun::executor {

class PerfMapping {
public:
  /// Of no file: shows nothing.
  PerfMapping() = default;

  /// Opens the ELF file at \p Path, whose executable PT_LOAD segments are
  /// executable segments of \p Memory.
  static Expected<PerfMapping> open(std::string_view Path, const Slab &Memory);

  /// To be called once, when the segments are mapped, and before anybody else
  /// may map anything or runs their code.
  Expected<void> show();

private:
  transport::Descriptor File;
  List<ElfW(Phdr)> Segments;
};

} // namespace remoterun::executor

#endif
