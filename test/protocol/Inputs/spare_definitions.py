"""Asks remote-stub which names the loaded libraries refer to or define.

  spare_definitions.py <tools> <remote-stub> <library of references.c>
"""

import sys

OPERATOR_NEW = b"_Znwm"
REFERRED_TO = (b"by_pointer", b"by_pointer_behind", b"by_got", b"by_call",
               b"by_call_and_got", b"by_weak_reference")
DEFINED = (b"only_defined", b"use", b"pointer", b"pointer_behind")
NEITHER = (b"only_static", b"hidden_by_got", b"by_poin", b"by_call_",
           b"by_call\0", b"\0by_call", b"")
MANY = 20000


class Asked:
    """A remote-stub that has said Hello."""

    def __init__(self, tools, stub):
        sys.path.insert(0, tools)
        import peer_controller
        import peer_wire
        self.wire = peer_wire
        self.executor = peer_controller.Executor(stub)
        self.wire.read_frame(self.executor.answers)
        self.wrong = []

    def load(self, path):
        self.executor.send(self.wire.frame(
            self.wire.LOAD, self.wire.load((), [(0, path.encode())])), False)

    def indices(self, spare, **more):
        self.executor.send(self.wire.frame(
            self.wire.LOOKUP, self.wire.lookup(spare=spare, **more)), False)
        kind, payload = self.wire.read_frame(self.executor.answers)
        assert kind == self.wire.LOOKUP_REPLY, (kind, payload)
        return self.wire.referenced_of_reply(payload)

    def expect(self, what, referenced, spare, **more):
        r"""The names of \p spare that are referred to, in their order."""
        found = [spare[index] for index in self.indices(spare, **more)]
        if found != list(referenced):
            self.wrong.append("%s: %r instead of %r" % (what, found,
                                                        referenced))

    def expect_last_of_equals(self):
        found = self.indices([b"by_call", b"by_got", b"by_call", b"use"])
        if found != [1, 2, 3]:
            self.wrong.append("equal names: %r" % found)

    def end(self):
        self.executor.requests.close()
        self.executor.frames()
        self.executor.end()


def many_names():
    """Most are nobody's; the library's stand among them."""
    names = [b"_ZN5space%d4nameEv" % number for number in range(MANY)]
    step = MANY // len(REFERRED_TO)
    for number, name in enumerate(REFERRED_TO):
        names[step * number + number] = name
    return names


def main():
    tools, stub, library = sys.argv[1:]
    asked = Asked(tools, stub)
    asked.expect("before the library is loaded", (), REFERRED_TO)
    asked.expect("of no names", (), ())
    asked.load(library)
    asked.expect("one kind of reference each", REFERRED_TO, REFERRED_TO)
    asked.expect("definitions", DEFINED, DEFINED)
    asked.expect("neither", (), NEITHER)
    mixed = NEITHER + REFERRED_TO[::-1] + NEITHER
    asked.expect("in the order of the question", REFERRED_TO[::-1], mixed)
    asked.expect_last_of_equals()
    asked.expect("many", REFERRED_TO, many_names())
    asked.expect("without the process's symbols", REFERRED_TO, mixed[::-1],
                 process_symbols=0)
    # remote-stub refers to it, but no library that is loaded so far does, or
    # defines it.
    asked.expect("the executor's own", (), [b"__lsan_register_root_region"])
    # A replaceable function ([new.delete.single]) of the library that the
    # symbol of the same Lookup is the first to need.
    asked.expect("before libstdc++ is loaded", (), [OPERATOR_NEW])
    asked.expect("libstdc++, which a weak symbol does not load", (),
                 [OPERATOR_NEW], names=[b"_ZSt9terminatev"], weak=1)
    asked.expect("libstdc++, loaded for a symbol", [OPERATOR_NEW],
                 [OPERATOR_NEW], names=[b"_ZSt9terminatev"])
    asked.end()
    print("\n".join(asked.wrong))
    sys.exit(bool(asked.wrong))


if __name__ == "__main__":
    main()
