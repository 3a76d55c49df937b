//===- AddedModule.cpp - Code that a process has been given ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/open/AddedModule.h"
#include "executor/loader/Ifunc.h"
#include "executor/tls/EmulatedTls.h"
#include "executor/tls/ThreadExit.h"
#include "executor/tls/ThreadLocals.h"
#include "executor/unwind/UnwindTables.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <sys/mman.h>
#include <unistd.h>

// NOLINTNEXTLINE(bugprone-reserved-identifier): the ABI gives the name.
extern "C" void __cxa_finalize(void *DsoHandle);

namespace remoterun::executor {

using wire::Protection;
using Outcome = wire::ModuleStarted::Outcome;

namespace {

/// What the process had at \p Place before: address space and nothing else.
void reserveAgain(ExecutorRange Place) {
  ::mmap(memoryAt(Place.Start), Place.Size, PROT_NONE,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

/// The same where somebody else may have mapped something there meanwhile.
bool reserveIfFree(ExecutorRange Place) {
  void *Start = memoryAt(Place.Start);
  void *Got = ::mmap(
      Start, Place.Size, PROT_NONE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (Got != MAP_FAILED && Got != Start)
    ::munmap(Got, Place.Size);
  return Got == Start;
}

template <typename FunctionT>
std::span<FunctionT const> functions(ExecutorRange Array) {
  return {reinterpret_cast<FunctionT const *>(memoryAt(Array.Start)),
          static_cast<size_t>(Array.Size / sizeof(FunctionT))};
}

} // namespace

Expected<AddedModule *> AddedModule::create(wire::AddModule &Request,
                                            ExecutorRange Room) {
  uint64_t PageMask = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE)) - 1;
  for (const wire::Reserve::Segment &Segment : Request.Segments)
    if (!Room.contains(Segment.Range) ||
        ((Segment.Range.Start.value() | Segment.Range.Size) & PageMask) != 0)
      return failure("protocol error: a segment that is no range of pages in "
                     "the slab");
  void *Memory = std::malloc(sizeof(AddedModule));
  if (!Memory)
    return failure("there is no memory for another module");
  auto *Made = ::new (Memory) AddedModule();
  Made->Number = Request.Module;
  Made->Segments = std::move(Request.Segments);
  ExecutorRange Last = Made->Segments[Made->Segments.size() - 1].Range;
  ExecutorAddr Start = Made->Segments[0].Range.Start;
  Made->Place = {Start, Last.Start + Last.Size - Start};
  Made->IsImage = !Request.ImageName.empty();
  if (Made->IsImage) {
    Made->Name.append(Request.ImagePath.data(), Request.ImagePath.size());
    Made->Name.push('\0');
    auto File = ProgramImage::create(Request.ImageName, Made->Place);
    if (File)
      Made->Image = std::move(*File);
    else
      Made->WhyNoImage = File.error();
    return Made;
  }
  for (const wire::Reserve::Segment &Segment : Made->Segments)
    if (::mprotect(memoryAt(Segment.Range.Start), Segment.Range.Size,
                   PROT_READ | PROT_WRITE) != 0) {
      Failure Why = failure("cannot make %llu bytes of the slab writable: %s",
                            static_cast<unsigned long long>(Segment.Range.Size),
                            std::strerror(errno));
      destroy(Made);
      return Why;
    }
  return Made;
}

void AddedModule::destroy(AddedModule *Module) {
  Module->~AddedModule();
  std::free(Module);
}

bool AddedModule::holds(ExecutorRange Range, Protection Wanted) const {
  for (const wire::Reserve::Segment &Segment : Segments)
    if (Segment.Range.contains(Range))
      return Segment.Final == Wanted;
  return false;
}

Expected<std::optional<std::span<uint8_t>>>
AddedModule::writable(ExecutorRange Range) {
  bool IsInside = IsImage ? Place.contains(Range) : false;
  for (const wire::Reserve::Segment &Segment : Segments)
    IsInside |= Segment.Range.contains(Range);
  if (!IsInside)
    return failure("protocol error: a Write outside the module's segments");
  if (IsImage)
    return std::optional<std::span<uint8_t>>();
  return std::optional(std::span<uint8_t>(memoryAt(Range.Start),
                                          static_cast<size_t>(Range.Size)));
}

Expected<void> AddedModule::write(ExecutorAddr Start,
                                  std::span<const uint8_t> Bytes) {
  if (!Image)
    return {}; // There is no file for them, which map() will say.
  if (auto Written = Image->write(Start, Bytes); !Written) {
    WhyNoImage = Written.error();
    Image.reset();
  }
  return {};
}

Expected<void> AddedModule::checkStart(const wire::StartModule &Request) const {
  auto IsArray = [&](ExecutorRange Array) {
    return Place.contains(Array) && Array.Start.value() % sizeof(void *) == 0 &&
           Array.Size % sizeof(void *) == 0;
  };
  for (ExecutorRange Array : Request.Initializers)
    if (!IsArray(Array))
      return failure("protocol error: an initializer array that is not in the "
                     "module");
  for (ExecutorRange Array : Request.Finalizers)
    if (!IsArray(Array))
      return failure("protocol error: a finalizer array that is not in the "
                     "module");
  for (const wire::Run::Ifunc &Ifunc : Request.Ifuncs)
    if (!holds({Ifunc.Slot, sizeof(void *)}, Protection::ReadWrite) ||
        !holds({Ifunc.Resolver, 1}, Protection::ReadExecute))
      return failure("protocol error: an ifunc that is not in the module");
  for (const wire::Run::LibraryThreadLocal &Variable :
       Request.LibraryThreadLocals)
    if (!holds({Variable.Slot, sizeof(ThreadLocalIndex)},
               Protection::ReadWrite))
      return failure("protocol error: a slot for a thread-local variable that "
                     "is not in the module");
  for (ExecutorRange Table : Request.UnwindTables)
    if (!Place.contains(Table))
      return failure("protocol error: an unwind table that is not in the "
                     "module");
  return {};
}

AddedModule::Mapping AddedModule::mapImage() {
  if (!Image)
    return {Outcome::NoImage, WhyNoImage};
  if (!Image->seal({}))
    return {Outcome::NoImage,
            failure("the dynamic linker finds no file in memory without "
                    "/proc")};
  auto Loaded = Image->loadAside(Name.data());
  if (Loaded && *Loaded)
    return {};
  HasPlace = reserveIfFree(Place);
  Image.reset();
  if (!Loaded)
    return {Outcome::NoImage, Loaded.error()};
  return {Outcome::Elsewhere, failure("something else has taken its place")};
}

Expected<AddedModule::Mapping>
AddedModule::map(const wire::StartModule &Request) {
  if (IsStarted)
    return failure("protocol error: a second StartModule");
  if (auto Checked = checkStart(Request); !Checked)
    return Checked.error();
  if (IsImage) {
    Mapping Mapped = mapImage();
    if (Mapped.State != Outcome::Started)
      return Mapped;
  } else {
    for (const auto &[Range, Final] : Segments) {
      if (Final == Protection::ReadExecute) {
        auto *Code = reinterpret_cast<char *>(memoryAt(Range.Start));
        __builtin___clear_cache(Code, Code + Range.Size);
      }
      if (Final != Protection::ReadWrite &&
          ::mprotect(memoryAt(Range.Start), Range.Size,
                     systemProtection(Final)) != 0)
        return failure("cannot protect the segments of a module: %s",
                       std::strerror(errno));
    }
    UnwindTables.append(Request.UnwindTables.data(),
                        Request.UnwindTables.size());
    registerUnwindTables(UnwindTables.span());
  }
  IsStarted = true;
  for (const wire::Run::LibraryThreadLocal &Variable :
       Request.LibraryThreadLocals) {
    ThreadLocalIndex Index = findThreadLocal(memoryAt(Variable.Instance));
    std::memcpy(memoryAt(Variable.Slot), &Index, sizeof(Index));
  }
  for (const wire::Run::Ifunc &Ifunc : Request.Ifuncs) {
    void *Function = resolveIfunc(memoryAt(Ifunc.Resolver));
    std::memcpy(memoryAt(Ifunc.Slot), &Function, sizeof(Function));
  }
  Initializers.append(Request.Initializers.data(), Request.Initializers.size());
  Finalizers.append(Request.Finalizers.data(), Request.Finalizers.size());
  DsoHandle = Request.DsoHandle;
  return Mapping();
}

void AddedModule::initialize() {
  // As the dynamic linker calls those of a library, which get the program's
  // vector. The application may have changed that by now.
  using InitFunction = void (*)(int, char **, char **);
  char *Arguments[] = {program_invocation_name, nullptr};
  for (ExecutorRange Array : Initializers)
    for (InitFunction Initialize : functions<InitFunction>(Array))
      Initialize(1, Arguments, environ);
}

void AddedModule::finalize() {
  // Those come before objects of static storage ([basic.start.term]).
  runThreadExits(Place);
  // __cxa_finalize, in the Itanium C++ ABI, "DSO Object Destruction API": those
  // that were registered last come first, and then what stands in .fini_array.
  if (!DsoHandle.isNull())
    __cxa_finalize(memoryAt(DsoHandle));
  using FiniFunction = void (*)(void);
  for (size_t I = Finalizers.size(); I-- != 0;) {
    auto Array = functions<FiniFunction>(Finalizers[I]);
    for (size_t J = Array.size(); J-- != 0;)
      Array[J]();
  }
}

bool AddedModule::unmap() {
  if (IsStarted)
    forgetEmulatedVariables(Place);
  if (IsStarted && Image) {
    Image->unload();
    HasPlace = reserveIfFree(Place);
  } else if (!IsImage) {
    if (IsStarted)
      forgetUnwindTables(UnwindTables.span());
    reserveAgain(Place);
  }
  IsStarted = false;
  return HasPlace;
}

} // namespace remoterun::executor
