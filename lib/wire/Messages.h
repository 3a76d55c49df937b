//===- Messages.h - The typed meaning of frames -----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One struct per message of PROTOCOL.md. encode() and decode() are in Fields.h,
// and fields() says what they write and read; check() has the rules about the
// values. Strings in a decoded message are views into the payload, which must
// outlive it; strings in a message to be encoded are views as well, of text
// that the sender keeps. No string ends in a zero byte.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_WIRE_MESSAGES_H
#define REMOTERUN_WIRE_MESSAGES_H

#include "wire/LookupMessages.h"

#include <cstdint>
#include <string_view>

namespace remoterun::wire {

/// Room for the guest's thread-local variables, which every thread of the
/// executor has at the same place as seen from its thread pointer.
struct ThreadLocalBlock {
  int64_t Offset = 0; ///< From the thread pointer.
  uint32_t Size = 0;  ///< Bytes; 0 for no room.
  uint32_t Alignment = 1;
  // What there could be (Restart); Size and Alignment, or more.
  uint32_t Most = 0; ///< Bytes.
  uint32_t StrictestAlignment = 1;

  bool operator==(const ThreadLocalBlock &) const = default;
  /// What can be said of it without asking for more room.
  ThreadLocalBlock atMost() const {
    return {0, Most, StrictestAlignment, Most, StrictestAlignment};
  }

  static void fields(auto &M, auto &Each) {
    Each(M.Offset, M.Size, M.Alignment, M.Most, M.StrictestAlignment);
  }
};

/// Executor, first: who it is, and the slab that it has already reserved.
struct Hello {
  static constexpr MessageType Type = MessageType::Hello;
  uint32_t Version = ProtocolVersion;
  uint8_t PointerSize = sizeof(void *);
  uint32_t PageSize = 0;  ///< Bytes; a power of two.
  uint64_t ProcessId = 0; ///< As the executor sees itself.
  ExecutorRange Slab;     ///< Page-aligned, nothing else is mapped in it.
  ThreadLocalBlock ThreadLocals;
  /// What the last dynamic relocation of an image has to call, as the resolver
  /// of an ifunc: everything is in place then, and no constructor has run.
  ExecutorAddr Relocated;
  ExecutorAddr RelocatedResult; ///< A word for what it returns.
  std::string_view Triple; ///< LLVM's spelling, "x86_64-unknown-linux-gnu".

  static void fields(auto &M, auto &Each) {
    Each(M.Version, M.PointerSize, M.PageSize, M.ProcessId, M.Slab,
         M.ThreadLocals, M.Relocated, M.RelocatedResult, M.Triple);
  }
  Decoded<void> check() const;
};

enum class Protection : uint8_t {
  Read = 1,
  ReadWrite = 3,
  ReadExecute = 5,
};

/// Controller: make a file in memory that we map as well, so that parts of the
/// program can be written while it runs. Answered by Shared.
struct Share {
  static constexpr MessageType Type = MessageType::Share;
  static constexpr size_t LongestName = 249; ///< memfd_create(2)
  static constexpr uint64_t MostSize = uint64_t(4) << 30;
  std::string_view Name;  ///< How the system names it.
  uint64_t Size = 0;      ///< Bytes, whole pages; for good.
  uint32_t Functions = 0; ///< That may come late, at most (LateControl.h).

  static void fields(auto &M, auto &Each) { Each(M.Name, M.Size, M.Functions); }
  Decoded<void> check() const;
};

/// Executor: the number that the file has in its process, or why there is none.
struct Shared {
  static constexpr MessageType Type = MessageType::Shared;
  static constexpr uint32_t None = UINT32_MAX;
  uint32_t Descriptor = None;
  uint32_t Functions = 0;  ///< As in Share; 0 where there is none.
  std::string_view Reason; ///< Empty where there is one.

