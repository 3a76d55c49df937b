#!/usr/bin/env python3
"""Debugs a program natively and under remote-run, and compares what gdb says.

  debugger.py --remote-run FILE --llvm FOLDER [options] SOURCE

The source holds a comment that starts with a line "GDB": gdb's commands, those
that set breakpoints, "--", and those to give once the program runs and stops.
In them @MARK@ is the number of the source line that ends in "// MARK". Natively
gdb starts the program; otherwise it attaches to the waiting executor (--way
attach), is started with remote-run and follows its child (--way launch), or is
what remote-run becomes (--way option).

What gdb answers must be the same but for addresses, threads' numbers and the
executor's frames above main; so must the program's output and exit status. The
answers are printed, for FileCheck.
"""

import argparse
import difflib
import os
import re
import shlex
import subprocess
import sys
import tempfile

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))
START = ">>> start"


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--remote-run", required=True)
    parser.add_argument("--llvm", required=True, help="folder of LLVM's tools")
    parser.add_argument("--flags", default="", help="for both compilations")
    parser.add_argument("--remote", default="", help="options of remote-run")
    parser.add_argument("--way", default="attach", 
                        choices=("attach", "launch", "option"))
    parser.add_argument("--extra-object", action="store_true",
                        help="give remote-run the object in place of IR")
    parser.add_argument("--times", type=int, default=1,
                        help="debug so many times, for caches")
    parser.add_argument("source")
    return parser.parse_args()


def commands_of(source):
    """Returns the commands before and after the program's start."""
    with open(source) as file:
        text = file.read()
    lines = {}
    for number, line in enumerate(text.splitlines(), 1):
        mark = re.search(r"// ([A-Z-]+)$", line)
        if mark:
            lines[mark.group(1)] = number
    script = re.search(r"/\* GDB\n(.*?)\*/", text, re.S).group(1)
    script = re.sub(r"@([A-Z-]+)@", lambda m: str(lines[m.group(1)]), script)
    before, after = script.split("--\n")
    return before.splitlines(), after.splitlines()


def script_of(before, start, after, folder):
    path = os.path.join(folder, "script.gdb")
    with open(path, "w") as file:
        for line in ["set pagination off", "set width 0",
                     "set breakpoint pending on", *before,
                     "echo %s\\n" % START, start]:
            print(line, file=file)
        for line in after:
            # What gdb cannot do it says on standard error, where it stands in
            # no order with the answers.
            print("echo >>> %s\\n" % line, file=file)
            print(answered(line), file=file)
    return path


def answered(line):
    """What has no value any more is an answer, too, and not the script's end."""
    if not line.startswith(("print ", "whatis ")):
        return line
    return "\n".join(["python", "try:", "  gdb.execute(%r)" % line,
                      "except gdb.error as error:",
                      "  gdb.write('%s\\n' % error)", "end"])


def answers_of(output, errors):
    """gdb's answers, without what differs from one process to the next."""
    if START not in output or "Error in sourced command" in errors:
        sys.exit("gdb's script did not run to its end:\n" + output + errors)
    kept = []
    for line in output[output.index(START):].splitlines():
        line = re.sub(r"0x[0-9a-f]+", "ADDRESS", line)
        line = re.sub(r'^Thread [\d.]+ "[^"]*" hit ', "", line)
        noise = re.match(r"\[|Using host libthread_db|process \d+ is executing"
                         r"|$", line)
        above_main = re.match(r"#\d+ +ADDRESS in (remoterun::|main \(\)$)",
                              line)
        if not noise and not above_main:
            kept.append(line)
    return kept


def gdb(arguments, script):
    return ["gdb", "-q", "-nx", "-batch", "-x", script, *arguments]


def run_gdb(command, **more):
    done = subprocess.run(command, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=TIME_LIMIT, **more)
    return answers_of(done.stdout, done.stderr)


