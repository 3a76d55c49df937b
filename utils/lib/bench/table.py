"""The Markdown tables of all results, and their place in docs/speed.md."""

import math
import sys

import embed
import rows
from programs import DATA_MIB, KERNELS
from variants import (CLANG, EAGER, FAST, FORCED, HIT, MCJIT, NATIVE, OURS,
                      PEERS, REMOTE)

BEGIN = "<!-- made by utils/bench --table -->\n"
END = "<!-- end of what utils/bench --table makes -->\n"
NONE = "–"
MEGABYTE = 1000 * 1000

# What it is, its row, which of our variants, and how much of each peer's time
# it may take at most.
STARTS = (
    ("empty `main`, cold", "empty", OURS, {REMOTE: 0.35, MCJIT: 0.45}),
    ("the same, cache hit", "empty", HIT, {REMOTE: 0.20}),
    ("SQLite's shell, `select 1`, cold", "sqlite", OURS,
     {MCJIT: 0.08, CLANG: 0.60}),
    ("the same, cold, with -O0", "sqlite", FAST, {CLANG: 0.35}),
    ("the same, cache hit", "sqlite", HIT, {MCJIT: 0.02}),
    ("CPython, `-c pass`, cold", "cpython", OURS, {CLANG: 0.60}),
    ("the same, cold, with -O0", "cpython", FAST, {CLANG: 0.50}),
    ("the same, cache hit", "cpython", HIT, {}),
    ("Jsonnet, a small file, cold", "jsonnet", OURS, {CLANG: 0.50}),
    ("20 MB library, 1 % of it used", "library", OURS, {MCJIT: 0.05}),
    ("the same, cache hit", "library", HIT, {}),
    ("the same, linked into one file", "linked-library", OURS, {MCJIT: 0.05}),
    ("1 GiB of zeroes", "zeros", OURS, {}),
)
# What of remote-run is compared, and how much of the second's time the first may
# take at most.
LATE = (
    ("ten seconds of work in Lua", "work/lua", HIT, 1.05),
    ("SQLite's speed test, ten seconds", "work/sqlite", HIT, 1.05),
    ("ten seconds of work in CPython", "work/cpython", HIT, 1.05),
    ("1,320 functions, all of which the program calls", "needed-library", EAGER,
     1.05),
)
ZEROS_AT_MOST, ZEROS_MEMORY = 1.10, 100 * MEGABYTE
IMAGE_AT_MOST = {OURS: 1.03, HIT: 1.05}
# Of CPython, what a hit may take more than native.
HIT_MORE = 0.015
DELAY_AT_MOST = 0.35
TRANSFER_AT_LEAST = 0.60
KERNEL_AT_MOST, KERNELS_MEAN = 1.10, 1.02
MEMORY_AT_MOST = 1.00
MEMORY_NAMES = {
    "empty": "empty `main`", "symbols": "100 symbols of libc",
    "zeros": "1 GiB of zeroes", "data": "%d MiB of data" % DATA_MIB,
    "sqlite": "SQLite's shell", "library": "20 MB library",
    **{"kernels/" + name: "`%s`" % name for name in KERNELS}}


def duration(seconds):
    if seconds < 0.1:
        return "%.1f ms" % (seconds * 1000)
    return "%.0f ms" % (seconds * 1000) if seconds < 1 else "%.2f s" % seconds


def mebibytes(kibibytes):
    return "%.0f" % (kibibytes / 1024)


def part(ratio):
    return "%.2f" % ratio if ratio > 0.095 else "%.3f" % ratio


def yes(reached):
    return "yes" if reached else "**no**"


def line(cells):
    return "| %s |" % " | ".join(cells)


def header(names, left=1):
    return [line(names), "|%s|" % "|".join(
        ["---"] * left + ["--:"] * (len(names) - left))]


def run_counts(result, names):
    counts = [result["runs"][name] for name in names if name in result["runs"]]
    if not counts:
        return NONE
    few, many = min(counts), max(counts)
    return "%d" % few if few == many else "%d–%d" % (few, many)


def start_line(results, title, name, ours, targets):
    result = results.get(name, {"seconds": {}, "runs": {}})
    seconds = result["seconds"]
    own = seconds.get(ours)
    cells = [title, duration(own) if own else NONE]
    for peer in PEERS:
        if peer not in seconds:
            cells.append(NONE)
        elif own:
            cells.append("%s (%s)" % (part(own / seconds[peer]),
                                      duration(seconds[peer])))
        else:
            cells.append("(%s)" % duration(seconds[peer]))
    cells.append(run_counts(result, [ours, *PEERS]))
    cells.append(", ".join("%s: %.2f" % target
                           for target in targets.items()) or NONE)
    if targets and own and all(peer in seconds for peer in targets):
        cells.append(yes(all(own <= most * seconds[peer]
                             for peer, most in targets.items())))
    else:
        cells.append(NONE)
    return line(cells)