  static void fields(auto &M, auto &Each) {
    Each(M.Descriptor, M.Functions, M.Reason);
  }
  Decoded<void> check() const;
};

/// Controller: bytes for the shared file, which nobody looks at yet. The
/// executor takes them before the program runs, the supervisor after that.
struct Place {
  static constexpr MessageType Type = MessageType::Place;
  static constexpr size_t MostBytes = (64 << 10) - sizeof(uint64_t);
  uint64_t Offset = 0; ///< In the file.
  std::span<const uint8_t> Bytes;

  static void fields(auto &M, auto &Each) { Each(M.Offset, M.Bytes); }
};

/// Controller: the segments of the program, page-aligned, disjoint, inside the
/// slab, ascending. They are writable and zero until Finalize.
///
/// Where the program is an image, a shared object for the dynamic linker (gABI,
/// "Program Loading and Dynamic Linking"), they are its file until then: what
/// is at an address stands in the file as far from the start as the address is
/// from that of the slab.
struct Reserve {
  static constexpr MessageType Type = MessageType::Reserve;
  struct Segment {
    ExecutorRange Range;
    Protection Final = Protection::Read;

    static void fields(auto &M, auto &Each) { Each(M.Range, M.Final); }
  };
  List<Segment> Segments;
  /// How the system names the image's memory (memfd_create(2)); empty where the
  /// program is none.
  std::string_view ImageName;
  /// Pages of an image in whose place the guest finds those of the shared file:
  /// in writable segments as everybody writes them, in others as the
  /// controller does. Ascending and disjoint.
  struct Window {
    ExecutorRange Range;
    uint64_t Offset = 0; ///< In the file.

    static void fields(auto &M, auto &Each) { Each(M.Range, M.Offset); }
  };
  List<Window> Windows;

  static void fields(auto &M, auto &Each) {
    Each(M.Segments, M.ImageName, M.Windows);
  }
  Decoded<void> check() const;
};

/// Controller: bytes for one reserved segment. The payload is the address and
/// then the bytes, which are not part of the struct: they go from the pipe to
/// their place without a copy.
struct Write {
  static constexpr MessageType Type = MessageType::Write;
  static constexpr uint64_t HeaderSize = 8;
  ExecutorAddr Start;

  static void fields(auto &M, auto &Each) { Each(M.Start); }
};

/// Controller: everything is written. The executor sets the segments' final
/// protections, makes the code visible to instruction fetch, and registers
/// these .eh_frame sections, each of which ends in a zero terminator. An image
/// is mapped by the dynamic linker, and has tables of its own.
struct Finalize {
  static constexpr MessageType Type = MessageType::Finalize;
  List<ExecutorRange> UnwindTables;
  /// The path of an image's file, or the name that the dynamic linker shall
  /// have for it; empty where the program is none.
  std::string_view ImagePath;

  static void fields(auto &M, auto &Each) { Each(M.UnwindTables, M.ImagePath); }
  Decoded<void> check() const;
};

/// Executor, in the place of Running: the image could not be mapped where it
/// should be. The session is again where it was before Reserve.
struct Elsewhere {
  static constexpr MessageType Type = MessageType::Elsewhere;
  ExecutorRange Slab;       ///< As in Hello.
  bool TakesImages = false; ///< Or the program shall be none.
  std::string_view Reason;  ///< A sentence without a full stop.

  static void fields(auto &M, auto &Each) {
    Each(M.Slab, M.TakesImages, M.Reason);
  }
  Decoded<void> check() const;
};

/// Controller: start anew, in the same process, with so much room for the
/// guest's thread-local variables. Answered by another Hello; what was said
/// before is forgotten.
struct Restart {
  static constexpr MessageType Type = MessageType::Restart;
  uint32_t ThreadLocals = 0; ///< Bytes of the block.
  uint32_t Alignment = 1;    ///< Of the block, a power of two.

