"""Calls the commands of utils/ where they can do no harm:

  utils.py CHECKOUT FOLDER

They run in a copy of utils/, and find nothing in PATH but what reads and prints,
an apt-get that keeps a record, and an id that says who we are.
"""

import os
import pathlib
import shutil
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

checkout, folder = map(pathlib.Path, sys.argv[1:])
shutil.rmtree(folder, ignore_errors=True)
tree, tools = folder / "tree", folder / "tools"
shutil.copytree(checkout / "utils", tree / "utils",
                ignore=shutil.ignore_patterns("__pycache__"))
tools.mkdir()
for name in ("sh env sed grep tr tail head cut dirname cat sleep rm mkdir flock "
             "nproc realpath").split():
    (tools / name).symlink_to(shutil.which(name))


def fake(name, text):
    (tools / name).write_text("#!/bin/sh\n" + text)
    (tools / name).chmod(0o755)


fake("apt-get", """echo "$*" >>"%s"
case "$*" in
*--yes* | *-y*) ;;
*--assume-no*)
  echo 'Need to get 202 MB of archives.'
  echo 'After this operation, 1,100 MB of additional disk space will be used.'
  exit 1 ;;
esac
""" % (folder / "apt-calls"))
fake("apt-cache", "echo \"  Candidate: ${TEST_CANDIDATE-1}\"\n")
fake("id", "echo ${TEST_USER-0}\n")
wrong = []


def run(*command, **variables):
    return subprocess.run(
        command, env={"PATH": str(tools), **variables}, text=True, timeout=TIME_LIMIT,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, cwd=tree)


def expect(holds, what, done):
    if not holds:
        wrong.append("%s: %r" % (what, done))


def contents():
    return sorted(path for path in tree.rglob("*"))


before = contents()
for script in sorted((tree / "utils").iterdir()):
    if not script.is_file():
        continue
    for option in ("--help",) if script.name == "run" else ("--help", "-h"):
        done = run("sh", str(script), option)
        expect(done.returncode == 0 and not done.stderr and
               "utils/" + script.name in done.stdout and
               "#" not in done.stdout.split(), "%s %s" % (script.name, option),
               done)
    if script.name != "run":
        # Whatever else there is among the arguments; but what follows the name of
        # a system is for the command there.
        words = ["word", "--no-such-option=1"]
        done = run("sh", str(script),
                   *(words[::-1] if script.name == "host" else words))
        expect(done.returncode == 125 and not done.stdout and done.stderr ==
               "utils/%s: error: unknown option '--no-such-option=1' (see "
               "utils/%s --help)\n" % (script.name, script.name),
               script.name + " --no-such-option", done)
expect(contents() == before, "the commands leave files", contents())
expect(not (folder / "apt-calls").exists(), "apt-get was called", None)

SETUP = ('root=$1 log=$2; shift 2; . "$root/utils/lib/usage.sh"; '
         '. "$root/utils/lib/setup.sh"; "$@"')


def setup(*call, **variables):
    return run("sh", "-euc", SETUP, "command", str(tree), str(folder / "log"),
               *call, **variables)


ABSENT = "absent=/no/such/file"
done = setup("install_packages", ABSENT, TEST_USER="1000")
if os.path.exists("/etc/debian_version"):
    expect(done.returncode == 125 and "\n  apt-get update && apt-get install "
           "--no-install-recommends absent\n" in done.stderr,
           "no line to paste", done)
    done = setup("install_packages", ABSENT, TEST_USER="1000",
                 TEST_CANDIDATE="(none)")
    expect(done.returncode == 125 and "apt-get install" in done.stderr and
           "apt knows no absent so far" in done.stderr, "no suite", done)
    # What apt does cannot be tried; it is said before, and nothing is removed.
    done = setup("install_packages", ABSENT)
    expect("installing absent\n" in done.stderr and
           "202 MB to fetch, 1,100 MB on the disk" in done.stderr,
           "not announced", done)
    calls = (folder / "apt-calls").read_text().splitlines()
    installing = [call for call in calls if " install" in call]
    expect([("--assume-no" in call, "--yes" in call, "--no-remove" in call)
            for call in installing] == [(True, False, True),
                                        (False, True, True)],
           "apt-get is not asked first, or may remove", calls)

# Any version of a file that a pattern fits will do.
(folder / "llvm-3").mkdir()
(folder / "llvm-3/file").touch()
done = setup("missing_packages", "one=%s/llvm-*/file two=%s/llvm-*/other" %
             (folder, folder))
expect(done.stdout == "two " and not done.stderr, "patterns", done)

# What takes long is told of, and what it says goes to the log alone. The command
# ends when it has been told of.
with (folder / "said").open("w") as said:
    subprocess.run(
        ["sh", "-euc", SETUP, "command", tree, folder / "log", "with_progress",
         "sh", "-c", 'echo halfway; until grep -q halfway "$1"; do sleep 0.1; '
         'done', "sh", folder / "said"],
        env={"PATH": str(tools), "progress_seconds": "0.1"}, check=True,
        stdout=said, stderr=said, timeout=TIME_LIMIT)
said = (folder / "said").read_text()
expect(said.startswith("utils/command: ... halfway\n"), "progress", said)
if wrong:
    sys.exit("\n".join(wrong))
