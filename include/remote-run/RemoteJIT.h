//===- RemoteJIT.h - Code for another process, from yours -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Modules are compiled here, by LLVM's MCJIT, and run in an executor: a process
// that was launched for that, an application that serves one (executor.h), on
// this machine or another, of this architecture or another.
//
// Everything that can go wrong is a value (Failure.h). Nothing here ends the
// process, prints, or installs a signal handler, and two sessions share
// nothing. All functions may be called on any thread; a RemoteJIT must not be
// moved or destroyed while one is used.
//
// What is promised: programs that compile against these headers go on to
// compile. Controller and executor have to be of the same protocol version
// (PROTOCOL.md), which the first message tells.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTE_RUN_REMOTEJIT_H
#define REMOTE_RUN_REMOTEJIT_H

#include "remote-run/ExecutorAddr.h"
#include "remote-run/Failure.h"
#include "remote-run/RemoteFunction.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Where remote-stub is. CMake's package defines it.
#ifndef REMOTE_RUN_STUB
#define REMOTE_RUN_STUB "remote-stub"
#endif

namespace llvm {
class Module;
}

namespace remoterun {

namespace detail {
struct ExecutorCore;
class JITCore;
} // namespace detail

/// A process that can be given code. Movable; whoever has it owns its end of
/// the session, and the process, if it was launched here: that has two seconds
/// to end when this goes away, and is killed then.
class Executor {
public:
  struct LaunchOptions {
    /// "NAME=VALUE", in place of what the process would inherit.
    std::vector<std::string> Environment = {};
    /// The command is something that passes no descriptors on, as ssh(1) or
    /// docker-exec(1): the session goes over its standard input and output.
    bool OverStandardStreams = false;
    /// For the first answer.
    std::chrono::milliseconds Patience = std::chrono::seconds(10);
  };

  /// Starts \p Command, whose first word is searched for in PATH: an
  /// application that serves an executor on the descriptors that
  /// rr_executor_inherited() tells it, or remote-stub, perhaps behind an
  /// emulator; the one of this installation, if none is named. To reach one by
  /// ssh: {"ssh", "host", "remote-stub", "--serve"}, with OverStandardStreams.
  static Expected<Executor> launch(std::vector<std::string> Command,
                                   LaunchOptions Options);
  static Expected<Executor> launch(std::vector<std::string> Command = {
                                       REMOTE_RUN_STUB}) {
    return launch(std::move(Command), LaunchOptions());
  }

  /// Somebody else knows who is behind these descriptors, which may be the same
  /// socket, and which this owns from now on.
  static Expected<Executor> attach(int In, int Out);

  Executor(Executor &&) noexcept;
  Executor &operator=(Executor &&) noexcept;
  ~Executor();

  /// The machine that it runs code of, as LLVM spells it.
  const std::string &triple() const;
  /// As the executor sees itself.
  uint64_t processId() const;

private:
  friend class RemoteJIT;
  explicit Executor(std::unique_ptr<detail::ExecutorCore> Core);
  std::unique_ptr<detail::ExecutorCore> Core;
};

struct JITSettings {
  /// 0 to 3, as clang's -O for code generation. IR is compiled as it is given:
  /// which passes run before that is the caller's affair.
  unsigned OptimizationLevel = 2;
  std::string Cpu = {}; ///< LLVM's name; empty for the architecture's baseline.
  std::string Features = {}; ///< "+a,-b"
  /// Of a call, and of every other answer of the executor; none waits for ever.
  /// A call that has not returned by then runs on, and what is asked of the
  /// executor meanwhile waits for its thread: restart() is the way out.
  std::optional<std::chrono::milliseconds> CallTimeLimit = {};
  /// Bytes of the executor's address space for modules, with what calls them:
  /// add() and lookup() fail beyond that. (What the code allocates is its
  /// process's affair: launch that by prlimit(1).)
  std::optional<uint64_t> MemoryLimit = {};
  /// Libraries that modules may use: paths, or as ld's -l takes them ("z").
  std::vector<std::string> Libraries = {};
  /// Threads that compile a large module.
  unsigned Jobs = 1;
  /// A folder where what was compiled is kept, and found again by everything
  /// that it depends on; made if it is not there. It may be remote-run's own,
  /// and many sessions and processes may share it. It has to be the user's
  /// alone: what is in it is run. Empty for none.
  std::string Cache = {};
  /// Of a module that is added, only constructors and what they use are
  /// compiled at once. Anything else comes, with all that it uses, when it is
  /// looked up or another module refers to it, and what is wrong with it is
  /// said then. Not all modules can be divided so (docs/embedding.md).
  bool Lazy = false;
  /// Debuggers that attach to the executor find symbols and lines of each
  /// module by themselves, if they run on this machine, as long as this process
  /// has the module: the dynamic linker's list names a file of this process
  /// (`/proc/PID/fd/N`), not the module. Costs each module a descriptor, and a
  /// few milliseconds when it is linked.
  bool ForDebuggers = false;
};

/// A module that was added.
class ModuleHandle {
public:
  ModuleHandle() = default;
  friend bool operator==(ModuleHandle, ModuleHandle) = default;

private:
  friend class RemoteJIT;
  explicit ModuleHandle(uint32_t Number) : Number(Number) {}
  uint32_t Number = 0;
};

struct AddOptions {
  /// For diagnostics, debuggers and backtraces; the module's own by default.
  std::string Name = {};
  /// Calls from other modules go by an indirection, so that the functions can
  /// be replaced while others refer to them. IR only.
  bool Replaceable = false;
};

class RemoteJIT {
public:
  static Expected<RemoteJIT> create(Executor Target,
                                    const JITSettings &Settings);
  static Expected<RemoteJIT> create(Executor Target) {
    return create(std::move(Target), JITSettings());
  }

