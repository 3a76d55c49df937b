#!/usr/bin/env python3
"""Makes LLVM fail, and looks at what is said and left behind.

  llvm-crash.py FOLDER LLVM REMOTE_RUN

FOLDER has select.ll, other.ll and library.ll (llvm-crash.test).
"""

import os
import re
import resource
import stat
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

folder, llvm, remote_run = sys.argv[1:4]
os.chdir(folder)
os.mkdir("left")
PLACE = os.path.abspath("left")


def demand(condition, *what):
    if not condition:
        sys.exit(" ".join(str(each) for each in what))


def folders(place=PLACE):
    return sorted(os.path.join(place, name) for name in os.listdir(place))


def run(*arguments, environment=None, program=remote_run, **more):
    names = {name: value for name, value in os.environ.items()
             if name != "REMOTE_RUN_CRASH_DIR"}
    return subprocess.run([program, *arguments], capture_output=True, text=True,
                          timeout=TIME_LIMIT,
                          env={**names, "TMPDIR": PLACE, **(environment or {})},
                          **{"stdin": subprocess.DEVNULL, **more})


def contents(left):
    return {name: open(os.path.join(left, name), "rb").read()
            for name in os.listdir(left)}


def failed(*arguments, lines=(), files=(), place=PLACE, **more):
    """Runs what must fail with these lines below the diagnostic, and leave one
    folder with the files. Returns what is in it."""
    before = folders(place)
    done = run(*arguments, **more)
    said = done.stderr.splitlines()
    demand((done.returncode, done.stdout) == (125, ""), done)
    demand(said[0].startswith("remote-run: error: "), done)
    for line in lines:
        demand(any(re.fullmatch(line, each) for each in said[1:]),
               "no", line, "in", done.stderr)
    new = [each for each in folders(place) if each not in before]
    demand(len(new) == 1, "left:", new, done.stderr)
    demand(said[-1] == "remote-run: note: this shows it again: %s/command"
           % new[0], said[-1])
    demand(all(each.startswith("  ") for each in said[1:-1]), done.stderr)
    demand(stat.S_IMODE(os.stat(new[0]).st_mode) == 0o700, "mode of", new[0])
    left = contents(new[0])
    demand(set(left) == {"command", *files}, "files:", set(left))
    # The command says the same of its file as we have heard of ours.
    again = run(program=os.path.abspath(new[0] + "/command"), cwd="/")
    demand(again.returncode != 0 and
           same_failure(again.stderr) == same_failure(done.stderr),
           "again:", again.stderr, "first:", done.stderr)
    demand(len(folders(place)) == len(before) + 1, "a second folder")
    return left


def same_failure(said):
    """Of what was said, all but the names of files and the functions on the stack, which
    depend on the thread and on where the stack ends."""
    lines = said.splitlines()
    first = lines[0][lines[0].index("LLVM failed"):]
    passes = [line for line in lines[1:] if re.match("  Running ", line)]
    return [re.sub(r"'([^ ']*\.(ll|bc)|<stdin>)'", "''", line)
            for line in [first, *passes]]


ISEL = r"  Running pass '(X86 DAG->DAG|AArch64) Instruction Selection' on function '@%s' of '%s'"

# An error of LLVM's own. Its pass, the function, the file among several, and the
# functions on the stack.
text = open("select.ll", "rb").read()
first = failed("--mattr=-aes", "select.ll", files=["input.ll"],
               lines=[ISEL % ("encrypt", "select.ll"),
                      r"  #\d+ llvm::SelectionDAGISel::.*", r"  #\d+ main"])
demand(first["input.ll"] == text, "another input")
demand(failed("--mattr=-aes", "select.ll", files=["input.ll"]) == first,
       "the second time something else is left")
failed("--mattr=-aes", "--extra-module=select.ll", "--extra-module=library.ll",
       "other.ll", files=["input.ll", "input-1.ll", "input-2.ll"],
       lines=[ISEL % ("encrypt", "select.ll")])