  static void fields(auto &M, auto &Each) { Each(M.ThreadLocals, M.Alignment); }
};

/// Controller: what the program puts in place of things in libraries, as a
/// native executable does. Takes effect when the guest starts.
struct Interpose {
  static constexpr MessageType Type = MessageType::Interpose;
  struct Definition {
    ExecutorAddr Address;
    std::string_view Name;

    static void fields(auto &M, auto &Each) { Each(M.Address, M.Name); }
  };
  /// A library's variable that the program's code addresses directly: it moves
  /// into the program, and the library uses it there (R_X86_64_COPY and its
  /// like in the psABIs).
  struct Variable {
    ExecutorAddr Library;
    ExecutorRange Copy;

    static void fields(auto &M, auto &Each) { Each(M.Library, M.Copy); }
  };
  /// They replace those of the same name in every library (symbol
  /// interposition, ELF gABI "Shared Object Dependencies").
  List<Definition> Definitions;
  List<Variable> Variables;
  /// The same for a variable of a library that is loaded with the image, whose
  /// relocations have the dynamic linker fill the copy.
  struct Copy {
    ExecutorRange Place;
    std::string_view Name;

    static void fields(auto &M, auto &Each) { Each(M.Place, M.Name); }
  };
  List<Copy> Copies;
  /// Of libraries: where the program has their addresses to be (x86-64 psABI,
  /// "Function Addresses").
  List<Definition> Functions;
  /// Definitions that libraries find, as each thread has them.
  struct ThreadLocal {
    uint64_t Offset = 0; ///< In the block that Hello names.
    uint64_t Size = 0;
    std::string_view Name;

    static void fields(auto &M, auto &Each) { Each(M.Offset, M.Size, M.Name); }
  };
  List<ThreadLocal> ThreadLocals;

  static void fields(auto &M, auto &Each) {
    Each(M.Definitions, M.Variables, M.Copies, M.Functions, M.ThreadLocals);
  }
};

/// Controller: run the program. Answered by Running before any guest code is
/// entered; after that the protocol is over.
struct Run {
  static constexpr MessageType Type = MessageType::Run;
  ExecutorAddr Entry;            ///< int (int argc, char **argv, char **envp)
  bool EntryReturnsVoid = false; ///< Then the exit status is 0.
  /// The guest shall find SIGCHLD ignored. The controller found it so, and had
  /// to change that for the executor's sake: it wants its wait status.
  bool IgnoreSigchld = false;
  /// The real-time interval timer (setitimer(2)) that the controller had when
  /// it was started, as an exec keeps it but a child does not; 0 for none.
  struct Timer {
    uint64_t RemainingUs = 0;
    uint64_t IntervalUs = 0;

    static void fields(auto &M, auto &Each) {
      Each(M.RemainingUs, M.IntervalUs);
    }
  };
  Timer Alarm;
  /// A place that gets the result of calling Resolver, as the dynamic linker
  /// does, before any initializer.
  struct Ifunc {
    ExecutorAddr Slot;
    ExecutorAddr Resolver;

    static void fields(auto &M, auto &Each) { Each(M.Slot, M.Resolver); }
  };
  List<Ifunc> Ifuncs;
  /// What every thread's block of Hello holds from \p Offset on when the thread
  /// starts; what no image covers is zero.
  struct ThreadLocalImage {
    ExecutorRange Image;
    uint64_t Offset = 0; ///< In the block.

    static void fields(auto &M, auto &Each) { Each(M.Image, M.Offset); }
  };
  List<ThreadLocalImage> ThreadLocals;
  /// A place, the size of two pointers, that gets what __tls_get_addr needs to
  /// find a library's thread-local variable (its tls_index).
  struct LibraryThreadLocal {
    ExecutorAddr Slot;
    ExecutorAddr Instance; ///< As LookupReply has it.

