"""Mutants of real IR: remote-run refuses each with one diagnostic, or runs it.

What a mutant that is still valid does when it runs is its own affair.
"""

import dataclasses
import functools
import random
import re

import ir_inputs
import mutations
from confinement import Limits

WHAT = "mutants of bitcode and of textual IR"
CASES, SAMPLE = 5000, 300
DIAGNOSTIC = b"remote-run: error: "
OWN = re.compile(rb"^remote-run: ", re.M)
TRACE = re.compile(rb"^remote-run: trace: .*\n", re.M)
# LLVM's word on "target-features" of a function; it compiles without them.
REMARK = re.compile(rb"^'.*' is not a recognized feature for this target "
                    rb"\(ignoring feature\)\n", re.M)
WARNING = re.compile(rb"^remote-run: warning: .*\n", re.M)
STARTED = b"remote-run: trace: > Run "
DEATH = re.compile(rb"^remote-run: error: program '.*' was killed by "
                   rb"signal (\d+)", re.M)
# What is wrong with the input must not be put down to others.
WRONG_BLAME = re.compile(rb"error: (protocol|the executor|executor|internal)")
# What was linked together goes by the name of the first; what is missing may be
# named by files that are whole.
OTHER_NAMES = re.compile(rb"error: (LLVM failed while (compiling|linking) "
                         rb"'caller.ll'|'caller.ll': <inline asm>|"
                         rb"cannot link object 'caller.ll'|"
                         rb"(\d+ )?undefined symbol)")
# The options of remote-run, in lists that are chosen from alike; most often none.
PLAIN = [[]] * 9
SMALL_ONLY = [["--passes=default<O2>"]]
OTHERS = [["-O0"], ["-O3"], ["-code-model=large"],
          ["-relocation-model=static"], ["-j1"]]
# Given the mutant as --extra-module, this calls its main.
CALLER = """declare i32 @main(i32, ptr)
define i32 @stress_entry(i32 %count, ptr %words) {
  %status = call i32 @main(i32 %count, ptr %words)
  ret i32 %status
}
"""
# Before the program runs. What runs on then is ended soon.
COMPILE_SECONDS = 60


@dataclasses.dataclass
class Mutant:
    """All about one that is not its bytes."""
    number: int
    source: str
    change: str
    options: list
    as_module: bool
    arguments: tuple

    def name(self, kind):
        return "mutant." + kind

    def command(self, remote_run, kind):
        name = self.name(kind)
        chosen = ["--extra-module=" + name, "--entry-function=stress_entry",
                  "caller.ll"] if self.as_module else [name]
        return [str(remote_run), "--trace", *self.options, *chosen,
                *self.arguments]


@dataclasses.dataclass
class Verdict:
    wrong: bool
    what: str
    detail: str = ""


def choose(seed, number, inputs):
    """The mutant of that number: its description, its form and its bytes."""
    chance = random.Random("%d %d" % (seed, number))
    source = chance.choices(inputs, [each.weight for each in inputs])[0]
    donor = chance.choice([each for each in inputs if each.kind == source.kind])
    data, change = mutations.mutate(chance, source.kind,
                                    source.path.read_bytes(),
                                    donor.path.read_bytes())
    options = chance.choice(PLAIN + OTHERS + ([] if source.large
                                              else SMALL_ONLY))
    return Mutant(number, "%s.%s" % (source.name, source.kind), change, options,
                  chance.random() < 0.1, source.arguments), source.kind, data


def judge(ended, name):
    """What became of a mutant, and whether it may."""
    started = STARTED in ended.stderr
    errors = WARNING.sub(b"", TRACE.sub(b"", ended.stderr))
    if ended.timed_out:
        return Verdict(False, "ran on") if started else Verdict(
            True, "no end before it ran")
    if started:
        return judge_run(ended, errors)
    if ended.status < 0:
        return Verdict(True, "remote-run died of signal %d" % -ended.status)
    if ended.left:
        return Verdict(True, "left a process", ", ".join(ended.left))
    return judge_refusal(ended, errors, name.encode())


def judge_run(ended, errors):
    death = DEATH.search(errors)
    if len(OWN.findall(errors)) > 1:
        return Verdict(True, "more than one diagnostic")
    if death and ended.status == -int(death[1]):
        return Verdict(False, "ran and died")
    if DIAGNOSTIC in errors:
        return Verdict(True, "failed after the start")
    # A mutant may well signal its process group.
    return Verdict(False, "ran and ended" if ended.status >= 0 else
                   "ran and died")


