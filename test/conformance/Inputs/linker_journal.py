"""What linker.py reads of a script's journal: linker_journal.py FOLDER-OF-MODULES"""

import sys

sys.path.insert(0, sys.argv[1])
import linker  # noqa: E402

JOURNAL = r"""{"linked": 0, "scope": null, "line": []}
PASS	builds	
{"linked": 1, "scope": null, "line": []}
{"ran": 1}
PASS	runs	said
{"linked": 2, "scope": "-static", "line": []}
{"ran": 2}
FAIL	runs	a\nb\tc\\d
{"ran": 0}
XFAIL	runs another (2)	
END		Not tested: remote-run: error: no such thing
"""
# Each with what it said, whether it ran something, and what that was about.
RESULTS = {
    "ld-x/y: builds": ("PASS", "", False, ""),
    "ld-x/y: runs": ("PASS", "said", True, ""),
    "ld-x/y: runs (2)": ("FAIL", "a\nb\tc\\d", True, "-static"),
    "ld-x/y: runs another (2)": ("XFAIL", "", True, ""),
    linker.END: ("END", "Not tested: remote-run: error: no such thing", False,
                 ""),
}
COMPLAINTS = {
    "Running: x\nremote-run: error: undefined symbols; more\n"
    ">>> undefined symbol: f\n>>>   referenced by g\n":
        "undefined symbols; more; undefined symbol: f",
    "Running: x\nregexp_diff match failure\n"
    'regexp "^MAIN$"\nline   "DSO"\n': "prints 'DSO' in the place of 'MAIN'",
    'extra regexps in pass.out starting with "^PASS$"\nEOF from x.out\n':
        "does not print 'PASS'",
    "1,2d0\n> 1\n> 2\n": "its output lacks '> 1'",
    "x: symbol lookup error: tmpdir/lib.so: undefined symbol: f\n":
        "symbol lookup error: tmpdir/lib.so: undefined symbol: f",
    "No probe: remote-run: error: cannot load tmpdir/gnu2_tls321.so\n":
        "cannot load tmpdir/gnu2_tls.so",
    "x: error while loading shared libraries: lib.so: undefined symbol: f\n"
    "testcase /folder/tls.exp completed in 2 seconds\n":
        "error while loading shared libraries: lib.so: undefined symbol: f",
    "Not tested: x\ntestcase /folder/x.exp completed in 2 seconds\n":
        "says 'Not tested: x'",
    "Running: x\nWeak defined\n": "says 'Weak defined'",
    "": "says nothing",
}


def expect(what, found, wanted):
    if found != wanted:
        sys.exit("%s: %r, not %r" % (what, found, wanted))


found = linker.read_journal("ld-x/y.exp", JOURNAL)
expect("journal", found, {case: linker.Result(*result)
                          for case, result in RESULTS.items()})
cut = linker.read_journal("ld-x/y.exp", JOURNAL.rpartition(linker.END)[0])
expect("cut", linker.complaint(cut[linker.END].said),
       "says 'no end within the time limit'")
for said, wanted in COMPLAINTS.items():
    expect(said, linker.complaint(said), wanted)
for case in RESULTS.keys() - {linker.END}:
    expect(case, linker.script_of(case), "ld-x/y.exp")
# A filter takes both, for who knows whose number it is.
expect("names", linker.test_names("ld-x/y: runs (2)"), {"runs", "runs (2)"})
