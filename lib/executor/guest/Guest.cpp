//===- Guest.cpp - From the first constructor to exit ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/guest/Guest.h"
#include "executor/base/Libc.h"
#include "executor/crash/CrashHandler.h"
#include "executor/guest/LeakRoots.h"
#include "executor/guest/ResourceLimits.h"
#include "executor/loader/Ifunc.h"
#include "executor/loader/LinkerHeap.h"
#include "executor/machine/Machine.h"
#include "executor/memory/GuestRange.h"
#include "executor/symbols/CallerShims.h"
#include "executor/symbols/OwnFile.h"
#include "executor/symbols/ParentShims.h"
#include "executor/tls/ThreadLocals.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

namespace remoterun::executor {

using wire::Protection;

namespace {

using InitFunction = void (*)(int, char **, char **);
using FiniFunction = void (*)(void);

template <typename FunctionT>
std::span<FunctionT const> functions(ExecutorRange Array) {
  return {reinterpret_cast<FunctionT const *>(memoryAt(Array.Start)),
          static_cast<size_t>(Array.Size / sizeof(FunctionT))};
}

/// atexit(3) takes no argument, and one process runs one guest.
List<ExecutorRange> FinalizersAtExit;

void runFinalizers() {
  for (size_t I = FinalizersAtExit.size(); I-- != 0;) {
    auto Array = functions<FiniFunction>(FinalizersAtExit[I]);
    for (size_t J = Array.size(); J-- != 0;)
      Array[J]();
  }
}

bool isSameVector(const List<std::string_view> &Wanted,
                  const ProcessArguments &Process) {
  if (static_cast<size_t>(Process.Count) != Wanted.size())
    return false;
  for (size_t I = 0; I != Wanted.size(); ++I)
    if (Wanted[I] != Process.Values[I])
      return false;
  return true;
}

void setExecutedFile(ElfW(auxv_t) * Auxiliary, char *Name) {
  for (auto *Entry = Auxiliary; Entry->a_type != AT_NULL; ++Entry)
    if (Entry->a_type == AT_EXECFN)
      Entry->a_un.a_val = reinterpret_cast<uintptr_t>(Name);
}

/// A native program's are those of its own file, which has \p Start where it
/// has no start code.
void setProgramHeaders(ElfW(auxv_t) * Auxiliary, ExecutorAddr Program,
                       ExecutorAddr Start) {
  auto Place = static_cast<uintptr_t>(Program.value());
  auto *File = reinterpret_cast<const ElfW(Ehdr) *>(Place);
  for (auto *Entry = Auxiliary; Entry->a_type != AT_NULL; ++Entry) {
    if (Entry->a_type == AT_PHDR)
      Entry->a_un.a_val = Place + File->e_phoff;
    else if (Entry->a_type == AT_PHNUM)
      Entry->a_un.a_val = File->e_phnum;
    else if (Entry->a_type == AT_ENTRY)
      Entry->a_un.a_val =
          File->e_entry ? File->e_entry : static_cast<uintptr_t>(Start.value());
  }
}

/// What the kernel and libc derive from argv[0] when a program starts.
void adoptName(char *ProgramName) {
  char *Slash = std::strrchr(ProgramName, '/');
  char *ShortName = Slash ? Slash + 1 : ProgramName;
  program_invocation_name = ProgramName;
  program_invocation_short_name = ShortName;
  ::prctl(PR_SET_NAME, ShortName, 0, 0, 0);
}

bool areInPlace(const List<ExecutorRange> &Arrays, const Slab &Slab) {
  for (ExecutorRange Array : Arrays)
    if (!Slab.holds(Array) || Array.Start.value() % sizeof(void *) != 0 ||
        Array.Size % sizeof(void *) != 0)
      return false;
  return true;
}

/// As ld.so ends a program that it cannot start. The controller cannot be told
/// any more.
[[noreturn]] void cannotStart(const char *Who, const Failure &Why) {
  ::dprintf(STDERR_FILENO, "%s: %s\n", Who, Why.Reason);
  ::_exit(127);
}

constexpr char Ours[] = "remote-stub: error";

/// A descriptor of \p Path, for fchdir(2).
Expected<transport::Descriptor> openDirectory(std::string_view Path) {
  char *Name = copyText(Path);
  transport::Descriptor Opened(::open(Name, O_PATH | O_DIRECTORY | O_CLOEXEC));
  // A descriptor of a path needs no permission, going there does.
  if (!Opened.isOpen() || ::access(Name, X_OK) != 0)
    return failure("cannot change to directory '%s' of --chdir: %s", Name,
                   std::strerror(errno));
  std::free(Name);
  return Opened;
}

/// What \p Request says of the program, whose memory is \p Slab.
Expected<void> check(const wire::Run &Request, const Slab &Slab) {
  if (!Slab.holds({Request.Entry, 1}, Protection::ReadExecute))
    return failure("protocol error: an entry that is not in the code");
  if (!areInPlace(Request.Initializers, Slab) ||
      !areInPlace(Request.Finalizers, Slab))
    return failure("protocol error: an initializer array that is not in the "
                   "reserved segments");
  for (const wire::Run::Ifunc &Ifunc : Request.Ifuncs)
    if (!Slab.holds({Ifunc.Slot, sizeof(void *)}, Protection::ReadWrite) ||
        !Slab.holds({Ifunc.Resolver, 1}, Protection::ReadExecute))
      return failure("protocol error: an ifunc that is not in the reserved "
                     "segments");
  for (const wire::Run::ThreadLocalImage &Part : Request.ThreadLocals)
    if (!Slab.holds(Part.Image) || !fitsThreadLocalBlock(Part))
      return failure("protocol error: an image of thread-local variables that "
                     "is not in the reserved segments, or not in the block");
  for (ExecutorRange Object : Request.DebugObjects)
    if (!Slab.holds(Object))
      return failure("protocol error: a debug object that is not in the "
                     "reserved segments");
  for (const wire::Run::LibraryThreadLocal &Variable :
       Request.LibraryThreadLocals)
    if (!Slab.holds({Variable.Slot, sizeof(ThreadLocalIndex)},
                    Protection::ReadWrite))
      return failure("protocol error: a slot for a thread-local variable that "
                     "is not in the reserved segments");
  return {};
}

} // namespace

Expected<Guest> Guest::prepare(const wire::Run &Request, const Slab &Slab,
                               const ProcessArguments &Process,
                               Interposition Replacements,
                               std::optional<ProgramImage> Image,
                               std::optional<SharedFile> Windows) {
  if (auto Checked = check(Request, Slab); !Checked)
    return Checked.error();
  Guest Prepared;
  for (const wire::Run::LibraryThreadLocal &Variable :
       Request.LibraryThreadLocals) {
    ThreadLocalIndex Index = findThreadLocal(memoryAt(Variable.Instance));
    if (Index.Module == 0)
      return failure("protocol error: a thread-local variable of no library");
    Prepared.LibraryThreadLocals.push({Variable.Slot, Index});
  }
  if (!Request.PerfFile.empty()) {
    auto Opened = PerfMapping::open(Request.PerfFile, Slab);
    if (!Opened)
      return Opened.error();
    Prepared.ForPerf = std::move(*Opened);
  }
  if (Request.WaitForDebugger)
    if (auto Able = canWaitForDebugger(); !Able)
      return Able.error();
  if (!Request.Directory.empty()) {
    auto Opened = openDirectory(Request.Directory);
    if (!Opened)
      return Opened.error();
    Prepared.Directory = std::move(*Opened);
  }
  // For the guest of a launcher, which has been started as we were.
  for (std::string_view Variable : Request.Environment)
    ::putenv(copyText(Variable));
  noteOwnFile(Request, Image ? Image->path() : "");
  noteParent();
  Prepared.Entry = Request.Entry;
  Prepared.EntryReturnsVoid = Request.EntryReturnsVoid;
  Prepared.IgnoreSigchld = Request.IgnoreSigchld;
  Prepared.Alarm = Request.Alarm;
  Prepared.WaitForDebugger = Request.WaitForDebugger;
  Prepared.Ifuncs.append(Request.Ifuncs.data(), Request.Ifuncs.size());
  Prepared.Initializers.append(Request.Initializers.data(),
                               Request.Initializers.size());
  Prepared.Finalizers.append(Request.Finalizers.data(),
                             Request.Finalizers.size());
  Prepared.Limits.append(Request.Limits.data(), Request.Limits.size());
  Prepared.Replacements = std::move(Replacements);
  Prepared.Arguments = Process;
  if (!Request.Environment.empty())
    Prepared.Arguments.Environment = environ;
  Prepared.ThreadLocals.append(Request.ThreadLocals.data(),
                               Request.ThreadLocals.size());
  Prepared.DebugObjects.append(Request.DebugObjects.data(),
                               Request.DebugObjects.size());
  Prepared.Image = std::move(Image);
  Prepared.Windows = std::move(Windows);
  Prepared.Start = Slab.usedRange().Start;
  setGuestRange(Slab.usedRange());
  if (!Prepared.Image)
    registerLeakRoots(Slab);
  if (!isSameVector(Request.Arguments, Process)) {
    // A launcher put something else in their place.
    Prepared.Arguments.Values = copyVector(Request.Arguments);
    Prepared.Arguments.Count = static_cast<int>(Request.Arguments.size());
  }
  return Prepared;
}

void Guest::restoreInherited() const {
  if (IgnoreSigchld) {
    // Not signal(3), which would set flags and a mask that the guest can see.
    struct sigaction Ignore = {};
    Ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGCHLD, &Ignore, nullptr);
  }
  if (Alarm.RemainingUs != 0) {
    itimerval Timer = {};
    Timer.it_value.tv_sec = static_cast<time_t>(Alarm.RemainingUs / 1000000);
    Timer.it_value.tv_usec =
        static_cast<suseconds_t>(Alarm.RemainingUs % 1000000);
    Timer.it_interval.tv_sec = static_cast<time_t>(Alarm.IntervalUs / 1000000);
    Timer.it_interval.tv_usec =
        static_cast<suseconds_t>(Alarm.IntervalUs % 1000000);
    ::setitimer(ITIMER_REAL, &Timer, nullptr);
  }
  // Our own lookups may have left a message.
  libc.dlerror();
  errno = 0;
}

