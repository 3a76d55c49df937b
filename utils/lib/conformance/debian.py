"""Takes a suite's files out of an archive that a Debian package installed."""

import os
import pathlib
import shutil
import subprocess
import tarfile

from suite import SuiteError


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
