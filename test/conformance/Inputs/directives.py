"""What libstdc++'s tests ask of their harness: directives.py FOLDER-OF-MODULES"""

import sys

sys.path.insert(0, sys.argv[1])
from directives import DirectiveError, Directives  # noqa: E402

# A test's comments, and what DejaGnu does with it on x86-64 Linux, where -std is
# gnu++17 by default: whether it runs it, and with which options of its own.
EXPECTED = {
    # Without dg-do, a test of libstdc++ is run.
    "int main() { }": (True, ""),
    "// { dg-do run }": (True, ""),
    "// { dg-do compile }": (False, ""),
    "// { dg-do run { target c++11 } }": (True, ""),
    "// { dg-do run { target c++20 } }": (False, ""),
    "// { dg-do run { target { ! c++17 } } }": (False, ""),
    "// { dg-do run { target c++98_only } }": (False, ""),
    "// { dg-do run { target { c++11 && { ! simulator } } } }": (True, ""),
    "// { dg-do run { target { c++11_only || c++14_only } } }": (False, ""),
    "// { dg-do run { target *-*-linux* *-*-gnu* } }": (True, ""),
    "// { dg-do run { target *-*-mingw* } }": (False, ""),
    '// { dg-options "-std=gnu++2a" }\n// { dg-do run { target c++2a } }':
        (True, "-std=gnu++2a"),
    '// { dg-options "-std=gnu++98" }\n// { dg-do run { target c++11 } }':
        (False, "-std=gnu++98"),
    # The last dg-options hold, and what is added to them.
    '// { dg-options "-O0 -g" }\n// { dg-options "-pthread"  }\n'
    '// { dg-additional-options "-w" { target lp64 } }\n'
    '// { dg-additional-options "-m32" { target ia32 } }\n'
    '// { dg-add-options libatomic }':
        (True, "-pthread -w -latomic"),
    '// { dg-options "-DN=5" { target simulator } }': (True, ""),
    '// { dg-require-gthreads "" }': (True, ""),
    "// { dg-require-gthreads {} }": (True, ""),
    "// { dg-require-effective-target dfp }": (False, ""),
    '// { dg-skip-if "" { *-*-* } { "-D_GLIBCXX_PARALLEL" } }': (True, ""),
    '// { dg-options "-std=c++17" }\n'
    '// { dg-skip-if "strict" { *-*-* } { "-std=c++*" } }':
        (False, "-std=c++17"),
    '// { dg-skip-if "" { gthreads && { ! futex } } }': (True, ""),
}

# Whether it is expected to fail.
FAILURES = {
    "// { dg-do run { target c++11 } }": False,
    "// { dg-do run { xfail *-*-* } }": True,
    "// { dg-do run { target c++17 xfail *-*-* } }": True,
    "// { dg-do run { xfail *-*-darwin8.[0-4].* } }": False,
    '// { dg-xfail-run-if "" { *-*-* } }': True,
    '// { dg-xfail-run-if "" { *-*-* } { "-fno-rtti" } }': False,
}

MALFORMED = ["// { dg-do run { target c++11 && pthraed } }",
             "// { dg-requires-nothing }  }",
             "// { dg-require-effective-target { pthread }"]

for text, expected in EXPECTED.items():
    test = Directives(text)
    found = test.runs and not test.unsupported, " ".join(test.flags)
    if found != expected:
        sys.exit("%s\ngives %s, not %s" % (text, found, expected))
for text, expected in FAILURES.items():
    if Directives(text).fails != expected:
        sys.exit("%s\ngives %s" % (text, not expected))
for text in MALFORMED:
    try:
        Directives(text)
    except DirectiveError:
        continue
    sys.exit("%s\nis accepted" % text)
test = Directives('// { dg-require-namedlocale "de_DE.ISO8859-15" }\n'
                  '// { dg-require-debug-mode "" }\n'
                  "// { dg-timeout-factor 2.0 }")
if (test.locales, test.mode, test.patience) != (
        ["de_DE.ISO8859-15"], ["-D_GLIBCXX_DEBUG"], 2):
    sys.exit("a locale, the debug mode or the time is lost")