void Guest::completeLink() {
  if (Windows)
    if (auto Mapped = Windows->map(); !Mapped)
      cannotStart(Ours, Mapped.error());
  if (auto Shown = ForPerf.show(); !Shown)
    cannotStart(Ours, Shown.error());
  // Not before: relative names of libraries are for where we were.
  if (Directory.isOpen() && ::fchdir(Directory.get()) != 0)
    cannotStart(Ours, failure("cannot change to the directory of --chdir: %s",
                              std::strerror(errno)));
  Directory.close();
  for (const IndexOfVariable &Each : LibraryThreadLocals)
    std::memcpy(memoryAt(Each.Slot), &Each.Index, sizeof(Each.Index));
  if (auto Made = initializeThreadLocals(ThreadLocals); !Made)
    cannotStart(Ours, Made.error());
  if (Image) {
    // That asks for what the kernel has told.
    Image->becomeExecutable(/*OwnsBlock=*/!hasLargeBlock());
    setProgramHeaders(Arguments.Auxiliary, Start, Entry);
  }
  ForDebuggers = registerDebugObjects(DebugObjects.span());
  // Before the guest's timer starts to count.
  if (WaitForDebugger)
    waitForDebugger();
  // A debugger sees a crash when it happens, and not after our handler.
  if (ForDebuggers.empty() || !isTraced())
    installCrashHandler();
  restoreInherited();
  Replacements.apply();
  applyLimits(Limits.span());
  for (const wire::Run::Ifunc &Ifunc : Ifuncs) {
    void *Function = resolveIfunc(memoryAt(Ifunc.Resolver));
    std::memcpy(memoryAt(Ifunc.Slot), &Function, sizeof(Function));
  }
}