def judge_refusal(ended, errors, name):
    errors = REMARK.sub(b"", errors)
    if ended.status != 125:
        return Verdict(True, "status %d, not 125" % ended.status)
    if ended.stdout:
        return Verdict(True, "output without a run")
    count = len(OWN.findall(errors))
    if count != 1:
        return Verdict(True, "%d diagnostics" % count if count else
                       "no diagnostic")
    if not errors.startswith(DIAGNOSTIC):
        return Verdict(True, "text before the diagnostic")
    if not errors.endswith(b"\n"):
        return Verdict(True, "the diagnostic has no end")
    if name not in errors and not OTHER_NAMES.search(errors):
        return Verdict(True, "the input is not named")
    if WRONG_BLAME.search(errors):
        return Verdict(True, "wrong blame")
    if b"error: LLVM failed while" in errors:
        return Verdict(False, "LLVM crashed" if b"it crashed" in errors else
                       "LLVM gave up")
    return Verdict(False, "refused")


def has_started(errors):
    return STARTED in errors


def run_mutant(settings, inputs, confinement, number):
    """For a worker: the mutant, what became of it, and what was said."""
    mutant, kind, data = choose(settings.seed, number, inputs)
    folder = confinement.new_folder()
    (folder / mutant.name(kind)).write_bytes(data)
    (folder / "caller.ll").write_text(CALLER)
    limits = Limits(seconds=COMPILE_SECONDS, **settings.memory)
    ended = confinement.run(mutant.command(settings.remote_run, kind), limits,
                            is_over=has_started)
    verdict = judge(ended, mutant.name(kind))
    return mutant, verdict, ended


def keep(settings, inputs, mutant, verdict, ended):
    """Keeps what shows a wrong verdict: a folder with all that it takes."""
    place = settings.folder / "wrong-ir" / ("%d-%d" % (settings.seed,
                                                       mutant.number))
    place.mkdir(parents=True, exist_ok=True)
    _, kind, data = choose(settings.seed, mutant.number, inputs)
    (place / mutant.name(kind)).write_bytes(data)
    (place / "caller.ll").write_text(CALLER)
    (place / "command").write_text(
        " ".join("'%s'" % word for word in
                 mutant.command(settings.remote_run.name, kind)) + "\n")
    (place / "verdict").write_text("%s: %s\nstatus %d after %.1f s\n%s, %s\n" % (
        verdict.what, verdict.detail, ended.status, ended.seconds,
        mutant.source, mutant.change))
    (place / "stderr").write_bytes(ended.stderr)
    return place


def run(settings):
    """Runs the mutants; returns the result."""
    inputs = list(ir_inputs.make(settings.llvm, settings.corpus,
                                 settings.scratch / "inputs"))
    if settings.sample:
        inputs = [each for each in inputs if not each.large]
    numbers = settings.numbers(SAMPLE if settings.sample else CASES)
    work = functools.partial(run_mutant, settings, inputs)
    counts, wrong, slowest = {}, [], 0
    for number, (mutant, verdict, ended) in settings.spread(work, numbers):
        row = counts.setdefault(mutant.change, {})
        row[verdict.what] = row.get(verdict.what, 0) + 1
        if not ended.timed_out:
            slowest = max(slowest, ended.seconds)
        if verdict.wrong:
            place = keep(settings, inputs, mutant, verdict, ended)
            settings.complain("mutant %d: %s (%s): %s" % (
                number, verdict.what, verdict.detail or mutant.source, place))
            wrong.append({"number": number, "what": verdict.what,
                          "source": mutant.source, "change": mutant.change})
    return {"what": WHAT, "cases": len(numbers), "wrong": len(wrong),
            "seed": settings.seed, "counts": counts, "list": wrong,
            "slowest": round(slowest, 2)}


def summary(result):
    """A line for each outcome, with its number."""
    totals = {}
    for row in result["counts"].values():
        for what, number in row.items():
            totals[what] = totals.get(what, 0) + number
    for what, number in sorted(totals.items(), key=lambda item: -item[1]):
        yield "%6d %s" % (number, what)
