"""Asks remote-stub for symbols of libraries that it must not load.

  inspection.py <tools> <remote-stub> <folder of libsettled.so>
"""

import sys

CONSTRUCTED = "constructed\n"


# What the size of a function is depends on its compiler.
CODE = "some bytes"


class Asked:
    """A remote-stub that has said Hello."""

    def __init__(self, wire, peers, stub, **variables):
        self.wire = wire
        self.executor = peers.Executor(stub, variables=variables)
        wire.read_frame(self.executor.answers)

    def load(self, *libraries, folder=b"", now=0):
        self.executor.send(self.wire.frame(self.wire.LOAD, self.wire.load(
            [folder] if folder else [], libraries, now=now)), False)

    def lookup(self, *names, **more):
        """name -> its answer with the version spelled out; needed libraries;
        referenced spare names. A failure's reason in place of all."""
        wire, spare = self.wire, more.get("spare", ())
        self.executor.send(wire.frame(wire.LOOKUP, wire.lookup(
            names, **{"now": 0, "wants_size": 1, **more})), False)
        kind, payload = wire.read_frame(self.executor.answers)
        if kind == wire.FAILED:
            return payload[4:].decode()
        needed, versions, _ = wire.libraries_of_reply(payload)
        self.directories = wire.directories_of_reply(payload)
        answers = {}
        for name, answer in zip(names, wire.answers_of_reply(payload)):
            kind, address, size, _, version = answer
            if kind == wire.FUNCTION and size != 0:
                size = CODE
            answers[name] = (kind, address != 0, size,
                             versions[version - 1] if version else None)
        return answers, needed, [spare[index] for index in
                                 wire.referenced_of_reply(payload)]

    def maps(self):
        with open("/proc/%d/maps" % self.executor.process.pid) as lines:
            return lines.read()

    def end(self):
        """What was written to standard error."""
        self.executor.requests.close()
        self.executor.frames()
        return self.executor.end()[2]


