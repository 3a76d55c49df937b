"""refused_calls.py REFUSE REMOTE-RUN PROGRAM: see refused-calls.test."""

import concurrent.futures
import os
import signal
import subprocess
import sys
import threading

refuse, remote_run, program = sys.argv[1:]
TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120)) / 2
# The program is to have started before; emulated ones start late.
TIMEOUT = "--timeout=" + ("40" if "TEST_MACHINE" in os.environ else "2")
CALLS = ["memfd_create", "signalfd4", "pidfd_open", "ptrace", "prctl",
         "process_vm_readv", "openat2", "close_range", "rseq", "kcmp",
         "get_robust_list", "set_robust_list", "sched_getaffinity",
         "setpriority", "madvise", "sigaltstack", "eventfd2"]
# Without them there is no report, or not all of one.
FOR_REPORTS = ["memfd_create", "madvise", "sigaltstack"]
MANNERS = [[], ["--lazy=on"], ["--stdio=forward"]]


def run(call, error, *arguments):
    """Its status and what it writes. Once it stops, as its guest does, it is to go
    on."""
    with subprocess.Popen(
            [refuse, "--error=" + error, call, remote_run,
             "--disable-core-files", *arguments], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            process_group=0) as process:
        limit = threading.Timer(TIME_LIMIT, process.kill)
        limit.start()
        process.stdin.write(b"text\n")
        process.stdin.close()
        change = os.waitid(os.P_PID, process.pid,
                           os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        if change.si_code == os.CLD_STOPPED:
            os.killpg(process.pid, signal.SIGCONT)
        output, errors = process.stdout.read(), process.stderr.read()
        process.wait()
        limit.cancel()
    return process.returncode, output.decode(), errors.decode()


def problems(call, error, manner):
    """Yields what is wrong."""
    def check(name, got, status, output, says=""):
        code, out, errors = got
        right = says in errors if says else not errors
        if code not in status or out != output or not right:
            yield "%s (%s), %s, %s: %d, %r, %s" % (call, error, manner, name,
                                                   code, out, errors)

    yield from check("hello", run(call, error, *manner, program, "end", "0"),
                     [0], "hello\n")
    yield from check("status", run(call, error, *manner, program, "read", "7"),
                     [7], "hello\ntext\n")
    yield from check("stop", run(call, error, *manner, program, "stop", "8"),
                     [8], "hello\n")
    crash = run(call, error, *manner, program, "crash", "16")
    died = [-signal.SIGSEGV, 128 + signal.SIGSEGV]
    yield from check("death", crash, died, "hello\n",
                     "was killed by signal 11 (SIGSEGV, Segmentation fault)")
    if call not in FOR_REPORTS:
        yield from check("report", crash, died, "hello\n",
                         "null pointer write at 0x10\n")
    yield from check("time", run(call, error, *manner, TIMEOUT,
                                 "--kill-after=0", program, "wait", "0"),
                     [124], "hello\n", "the time of %s ran out" % TIMEOUT)


def main():
    cases = [(call, error, manner) for call in CALLS
             for error in ("EPERM", "ENOSYS") for manner in MANNERS]
    wrong = 0
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda case: list(problems(*case)), cases):
            wrong += len(found)
            for text in found:
                print(text)
    print("%d of %d cases are wrong" % (wrong, len(cases)))
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main())
