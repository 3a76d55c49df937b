#!/usr/bin/env python3
"""A cache that others may have written to, or that holds something else than
files: nothing of it is run, and nobody waits.

  cache_owners.py FOLDER REMOTE_RUN

Run by root, files are given to somebody else; otherwise nobody can, and what
belongs to root has that part.
"""

import os
import shutil
import stat
import sys

from cache_runs import PARTS, demand, demand_program, entries, program, run, write

folder, remote_run = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
os.chdir(folder)
os.umask(0o022)
write("prog.ll", program())
SOMEBODY = 65534
IS_ROOT = os.geteuid() == 0


def fill(cache, *cut):
    """A good cache, for this program."""
    shutil.rmtree(cache.split("/")[0], ignore_errors=True)
    done = run(remote_run, "--cache=" + cache, *cut, "prog.ll")
    demand_program("fill " + cache, done)
    demand(used(cache, *cut).hits > 0, "a hit in " + cache)


def used(cache, *cut):
    return run(remote_run, "--cache=" + cache, *cut, "prog.ll")


def identities(cache):
    return [(name, os.lstat(os.path.join(cache, name)).st_ino)
            for name in entries(cache)]


def refused(what, cache, words):
    """Neither read nor written, and one warning says why."""
    before = identities(cache)
    for cut in ((), (PARTS,)):
        done = used(cache, *cut)
        warning, done.errors = done.errors, ""
        demand_program(what, done)
        demand((done.hits, done.misses) == (0, 0), what + ": no cache", done)
        demand(warning.startswith("remote-run: warning: the cache '%s' is not "
                                  "used: " % cache) and
               warning.count("\n") == 1 and "--cache=DIR" in warning and
               all(word in warning for word in words),
               what + ": one warning", warning)
    demand(identities(cache) == before, what + ": as it was")


def accepted(what, cache):
    done = used(cache)
    demand_program(what, done)
    demand(done.misses == 0, what + ": hits", done)


# The folder.
fill("cache")
for mode, words in ((0o777, ["others may write"]), (0o702, ["others may write"]),
                    (0o1777, ["others may write"])):
    os.chmod("cache", mode)
    refused("a folder of mode %o" % mode, "cache", words)
os.chmod("cache", 0o755)
accepted("a folder that others may read", "cache")
# A group in which there may be others: none has this number.
if IS_ROOT:
    os.chown("cache", -1, SOMEBODY - 1)
    accepted("a folder of a group that may not write", "cache")
    os.chmod("cache", 0o770)
    refused("a folder of a group", "cache", ["others may write"])
    os.chown("cache", SOMEBODY, 0)
    os.chmod("cache", 0o700)
    refused("somebody else's folder", "cache", ["user %d" % SOMEBODY])
    os.chown("cache", 0, 0)
    accepted("given back", "cache")
else:
    done = used("/usr")
    demand(done.errors.count("\n") == 1 and "user 0" in done.errors and
           done.hits == 0, "root's folder", done)
shutil.rmtree("cache")

# What it is in, as sshd's StrictModes has it; a sticky folder is one where
# nobody can rename what belongs to others.
fill("above/way/cache")
for place in ("above/way", "above"):
    os.chmod(place, 0o777)
    refused("others may write to " + place, "above/way/cache",
            ["others may write", "/%s'" % place])
    os.chmod(place, 0o1777)
    accepted("a sticky folder", "above/way/cache")
    if IS_ROOT:
        os.chown(place, SOMEBODY, 0)
        refused("somebody else's sticky folder", "above/way/cache",
                ["user %d" % SOMEBODY])
        os.chown(place, 0, 0)
    os.chmod(place, 0o755)
# Where there is nothing yet, too: it is not made.
os.chmod("above", 0o777)
done = used("above/new/cache")
warning, done.errors = done.errors, ""
demand_program("a new folder below such a one", done)
demand("others may write" in warning and not os.path.exists("above/new"),
       "it is not made", warning, os.listdir("above"))