void Guest::load() {
  if (!Image) {
    completeLink();
    return completeCrashHandler();
  }
  if (Windows) {
    setLateCode(Windows->code());
    giveAddressShimsToLibraries();
  }
  // It, and what completes the handler, may allocate what natively nobody does.
  LinkerHeapAside HeapIsGuests;
  auto Complete = [](void *Its) { static_cast<Guest *>(Its)->completeLink(); };
  if (auto Loaded = Image->load(Complete, this); !Loaded)
    cannotStart(Arguments.Values[0],
                failure("error while loading shared libraries: %s",
                        Loaded.error().Reason));
  completeCrashHandler();
}

void Guest::start() {
  int Count = Arguments.Count;
  char **Values = Arguments.Values;
  char **Environment = Arguments.Environment;
  prepareCrashHandler();
  adoptName(Values[0]);
  setExecutedFile(Arguments.Auxiliary, Values[0]);
  load();

  // Natively the dynamic linker's end comes after all that constructors of
  // libraries have registered (exit(3)), and before what the program has.
  if (libc.finalizeLibraries)
    std::atexit(libc.finalizeLibraries);

  // Handlers run in reverse: registered first, the finalizers come after
  // everything that the guest registers, as those of an executable do.
  FinalizersAtExit = std::move(Finalizers);
  if (!FinalizersAtExit.empty())
    std::atexit(runFinalizers);

  for (ExecutorRange Array : Initializers)
    for (InitFunction Initialize : functions<InitFunction>(Array))
      Initialize(Count, Values, Environment);

  void *EntryPoint = memoryAt(Entry);
  if (EntryReturnsVoid) {
    reinterpret_cast<VoidEntryFunction>(EntryPoint)(Count, Values, Environment);
    std::exit(0);
  }
  std::exit(
      reinterpret_cast<EntryFunction>(EntryPoint)(Count, Values, Environment));
}

} // namespace remoterun::executor
