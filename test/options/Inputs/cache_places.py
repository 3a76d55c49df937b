#!/usr/bin/env python3
"""Where the cache is, and what happens where it cannot be.

  cache_places.py FOLDER REMOTE_RUN
"""

import os
import resource
import shutil
import stat
import sys

from cache_runs import (PARTS, demand, demand_program, entries, leftovers,
                        program, run, write)

folder, remote_run = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
os.chdir(folder)
write("prog.ll", program())
here = os.getcwd()
NOWHERE = {"HOME": here + "/home", "XDG_CACHE_HOME": here + "/xdg"}


def found(what, where, *options, **variables):
    """The run makes a cache in `where` and nowhere else."""
    for place in ("home", "xdg", "named", "variable", "relative"):
        shutil.rmtree(place, ignore_errors=True)
    environment = dict(NOWHERE, **variables)
    done = run(remote_run, *options, "prog.ll", environment=environment)
    demand_program(what, done)
    made = sorted(os.path.relpath(root, here)
                  for root, _, files in os.walk(here)
                  if any(name.startswith("llvmcache") for name in files))
    demand(made == ([where] if where else []),
           "%s: a cache in %s" % (what, where), made)
    if where:
        again = run(remote_run, *options, "prog.ll", environment=environment)
        demand((again.hits, again.misses) == (again.parts + 1, 0),
               what + ": then a hit", again)
        mode = stat.S_IMODE(os.stat(where).st_mode)
        for name in os.listdir(where):
            mode = stat.S_IMODE(os.stat(os.path.join(where, name)).st_mode)
            if name in entries(where):
                demand(mode == 0o600, "entries for their owner", oct(mode))
    else:
        demand((done.hits, done.misses) == (0, 0), "nothing looked for", done)


found("no option", "")
found("--cache=DIR", "named", "--cache=named")
found("--cache=DIR below a folder that is not there", "named/a/b",
      "--cache=named/a/b")
found("REMOTE_RUN_CACHE", "variable", REMOTE_RUN_CACHE=here + "/variable")
found("a relative REMOTE_RUN_CACHE", "variable", REMOTE_RUN_CACHE="variable")
found("an empty REMOTE_RUN_CACHE", "", REMOTE_RUN_CACHE="")
found("the option before the variable", "named", "--cache=named",
      REMOTE_RUN_CACHE="variable")
found("--cache alone before the variable", "xdg/remote-run", "--cache",
      REMOTE_RUN_CACHE="variable")
found("--no-cache before the variable", "", "--no-cache",
      REMOTE_RUN_CACHE="variable")
found("--no-cache before --cache", "", "--cache=named", "--no-cache")
found("--cache", "xdg/remote-run", "--cache")
# XDG Base Directory Specification: relative paths are to be ignored.
found("a relative XDG_CACHE_HOME", "home/.cache/remote-run", "--cache",
      XDG_CACHE_HOME="relative")
found("no XDG_CACHE_HOME", "home/.cache/remote-run", "--cache",
      XDG_CACHE_HOME="")

# The same specification: folders that are made for it are their owner's.
os.umask(0o022)
for where, options in (("xdg/remote-run", ["--cache"]),
                       ("named/a", ["--cache=named/a"])):
    found("private", where, *options)
    for place in (where, os.path.dirname(where)):
        mode = stat.S_IMODE(os.stat(place).st_mode)
        demand(mode == 0o700, place + " for its owner alone", oct(mode))


def refused(what, words, *options, **variables):
    done = run(remote_run, *options, "prog.ll", environment=variables)
    demand(done.status == 125 and not done.output and
           done.errors.startswith("remote-run: error: ") and
           all(word in done.errors for word in words), what, done)


refused("neither folder is known", ["XDG_CACHE_HOME", "HOME", "--cache=DIR"],
        "--cache", XDG_CACHE_HOME="", HOME="")
refused("two caches", ["--cache", "--enable-cache-manager"],
        "--cache=named", "--enable-cache-manager")
refused("no policy", ["--cache-policy=sometimes"],
        "--cache=named", "--cache-policy=sometimes")
refused("no duration", ["--cache-policy=prune_after=1"],
        "--cache=named", "--cache-policy=prune_after=1")
# lli's cache is chosen by an option: the variable does not count then.
shutil.rmtree("variable", ignore_errors=True)
done = run(remote_run, "--enable-cache-manager", "--object-cache-dir=objects",
           "prog.ll", environment={"REMOTE_RUN_CACHE": "variable"})
demand_program("lli's cache", done)
demand(not os.path.exists("variable") and os.path.exists("objects/prog.o"),
       "lli's cache alone")


def unwritable(what, cache, *cut, limit=None):
    """The program runs, and one warning says why nothing is kept."""
    done = run(remote_run, "--cache=" + cache, *cut, "prog.ll",
               preexec_fn=limit)
    warning, done.errors = done.errors, ""
    demand_program(what, done)
    said = "the cache '%s' is not used: " if cache in not_ours else \
        "cannot keep '%s"
    demand(warning.startswith("remote-run: warning: " + said % cache) and
           warning.count("\n") == 1, what + ": one warning", warning)


def small_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))


not_ours = [] if os.geteuid() == os.stat("/sys").st_uid else ["/sys"]
write("file", "text\n")
for cut in ((), (PARTS,)):
    unwritable("a file in place of the folder", "file", *cut)
    unwritable("a file in place of its parent", "file/below", *cut)
    # Nobody can make files there.
    unwritable("an existing folder", "/sys", *cut)
    unwritable("a new folder", "/sys/cache", *cut)
    # As on a full disk, a write fails when some of it is done.
    unwritable("files are limited", "limited", *cut, limit=small_files)
    demand(not leftovers("limited"), "nothing left", os.listdir("limited"))
with open("file", encoding="ascii") as file:
    demand(file.read() == "text\n", "the file as it was")
