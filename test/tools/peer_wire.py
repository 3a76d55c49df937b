"""The wire protocol of lib/wire/PROTOCOL.md, written a second time.

Encodes without checking anything, so that the peers of test/protocol can say
what must not be said. Not shared with the product: where the two disagree, one
of them does not follow the specification.
"""

import os
import platform
import struct

# The machine that remote-run and remote-stub are for. Python's own is another one
# where they are emulated; lit tells then.
MACHINE = os.environ.get("TEST_MACHINE", platform.machine())
TRIPLE = MACHINE.encode() + b"-unknown-linux-gnu"
OTHER_TRIPLE = ((b"x86_64" if MACHINE == "aarch64" else b"aarch64")
                + b"-unknown-linux-gnu")
VERSION = 12
MAGIC = b"RRUN"
HEADER_SIZE = 16

HELLO, LOAD, LOOKUP, LOOKUP_REPLY, RESERVE, WRITE = range(1, 7)
FINALIZE, INTERPOSE, RUN, RUNNING, FAILED = range(7, 12)
DESCRIBE_CPU, CPU = 12, 13
# Of the forwarded manner.
START, INPUT, OUTPUT_CREDIT, CLOSE_OUTPUT, SIGNAL = range(14, 19)
OUTPUT, INPUT_CREDIT, INPUT_CLOSED, STOPPED, ENDED = range(19, 24)
END_GROUP, SIGNAL_SENT = 24, 25
ELSEWHERE, RESTART, SHARE, SHARED = range(26, 30)
# Of an open session.
OPEN, OPENED, ADD_MODULE, START_MODULE, MODULE_STARTED = range(30, 35)
REMOVE_MODULE, MODULE_REMOVED, CALL, RETURNED = range(35, 39)
READ_MEMORY, MEMORY_READ, WRITE_MEMORY, MEMORY_WRITTEN = range(39, 43)
DYING = 43
# Of functions that come late.
PLACE, PUBLISH, WANTED = range(44, 47)
# Of a far end that keeps what it was sent.
ASK_KEPT, KEPT, WRITE_KEPT, KEEP, STORED = range(47, 52)

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
MAX_PAYLOAD = {HELLO: 4 * KIB, LOAD: 1 * MIB, LOOKUP: 256 * MIB,
               LOOKUP_REPLY: 128 * MIB, RESERVE: 16 * MIB, WRITE: 64 * GIB,
               FINALIZE: 16 * MIB, INTERPOSE: 256 * MIB, RUN: 64 * MIB,
               RUNNING: 0, FAILED: 64 * KIB, DESCRIBE_CPU: 0, CPU: 64 * KIB,
               START: 64 * MIB, INPUT: 64 * KIB, OUTPUT_CREDIT: 9,
               CLOSE_OUTPUT: 1, SIGNAL: 5, OUTPUT: 128 * KIB, INPUT_CREDIT: 8,
               INPUT_CLOSED: 0, STOPPED: 4, ENDED: 128 * KIB, END_GROUP: 0,
               SIGNAL_SENT: 0, ELSEWHERE: 64 * KIB, RESTART: 8,
               SHARE: 4 * KIB, SHARED: 4 * KIB, OPEN: 0, OPENED: 32,
               ADD_MODULE: 16 * MIB, START_MODULE: 16 * MIB,
               MODULE_STARTED: 128 * KIB, REMOVE_MODULE: 5,
               MODULE_REMOVED: 5, CALL: GIB, RETURNED: GIB,
               READ_MEMORY: 16, MEMORY_READ: GIB, WRITE_MEMORY: GIB,
               MEMORY_WRITTEN: 1, DYING: 64 * KIB, PLACE: 64 * KIB,
               PUBLISH: 64 * KIB, WANTED: 64 * KIB, ASK_KEPT: 256 * KIB,
               KEPT: 64 * KIB, WRITE_KEPT: 256 * KIB, KEEP: 256 * KIB,
               STORED: 4 * KIB}