  RemoteJIT(RemoteJIT &&) noexcept;
  RemoteJIT &operator=(RemoteJIT &&) noexcept;
  /// Ends the session: the executor removes all modules.
  ~RemoteJIT();

  /// Compiles, links and sends a module, and runs its constructors. It sees the
  /// symbols of modules that were added before, and then what the executor has:
  /// what its application exports, its libraries, libc. A name that another
  /// module defines strongly is a failure; of weak definitions the first
  /// counts.
  Expected<ModuleHandle> add(std::unique_ptr<llvm::Module> Module,
                             const AddOptions &Options);
  Expected<ModuleHandle> add(std::unique_ptr<llvm::Module> Module);
  /// The same for bitcode, textual IR, an ELF object or an archive, whose bytes
  /// are copied.
  Expected<ModuleHandle> add(std::string_view Bytes, const AddOptions &Options);
  Expected<ModuleHandle> add(std::string_view Bytes);

  enum class RemovalMode {
    Refuse, ///< While one of its functions runs.
    Wait,   ///< Until none does.
  };
  /// Runs its destructors, and takes its memory and names back. Refused where
  /// another module refers to it.
  Expected<void> remove(ModuleHandle Module,
                        RemovalMode Mode = RemovalMode::Refuse);

  /// Puts \p Module in the place of \p Old. Functions that others call (of a
  /// module that was added as AddOptions::Replaceable) lead to the new ones
  /// from then on; those that run end as they are. The handle stays valid. New
  /// variables start anew.
  Expected<void> replace(ModuleHandle Old,
                         std::unique_ptr<llvm::Module> Module);
  Expected<void> replace(ModuleHandle Old, std::string_view Bytes);

  /// A function that a module defines, or the executor has, and that is of type
  /// \p F. (Nobody checks that it is.)
  template <typename F>
  Expected<RemoteFunction<F>> lookup(std::string_view Name) {
    auto Found = find(Name, RemoteFunction<F>::signature());
    if (!Found)
      return std::move(Found.error());
    return RemoteFunction<F>(std::move(*Found));
  }

  /// Where a symbol is, of a module or of the executor.
  Expected<ExecutorAddr> address(std::string_view Name);

  /// Copies memory of the executor. Failures of \p From are passed on.
  Expected<void> read(Expected<ExecutorAddr> From, std::span<uint8_t> Into);
  Expected<void> write(Expected<ExecutorAddr> To,
                       std::span<const uint8_t> Bytes);

  /// The module as an ELF file with its symbols, and the debug information that
  /// it was compiled with, at the addresses where it is now: for a debugger,
  /// which without JITSettings::ForDebuggers knows the module's name and place,
  /// and nothing in it (gdb: add-symbol-file).
  Expected<std::string> debugFile(ModuleHandle Module);

  /// Launches the executor anew, after a crash or whenever it is wanted, and
  /// links all modules there, from the objects that there are: nothing is
  /// compiled. Constructors run again; what memory held is gone. Handles and
  /// functions stay valid. Only for executors that were launched.
  Expected<void> restart();
  /// The same in another executor, of the same architecture.
  Expected<void> move(Executor Other);

  struct Statistics {
    /// The caller's; of lazy ones, each piece that something has referred to.
    size_t ModulesCompiled = 0;
    size_t FunctionsCompiled = 0; ///< Of these.
    size_t ModulesFromCache = 0; ///< Not compiled: JITSettings::Cache had them.
    size_t ModulesLinked = 0;    ///< Once for each time.
    size_t WrappersCompiled = 0; ///< For calls: one for each type of function.
    uint64_t RoomLeft = 0;       ///< Bytes of address space for more modules.
  };
  Statistics statistics() const;
  /// What was to be said, and was no failure, since the last time.
  std::vector<std::string> takeWarnings();

private:
  explicit RemoteJIT(std::shared_ptr<detail::JITCore> Core);
  Expected<detail::FunctionKey> find(std::string_view Name,
                                     const Signature &Type);

  std::shared_ptr<detail::JITCore> Core;
};

} // namespace remoterun

#endif