class Checks:
    def __init__(self, tools, stub, folder):
        sys.path.insert(0, tools)
        import peer_controller
        import peer_wire
        self.wire = peer_wire
        self.new = lambda **variables: Asked(peer_wire, peer_controller, stub,
                                             **variables)
        self.folder = folder.encode()
        self.path = self.folder + b"/libsettled.so"
        self.wrong = []

    def equal(self, what, found, expected):
        if found != expected:
            self.wrong.append("%s: %r instead of %r" % (what, found, expected))

    def kinds_and_addresses(self):
        wire = self.wire
        # By the file's name, since it has no SONAME.
        settled = (b"libsettled.so", b"SETTLED_1")
        expected = {
            b"settled_function": (wire.FUNCTION, False, CODE, settled),
            b"settled_function@SETTLED_1": (wire.FUNCTION, False, CODE, settled),
            b"settled_function@SETTLED_2": (wire.MISSING, False, 0, None),
            b"settled_choice": (wire.FUNCTION, False, CODE, settled),
            b"settled_data": (wire.DATA, False, 24, settled),
            b"settled_tls": (wire.THREAD_LOCAL, False, 4, settled),
            b"beneath_function": (wire.FUNCTION, False, CODE, None),
            b"no such name": (wire.MISSING, False, 0, None),
            b"": (wire.MISSING, False, 0, None),
            b"settled_data\0": (wire.MISSING, False, 0, None),
            b"dlsym": (wire.OWN, True, 0, None),
            b"atexit": (wire.OWN, True, 0, None),
        }
        spare = [b"by_data", b"by_deep_call", b"by_nobody", b"malloc"]
        asked = self.new()
        self.equal("before", asked.lookup(*expected)[1], [])
        asked.load((1, b"settled"), folder=self.folder)
        answers, needed, referenced = asked.lookup(*expected, spare=spare)
        self.equal("answers", answers, expected)
        self.equal("needed", needed, [b"libsettled.so"])
        self.equal("directories", asked.directories, [self.folder])
        self.equal("referenced", referenced,
                   [b"by_data", b"by_deep_call", b"malloc"])
        for line in asked.maps().splitlines():
            if "libsettled" in line or "libbeneath" in line:
                self.equal("mapping", line.split()[1], "r--p")
        libc = asked.lookup(b"qsort", b"environ", b"strlen")[0]
        for name, kind, size in ((b"qsort", wire.FUNCTION, CODE),
                                 (b"strlen", wire.FUNCTION, CODE),
                                 (b"environ", wire.DATA, 8)):
            self.equal(name, libc[name][:3], (kind, True, size))
            self.equal("version", libc[name][3] and libc[name][3][0],
                       b"libc.so.6")
        self.equal("written", asked.end(), "")

    def default_libraries(self):
        wire, asked = self.wire, self.new()
        weak = asked.lookup(b"_ZSt9terminatev", b"sin", weak=1)
        self.equal("weak", (weak[0][b"sin"][0], weak[1]), (wire.MISSING, []))
        names = (b"sin", b"_ZSt9terminatev", b"_ZTISt9exception",
                 b"_ZSt11__once_call", b"_Unwind_Resume")
        answers, needed, _ = asked.lookup(*names)
        self.equal("default kinds", [answers[name][:2] for name in names],
                   [(wire.FUNCTION, False), (wire.FUNCTION, False),
                    (wire.DATA, False), (wire.THREAD_LOCAL, False),
                    (wire.FUNCTION, False)])
        self.equal("default versions",
                   [answers[name][3][0] for name in names],
                   [b"libm.so.6"] + 3 * [b"libstdc++.so.6"]
                   + [b"libgcc_s.so.1"])
        self.equal("defaults", needed, [b"libstdc++.so.6", b"libm.so.6",
                                        b"libgcc_s.so.1"])
        self.equal("none is loaded", "libstdc++" in "".join(
            line for line in asked.maps().splitlines() if "r-xp" in line),
                   False)
        asked.end()
        # libstdc++ has it, and needs libm, which the program does not name.
        asked = self.new()
        self.equal("only one", asked.lookup(b"_ZSt9terminatev")[1],
                   [b"libstdc++.so.6"])
        self.equal("what that brings",
                   asked.lookup(b"sin", weak=1)[0][b"sin"][:2],
                   (wire.FUNCTION, False))
        self.equal("only libraries",
                   asked.lookup(b"sin", b"qsort", process_symbols=0)[0][
                       b"qsort"][0], wire.FUNCTION)
        asked.end()

    def loading_later(self):
        wire, asked = self.wire, self.new()
        asked.load((0, self.path))
        self.equal("found", asked.lookup(b"settled_data")[0][
            b"settled_data"][:3], (wire.DATA, False, 24))
        answers, needed, _ = asked.lookup(b"settled_data", b"sin", now=1)
        self.equal("loaded", [answers[name][:3] for name in answers],
                   [(wire.DATA, True, 24), (wire.FUNCTION, True, CODE)])
        self.equal("loaded needs", needed, [])
        # It was not loaded when the process started.
        answers, needed, _ = asked.lookup(b"settled_tls", b"settled_choice")
        self.equal("loaded before", [answers[name][:2] for name in answers],
                   [(wire.THREAD_LOCAL, True), (wire.FUNCTION, True)])
        self.equal("needed", needed, [self.path])
        self.equal("no directories", asked.directories, [])
        self.equal("written", asked.end(), 2 * CONSTRUCTED)

    def loaded_from_the_start(self):
        asked = self.new(LD_PRELOAD=self.path.decode())
        asked.load((1, b"settled"), folder=self.folder)
        answers, needed, _ = asked.lookup(b"settled_data", b"beneath_function")
        self.equal("preloaded", [answers[name][:2] for name in answers],
                   [(self.wire.DATA, True), (self.wire.FUNCTION, True)])
        self.equal("preloaded needs", needed, [])
        asked.end()

    def only_these_libraries(self):
        wire, asked = self.wire, self.new()
        asked.load((0, self.path), (0, self.path))
        answers, needed, _ = asked.lookup(
            b"settled_data", b"beneath_function", b"qsort", b"sin", b"dlsym",
            process_symbols=0)
        self.equal("of the libraries", [answers[name][:2] for name in answers],
                   [(wire.DATA, False), (wire.FUNCTION, False),
                    (wire.FUNCTION, True), (wire.MISSING, False),
                    (wire.FUNCTION, True)])
        self.equal("named twice", needed, [self.path])
        asked.end()

    def same_failures(self):
        for what, library in (("name", (1, b"nothing")),
                              ("path", (0, b"./nothing.so")),
                              ("search", (0, b"libnothing.so.1")),
                              ("text", (0, __file__.encode())),
                              ("needs", (0, self.folder + b"/libneedy.so")),
                              ("needs of name", (1, b"needy"))):
            said = []
            for now in (0, 1):
                asked = self.new()
                asked.load(library, folder=self.folder, now=now)
                said.append(asked.lookup(b"qsort", now=now))
                asked.end()
            self.equal(what, said[0], said[1])
            self.equal(what + " fails", str(said[0])[:20],
                       "cannot load library ")


def main():
    checks = Checks(*sys.argv[1:])
    checks.kinds_and_addresses()
    checks.default_libraries()
    checks.loading_later()
    checks.loaded_from_the_start()
    checks.only_these_libraries()
    checks.same_failures()
    print("\n".join(checks.wrong))
    sys.exit(bool(checks.wrong))


if __name__ == "__main__":
    main()
