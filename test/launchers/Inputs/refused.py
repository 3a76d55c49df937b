"""refused.py REMOTE-RUN PROGRAM SSH-CONFIG PLAIN-FILE STUB: see refused.test."""

import os
import pathlib
import re
import subprocess
import sys

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120)) // 2
remote_run, program, config, plain, stub = sys.argv[1:]
ssh = "ssh -F %s " % config
forward = "--stdio=forward"
dripping = str(pathlib.Path(__file__).parent / "dripping.py")

# What is expected: the status, what the diagnostic has, and the options.
CASES = [
    # Of the words.
    (125, "a ' without the one that ends it", "--launcher=nice 'x"),
    (125, 'a " without the one that ends it', '--launcher=nice "x'),
    (125, r"a \ at the end", "--launcher=nice \\"),
    (125, "takes a command", "--launcher="),
    (125, "takes inherit or forward", "--stdio=both"),
    (125, "--upload-stub needs a launcher that leads elsewhere",
     "--upload-stub"),
    # Of the command.
    (127, "cannot run launcher '/no/such'", "--launcher=/no/such"),
    (127, "cannot run launcher 'no-such-command'", "--launcher=no-such-command"),
    (127, "cannot run launcher '/no/such'", "--launcher=/no/such", forward),
    (126, "cannot run launcher '%s'" % plain, "--launcher=" + plain),
    (126, "cannot run launcher '/'", "--launcher=/", forward),
    # Of one that starts something else, or nothing.
    (125, "exited with status 1 before the handshake", "--launcher=false"),
    (125, "exited with status 0 before the handshake", "--launcher=true"),
    (125, "exited with status 1", "--launcher=false", forward),
    (125, "exited with status 0", "--launcher=true", forward),
    (125, "was killed by signal 9", "--launcher=sh -c 'kill -9 $$'", forward),
    # One that never answers, and one that swallows descriptors.
    (125, "--executor-timeout", "--launcher=sh -c 'exec sleep 1000'",
     "--executor-timeout=0.5"),
    (125, "--executor-timeout", "--launcher=sh -c 'exec sleep 1000'",
     "--executor-timeout=0.5", forward),
    (125, "--stdio=forward", "--launcher=python3 -c 'import subprocess, sys; "
     "sys.exit(subprocess.run(sys.argv[1:], stderr=-3).returncode)'"),
    # One that prints before, with a stub of its own there, and one that takes
    # nothing.
    (125, "protocol error", "--launcher=sh -c 'echo Welcome; exec \"$0\" "
     "\"$@\"'", forward, "--remote-stub-path=" + stub),
    (125, "kept silent", "--launcher=sh -c 'exec <&-; exec sleep 1000'", forward,
     "--executor-timeout=0.5"),
    # One that prints for ever.
    (125, "--executor-timeout", "--launcher=sh -c 'while echo x; do sleep 0.1; "
     "done'", forward, "--upload-stub", "--executor-timeout=1"),
    # One that takes a little now and then.
    (125, "kept silent", "--launcher=python3 " + dripping, forward,
     "--upload-stub", "--executor-timeout=1"),
    # ssh: no server, no such host, no key of ours, none of its.
    (125, "launcher 'ssh' exited with status 255",
     "--launcher=" + ssh + "-p 1 there"),
    (125, "launcher 'ssh' exited with status 255",
     "--launcher=" + ssh + "-o HostName=no.such.host.invalid there"),
    (125, "launcher 'ssh' exited with status 255",
     "--launcher=" + ssh + "stranger"),
    (125, "launcher 'ssh' exited with status 255",
     "--launcher=" + ssh + "-o UserKnownHostsFile=/dev/null there"),
    (125, "launcher 'ssh' exited with status 255",
     "--launcher=" + ssh + "-p 1 there", "--remote-stub-path=" + stub),
    # ssh: not that file there, and one that is something else.
    (125, "--upload-stub", "--launcher=" + ssh + "there",
     "--remote-stub-path=/no/such"),
    (125, "--upload-stub", "--launcher=" + ssh + "there",
     "--remote-stub-path=" + plain),
    (125, "--remote-stub-path", "--launcher=" + ssh + "there",
     "--remote-stub-path=cat"),
    # ssh: no room for the stub, and no shell.
    (125, "TMPDIR", "--launcher=" + ssh + "there TMPDIR=/no/such"),
    (125, "does it start a shell", "--executor-timeout=0.5",
     "--launcher=" + ssh + "there sleep 1000 \\#"),
    (126, "it is no remote-stub", "--upload-stub", "--stub=" + plain,
     "--launcher=" + ssh + "there"),
    # ssh passes descriptors through to nobody.
    (125, "needs --stdio=forward", "--launcher=" + ssh + "there",
     "--stdio=inherit"),
]


def problem(status, text, *options):
    done = subprocess.run([remote_run, *options, program],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          errors="replace", timeout=TIME_LIMIT)
    said = re.findall("^remote-run: error: .*$", done.stderr, re.M)
    if done.returncode != status or done.stdout or len(said) != 1 or \
            text not in said[0]:
        return "expected %d, %r: %d, %r, %s" % (
            status, text, done.returncode, done.stdout, done.stderr)
    return ""


def main():
    wrong = 0
    for status, text, *options in CASES:
        if found := problem(status, text, *options):
            print(options, found)
            wrong += 1
    print("%d of %d are refused as they must" % (len(CASES) - wrong, len(CASES)))
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main())
