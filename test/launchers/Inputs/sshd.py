"""An OpenSSH server for one test, on the loopback device.

  sshd.py FOLDER COMMAND...

Makes FOLDER with keys, configurations and known hosts of its own, and runs
COMMAND while the server is there: `ssh -F FOLDER/config there` reaches it, as
the user that runs the test.
"""

import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import time

TIME_LIMIT = int(os.environ.get("TEST_TIME_LIMIT", 120)) // 2

SERVER = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host-key
AuthorizedKeysFile {folder}/user-key.pub
PidFile none
UsePAM no
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxStartups 100
"""

CLIENT = """\
Host *
  HostName 127.0.0.1
  User {user}
  IdentitiesOnly yes
  IdentityAgent none
  BatchMode yes
  GlobalKnownHostsFile /dev/null
  UserKnownHostsFile {folder}/known-hosts
  StrictHostKeyChecking yes
  LogLevel ERROR
  Port {port}
Host there
  IdentityFile {folder}/user-key
Host stranger
  IdentityFile {folder}/stranger-key
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def has_answer(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


class Server:
    """Between `with` and its end; also gone when this process is."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()

    def make_keys(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700, parents=True)
        for name in ("host-key", "user-key", "stranger-key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "",
                            "-f", self.folder / name], check=True)

    def configure(self, port):
        known = "[127.0.0.1]:%d " % port
        known += (self.folder / "host-key.pub").read_text()
        (self.folder / "known-hosts").write_text(known)
        user = pwd.getpwuid(os.getuid()).pw_name
        for name, text in (("sshd-config", SERVER), ("config", CLIENT)):
            text = text.format(folder=self.folder, port=port, user=user)
            (self.folder / name).write_text(text)

    def start(self):
        """Whether it listens: somebody may have been quicker on the port."""
        port = free_port()
        self.configure(port)
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "/usr/sbin/sshd", "-D", "-e",
             "-f", self.folder / "sshd-config"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=open(self.folder / "log", "wb"))
        end = time.monotonic() + TIME_LIMIT
        while self.process.poll() is None and time.monotonic() < end:
            if has_answer(port):
                return True
            time.sleep(0.01)
        return False

    def __enter__(self):
        # Where it has root's rights, the server wants an empty folder that no
        # init script has made here.
        if os.getuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        self.make_keys()
        for _ in range(10):
            if self.start():
                return self
            self.stop()
        raise SystemExit("sshd does not start:\n" +
                         (self.folder / "log").read_text())

    def stop(self):
        self.process.kill()
        self.process.wait()

    def __exit__(self, *_):
        self.stop()


def main():
    folder, *command = sys.argv[1:]
    with Server(folder):
        return subprocess.run(command).returncode


if __name__ == "__main__":
    sys.exit(main())
