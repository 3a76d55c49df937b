#!/usr/bin/env python3
"""Does each of LLVM's options act, or is it refused?

  llvm-options.py REMOTE-RUN PROGRAM

That an option acts is seen where it makes LLVM print something, alone or beside
another. The names of those that print are told by their words: one that is in
none of the lists is a new one, for which somebody has to find out.
"""

import os
import re
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120))

# Refused, with a reason, alone; the values are of the right kind.
REFUSED = """
  as-secure-log-file=f asan-debug-func=f asan-stack asm-print-latency asm-show-inst
  cfg-dot-filename-prefix=f cold-callsite-rel-freq=1 crel ctx-profile-printer-level=yaml
  disable-auto-upgrade-debug-info dropped-variable-stats-mir dot-cfg-mssa=f dot-mcfg-only emit-compact-unwind-non-canonical
  enable-block-placement-stats fdpic force-vector-width=2 fs-viewbfi-after=true
  hot-callsite-threshold=1 icp-max-prom=1 ignore-xcoff-visibility
  import-full-type-definitions incremental-linker-compatible info-output-file=f
  inline-threshold=1 inlinehint-threshold=1 ir2vec-vocab-path=f load=f load-pass-plugin=f
  mcfg-dot-filename-prefix=f memdep-block-scan-limit=1 memprof-report-hinted-sizes
  module-summary-dot-file=f mxcoff-roptr no-type-check pgo-view-counts=none
  print-debug-counter print-instruction-comments print-summary-global-ids
  propagate-attrs recursive-inline-max-stacksize=1 simplifycfg-sink-common sort-timers
  stack-safety-print start-after=x start-before=x stats-json stop-after=x stop-before=x
  track-memory use-ctx-profile=f view-edge-bundles view-block-layout-with-bfi=none
  view-block-freq-propagation-dags=none view-machine-block-freq-propagation-dags=none
  view-hot-freq-percent=1 xcoff-traceback-table
""".split()

# They print, alone.
PRINTING = """
  debug-pass=Structure opt-bisect=1 print-after-all print-after-isel print-after=x86-isel
  print-all-options print-before-all print-before=x86-isel print-bfi print-bpi print-changed
  print-isel-input print-machine-bfi print-options help help-hidden help-list help-list-hidden
  version
""".split()

# They change what the other prints.
BESIDE = {
    "filter-print-funcs=main": "print-after-all",
    "print-bfi-func-name=main": "print-bfi",
    "print-bpi-func-name=main": "print-bpi",
    "print-inst-addrs": "print-before-all",
    "print-inst-debug-locs": "print-before-all",
    "print-mi-addrs": "print-after-isel",
    "print-module-scope": "print-before=mergeicmps",
    "print-slotindexes=false": "print-after=greedy",
    "asm-show-inst": "emit-asm=/dev/stderr",
    "asm-print-latency": "emit-asm=/dev/stderr",
}

# They print where there is something of their kind: address spaces with names,
# profiles, loops, what the register allocator cannot do.
CONDITIONAL = """
  misched-dump-schedule-trace misched-sort-resources-in-trace
  misched-dump-schedule-trace-col-header-width
  misched-dump-schedule-trace-col-width machine-combiner-dump-subst-intrs dag-dump-verbose
  print-addrspace-name print-changed-diff-path print-debug-ata print-debug-counter-queries
  print-failed-fuse-candidates print-loop-func-scope print-prof-data print-regusage
  sched-print-cycles print-regmask-num-regs
""".split()

# remote-run's own, and what another test looks at.
ELSEWHERE = "stats time-passes time-passes-per-run trace".split()

WORDS = r"(^|-)(print|view|dump|stats|track|info-output|time-passes|trace$)(-|$)"


def name_of(option):
    return option.partition("=")[0]


def run(runner, program, *options):
    return subprocess.run([runner, *options, program], capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=TIME_LIMIT)


def said(done):
    return done.stdout + done.stderr


def main():
    runner, program = sys.argv[1:]
    listed = set(re.findall(r"^ +--?([A-Za-z][^\s=]*) +=",
                            run(runner, program, "--print-all-options")
                            .stdout.decode(), re.M))
    assert len(listed) > 500, "no list"
    problems = []
    quiet = run(runner, program)
    assert quiet.returncode == 0, quiet
    for option in REFUSED:
        if name_of(option) not in listed and not option.startswith("load"):
            continue  # Of another version of LLVM's.
        done = run(runner, program, "--" + option)
        if done.returncode != 125 or done.stdout or not re.match(
                rb"remote-run: error: --%s is not supported: ."
                % name_of(option).encode(), done.stderr):
            problems.append("--%s is not refused: %r" % (option, done))
    for option in PRINTING:
        if name_of(option) in listed and \
                said(run(runner, program, "--" + option)) == said(quiet):
            problems.append("--%s prints nothing" % option)
    for option, base in BESIDE.items():
        if name_of(option) in listed and \
                said(run(runner, program, "--" + base, "--" + option)) == \
                said(run(runner, program, "--" + base)):
            problems.append("--%s changes nothing" % option)
    known = {name_of(option) for option in
             [*REFUSED, *PRINTING, *BESIDE, *CONDITIONAL, *ELSEWHERE]}
    for name in sorted(listed - known):
        if re.search(WORDS, name):
            done = run(runner, program, "--" + name)
            if b" is not supported: " not in done.stderr:
                problems.append("--%s: does it act?" % name)
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
