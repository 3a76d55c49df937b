"""Makes wrong programs of right ones: mutants of bitcode and of textual IR.

Every choice comes from the random.Random that is passed, so that a mutant can be
made again. A donor is another program of the same form.
"""

import re
import struct

import bitcode_blocks

EXTREMES = (0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000,
            0xfffffffe, 0xffffffff)
EXTREME_NUMBERS = ("0", "1", "-1", "3", "7", "64", "255", "65536", "8388608",
                   "2147483647", "4294967295", "4294967296", "-9223372036854775808",
                   "9223372036854775807", "18446744073709551615",
                   "18446744073709551616", "340282366920938463463374607431768211456")
FUNCTION = re.compile(rb"^define [^\n]*\{\n(.*?)^\}\n", re.M | re.S)
NUMBER = re.compile(rb"(?<![\w.%@!\"])-?\d+(?![\w.])")
WORD = re.compile(rb"[%@!#]?[\w.$]+")

# Words that can stand for each other, so that the mutant is more often valid.
CLASSES = [group.encode().split() for group in (
    "i1 i7 i8 i16 i32 i33 i64 i65 i128 i1024 ptr half bfloat float double "
    "x86_fp80 fp128 void",
    "add sub mul udiv sdiv urem srem shl lshr ashr and or xor fadd fmul frem",
    "eq ne ugt uge ult ule sgt sge slt sle oeq une uno ord",
    "trunc zext sext fptrunc fpext fptoui sitofp ptrtoint inttoptr bitcast "
    "addrspacecast",
    "private internal external weak weak_odr linkonce linkonce_odr common "
    "appending extern_weak available_externally",
    "default hidden protected", "dso_local dso_preemptable",
    "localdynamic initialexec localexec", "global constant",
    "unordered monotonic acquire release acq_rel seq_cst",
    "ccc fastcc coldcc ghccc tailcc swiftcc preserve_mostcc preserve_allcc "
    "x86_regcallcc x86_vectorcallcc x86_intrcc win64cc anyregcc cfguard_checkcc",
    "noundef nonnull byval sret inreg zeroext signext nest returned swiftself "
    "swifterror inalloca immarg",
    "nounwind noreturn naked optnone noinline alwaysinline minsize ssp sspreq "
    "uwtable cold hot returns_twice nonlazybind",
    "zeroinitializer null undef poison none true false",
    "tail musttail notail", "ret unreachable resume", "call invoke callbr",
    "any exactmatch largest nodeduplicate samesize")]
CLASS_OF = {word: group for group in CLASSES for word in group}
KEYWORD = re.compile(rb"(?<![\w.%@!#$])(?:" + b"|".join(CLASS_OF) +
                     rb")(?![\w.])")
# What may be said of a global or a function besides, and before which word.
ADDITIONS = (
    (rb"(?:global|constant)(?= )", CLASSES[4] + CLASSES[5] + [
        b"thread_local", b"thread_local(localexec)", b"externally_initialized",
        b"addrspace(1)", b"addrspace(257)", b"unnamed_addr"]),
    (rb"(?<=define )", CLASSES[4] + CLASSES[5] + CLASSES[10]),
    (rb"(?=, align \d)", [b', section ".init_array"', b', section ".text"',
                          b', section ".tdata"', b', section ".eh_frame"',
                          b', section "llvm.metadata"', b", comdat",
                          b', code_model "large"', b', partition "p"']),
    (rb"(?= \{$)", [b'section ".data"', b"comdat", b"naked", b"align 4096",
                    b'gc "statepoint-example"', b"prefix i32 1",
                    b"prologue i8 -61", b"personality ptr null",
                    b'"target-cpu"="znver4"', b'"target-features"="-sse,-sse2"',
                    b'"split-stack"', b'"probe-stack"="inline-asm"',
                    b'"patchable-function"="prologue-short-redirect"',
                    b'"fentry-call"="true"', b'"function-instrument"="xray-always"',
                    b'"stack-probe-size"="1"', b'"target-features"="+soft-float"',
                    b"alignstack(256)", b"sspreq", b"safestack", b"shadowcallstack",
                    b"sanitize_address", b"presplitcoroutine"]))


def flip_bytes(random, data, _):
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4, 16, 64))):
        changed[random.randrange(len(changed))] ^= random.randrange(1, 256)
    return bytes(changed)


def flip_bits(random, data, _):
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 8))):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def truncate(random, data, _):
    return data[:random.randrange(len(data))]


#-- Of bitcode ----------------------------------------------------------------

