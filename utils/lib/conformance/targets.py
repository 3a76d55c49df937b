"""The machines that programs are compiled for, by Debian's names of them.

For another machine than this one, native means: linked with Debian's cross
packages, and run by the emulator that remote-run uses for the target.

The host is the machine that remote-run itself is for. It is this one, or, in the
system of `utils/host aarch64`, one whose programs run like this one's, and whose
compilers need not be told what for.
"""

HOST = "x86_64-linux-gnu"
OTHER_HOSTS = {"aarch64": "aarch64-linux-gnu"}
# Each with the emulator of qemu-user.
EMULATORS = {
    "aarch64-linux-gnu": "qemu-aarch64",
    "arm-linux-gnueabihf": "qemu-arm",
    "powerpc64le-linux-gnu": "qemu-ppc64le",
    "riscv64-linux-gnu": "qemu-riscv64",
    "s390x-linux-gnu": "qemu-s390x",
}
ALL = [HOST, *EMULATORS]


def compiler_flags(target, host=HOST):
    return [] if target == host else ["--target=" + target]


def run_options(target, host=HOST):
    """Those of remote-run."""
    return compiler_flags(target, host)


def launcher(target, host=HOST):
    """What comes before a native program on its command line."""
    if target == host:
        return []
    return [EMULATORS[target], "-L", "/usr/" + target]


def stub(remote_run, target, host=HOST):
    """The executor that remote-run finds for the target."""
    if target == host:
        return remote_run.with_name("remote-stub")
    return (remote_run.parents[1] / "libexec/remote-run" / target /
            "remote-stub")


def compiler_program(remote_run, target, host=HOST):
    """The program that compiles for the target."""
    if target == host:
        return remote_run
    return remote_run.parents[1] / "libexec/remote-run/remote-run-all-targets"