with open("select.ll", "rb") as piped:
    left = failed("--mattr=-aes", "-", stdin=piped, files=["input.ll"],
                  lines=[ISEL % ("encrypt", "<stdin>")])
demand(left["input.ll"] == text, "another input of the pipe")
failed("--mattr=-aes", "--entry-function=encrypt", "--extra-module=other.ll",
       "select.ll", files=["input.ll", "input-1.ll"],
       lines=[ISEL % ("encrypt", "select.ll")])

# A part, on whatever thread it is compiled: its own bitcode, too.
for jobs in ("-j1", "-j4"):
    left = failed(jobs, "--part-size=1", "--mattr=-aes",
                  "--extra-module=library.ll", "select.ll",
                  files=["input.ll", "input-1.ll", "unit.bc"],
                  lines=[ISEL % ("encrypt", "select.ll")])
    unit = subprocess.run([llvm + "/llvm-dis", "-o", "-"], input=left["unit.bc"],
                          capture_output=True, check=True).stdout.decode()
    demand(re.findall(r"^define.*@(\w+)", unit, re.M) == ["encrypt"], unit)

# A stack that overflows, while reading; in the code generator, of the main
# thread and of one of many.
with open("deep.ll", "w", encoding="ascii") as file:
    file.write("@g = global %s i8 %s zeroinitializer\n"
               % ("[1 x " * 100000, "]" * 100000))
failed("deep.ll", files=["input.ll"], lines=[r"  #\d+ llvm::LLParser::.*"])
DEPTH = 60000
with open("steep.ll", "w", encoding="ascii") as file:
    file.write("@g = global i64 0\ndefine i64 @steep() {\n  ret i64 "
               + "sub (i64 ptrtoint (ptr @g to i64), i64 " * DEPTH + "1"
               + ")" * DEPTH + "\n}\ndefine i32 @main() {\n"
               "  call i64 @steep()\n  ret i32 0\n}\n")
# The parser recurses as well.
subprocess.run([llvm + "/llvm-as", "steep.ll"], check=True,
               preexec_fn=lambda: resource.setrlimit(
                   resource.RLIMIT_STACK, (1 << 30, resource.RLIM_INFINITY)))
for jobs in ([], ["-j4", "--part-size=1"]):
    failed(*jobs, "steep.bc", files=["input.bc"],
           lines=[ISEL % ("steep", "steep.bc"),
                  r"  #\d+ llvm::SelectionDAGBuilder::.*"])

# remote-passes.
failed("--passes=trigger-crash-module", "other.ll", files=["unit.bc"],
       lines=[r'  Running pass "trigger-crash-module" on module .*',
              r"  #\d+ abort"])

# The place: by the option, by the variable; and none.
for name in ("option", "variable"):
    os.mkdir(name)
failed("--crash-dir=option", "--mattr=-aes", "select.ll", files=["input.ll"],
       place="option", environment={"REMOTE_RUN_CRASH_DIR": "variable"})
failed("--mattr=-aes", "select.ll", files=["input.ll"], place="variable",
       environment={"REMOTE_RUN_CRASH_DIR": "variable"})
before = folders()
for options, environment in ((["--crash-dir="], {}),
                             ([], {"REMOTE_RUN_CRASH_DIR": ""}),
                             (["--crash-dir=nowhere"], {}),
                             (["--crash-dir=select.ll"], {})):
    for arguments in (["--mattr=-aes", "select.ll"],
                      ["--passes=trigger-crash-module", "other.ll"]):
        done = run(*options, *arguments, environment=environment)
        demand(done.returncode == 125 and "\n  Running pass" in done.stderr and
               ": note:" not in done.stderr, done)
demand(folders() == before, "left where nothing was wanted")

# A full disk: nothing is left of a folder that is not whole.
done = run("--mattr=-aes", "select.ll", preexec_fn=lambda: resource.setrlimit(
    resource.RLIMIT_FSIZE, (100, 100)))
demand(folders() == before, "left of a folder:", folders())
