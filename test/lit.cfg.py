# How lit runs the tests; see docs/testing.md for what the folders ask.

import os
import platform
import shutil
import sys

import lit

tools = os.path.join(os.path.dirname(__file__), "tools")
sys.path.insert(0, tools)
import bounded_tests  # noqa: E402

config.name = "remote-run"
config.test_format = bounded_tests.BoundedShTest(execute_external=False)
config.suffixes = [".ll", ".c", ".cpp", ".test"]
config.excludes = ["Inputs", "tools", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = lit_config.params.get(
    "output", os.path.join(config.build_dir, "test"))

bin_dir = os.path.join(config.build_dir, "bin")
# utils/check --host=M: the tools that run here and compile for there.
if "tools" in lit_config.params:
    config.llvm_tools_dir = lit_config.params["tools"]
    config.environment["PATH"] = os.pathsep.join(
        (config.llvm_tools_dir, config.environment["PATH"]))


def tool(name):
    return os.path.join(config.llvm_tools_dir, name)


# Instrumented and emulated code is several times slower.
is_slow = config.sanitizers or config.host_machine != platform.machine()
# Of a whole test, on a machine that does many other things; folders of long ones
# have more. The limit of a single command is there to tell which it was.
config.test_seconds = 4500 if is_slow else 900
# --foreground: the guest keeps the terminal and the process group it is given.
seconds = "600" if is_slow else "120"
limit = "timeout --foreground --kill-after=5 " + seconds
if is_slow:
    config.environment["TEST_TIME_LIMIT"] = seconds
remote_run = os.path.join(bin_dir, "remote-run")

# Other machines whose programs can be built and run here: each by the name of
# its feature, and by Debian's.
targets = {}
libexec = os.path.join(config.build_dir, "libexec", "remote-run")
for name, triple, emulator in (
        ("aarch64", "aarch64-linux-gnu", "qemu-aarch64"),
        ("armhf", "arm-linux-gnueabihf", "qemu-arm"),
        ("ppc64le", "powerpc64le-linux-gnu", "qemu-ppc64le"),
        ("riscv64", "riscv64-linux-gnu", "qemu-riscv64"),
        ("s390x", "s390x-linux-gnu", "qemu-s390x"),
        ("x86_64", "x86_64-linux-gnu", "qemu-x86_64")):
    if name == config.host_machine:
        continue
    needed = [shutil.which(emulator), shutil.which(triple + "-g++"),
              os.path.join(libexec, triple, "remote-stub")]
    if name == "riscv64" and config.llvm_version == "19":
        continue
    if all(path and os.access(path, os.X_OK) for path in needed):
        targets[name] = triple
        config.available_features.add("target-" + name)
# Those that utils/check sees to. RuntimeDyld of older versions has no
# relocations of RISC-V.
expected = {"x86_64" if config.host_machine == "aarch64" else "aarch64",
            "riscv64", "s390x"}
if expected - ({"riscv64"} if config.llvm_version == "19" else set()) <= set(targets):
    config.available_features.add("other-machines")

# utils/check --target=T: the tests that compare, on another machine.
chosen_target = lit_config.params.get("target", "")
if chosen_target:
    chosen_target = " --target " + chosen_target
    config.available_features.add("on-other-machine")

config.substitutions += [
    # remote-run under a time limit of its own; and the bare binary, for tests that
    # send it signals or watch its process.
    ("%remote-run", limit + " " + remote_run),
    ("%bare-remote-run", remote_run),
    ("%remote-passes", limit + " " + os.path.join(bin_dir, "remote-passes")),
    ("%bare-remote-passes", os.path.join(bin_dir, "remote-passes")),
    ("%remote-stub", os.path.join(bin_dir, "remote-stub")),
    ("%own-symbols", limit + " " + os.path.join(bin_dir, "own-symbols")),
    ("%bare-sharing", os.path.join(bin_dir, "sharing")),
    ("%sharing", limit + " " + os.path.join(bin_dir, "sharing")),
    ("%bare-modules", os.path.join(bin_dir, "modules")),
    ("%unit-tests", limit + " " + os.path.join(bin_dir, "unit-tests")),
    # The same for all other machines that are there.
    ("%same-on-targets", "%same --target %targets"),
    # Compiles a guest, runs it natively and remotely, and compares.
    ("%same", "python3 " + os.path.join(tools, "same.py")
     + " --remote-run " + remote_run + " --llvm " + config.llvm_tools_dir
     + chosen_target),
    ("%python", "python3"),
    ("%lit", "env PYTHONPATH=%s python3 -c 'import lit.main; lit.main.main()'" %
     os.path.dirname(os.path.dirname(lit.__file__))),
    ("%tools", tools),
    ("%time-limit", seconds),
    # What is installed beside bin/; and a build folder, to install from.
    ("%libexec", libexec),
    ("%targets", ",".join(targets.values())),
    ("%build", config.build_dir),
    # What `utils/stress --table` makes the table of docs/reliability.md of.
    ("%reliability", os.path.join(config.build_dir, "reliability")),
    # Programs of utils/corpus, which compiles once for all builds with an LLVM.
    ("%corpus", config.corpus),
    ("%clangxx", tool("clang++")),
    ("%clang", tool("clang")),
    ("%llvm-version", config.llvm_version),
    ("%llvm", config.llvm_tools_dir),
]
for name in ("FileCheck", "not", "count"):
    config.substitutions.append((r"\b" + name + r"\b", tool(name)))

config.available_features.add("llvm-" + config.llvm_version)
config.available_features.add("host-" + config.host_machine)

# Python's programs are of this machine, also where those under test are emulated.
if config.host_machine != platform.machine():
    config.environment["TEST_MACHINE"] = config.host_machine
    config.available_features.add("emulated-host")

# Where the executor is instrumented, the guest lives with the sanitizer's
# allocator and address space.
if config.sanitizers and config.sanitizers != ["thread"]:
    config.available_features.add("sanitized-executor")
if config.sanitizers:
    config.available_features.add("sanitized-controller")
# It holds signals back until code of its own runs.
if config.sanitizers == ["thread"]:
    config.available_features.add("late-signals")

# Guests see the environment; these would change what they do. And nothing that
# was compiled before is to be tested.
for name in ("LD_PRELOAD", "LD_LIBRARY_PATH", "ASAN_OPTIONS",
             "REMOTE_RUN_CACHE", "REMOTE_RUN_OPTIONS"):
    config.environment.pop(name, None)
# LLVM's archives are not instrumented: what its headers poison in our objects (its
# allocators'), nobody takes back there.
if "address" in ",".join(config.sanitizers):
    config.environment["ASAN_OPTIONS"] = "allow_user_poisoning=0"
# Where LLVM is to fail, nothing is to be left behind.
config.environment["REMOTE_RUN_CRASH_DIR"] = ""
