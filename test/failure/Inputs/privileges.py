"""privileges.py <remote-run> <privileges.bc>: see privileges.test."""

import sys

import session

remote_run, guest = sys.argv[1:]
WAYS = ["setuid", "seteuid", "setreuid", "setresuid", "setfsuid", "setgid",
        "setegid", "setregid", "setresgid", "setfsgid", "syscall", "dlsym"]


def check(how, *options):
    run = session.Session(remote_run, *options, guest, how)
    run.await_line("ready")
    run.await_executor()
    guest_process = run.executor
    if options:                             # behind the supervisor
        guest_process, = session.children(run.executor)
        session.os.kill(run.executor, session.signal.SIGKILL)
        assert session.until(lambda: session.is_gone(guest_process),
                             session.GONE_LIMIT), how
    run.process.kill()
    run.process.wait()
    run.assert_nothing_left()


for way in WAYS:
    check(way)
check("setuid", "--stdio=forward")
