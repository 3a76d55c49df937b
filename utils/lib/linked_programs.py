"""Objects that are large in one respect, linked by ld.lld, lli and remote-run.

measure_sizes.py runs it; see there. ld.lld makes an executable of the objects,
with the C start files and libc; lli and remote-run link them and run them. What
is compared is the processor time of all processes of a run, so that it does not
matter how many threads a linker has.
"""

import os
import shlex
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
GENERATOR = os.path.join(ROOT, "test", "scale", "Inputs", "objects.py")

# What remote-run may take, of ld.lld's time.
TIMES, CONSTANT = 1.5, 0.05
# lli is not waited for longer, and then has no times.
PATIENCE = 60

# lli wants a main that is IR.
MAIN = """\
declare i32 @start()
define i32 @main() {
  %status = call i32 @start()
  ret i32 %status
}
"""

# Of each kind of objects.py: the title, the usual size.
PROGRAMS = {
    "sections": ("{} sections of one object", 105000),
    "groups": ("{} COMDAT functions, twice", 10000),
    "symbols": ("{} exported variables", 100000),
    "thread-locals": ("60 thread-local variables, {} other symbols", 100000),
    "commons": ("{} MiB of common symbols", 512),
}

HEADER = """\
| objects | ld.lld: CPU s | lli: CPU s | remote-run: CPU s | at most | reached \
| ld.lld: MiB | lli: MiB | remote-run: MiB |
|---|--:|--:|--:|--:|---|--:|--:|--:|"""


def objects_of(tools, kind, size, stem):
    """Assembles them; the paths, main's first."""
    subprocess.run([sys.executable, GENERATOR, kind, str(size), stem],
                   check=True)
    made = []
    while os.path.exists("%s.%d.s" % (stem, len(made) + 1)):
        source = "%s.%d" % (stem, len(made) + 1)
        subprocess.run([tools + "/clang", "-c", source + ".s", "-o",
                        source + ".o"], check=True)
        made.append(source + ".o")
    return made


def linker_command(tools, objects, output):
    """What clang would run."""
    shown = subprocess.run(
        [tools + "/clang", "-fuse-ld=lld", "-no-pie", "-###", *objects, "-o",
         output], check=True, capture_output=True, text=True).stderr
    return shlex.split(shown.splitlines()[-1])


def lli_command(lli, tools, objects, stem):
    with open(stem + ".lli.ll", "w", encoding="utf-8") as file:
        file.write(MAIN)
    first = stem + ".lli.o"
    subprocess.run([tools + "/llvm-objcopy", "--redefine-sym=main=start",
                    objects[0], first], check=True)
    return [lli, *("--extra-object=" + each for each in [first, *objects[1:]]),
            stem + ".lli.ll"]


def complaint_of(command):
    """Why there is nothing to measure; empty if there is."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return "takes more than %d s" % PATIENCE
    if done.returncode == 0:
        return ""
    lines = done.stderr.strip().splitlines() or ["says nothing"]
    return "ends with status %d: %s" % (done.returncode, lines[0][:200])


def measure(options, kind, size, folder, measure_all):
    """Prints the row. The lines to be said in the end, and whether remote-run
    took longer than it may."""
    title = PROGRAMS[kind][0].format(format(size, ","))
    stem = os.path.join(folder, kind)
    objects = objects_of(options.llvm, kind, size, stem)
    lli = lli_command(options.lli, options.llvm, objects, stem)
    lacks = complaint_of(lli)
    commands = [linker_command(options.llvm, objects, stem + ".linked"),
                [options.remote_run,
                 *("--extra-object=" + each for each in objects[1:]),
                 objects[0]]] + ([] if lacks else [lli])
    results = measure_all(commands, options.runs)
    linker, ours = results[:2]
    limit = TIMES * linker.processor + CONSTANT
    reached = ours.processor <= limit
    theirs = results[2] if not lacks else None
    print("| %s | %.2f | %s | %.2f | %.2f | %s | %.0f | %s | %.0f |" % (
        title, linker.processor, "%.2f" % theirs.processor if theirs else "–",
        ours.processor, limit, "yes" if reached else "**no**",
        linker.together / 1024,
        "%.0f" % (theirs.together / 1024) if theirs else "–",
        ours.together / 1024), flush=True)
    said = ["%s: lli %s" % (title, lacks)] if lacks else []
    if not reached:
        said.append("%s: %.2f s of processor time, more than %.2f" % (
            title, ours.processor, limit))
    return said, reached
