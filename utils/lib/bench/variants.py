"""What a program is run by: remote-run, and what else can be in its place."""

import dataclasses
import shlex

OURS, HIT = "remote-run", "remote-run, cache hit"
FAST, FORCED = "remote-run -O0", "remote-run --lazy=on"
EAGER = "remote-run --lazy=off"
MCJIT, ORC, LAZY = "lli MCJIT", "lli ORC", "lli orc-lazy"
REMOTE, CLANG, NATIVE = "lli remote", "clang + lld", "native"
PEERS = (REMOTE, MCJIT, ORC, LAZY, CLANG, NATIVE)

OUR_OPTIONS = {OURS: (), FAST: ("-O0",), FORCED: ("--lazy=on",),
               EAGER: ("--lazy=off",)}

LLI_OPTIONS = {
    MCJIT: ("-jit-kind=mcjit",),
    ORC: (),
    LAZY: ("-jit-kind=orc-lazy",),
}


@dataclasses.dataclass
class Runners:
    """Where the tools are; scratch is a folder for what runs leave behind."""
    remote_run: object
    llvm: object
    scratch: object

    def command(self, variant, program):
        """The words of a command that runs the program."""
        rest = ["--extra-module=%s" % module for module in program.modules]
        rest += [str(program.main), *program.arguments]
        if variant in OUR_OPTIONS:
            return [str(self.remote_run), *OUR_OPTIONS[variant], *rest]
        if variant == HIT:
            return [str(self.remote_run), "--cache=%s" % self.cache(program),
                    *rest]
        if variant == NATIVE:
            return [str(program.native), *program.arguments]
        if variant == CLANG:
            return self.compile_and_run(program)
        return [str(self.llvm / "lli"), *self.lli_options(variant), *rest]

    def lli_options(self, variant):
        if variant != REMOTE:
            return LLI_OPTIONS[variant]
        return ("-jit-kind=mcjit", "-remote-mcjit", "-mcjit-remote-process=%s"
                % (self.llvm / "lli-child-target"))

    def cache(self, program):
        return self.scratch / ("cache-" + program.main.stem)

    def has_cached(self, program):
        """Whether a run has left anything in its cache."""
        return any(path.is_file() for path in
                   self.cache(program).rglob("*"))

    def compile_and_run(self, program):
        """With clang's own defaults for bitcode, as a user would type it."""
        out = (program.beside or self.scratch) / "compiled"
        driver = "clang++" if program.is_cxx else "clang"
        compile_ = [str(self.llvm / driver), "-w", str(program.main),
                    *map(str, program.modules), "-fuse-ld=lld", "-lm",
                    *program.link, "-o", str(out)]
        return ["/bin/sh", "-c", "%s && exec %s" % (
            shlex.join(compile_), shlex.join([str(out), *program.arguments]))]