os.chmod("above", 0o755)
# A link to the folder is the user's choice, and its folder does not count.
os.symlink("above/way/cache", "link")
accepted("a link to the folder", "link")

# Entries: each is another, and is replaced.
fill("items", PARTS)


def replaced(what, make, words=()):
    """make(path, aside) puts something in an entry's place."""
    for name in entries("items"):
        path = os.path.join("items", name)
        os.rename(path, "aside")
        make(path, "aside")
        done = used("items", PARTS)
        warning, done.errors = done.errors, ""
        demand_program(what, done)
        demand(done.misses > 0, what + ": a miss", done)
        demand((warning.count("\n") == 1 and warning.startswith(
            "remote-run: warning: an entry of the cache is not used: ") and
                all(word in warning for word in [path, *words])) if words
               else warning == "", what + ": said", warning)
        status = os.lstat(path)
        demand(stat.S_ISREG(status.st_mode) and
               (status.st_uid, stat.S_IMODE(status.st_mode)) ==
               (os.geteuid(), 0o600), what + ": replaced", oct(status.st_mode))
        demand(used("items", PARTS).misses == 0, what + ": by a good one")
        if os.path.lexists("aside"):
            os.remove("aside")


def with_mode(mode):
    def make(path, aside):
        shutil.copyfile(aside, path)
        os.chmod(path, mode)
    return make


def given_away(path, aside):
    shutil.copyfile(aside, path)
    os.chown(path, SOMEBODY, SOMEBODY)


replaced("a pipe", lambda path, aside: os.mkfifo(path))
replaced("a link to the entry",
         lambda path, aside: os.symlink(os.path.abspath(aside), path))
replaced("a link to a device", lambda path, aside: os.symlink("/dev/zero", path))
replaced("a link to nowhere", lambda path, aside: os.symlink("nowhere", path))
replaced("an entry for others", with_mode(0o606), ["others may write"])
if IS_ROOT:
    replaced("somebody else's entry", given_away, ["user %d" % SOMEBODY])
    replaced("a device", lambda path, aside: os.mknod(
        path, 0o600 | stat.S_IFCHR, os.makedev(1, 5)))
# Age and other names of an entry are nothing that matters.
for name in entries("items"):
    os.utime(os.path.join("items", name), (1, 1))
done = used("items", PARTS, "--cache-policy=prune_interval=1000h")
demand(done.misses == 0, "old entries are hits", done)
# One in the other's place is of another key.
first, second = (os.path.join("items", name) for name in entries("items")[:2])
os.rename(first, "aside")
os.rename(second, first)
os.rename("aside", second)
done = used("items", PARTS)
demand_program("two entries in each other's place", done)
demand(done.misses > 0 and used("items", PARTS).misses == 0, "made anew", done)

# lli's objects. Its folder may be the system's; what is in it is the user's.
shutil.copyfile("prog.ll", "above/prog.ll")
LLI = ["-enable-cache-manager", "-object-cache-dir=above"]


def kept_by_lli(what, words=()):
    before = os.path.exists("above/prog.o") and os.lstat("above/prog.o").st_ino
    done = run(remote_run, *LLI, "prog.ll")
    warning, done.errors = done.errors, ""
    demand_program(what, done)
    demand(warning.count("\n") == bool(words) and
           all(word in warning for word in words), what, warning)
    return before == os.lstat("above/prog.o").st_ino


kept_by_lli("lli's cache, empty")
demand(kept_by_lli("lli's cache"), "used again")
os.chmod("above/prog.o", 0o666)
demand(not kept_by_lli("an object for others", ["above/prog.o", "others may"]),
       "replaced")
os.chmod("above", 0o777)
os.chmod("above/prog.o", 0o444)
demand(kept_by_lli("a folder for others", ["above/prog.o", "others may",
                                           "--object-cache-dir"]), "not made")
os.chmod("above", 0o1777)
demand(kept_by_lli("a sticky folder"), "used again")
os.remove("above/prog.o")
os.mkfifo("above/prog.o")
kept_by_lli("a pipe in the object's place")
demand(kept_by_lli("then an object"), "used again")
