"""Has compilers make functions that conventions.cpp calls, and counts.

  conventions.py CONVENTIONS LLVM LIBEXEC TARGET...   "native" for this machine

For each target, what clang and gcc make of the same functions: IR and objects.
Prints a line for each; exit status 1 if any call came back wrong.
"""

import pathlib
import subprocess
import sys
import tempfile

SEED, COUNT = 1, 300
EMULATORS = {"arm": "qemu-arm", "powerpc64le": "qemu-ppc64le"}
# What the targets' own documents say of objects: docs/targets.md.
OPTIONS = {"arm": ["-marm", "-march=armv7-a", "-mfloat-abi=hard", "-mfpu=neon"],
           "riscv64": ["-mno-relax"], "powerpc64le": ["-mcmodel=small"]}


def executor(conventions, libexec, target):
    if target == "native":
        return [str(conventions.with_name("remote-stub"))]
    machine = target.split("-")[0]
    return [EMULATORS.get(machine, "qemu-" + machine), "-L", "/usr/" + target,
            str(libexec / target / "remote-stub")]


def compilers(llvm, target):
    clang, gcc = [str(llvm / "clang"), "-w"], ["gcc", "-w"]
    if target != "native":
        options = OPTIONS.get(target.split("-")[0], [])
        clang += ["--target=" + target, *options]
        gcc = [target + "-gcc", "-w", *options]
    return {"clang's IR": [*clang, "-O1", "-emit-llvm"],
            "clang's object": [*clang, "-O2", "-fPIC"],
            "gcc's object": [*gcc, "-O2", "-fPIC"]}


def main():
    conventions, llvm, libexec = map(pathlib.Path, sys.argv[1:4])
    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        source = pathlib.Path(scratch) / "functions.c"
        numbers = [str(SEED), str(COUNT)]
        with source.open("wb") as text:
            subprocess.run([str(conventions), "source", *numbers], stdout=text,
                           check=True)
        for target in sys.argv[4:]:
            for what, command in compilers(llvm, target).items():
                made = source.with_suffix(".made")
                subprocess.run([*command, "-c", str(source), "-o", str(made)],
                               check=True)
                done = subprocess.run(
                    [str(conventions), "run", *numbers, str(made),
                     *executor(conventions, libexec, target)],
                    capture_output=True, text=True, check=False)
                said = (done.stdout + done.stderr).splitlines()
                print("%s, %s: %s" % (target, what, said[-1] if said else ""))
                if done.returncode:
                    print(*said[:-1], sep="\n")
                    wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
