"""Makes the named locales that the tests ask for, in a folder of their own.

Debian generates no locale by itself, and what is generated on a machine is the
machine's affair. So localedef compiles each one from the definitions of
Debian's package `locales` into a folder that LOCPATH names.
"""

import pathlib
import re
import subprocess

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


def make(name, folder):
    """Compiles the locale `name`, which libc then finds below `folder`."""
    territory, codeset, modifier = parts_of(name)
    source = territory + modifier
    if not (DEFINITIONS / "locales" / source).exists():
        source = territory
    place = folder / folder_name(name)
    if place.exists():
        return
    # It warns of what a character set lacks, and ends with 1 then.
    subprocess.run(
        ["localedef", "--no-warnings=ascii", "--force", "-i", source,
         "-f", character_map(territory, codeset), str(place)],
        stdin=subprocess.DEVNULL, capture_output=True)
