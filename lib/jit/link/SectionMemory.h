//===- SectionMemory.h - Working memory of the program's sections *- C++ -*-==//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RuntimeDyld's memory manager for memory that is elsewhere: it hands out
// buffers in this process, and remembers of each what it is a copy of. Nothing
// is resolved, registered or protected here, unlike in LLVM's own managers.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_LINK_SECTIONMEMORY_H
#define REMOTERUN_JIT_LINK_SECTIONMEMORY_H

#include "jit/link/SlabLayout.h"
#include "jit/object/ProgramObject.h"

#include "llvm/ExecutionEngine/JITEventListener.h"
#include "llvm/ExecutionEngine/RTDyldMemoryManager.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace remoterun::jit {

/// A section of an object, by their numbers.
struct SectionKey {
  size_t Object = 0;
  uint64_t Index = 0;
};

/// One section in this process.
struct WorkingSection {
  struct Free {
    void operator()(void *Memory) const { std::free(Memory); }
  };
  std::unique_ptr<void, Free> Owned;
  uint8_t *Memory = nullptr; ///< Aligned, inside Owned.
  uint64_t Allocated = 0;    ///< Bytes at Memory; call stubs included.
  std::string Name;
  SectionRequirement Needs; ///< In the executor.
  /// Not RuntimeDyld's: made by us beside the program's own sections.
  bool IsSynthetic = false;
  SectionKey Key; ///< Index 0 if it is no section of an object.
  /// Bytes of a function pointer array, if it is one; without padding.
  uint64_t ArraySize = 0;
  ExecutorAddr Target;
};

class SectionMemory : public llvm::MCJITMemoryManager,
                      public llvm::JITEventListener {
public:
  using llvm::MCJITMemoryManager::notifyObjectLoaded;

  std::vector<WorkingSection> &sections() { return Sections; }
  /// The working section of a section of an object; null if not loaded.
  const WorkingSection *find(SectionKey Key) const;
  /// The .eh_frame sections, as RuntimeDyld reported them when it resolved.
  const std::vector<WorkingSection> &sections() const { return Sections; }
  const std::vector<ExecutorRange> &unwindTables() const {
    return UnwindTables;
  }

  /// The dynamic linker will write to it, once, if it is not writable.
  void makeRelro(SectionKey Key);

  /// Adds a section of our own, and returns its number.
  size_t addSynthetic(llvm::StringRef Name, SectionRequirement Needs);

  /// To be called before each object is loaded, with its number.
  void beginObject(size_t Number, const ProgramObject &Object);

  // llvm::RuntimeDyld::MemoryManager
  uint8_t *allocateCodeSection(uintptr_t Size, unsigned Alignment,
                               unsigned SectionID,
                               llvm::StringRef SectionName) override;
  uint8_t *allocateDataSection(uintptr_t Size, unsigned Alignment,
                               unsigned SectionID, llvm::StringRef SectionName,
                               bool IsReadOnly) override;
  void registerEHFrames(uint8_t *Addr, uint64_t LoadAddr, size_t Size) override;
  void deregisterEHFrames() override {}
  bool finalizeMemory(std::string *) override { return false; }

  // llvm::JITEventListener
  void
  notifyObjectLoaded(ObjectKey Key, const llvm::object::ObjectFile &File,
                     const llvm::RuntimeDyld::LoadedObjectInfo &L) override;

private:
  uint8_t *allocate(uint64_t Size, uint64_t Alignment, llvm::StringRef Name,
                    SectionKind Kind);

  std::vector<WorkingSection> Sections;
  std::vector<ExecutorRange> UnwindTables;
  /// For each object, section index to number in Sections.
  std::vector<llvm::DenseMap<uint64_t, size_t>> ByIndex;
  const ProgramObject *Current = nullptr;
  size_t FirstOfCurrent = 0;
  size_t CurrentNumber = 0;
};

} // namespace remoterun::jit

#endif
