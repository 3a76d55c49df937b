# How lit runs LLVM's own tests of MCJIT with remote-run in the place of lli;
# ../mcjit.py calls it. The tests' own lit.local.cfg files are read as they are,
# and what they and the tests ask of their suite is answered here.
#
#   --param source=DIR       llvm/test/ExecutionEngine of LLVM's sources
#   --param output=DIR       where the tests write
#   --param remote_run=FILE  in the place of lli
#   --param remote_stub=FILE in the place of lli-child-target
#   --param llvm=DIR         LLVM's tools, FileCheck and llvm-ar
#   --param options=WORDS    options of remote-run that come before a test's own

import os

import lit.formats

config.name = "MCJIT"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".ll"]
config.excludes = ["Inputs"]
config.test_source_root = lit_config.params["source"]
config.test_exec_root = lit_config.params["output"]

# What the lit.local.cfg files look at: LLVM is built for this machine, and runs
# on it.
config.native_target = "X86"
config.host_arch = "x86_64"
config.targets = ["X86"]
config.target_triple = "x86_64-pc-linux-gnu"
config.available_features |= {"native", "cxx-shared-library", "thread_support"}

# --foreground: the end of a test ends what it started, by the process group.
remote_run = " ".join(["timeout --foreground --kill-after=5 120",
                       lit_config.params["remote_run"],
                       lit_config.params["options"]]).strip()
config.substitutions += [
    ("%exeext", ""),
    ("lli-child-target", lit_config.params["remote_stub"]),
    # As in LLVM's own configuration, with a percent sign or without.
    (r"(?<![-\w./%])%?lli(?![-\w./])", remote_run),
]
config.environment["PATH"] = os.pathsep.join(
    (lit_config.params["llvm"], config.environment["PATH"]))