def debug_started(before, after, folder, program, follow):
    """gdb starts it. Returns its answers and the program's output."""
    output = os.path.join(folder, "output")
    start = "run %s > %s" % (shlex.join(program[1:]), shlex.quote(output))
    if follow:
        before = ["set follow-fork-mode child", *before]
    script = script_of(before, start, after, folder)
    answers = run_gdb(gdb([program[0]], script), cwd=folder)
    with open(output) as file:
        return answers, file.read()


def debug_attached(before, after, folder, command):
    """remote-run waits for gdb. Returns also remote-run's exit status."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, cwd=folder)
    try:
        line = process.stderr.readline()
        found = re.fullmatch(r"remote-run: waiting for a debugger: "
                             r"gdb -p (\d+)\n", line)
        if not found:
            sys.exit("remote-run does not wait: " + line
                     + process.communicate(timeout=TIME_LIMIT)[1])
        script = script_of(before, "continue", after, folder)
        answers = run_gdb(gdb(["-p", found.group(1)], script), cwd=folder)
        output, errors = process.communicate(timeout=TIME_LIMIT)
    finally:
        process.kill()
    if errors:
        sys.exit("remote-run said:\n" + errors)
    return answers, output, process.returncode


def debug_by_option(before, after, folder, remote_run, *arguments):
    """remote-run becomes gdb. Returns also gdb's exit status."""
    # Standard output is the program's, too.
    log = os.path.join(folder, "log")
    options = ["-return-child-result"]
    for command in ("file " + log, "redirect on", "enabled on"):
        options += ["-iex", "set logging " + command]
    script = script_of(before, "run", after, folder)
    words = shlex.join(gdb(options, script))
    done = subprocess.run([remote_run, "--gdb=" + words, *arguments],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, cwd=folder,
                          timeout=TIME_LIMIT)
    with open(log) as file:
        answers = answers_of(file.read(), done.stderr)
    return answers, done.stdout, done.returncode


def build(options, folder):
    """Returns the native program and what remote-run is to run."""
    name = "clang++" if options.source.endswith(".cpp") else "clang"
    compiler = [os.path.join(options.llvm, name), "-w",
                *shlex.split(options.flags)]
    for suffix, flags in ((".o", []), (".bc", ["-emit-llvm"])):
        subprocess.run([*compiler, *flags, "-c", options.source, "-o",
                        os.path.join(folder, "prog" + suffix)], check=True)
    program = os.path.join(folder, "native")
    subprocess.run([*compiler, os.path.join(folder, "prog.o"), "-o", program],
                   check=True)
    if not options.extra_object:
        return program, [os.path.join(folder, "prog.bc")]
    empty = os.path.join(folder, "empty.ll")
    with open(empty, "w"):
        pass
    return program, ["--extra-object=" + os.path.join(folder, "prog.o"), empty]


def check_same(what, native, remote):
    if native != remote:
        sys.exit("\n".join(["gdb sees something else: " + what,
                            *difflib.unified_diff(native, remote, "native",
                                                  "remote", lineterm="")]))


def main():
    options = parse_arguments()
    before, after = commands_of(options.source)
    with tempfile.TemporaryDirectory() as folder:
        program, remote = build(options, folder)
        native, native_output = debug_started(before, after, folder, [program],
                                              follow=False)
        command = [options.remote_run, *shlex.split(options.remote)]
        for _ in range(options.times):
            if options.way == "launch":
                answers, output = debug_started(
                    before, after, folder, command + remote, follow=True)
            else:
                if options.way == "option":
                    answers, output, status = debug_by_option(
                        before, after, folder, *command, *remote)
                else:
                    answers, output, status = debug_attached(
                        before, after, folder,
                        [*command, "--wait-for-debugger", *remote])
                expected = subprocess.run([program], stdout=subprocess.DEVNULL,
                                          timeout=TIME_LIMIT).returncode
                if status != expected:
                    sys.exit("exit status %d, natively %d"
                             % (status, expected))
            check_same("its answers", native, answers)
            check_same("the program's output", native_output.splitlines(),
                       output.splitlines())
    print("\n".join(answers))


main()