FROM_EXECUTOR = (HELLO, LOOKUP_REPLY, RUNNING, FAILED, CPU, OUTPUT,
                 INPUT_CREDIT, INPUT_CLOSED, STOPPED, ENDED, SIGNAL_SENT,
                 ELSEWHERE, SHARED, OPENED, MODULE_STARTED, MODULE_REMOVED,
                 RETURNED, MEMORY_READ, MEMORY_WRITTEN, DYING, WANTED, KEPT,
                 STORED)
FROM_CONTROLLER = (LOAD, LOOKUP, RESERVE, WRITE, FINALIZE, INTERPOSE, RUN,
                   DESCRIBE_CPU, START, INPUT, OUTPUT_CREDIT, CLOSE_OUTPUT,
                   SIGNAL, END_GROUP, RESTART, SHARE, OPEN, ADD_MODULE,
                   START_MODULE, REMOVE_MODULE, CALL, READ_MEMORY,
                   WRITE_MEMORY, PLACE, PUBLISH, ASK_KEPT, WRITE_KEPT, KEEP)
# Of each of the guest's standard streams, so many bytes may be under way.
WINDOW = 4 * MIB

READ, READ_WRITE, READ_EXECUTE = 1, 3, 5
# Of the symbols in LookupReply.
MISSING, FUNCTION, DATA, THREAD_LOCAL, OWN = range(5)


def u8(value):
    return struct.pack("<B", value)


def u32(value):
    return struct.pack("<I", value)


def u64(value):
    return struct.pack("<Q", value % (1 << 64))


def range_(start, size):
    return u64(start) + u64(size)


def string(text):
    return u32(len(text)) + text


def list_(elements):
    return u32(len(elements)) + b"".join(elements)


def header(kind, size, magic=MAGIC, reserved=0):
    return magic + struct.pack("<HHQ", kind, reserved, size)


def frame(kind, payload=b""):
    return header(kind, len(payload)) + payload


def hello(version=VERSION, pointer_size=8, page_size=4096, process=1,
          slab=(0x10000000, 0x10000000), thread_locals=(-2048, 2048, 64),
          most=None, strictest=None, relocated=0x401000,
          relocated_result=0x402000, triple=TRIPLE):
    return (u32(version) + u8(pointer_size) + u32(page_size) + u64(process)
            + range_(*slab) + u64(thread_locals[0]) + u32(thread_locals[1])
            + u32(thread_locals[2]) + u32(most or thread_locals[1])
            + u32(strictest or thread_locals[2])
            + u64(relocated) + u64(relocated_result) + string(triple))


def answer(kind=0, address=0, size=0, version=0, alignment=0):
    """What LookupReply says of a symbol."""
    return u8(kind) + u64(address) + u64(size) + u8(alignment) + u32(version)


def lookup_reply(addresses, referenced=(), needed=(), versions=(),
                 directories=()):
    """Of functions; where an address is 0, of what is missing. What is no
    number is an answer() already."""
    return (list_([answer(FUNCTION if address else MISSING, address)
                   if isinstance(address, int) else address
                   for address in addresses])
            + list_([string(name) for name in needed])
            + list_([string(library) + string(name)
                     for library, name in versions])
            + list_([u32(index) for index in referenced])
            + list_([string(name) for name in directories]))


def elsewhere(start=0x7f0000000000, size=GIB, takes_images=1,
              reason=b"it is taken"):
    return range_(start, size) + u8(takes_images) + string(reason)


def failed(reason):
    return string(reason)


def cpu(capabilities=0, more=0, platform=b"", description=b""):
    return (u64(capabilities) + u64(more) + string(platform)
            + string(description))


def load(directories=(), libraries=(), now=1):
    return (u8(now)
            + list_([string(directory) for directory in directories])
            + list_([u8(how) + string(text) for how, text in libraries]))


def lookup(names=(), process_symbols=1, weak=0, wants_size=0, spare=(), now=1):
    return (u8(process_symbols) + u8(now)
            + list_([u8(weak) + u8(wants_size) + string(name)
                     for name in names])
            + list_([string(name) for name in spare]))


def reserve(segments, image=b"", windows=()):
    return (list_([range_(start, size) + u8(final)
                   for start, size, final in segments]) + string(image)
            + list_([range_(start, size) + u64(offset)
                     for start, size, offset in windows]))


# As Shared's descriptor.
NO_FILE = 0xffffffff


