"""What libstdc++'s testsuite builds before its first test, as its harness does.

libtestc++.a and testsuite_shared.so, from the folder util; the translations of
the library's messages. They are made once for a compiler and a level, in a
folder whose name tells of both.
"""

import os
import shutil

import processes
from suite import SuiteError

# See v3-build_support in lib/libstdc++.exp.
SOURCES = ("testsuite_abi.cc", "testsuite_allocator.cc",
           "testsuite_character.cc", "testsuite_hooks.cc",
           "io/verified_cmd_line_input.cc", "io/prog_bar.cc",
           "performance/time/elapsed_timer.cc")
SHARED_FLAGS = ["-fno-inline", "-w", "-shared", "-fPIC", "-DPIC",
                "-std=gnu++98"]
LANGUAGES = ("de", "fr")
BUILD_LIMIT = 300


class Support:
    """The files, all below `folder`, and the environment of the programs."""

    def __init__(self, folder, source, locales):
        self.folder = folder
        self.source = source
        self.locales = locales
        self.archive = folder / "libtestc++.a"
        self.shared = folder / "testsuite_shared.so"
        self.data = {file.name: file for file in
                     (source / "testsuite/data").iterdir()
                     if file.suffix in (".txt", ".tst")}

    def build(self, compiler, archiver, flags):
        """`flags` are those that the harness gives to every test."""
        stamp = self.folder / "stamp"
        if stamp.exists():
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        util = self.source / "testsuite/util"
        objects = []
        for number, name in enumerate(SOURCES):
            objects.append(self.folder / ("part%d.o" % number))
            self.run([compiler, *flags, "-I" + str(self.source / "testsuite"),
                      "-w", "-c", util / name, "-o", objects[-1]])
        self.run([archiver, "rc", self.archive, *objects])
        self.run([compiler, *flags, *SHARED_FLAGS,
                  util / "testsuite_shared.cc", "-o", self.shared])
        for language in LANGUAGES:
            place = self.folder / language / "LC_MESSAGES"
            place.mkdir(parents=True)
            self.run(["msgfmt", "-o", place / "libstdc++.mo",
                      self.source / "po" / (language + ".po")])
        stamp.touch()

    def run(self, command):
        done = processes.run(list(map(str, command)), self.folder, self.folder,
                             BUILD_LIMIT)
        if done.timed_out or done.status != 0:
            raise SuiteError("cannot build the testsuite's own library: %s" %
                             done.stderr.decode(errors="replace"))

    def environment(self):
        """What the harness sets, and where the locales are."""
        values = dict(os.environ, LC_ALL="C", LANG="C",
                      LOCPATH=str(self.locales))
        # GNU gettext would look at it before the locale.
        values.pop("LANGUAGE", None)
        return values

    def provide(self, text, folder):
        """Puts the files that a test's source names where it will run.

        The harness has all of them in the folder in which it runs every test.
        """
        for name, file in self.data.items():
            if name in text:
                shutil.copyfile(file, folder / name)
        if self.shared.name in text:
            shutil.copy(self.shared, folder)
        if "LOCALEDIR" in text:
            for language in LANGUAGES:
                shutil.copytree(self.folder / language, folder / language)