    static void fields(auto &M, auto &Each) { Each(M.Slot, M.Instance); }
  };
  List<LibraryThreadLocal> LibraryThreadLocals;
  /// Arrays of function pointers. Initializers run from first to last before
  /// the entry, finalizers from last to first at exit (ELF gABI,
  /// "Initialization and Termination Functions").
  List<ExecutorRange> Initializers;
  List<ExecutorRange> Finalizers;
  List<std::string_view> Arguments; ///< argv; at least argv[0].
  /// What the guest may use of the system (setrlimit(2)).
  enum class Resource : uint8_t {
    Cpu = 0,      ///< Seconds of processor time.
    Memory = 1,   ///< Bytes of address space.
    Stack = 2,    ///< Bytes of the main thread's.
    FileSize = 3, ///< Bytes of a file that it writes.
    OpenFiles = 4,
    Processes = 5, ///< Of the user, at the time of a fork.
    CoreSize = 6,  ///< Bytes.
  };
  static constexpr uint8_t ResourceCount = 7;
  struct Limit {
    Resource What = Resource::Cpu;
    uint64_t Soft = 0;
    uint64_t Hard = 0;

    static void fields(auto &M, auto &Each) { Each(M.What, M.Soft, M.Hard); }
  };
  List<Limit> Limits;
  /// Copies of the program's objects, for a debugger (GDB's manual, "JIT
  /// Compilation Interface").
  List<ExecutorRange> DebugObjects;
  /// Start the guest only when a debugger has attached.
  bool WaitForDebugger = false;
  /// An ELF file that has the program's code where the program has it, for
  /// perf(1); empty for none.
  std::string_view PerfFile;
  /// "NAME=VALUE", in place of what the process has under these names; and the
  /// directory to start in, empty for where it is. For launchers, which are
  /// started without them.
  List<std::string_view> Environment;
  std::string_view Directory;
  /// From the root; empty where the executor may have other files than we.
  std::string_view ProgramFile;
  /// How the program is started again: the path of a file to execute, from the
  /// root, and the first arguments; those of the program, argv[0] among them,
  /// follow. Empty where it cannot be.
  List<std::string_view> StartAgain;

  static void fields(auto &M, auto &Each) {
    Each(M.Entry, M.EntryReturnsVoid, M.IgnoreSigchld, M.Alarm, M.Ifuncs,
         M.ThreadLocals, M.LibraryThreadLocals, M.Initializers, M.Finalizers,
         M.Arguments, M.Limits, M.DebugObjects, M.WaitForDebugger, M.PerfFile,
         M.Environment, M.Directory, M.ProgramFile, M.StartAgain);
  }
  Decoded<void> check() const;
};

/// Executor: all is in place, the guest starts now.
struct Running {
  static constexpr MessageType Type = MessageType::Running;

  static void fields(auto &, auto &) {}
};

/// Executor: it could not do what was asked, and has ended.
struct Failed {
  static constexpr MessageType Type = MessageType::Failed;
  std::string_view Reason; ///< A sentence without a full stop.

  static void fields(auto &M, auto &Each) { Each(M.Reason); }
  Decoded<void> check() const;
};

/// Controller: asks what processor the guest will run on. Answered by Cpu.
struct DescribeCpu {
  static constexpr MessageType Type = MessageType::DescribeCpu;

  static void fields(auto &, auto &) {}
};

/// Executor: facts for whoever chooses the processor's instructions.
struct Cpu {
  static constexpr MessageType Type = MessageType::Cpu;
  uint64_t Capabilities = 0;     ///< AT_HWCAP of getauxval(3).
  uint64_t MoreCapabilities = 0; ///< AT_HWCAP2.
  /// AT_PLATFORM, empty for none; on x86-64 the level of the psABI instead.
  std::string_view Platform;
  /// The start of /proc/cpuinfo, up to the end of the first processor's lines.
  /// Under an emulator it may be that of another architecture.
  std::string_view Description;

  static void fields(auto &M, auto &Each) {
    Each(M.Capabilities, M.MoreCapabilities, M.Platform, M.Description);
  }
};

} // namespace remoterun::wire

#endif