def share(name=b"shared", size=1 << 16, functions=0):
    return string(name) + u64(size) + u32(functions)


def shared(descriptor=NO_FILE, reason=b"", functions=0):
    return u32(descriptor) + u32(functions) + string(reason)


def place(offset=0, data=b""):
    return u64(offset) + data


def publish(words=((0, 0),)):
    return list_([u64(offset) + u64(value) for offset, value in words])


def wanted(functions):
    return list_([u32(number) for number in functions])


def opened(threads=4, recovers=0, relocated=0x401000,
           relocated_result=0x402000):
    return (u32(threads) + u8(recovers) + u64(relocated)
            + u64(relocated_result))


def add_module(segments, module=1, image=b"", path=b""):
    return (u32(module)
            + list_([range_(start, size) + u8(final)
                     for start, size, final in segments])
            + string(image) + string(path))


def start_module(module=1, tables=(), ifuncs=(), library_thread_locals=(),
                 initializers=(), finalizers=(), dso_handle=0):
    return (u32(module) + list_([range_(*table) for table in tables])
            + list_([u64(slot) + u64(resolver) for slot, resolver in ifuncs])
            + list_([u64(slot) + u64(instance)
                     for slot, instance in library_thread_locals])
            + list_([range_(*array) for array in initializers])
            + list_([range_(*array) for array in finalizers])
            + u64(dso_handle))


def module_started(module, how=0, reason=b"", report=b""):
    return u32(module) + u8(how) + string(reason) + report


def remove_module(module=1, waits=0):
    return u32(module) + u8(waits)


def module_removed(module, is_busy=0):
    return u32(module) + u8(is_busy)


def call(wrapper, function=0, number=1, own_thread=0, result_size=0,
         arguments=b""):
    return (u64(number) + u64(wrapper) + u64(function) + u8(own_thread)
            + u32(result_size) + arguments)


def returned(number, has_crashed=0, result=b""):
    return u64(number) + u8(has_crashed) + result


def memory_read(data, is_readable=1):
    return u8(is_readable) + data


def write(start, data):
    return u64(start) + data


def finalize(tables=(), image_path=b""):
    return list_([range_(*table) for table in tables]) + string(image_path)


def interpose(definitions=(), variables=(), copies=(), functions=(),
              thread_locals=()):
    return (list_([u64(address) + string(name)
                   for address, name in definitions])
            + list_([u64(library) + range_(*copy)
                     for library, copy in variables])
            + list_([range_(*place) + string(name)
                     for place, name in copies])
            + list_([u64(address) + string(name)
                     for address, name in functions])
            + list_([u64(offset) + u64(size) + string(name)
                     for offset, size, name in thread_locals]))


def run(entry, arguments=(b"prog",), initializers=(), finalizers=(),
        ifuncs=(), thread_locals=(), library_thread_locals=(),
        returns_void=0, ignore_sigchld=0, remaining=0, interval=0,
        limits=(), debug_objects=(), wait_for_debugger=0, perf_file=b"",
        environment=(), directory=b"", program_file=b"", start_again=()):
    return (u64(entry) + u8(returns_void) + u8(ignore_sigchld)
            + u64(remaining) + u64(interval)
            + list_([u64(slot) + u64(resolver) for slot, resolver in ifuncs])
            + list_([range_(*image) + u64(offset)
                     for image, offset in thread_locals])
            + list_([u64(slot) + u64(instance)
                     for slot, instance in library_thread_locals])
            + list_([range_(*array) for array in initializers])
            + list_([range_(*array) for array in finalizers])
            + list_([string(argument) for argument in arguments])
            + list_([u8(what) + u64(soft) + u64(hard)
                     for what, soft, hard in limits])
            + list_([range_(*copy) for copy in debug_objects])
            + u8(wait_for_debugger) + string(perf_file)
            + list_([string(variable) for variable in environment])
            + string(directory) + string(program_file)
            + list_([string(word) for word in start_again]))


