"""Links objects of Thumb code to IR for armhf, which is compiled to A32 code:
thumb_objects.py REMOTE-RUN LLVM FOLDER.

What comes of it is compared with a program that GNU ld has linked.
"""

import os
import subprocess
import sys

TARGET = "arm-linux-gnueabihf"
SOURCES = os.path.join(os.path.dirname(__file__), "thumb")
LEVELS = ("-O0", "-O2", "-Os")
MODELS = ("-fPIE", "-fPIC", "-fno-pic")
TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))


class Programs:
    def __init__(self, remote_run, llvm, folder):
        self.remote_run = remote_run
        self.llvm = llvm
        self.folder = folder
        self.count = 0

    def path(self, name):
        return os.path.join(self.folder, name)

    def compile(self, compiler, source, *flags):
        """Of a source, an object; or IR, for -emit-llvm."""
        self.count += 1
        name, kind = os.path.splitext(source)
        output = self.path("%s.%d%s" % (
            name, self.count, ".bc" if "-emit-llvm" in flags else ".o"))
        plus = "++" if kind == ".cpp" else ""
        command = [TARGET + ("-g++" if plus else "-gcc")]
        if compiler == "clang":
            command = [os.path.join(self.llvm, "clang" + plus),
                       "--target=" + TARGET]
        subprocess.run([*command, *flags, "-c", os.path.join(SOURCES, source),
                        "-o", output], check=True)
        return output

    def native(self, *objects):
        """What GNU ld's program does."""
        program = self.path("native")
        subprocess.run([TARGET + "-g++", "-no-pie", "-pthread", *objects, "-o",
                        program], check=True)
        done = subprocess.run(
            ["qemu-arm", "-L", "/usr/" + TARGET, program], check=False,
            capture_output=True, text=True, timeout=TIME_LIMIT)
        if done.returncode < 0 or not done.stdout:
            sys.exit("natively: status %d, %r" % (done.returncode, done.stderr))
        return done.returncode, done.stdout

    def check(self, what, expected, *arguments):
        done = subprocess.run(
            [self.remote_run, "--target=" + TARGET, *arguments], check=False,
            capture_output=True, text=True, timeout=TIME_LIMIT)
        if (done.returncode, done.stdout) != expected:
            sys.exit("%s: status %d, %r, %r; natively %r" % (
                what, done.returncode, done.stdout, done.stderr, expected))

    def check_program(self, source, part):
        """In all ways to compile \\p part; one IR."""
        main = self.compile("clang", source, "-O1", "-emit-llvm")
        expected = self.native(
            self.compile("gcc", source, "-O1", "-marm"),
            self.compile("gcc", part, "-O1", "-mthumb"))
        for level in LEVELS:
            for model in MODELS:
                for compiler in ("gcc", "clang"):
                    flags = [level, model, "-mthumb", "-march=armv7-a+fp"]
                    thumb = self.compile(compiler, part, *flags)
                    self.check("%s: %s %s" % (part, compiler, " ".join(flags)),
                               expected, "--extra-object=" + thumb, main)
        # Where the dynamic linker knows nothing of the program, libraries are
        # out of the reach of all branches.
        thumb = self.compile("gcc", part, "-O2", "-mthumb")
        self.check(part + ": no image", expected, "--image=false",
                   "--extra-object=" + thumb, main)
        archive = self.path("libpart.a")
        if os.path.exists(archive):
            os.remove(archive)
        subprocess.run([TARGET + "-ar", "rcs", archive, thumb], check=True)
        self.check(part + ": an archive", expected, "-L" + self.folder,
                   "-lpart", main)
        # No IR at all.
        self.check(source + ": objects", expected, "--extra-object=" + thumb,
                   self.compile("gcc", source, "-O1", "-mthumb"))

    def check_branches(self):
        branches = self.compile("gcc", "branches.s")
        expected = self.native(
            self.compile("gcc", "branches.c", "-O1", "-marm"), branches)
        main = self.compile("clang", "branches.c", "-O1", "-emit-llvm")
        for option in ("--image=true", "--image=false"):
            self.check("branches.s, " + option, expected, option,
                       "--extra-object=" + branches, main)


def main():
    remote_run, llvm, folder = sys.argv[1:]
    programs = Programs(remote_run, llvm, folder)
    programs.check_branches()
    programs.check_program("calls.c", "calls-part.c")
    programs.check_program("throws.cpp", "throws-part.cpp")
    print("all as natively")


if __name__ == "__main__":
    main()