def set_word(random, data, _):
    changed = bytearray(data)
    at = random.randrange(len(data) // 4) * 4
    struct.pack_into("<I", changed, at, random.choice(EXTREMES))
    return bytes(changed)


def some_words(random, data, most=64):
    count = random.randrange(1, most)
    at = random.randrange(max(1, len(data) // 4 - count)) * 4
    return at, at + 4 * count


def repeat_words(random, data, _):
    start, end = some_words(random, data)
    return data[:end] + data[start:]


def remove_words(random, data, _):
    start, end = some_words(random, data)
    return data[:start] + data[end:]


def splice_words(random, data, donor):
    start, end = some_words(random, donor)
    at, _ = some_words(random, data)
    return data[:at] + donor[start:end] + data[at + end - start:]


def exchange_block(random, data, donor, kinds):
    """Puts a block of the donor in the place of one of the same kind."""
    ours = [block for block in bitcode_blocks.inner_blocks(data)
            if block.kind in kinds]
    block = random.choice(ours)
    others = [other for other in bitcode_blocks.inner_blocks(donor)
              if other.kind == block.kind]
    other = random.choice(others or [block])
    return bitcode_blocks.replace(data, block, donor[other.start:other.end]
                                  if others else b"", random.random() < 0.8)


def splice_functions(random, data, donor):
    return exchange_block(random, data, random.choice((data, donor)),
                          (bitcode_blocks.FUNCTION,))


def splice_blocks(random, data, donor):
    return exchange_block(random, data, donor, bitcode_blocks.KINDS)


#-- Of text -------------------------------------------------------------------

def splice_bodies(random, text, donor):
    ours = list(FUNCTION.finditer(text))
    others = list(FUNCTION.finditer(random.choice((text, donor))))
    body = random.choice(ours)
    return (text[:body.start(1)] + random.choice(others)[1] +
            text[body.end(1):])


def some_lines(random, lines, most=12):
    start = random.randrange(len(lines))
    return start, start + random.choice((1, 1, 1, 2, random.randrange(1, most)))


def delete_lines(random, text, _):
    lines = text.splitlines(keepends=True)
    start, end = some_lines(random, lines)
    return b"".join(lines[:start] + lines[end:])


def duplicate_lines(random, text, _):
    lines = text.splitlines(keepends=True)
    start, end = some_lines(random, lines)
    to = random.choice((end, random.randrange(len(lines))))
    return b"".join(lines[:to] + lines[start:end] + lines[to:])


def splice_lines(random, text, donor):
    lines = text.splitlines(keepends=True)
    others = donor.splitlines(keepends=True)
    at, _ = some_lines(random, lines)
    start, end = some_lines(random, others)
    return b"".join(lines[:at] + others[start:end] + lines[at + 1:])


def replace_matches(random, text, pattern, replacements):
    """Replaces some of what the pattern finds; random.choice of each."""
    found = list(pattern.finditer(text))
    for match in sorted(random.sample(found, min(len(found), random.choice(
            (1, 1, 2, 5)))), key=lambda match: -match.start()):
        text = (text[:match.start()] + random.choice(replacements) +
                text[match.end():])
    return text


def change_numbers(random, text, _):
    return replace_matches(random, text, NUMBER,
                           [number.encode() for number in EXTREME_NUMBERS])


def change_words(random, text, donor):
    words = WORD.findall(text) + WORD.findall(donor)
    return replace_matches(random, text, WORD, words)


def exchange_words(random, text, _):
    """Puts words in the places of others of their class."""
    found = list(KEYWORD.finditer(text))
    for match in sorted(random.sample(found, min(len(found), random.choice(
            (1, 1, 2, 4)))), key=lambda match: -match.start()):
        text = (text[:match.start()] + random.choice(CLASS_OF[match[0]]) +
                text[match.end():])
    return text


def add_words(random, text, _):
    """Says more of a global or a function."""
    for _ in range(random.choice((1, 1, 2, 4))):
        pattern, words = random.choice(ADDITIONS)
        found = list(re.finditer(pattern, text, re.M))
        if found:
            at = random.choice(found).start()
            text = (text[:at] + b" " + random.choice(words) + b" " + text[at:])
    return text


#-- All of them ---------------------------------------------------------------

OF_BITCODE = (flip_bytes, flip_bits, truncate, set_word, repeat_words,
              remove_words, splice_words, splice_functions, splice_blocks)
OF_TEXT = (flip_bytes, flip_bits, truncate, splice_bodies, delete_lines,
           duplicate_lines, splice_lines, change_numbers, change_words,
           exchange_words, exchange_words, add_words, add_words)


def mutate(random, kind, data, donor):
    """A mutant, and what was done to make it."""
    chosen = random.choice(OF_TEXT if kind == "ll" else OF_BITCODE)
    return chosen(random, data, donor), chosen.__name__.replace("_", " ")
