"""Runs a program whose data the far end keeps, and spoils what it has kept.

  remote_cache.py <folder> <clang> <remote-run>

Its sum is from arithmetic; that nothing is sent again is from --stats.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

FOLDER, CLANG, REMOTE_RUN = sys.argv[1:]
FOLDER = pathlib.Path(FOLDER)
INPUTS = pathlib.Path(__file__).parent
SIZE = 1 << 20
BLOCK = 65536


def data(seed):
    """No two blocks are alike."""
    return bytes((index * 7 + index // BLOCK * 13 + seed + (index >> 9)) % 256
                 for index in range(SIZE))


def expected(contents):
    total = 0
    for byte in contents:
        total = (total * 31 + byte) % (1 << 64)
    return "%d of a thread\n" % total


def compile_program(name, contents, *options):
    source = FOLDER / (name + ".data.c")
    source.write_text("const unsigned Size = %d;\nconst unsigned char Data[] = {%s};\n"
                      % (len(contents), ",".join(map(str, contents))))
    for file, out in ((INPUTS / "kept.c", name), (source, name + ".data")):
        subprocess.run([CLANG, "-O1", "-c", "-emit-llvm", *options, str(file),
                        "-o", str(FOLDER / (out + ".bc"))], check=True)


def run(name, *options, environment=(), remote_cache="far"):
    """The output, what --stats counts, and the rest of standard error."""
    far = ["--remote-cache=" + str(FOLDER / remote_cache)] \
        if remote_cache else ["--remote-cache"] if remote_cache == "" else []
    done = subprocess.run(
        [REMOTE_RUN, "--stdio=forward", "--stats", "--cache=%s" % (FOLDER / "near"),
         *far, *options, "--extra-module=%s.data.bc" % (FOLDER / name),
         str(FOLDER / (name + ".bc"))],
        env=dict(os.environ, **dict(environment)), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=100)
    counts = {key.strip(): int(value) for key, value in re.findall(
        r"stats: (.{16,}?) +(\d+)$", done.stderr, re.MULTILINE)}
    rest = [line for line in done.stderr.splitlines() if ": stats: " not in line]
    demand(done.returncode == 7, name, done)
    return done.stdout, counts, rest


def demand(condition, *what):
    if not condition:
        raise AssertionError(" ".join(map(str, what)))


def blocks(folder="far"):
    return sorted(path for path in (FOLDER / folder).iterdir())


def expect_all_kept(name, wanted, *options, **more):
    output, counts, rest = run(name, *options, **more)
    demand(output == wanted and not rest, output, rest)
    demand(counts["bytes kept there"] >= SIZE - 2 * BLOCK, counts)
    demand(counts["blocks stored"] == 0, counts)
    demand(counts["bytes sent"] < SIZE / 16, counts)
    return counts


shutil.rmtree(FOLDER, ignore_errors=True)
FOLDER.mkdir()
CONTENTS = data(1)
compile_program("kept", CONTENTS)
plain, _, _ = run("kept", remote_cache=None)
demand(plain == expected(CONTENTS) + plain.partition("\n")[2], plain)
_, without, _ = run("kept", remote_cache=None)
_, without, _ = run("kept", remote_cache=None)

# Sent once, and stored; then neither, in as many round trips as without.
output, counts, rest = run("kept")
demand(output == plain and not rest, output, rest)
demand(counts["bytes kept there"] == 0, counts)
demand(counts["blocks stored"] == len(blocks()) >= SIZE / BLOCK, counts)
demand(counts["bytes sent"] > SIZE, counts)
counts = expect_all_kept("kept", plain)
demand(counts["round trips"] == without["round trips"], counts, without)
demand((FOLDER / "far").stat().st_mode & 0o777 == 0o700, "others may look")

# A program that was not linked before is asked for as well.
shutil.rmtree(FOLDER / "near")
counts = expect_all_kept("kept", plain)
demand(counts["round trips"] == without["round trips"] + 1, counts, without)
expect_all_kept("kept", plain)
expect_all_kept("kept", plain)

# One that is little else is sent what is.
changed = bytearray(CONTENTS)
changed[5 * BLOCK] ^= 1
compile_program("changed", bytes(changed))
output, counts, _ = run("changed")
demand(output.startswith(expected(changed)), output)
demand(SIZE - 4 * BLOCK < counts["bytes kept there"] < SIZE, counts)


# Whatever becomes of the files, the program is the right one, and they are good again.
def cut(path):
    with open(path, "r+b") as file:
        file.truncate(path.stat().st_size // 2)


def change(path):
    with open(path, "r+b") as file:
        byte = file.read(1)
        file.seek(0)
        file.write(bytes([byte[0] ^ 0x80]))


def exchange(path):
    other = next(each for each in blocks() if each != path
                 and each.stat().st_size == path.stat().st_size
                 and each.read_bytes() != path.read_bytes())
    path.write_bytes(other.read_bytes())


def link(path):
    path.rename(FOLDER / "linked")
    path.symlink_to(FOLDER / "linked")


def fifo(path):
    path.unlink()
    os.mkfifo(path)


def writable(path):
    path.chmod(0o666)


for spoil in (cut, change, exchange, link, fifo, writable, pathlib.Path.unlink):
    spoiled = [path for path in blocks() if path.stat().st_size == BLOCK][:3]
    for path in spoiled:
        spoil(path)
    output, counts, rest = run("kept")
    demand(output == plain and not rest, spoil, output, rest)
    run("changed")
    demand(all(path.is_file() and not path.is_symlink() for path in spoiled),
           spoil, "is not made good")
    expect_all_kept("kept", plain)

# In another manner, and where the executor starts itself anew.
for options in (("--image=false",), ("--lazy=on",), ("--lazy=off",)):
    for turn in range(3):
        output, counts, rest = run("kept", *options)
        demand(output == plain and not rest, options, output, rest)
    demand(counts["bytes kept there"] >= SIZE - 2 * BLOCK, options, counts)
compile_program("large", CONTENTS, "-DLARGE_BLOCK")
for turn in range(2):
    output, counts, rest = run("large")
    demand(output == plain and not rest, output, rest)
demand(counts["bytes kept there"] >= SIZE - 2 * BLOCK, counts)

# A folder that is not the user's alone is not used, and that is said.
for name, make in (("open", lambda path: (path.mkdir(), path.chmod(0o777))),
                   ("lent", lambda path: path.symlink_to(FOLDER / "far")),
                   ("file", lambda path: path.touch())):
    make(FOLDER / name)
    output, counts, rest = run("kept", remote_cache=name)
    demand(output == plain, name, output)
    demand(len(rest) == 1 and rest[0].startswith(
        "remote-run: warning: --remote-cache: not all is kept: "), name, rest)
    demand(counts["blocks stored"] == counts["bytes kept there"] == 0, counts)

# The user's own folder is that of the far end, and no program sees what says where.
home = FOLDER / "home"
home.mkdir()
for turn in range(2):
    output, counts, rest = run(
        "kept", "--env=XDG_CACHE_HOME=/nowhere", "--env=HOME=/nowhere",
        "--env=REMOTE_RUN_BLOCKS=1:/of/its/own", remote_cache="",
        environment={"HOME": str(home), "XDG_CACHE_HOME": "relative"})
    lines = output.splitlines()
    demand(lines[1] == "REMOTE_RUN_BLOCKS=1:/of/its/own", output)
    demand(output.replace(lines[1] + "\n", "") == plain and not rest, output, rest)
demand(counts["bytes kept there"] >= SIZE - 2 * BLOCK, counts)
demand(len(blocks("home/.cache/remote-run/blocks")) >= SIZE / BLOCK, "not there")
output, counts, rest = run("kept", remote_cache="",
                           environment={"HOME": "", "XDG_CACHE_HOME": ""})
demand(output == plain and "there is no folder" in rest[0], output, rest)
