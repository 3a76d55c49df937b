"""What c-torture's tests ask of the compiler: flags.py FOLDER-OF-MODULES"""

import sys

sys.path.insert(0, sys.argv[1])
import c_torture  # noqa: E402

# A test's comment, and the flags that DejaGnu would pass on x86-64 Linux.
EXPECTED = {
    '/* { dg-options "-fwrapv -w" } */': "-fwrapv -w",
    '/* { dg-options { "-fwrapv" } } */': "-fwrapv",
    '/* { dg-additional-options "-fno-inline" }  */': "-fno-inline",
    # dg-options come first, wherever they stand.
    '/* { dg-additional-options "-Og" } */\n'
    '/* { dg-options "-O2" } */': "-O2 -Og",
    '/* { dg-options "-a" { target x86_64-*-* i?86-*-* } } */': "-a",
    '/* { dg-options "-b" { target powerpc-*-eabi* } } */': "",
    '/* { dg-options "-c" { target { { i?86-*-* x86_64-*-* } && ia32 } } } */':
        "",
    '/* { dg-options "-d" { target { { i?86-*-* x86_64-*-* } && lp64 } } } */':
        "-d",
    '/* { dg-additional-options "-e" { target { ! signal } } } */': "",
    '/* { dg-additional-options "-f" { target { ! ia32 } } } */': "-f",
    '/* { dg-additional-options "-fpic" { target fpic } } */': "-fpic",
    '/* { dg-require-effective-target int32plus } */': "",
    "int main(void) { return 0; }": "",
}

for text, flags in EXPECTED.items():
    found = c_torture.directed_flags(text)
    if found != flags.split():
        sys.exit("%s\ngives %s, not %s" % (text, found, flags.split()))