def starts(results):
    yield ("Time from the command to its end. Below each peer is what part of "
           "its time, in parentheses, remote-run takes.")
    yield ""
    yield from header(["program", "remote-run", *PEERS, "runs of each",
                       "at most, of", "reached"])
    for title, name, ours, targets in STARTS:
        yield start_line(results, title, name, ours, targets)


def failures(results):
    """Why there is no time where it was tried to take one."""
    causes, titles = {}, {}
    for title, name, _, _ in STARTS:
        titles.setdefault(name, title)
    for name, title in titles.items():
        for variant, why in results.get(name, {}).get("failed", {}).items():
            if variant in (HIT, *PEERS):
                causes.setdefault((variant, why), []).append(title)
    for (variant, why), without in causes.items():
        yield "- No time of %s: %s (%s)." % (variant, why, "; ".join(without))


def zeros_lines(results):
    seconds = results.get("zeros", {"seconds": {}})["seconds"]
    for variant in (OURS, MCJIT, REMOTE):
        large, small = seconds.get(variant), seconds.get(variant + rows.SMALL)
        if not large or not small:
            continue
        ours = variant == OURS
        yield line([
            "%s: 1 GiB of zeroes against 1 MiB" % variant,
            "%s against %s: %.2f" % (duration(large), duration(small),
                                     large / small),
            "at most %.2f" % ZEROS_AT_MOST if ours else NONE,
            yes(large <= ZEROS_AT_MOST * small) if ours else NONE])
    memory = results.get("memory/zeros")
    if memory:
        own = memory["kibibytes"][OURS]
        yield line([
            "peak memory with 1 GiB of zeroes: controller, executor",
            "%s MiB, %s MiB" % (mebibytes(own["first"]),
                                mebibytes(own["second"])),
            "each under 100 MB",
            yes(max(own["first"], own["second"]) * 1024 < ZEROS_MEMORY)])


def image_lines(results):
    seconds = results.get("image", {"seconds": {}})["seconds"]
    for variant, most in IMAGE_AT_MOST.items():
        own, without = seconds.get(variant), seconds.get(
            variant + rows.NO_IMAGE)
        if own and without:
            yield line([
                "processor time of an empty `main`, %s, against that without "
                "an image" % ("cold" if variant == OURS else "cache hit"),
                "%.2f ms against %.2f ms: %.3f" % (
                    own * 1000, without * 1000, own / without),
                "at most %.2f" % most, yes(own <= most * without)])


def embed_lines(results):
    times = results.get("embed", {}).get("microseconds")
    if not times:
        return
    for what, title in (("call", "a call of `int(int)`"),
                        ("add", "adding a small module")):
        own = times[embed.OURS][what]
        peers = {name: times[name][what] for name in (embed.ORC, embed.SHARED)}
        yield line([
            "%s, RemoteJIT against %s" % (title, ", ".join(peers)),
            "%.1f µs against %s" % (own, ", ".join(
                "%.1f µs" % peer for peer in peers.values())),
            "at most each", yes(own <= min(peers.values()))])


def late_lines(results):
    for title, name, against, most in LATE:
        seconds = results.get(name, {"seconds": {}})["seconds"]
        own, other = seconds.get(OURS), seconds.get(against)
        if own and other:
            yield line([
                "%s, cold, against %s" % (
                    title, "a full cache" if against == HIT else "`--lazy=off`"),
                "%s against %s: %.2f%s" % (
                    duration(own), duration(other), own / other,
                    " (natively %s)" % duration(seconds[NATIVE])
                    if against == HIT and NATIVE in seconds else ""),
                "at most %.2f" % most, yes(own <= most * other)])


def hit_lines(results):
    seconds = results.get("cpython", {"seconds": {}})["seconds"]
    own, native = seconds.get(HIT), seconds.get(NATIVE)
    if own and native:
        yield line(["CPython, cache hit, against native",
                    "%s against %s" % (duration(own), duration(native)),
                    "at most %s more" % duration(HIT_MORE),
                    yes(own <= native + HIT_MORE)])


