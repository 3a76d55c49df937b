"""Takes a suite's files out of an archive that a Debian package installed."""

import os
import pathlib
import re
import shutil
import subprocess
import tarfile

from suite import SuiteError

ROOT = pathlib.Path(__file__).resolve().parents[3]
# Gets what apt-get source takes into ./fetched, for the checkout $1.
FETCH = """
set -eu
root=$1 log=$PWD/log
shift
. "$root/utils/lib/usage.sh"
. "$root/utils/lib/setup.sh"
. "$root/utils/lib/debian_source.sh"
: >"$log"
fetch_source "$@"
"""


def package_version(package):
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package],
                          capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else "unknown"


def find_archive(folder, pattern, package):
    found = sorted(pathlib.Path(folder).glob(pattern))
    if not found:
        raise SuiteError("there is no %s/%s; Debian's package %s has it" %
                         (folder, pattern, package))
    return found[-1]


def fetch_source(workdir, package, *options):
    """Gets a source package into workdir/fetched; returns its version."""
    done = subprocess.run(
        ["sh", "-c", FETCH, "conformance", ROOT, *options, package],
        cwd=workdir, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise SuiteError("cannot fetch the sources of " + package)
    description = find_archive(workdir / "fetched", "*.dsc", package)
    return re.search("^Version: (.*)$", description.read_text(), re.M)[1]


def patched_sources(workdir, package, prefixes):
    """Puts the files under `prefixes` of the source package, as Debian builds
    it, into workdir/source, unless they are there; returns its version."""
    # Written last, for it tells that all is there.
    version_file = workdir / "version"
    if version_file.exists():
        return version_file.read_text().strip()
    version = fetch_source(workdir, package)
    fetched = workdir / "fetched"
    source = workdir / "source"
    shutil.rmtree(source, ignore_errors=True)
    whole = next(path for path in fetched.iterdir() if path.is_dir())
    for prefix in prefixes:
        path = source / prefix
        path.parent.mkdir(parents=True, exist_ok=True)
        (whole / prefix).rename(path)
    shutil.rmtree(fetched)
    version_file.write_text(version + "\n")
    return version


def unpack(archive, prefixes, destination, tag=""):
    """Unpacks the files under `prefixes`, paths inside the archive's folder.

    They land in `destination` without that folder's name. Does nothing where
    the same was unpacked from the same archive before; `tag` distinguishes
    what a suite does with the files afterwards.
    """
    facts = os.stat(archive)
    stamp = "%s %d %d %s %s\n" % (archive, facts.st_size, facts.st_mtime_ns,
                                  " ".join(prefixes), tag)
    stamp_file = destination / "stamp"
    if stamp_file.exists() and stamp_file.read_text() == stamp:
        return
    new = destination.with_name(destination.name + ".new")
    for old in (new, destination):
        shutil.rmtree(old, ignore_errors=True)
    new.mkdir(parents=True)
    with tarfile.open(archive) as tar:
        for member in tar:
            inner = member.name.partition("/")[2]
            if member.isreg() and inner.startswith(tuple(prefixes)):
                path = new / inner
                path.parent.mkdir(parents=True, exist_ok=True)
                with open(path, "xb") as file:
                    shutil.copyfileobj(tar.extractfile(member), file)
    (new / "stamp").write_text(stamp)
    new.rename(destination)
