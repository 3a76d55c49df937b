"""Makes the named locales that the tests ask for, in a folder of their own.

Debian generates no locale by itself, and what is generated on a machine is the
machine's affair. So localedef compiles each one from the definitions of
Debian's package `locales` into a folder that LOCPATH names.
"""

import concurrent.futures
import os
import pathlib
import re
import shutil
import tempfile

import processes
from suite import SuiteError

TIME_LIMIT = 120
DEFINITIONS = pathlib.Path("/usr/share/i18n")


def library_name(name):
    """The name that libstdc++'s tests use: its ISO_8859(15, …) adds @euro."""
    return name + "@euro" if "ISO8859-15" in name else name


def parts_of(name):
    """de_DE.ISO8859-15@euro -> de_DE, ISO8859-15, @euro"""
    match = re.fullmatch(r"(\w+)(?:\.([\w-]+))?(@\w+)?", name)
    return match.group(1), match.group(2) or "", match.group(3) or ""


def default_codeset(territory):
    """The character set of a locale whose name has none."""
    supported = (DEFINITIONS / "SUPPORTED").read_text()
    return re.search(r"^%s (\S+)$" % re.escape(territory), supported,
                     re.MULTILINE).group(1)


def character_map(territory, codeset):
    """GNU's name of a codeset's character map."""
    if not codeset:
        return default_codeset(territory)
    if codeset == "eucJP":
        return "EUC-JP"
    return re.sub(r"^ISO8859", "ISO-8859", codeset)


def folder_name(name):
    """Where libc looks: it knows a codeset by its letters and digits alone."""
    territory, codeset, modifier = parts_of(name)
    normal = re.sub(r"\W", "", codeset).lower()
    return territory + ("." + normal if normal else "") + modifier


def make(names, folder):
    """Compiles the locales, which libc then finds below `folder`."""
    stamp = folder / "stamp"
    wanted = "\n".join(names)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(lambda name: make_one(name, folder), names):
            pass
    stamp.write_text(wanted)


def make_one(name, folder):
    territory, codeset, modifier = parts_of(name)
    source = territory + modifier
    if not (DEFINITIONS / "locales" / source).exists():
        source = territory
    place = folder / folder_name(name)
    # It ends with 1 where a character set lacks what the definition names.
    with tempfile.TemporaryDirectory() as captures:
        processes.run(
            ["localedef", "--no-warnings=ascii", "--force", "-i", source,
             "-f", character_map(territory, codeset), str(place)],
            folder, captures, TIME_LIMIT)
    if not (place / "LC_CTYPE").exists():
        raise SuiteError("cannot make the locale '%s'" % name)