def details(results):
    yield from header(["what", "measured", "target", "reached"], 4)
    yield from image_lines(results)
    yield from hit_lines(results)
    yield from late_lines(results)
    yield from zeros_lines(results)
    symbols = results.get("symbols")
    if symbols:
        seconds = symbols["seconds"]
        more = seconds[rows.FAR] - seconds[rows.DIRECT]
        yield line([
            "100 symbols of libc, executor %d ms away in each direction" %
            rows.DELAY_MS,
            "%.3f s more than without (%.3f s more with a delay of 0)" %
            (more, seconds[rows.NEAR] - seconds[rows.DIRECT]),
            "at most %.2f s more" % DELAY_AT_MOST, yes(more <= DELAY_AT_MOST)])
    data = results.get("data")
    if data:
        share = data["rate"] / data["cat rate"]
        yield line([
            "%d MiB of initialised data against `cat FILE \\| cat >/dev/null`"
            % DATA_MIB,
            "%.2f GB/s against %.2f GB/s: %.2f" % (
                data["rate"] / 1e9, data["cat rate"] / 1e9, share),
            "at least %.2f" % TRANSFER_AT_LEAST,
            yes(share >= TRANSFER_AT_LEAST)])
    yield from embed_lines(results)


def mean_line(ratios, title):
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    return line([title, "", "", "%.3f" % mean, "", "%.2f" % KERNELS_MEAN,
                 yes(mean <= KERNELS_MEAN)])


def kernels(results):
    yield from header(["kernel", "native", "remote-run", "ratio",
                       "runs of each", "at most", "reached"])
    for ours, title in ((OURS, "geometric mean"),
                        (FORCED, "geometric mean with --lazy=on")):
        yield from kernels_by(ours, title, results)


def kernels_by(ours, title, results):
    ratios = []
    for name in KERNELS:
        result = results.get("kernels/" + name, {"seconds": {}, "runs": {}})
        seconds = result["seconds"]
        label = "`%s`%s" % (name, ", lazy" if ours == FORCED else "")
        if ours not in seconds or NATIVE not in seconds:
            yield line([label] + [NONE] * 6)
            continue
        ratios.append(seconds[ours] / seconds[NATIVE])
        yield line([label, "%.3f s" % seconds[NATIVE],
                    "%.3f s" % seconds[ours], "%.3f" % ratios[-1],
                    run_counts(result, [ours, NATIVE]),
                    "%.2f" % KERNEL_AT_MOST,
                    yes(ratios[-1] <= KERNEL_AT_MOST)])
    if ratios:
        yield mean_line(ratios, title)


def memory(results):
    yield ("Peak resident memory in MiB. *Together* is the highest sum of "
           "both processes at one time.")
    yield ""
    yield from header(["program", "controller", "executor", "together", MCJIT,
                       "ratio", "at most", "reached"])
    for name, title in MEMORY_NAMES.items():
        found = results.get("memory/" + name, {}).get("kibibytes", {})
        for variant in (OURS, HIT):
            if variant not in found or MCJIT not in found:
                continue
            own = found[variant]
            ratio = own["together"] / found[MCJIT]["together"]
            yield line([title + (", cache hit" if variant == HIT else ""),
                        mebibytes(own["first"]), mebibytes(own["second"]),
                        mebibytes(own["together"]),
                        mebibytes(found[MCJIT]["together"]),
                        "%.2f" % ratio, "%.2f" % MEMORY_AT_MOST,
                        yes(ratio <= MEMORY_AT_MOST)])


def measured_on(results):
    """One sentence for all that was measured in the same circumstances."""
    groups = {}
    for name, result in results.items():
        where = tuple(result[key] for key in ("machine", "llvm", "date"))
        groups.setdefault(where, []).append(name)
    most = max(groups, key=lambda where: len(groups[where]), default=None)
    for where in sorted(groups, key=lambda where: where != most):
        which = "" if where == most else " (%s)" % ", ".join(groups[where])
        yield "Measured%s on %s, with LLVM %s, %s." % ((which,) + where)


def text(results):
    parts = [" ".join(measured_on(results)), ""]
    parts += [*starts(results), "", *failures(results)]
    for group in (details, kernels, memory):
        parts += ["", *group(results)]
    return "\n".join(parts)


def rewrite(page, results):
    """Puts the tables between their two lines; returns the exit status."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        print("utils/bench: error: '%s' has no lines '%s' and '%s'" %
              (page, BEGIN.strip(), END.strip()), file=sys.stderr)
        return 125
    page.write_text("%s%s%s\n%s%s" % (
        before, BEGIN, text(results), END, after), encoding="utf-8")
    return 0