def start(version=VERSION, arguments=(b"prog",), environment=(),
          directory=b"", streams=(1, 1, 1), error_is_output=0, executes=1,
          wants_crash_report=1, stack_limit=(1 << 64) - 1, keeps_blocks=0,
          block_folder=b""):
    return (u32(version) + list_([string(argument) for argument in arguments])
            + list_([string(variable) for variable in environment])
            + string(directory) + b"".join(u8(is_open) for is_open in streams)
            + u8(error_is_output) + u8(executes) + u8(wants_crash_report)
            + u64(stack_limit) + u8(keeps_blocks) + string(block_folder))


def ask_kept(blocks):
    """Sizes, and hashes of 32 bytes."""
    return list_([u32(size) + digest for size, digest in blocks])


def kept(has, reason=b""):
    return list_([u8(is_there) for is_there in has]) + string(reason)


def write_kept(copies):
    """Each block's number, whether to the shared file, and where to."""
    return list_([u32(block) + u8(in_file) + u64(where)
                  for block, in_file, where in copies])


def keep(blocks):
    """Whether in the shared file, where, and how much of it."""
    return list_([u8(in_file) + u64(where) + u32(size)
                  for in_file, where, size in blocks])


def stored(blocks=0, reason=b""):
    return u32(blocks) + string(reason)


def credit(stream, size):
    """OutputCredit."""
    return u8(stream) + u64(size)


def guest_signal(number, to_group=0):
    return u32(number) + u8(to_group)


def output(stream, data):
    return u8(stream) + data


def ended(signaled=0, code=0, dumped_core=0, user=0, system=0, peak=0,
          leaves_callers=0, crash_memory=b""):
    return (u8(signaled) + u32(code) + u8(dumped_core) + u64(user)
            + u64(system) + u64(peak) + u8(leaves_callers)
            + string(crash_memory))


def read_exactly(file, size):
    """Raises EOFError where the stream ends before."""
    data = file.read(size)
    if len(data) != size:
        raise EOFError
    return data


def read_frame(file):
    """The type and the payload of the next frame; EOFError at the end."""
    magic, kind, _, size = struct.unpack("<4sHHQ",
                                         read_exactly(file, HEADER_SIZE))
    if magic != MAGIC:
        raise ValueError("bytes that are no frame: %r" % magic)
    return kind, read_exactly(file, size)


def strings_at(payload, offset, before):
    """The end of a list, and its strings, each after `before` bytes."""
    count, = struct.unpack_from("<I", payload, offset)
    offset += 4
    found = []
    for _ in range(count):
        size, = struct.unpack_from("<I", payload, offset + before)
        offset += before + 4 + size
        found.append(payload[offset - size:offset])
    return offset, found


def names_of_lookup(payload):
    """The names to find, and those that are spare."""
    end, names = strings_at(payload, 2, before=2)
    return names, strings_at(payload, end, before=0)[1]


ANSWER = struct.Struct("<BQQBI")


def answers_of_reply(payload):
    """Kind, address, size, alignment and version's number of each symbol."""
    count, = struct.unpack_from("<I", payload, 0)
    return [ANSWER.unpack_from(payload, 4 + ANSWER.size * number)
            for number in range(count)]


def addresses_of_reply(payload):
    """Those of the symbols, 0 where there is none."""
    return [address for _, address, *_ in answers_of_reply(payload)]


def libraries_of_reply(payload):
    """The names of needed libraries, and each version's library and name."""
    end = 4 + ANSWER.size * len(answers_of_reply(payload))
    end, needed = strings_at(payload, end, before=0)
    count, = struct.unpack_from("<I", payload, end)
    end += 4
    versions = []
    for _ in range(count):
        size, = struct.unpack_from("<I", payload, end)
        library = payload[end + 4:end + 4 + size]
        end += 4 + size
        size, = struct.unpack_from("<I", payload, end)
        versions.append((library, payload[end + 4:end + 4 + size]))
        end += 4 + size
    return needed, versions, end


def directories_of_reply(payload):
    """Those at the end."""
    end = libraries_of_reply(payload)[2]
    end += 4 + 4 * len(referenced_of_reply(payload))
    return strings_at(payload, end, before=0)[1]


def referenced_of_reply(payload):
    """The indices before them."""
    end = libraries_of_reply(payload)[2]
    count, = struct.unpack_from("<I", payload, end)
    return list(struct.unpack_from("<%dI" % count, payload, end + 4))
