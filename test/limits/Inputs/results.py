"""results.py <remote-run> <runs.bc> <folder>: see result-json.test."""

import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import threading

import limited_run
from limited_run import Run, read_result, session

PROGRAM = "define i32 @main() { %s }"
SELECT = """
declare <2 x i64> @llvm.x86.aesni.aesenc(<2 x i64>, <2 x i64>)
define i32 @main() {
  %v = load volatile <2 x i64>, ptr null
  %x = call <2 x i64> @llvm.x86.aesni.aesenc(<2 x i64> %v, <2 x i64> %v)
  store volatile <2 x i64> %x, ptr null
  ret i32 0
}
"""
DEEP = "@g = global " + "[1 x " * 100000 + "i8" + "]" * 100000 + \
    " zeroinitializer\n"


class Cases:
    def __init__(self, remote_run, guest, folder):
        self.remote_run, self.guest, self.folder = remote_run, guest, folder

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def check_ends(self):
        """Of the program."""
        seven = self.file("seven.ll", PROGRAM % "ret i32 7")
        result = Run(self.remote_run, seven, status=7).result
        expected = {"outcome": "exited", "fault": None, "status": 7,
                    "message": None, "step": None, "exit_status": 7,
                    "signal": None, "late": None}
        assert expected.items() <= result.items(), result
        # As --trace counts: of the Hello, nothing; then lookup and run.
        assert result["protocol"]["round_trips"] in (1, 2), result
        assert 0 < result["protocol"]["bytes_shipped"] < \
            result["protocol"]["bytes_sent"], result
        version = subprocess.run([self.remote_run, "--version"],
                                 capture_output=True, text=True).stdout
        assert version.startswith("remote-run %s " % result["remote_run"])
        dies = self.file("illegal.ll", "declare i32 @raise(i32)\n" + PROGRAM %
                         "call i32 @raise(i32 4) ret i32 0")
        run = Run(self.remote_run, "--no-core", dies, status=-signal.SIGILL)
        assert run.result["outcome"] == "signaled", run.result
        assert run.result["exit_status"] is None
        assert run.result["message"] == run.diagnostic()
        assert run.result["signal"] == {
            "number": 4, "name": "SIGILL", "core_dumped": False}, run.result
        # Real-time signals have names as well, the first and the last among
        # them.
        for more in (0, 1, signal.SIGRTMAX - signal.SIGRTMIN):
            number = signal.SIGRTMIN + more
            dies = self.file("dies.ll", "declare i32 @raise(i32)\n" + PROGRAM %
                             "call i32 @raise(i32 %d) ret i32 0" % number)
            run = Run(self.remote_run, dies, status=-number)
            assert run.result["signal"] == {
                "number": number, "name": "SIGRTMIN+%d" % more,
                "core_dumped": False}, run.result

    def check_costs(self):
        """A program that needs memory and time, next to one that does not: the
        figures are those of the processes that they are said to be of."""
        size = 64 << 20
        busy = self.file("busy.ll", """
            @block = global [%d x i8] zeroinitializer
            define i32 @main() {
              call void @llvm.memset.p0.i64(ptr @block, i8 1, i64 %d, i1 true)
              br label %%loop
            loop:
              %%i = phi i64 [ 0, %%0 ], [ %%n, %%loop ]
              %%n = add i64 %%i, 1
              call void asm sideeffect "", ""()
              %%d = icmp eq i64 %%n, 1000000000
              br i1 %%d, label %%end, label %%loop
            end:
              ret i32 0
            }
            declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
            """ % (size, size))
        costs = Run(self.remote_run, busy, status=0).result
        idle = Run(self.remote_run,
                   self.file("idle.ll", PROGRAM % "ret i32 0")).result
        executor = costs["executor"]
        assert executor["peak_memory_bytes"] >= size, costs
        assert idle["executor"]["peak_memory_bytes"] < size, idle
        assert costs["controller"]["peak_memory_bytes"] < size, costs
        time = executor["user_seconds"] + executor["system_seconds"]
        idle_time = idle["executor"]["user_seconds"] + \
            idle["executor"]["system_seconds"]
        assert time > idle_time, (costs, idle)
        # One thread cannot take more of the processor than of the clock, but
        # for what the two count differently.
        assert costs["wall_seconds"] * 1.1 > time, costs

    def check_failures(self):
        def fails(fault, *arguments, status=125, **options):
            run = Run(self.remote_run, *arguments, status=status, **options)
            run.diagnostic()
            assert run.result["outcome"] == "failed", run.result
            assert run.result["fault"] == fault, run.result
            return run
        good = self.file("good.ll", PROGRAM % "ret i32 0")
        fails("usage", "--bogus", good)
        fails("usage", "--timeout=never", good)
        fails("input", self.file("bad.ll", "nonsense"))
        fails("input", str(self.folder / "absent.ll"))
        fails("input", self.file("missing.ll", "declare void @missing()\n" +
                                 PROGRAM % "call void @missing() ret i32 0"))
        fails("launch", "--stub=" + self.file("no-program", ""), good,
              status=126)
        fails("launch", "--stub=%s/absent" % self.folder, good, status=127)
        fails("executor", "--stub=/bin/true", good)
        fails("protocol", "--stub=" + self.talker(), good)
        fails("internal", "--mattr=-aes", self.file("select.ll", SELECT))
        run = fails("internal", self.file("deep.ll", DEEP))
        assert "signal 11" in run.result["message"], run.result
        # Names of files are bytes, and JSON is UTF-8.
        name = os.fsencode(self.folder) + b'/\xff "\n\x01\xc3\xa4.ll'
        run = Run(self.remote_run, name, status=125)
        assert '/\ufffd "\n\x01\xe4.ll' in run.result["message"], run.result

    def talker(self):
        """A program that answers with something that is no frame."""
        path = self.file("talker", "#!%s\nimport os\n"
                         "for number in (1022, 1023, 1021):\n"
                         "    try:\n"
                         "        os.write(number, bytes(1000))\n"
                         "    except OSError:\n"
                         "        pass\n" % sys.executable)
        os.chmod(path, 0o700)
        return path

    def check_interruptions(self):
        """Before the program runs; and while it does."""
        fifo = str(self.folder / "fifo")
        os.mkfifo(fifo)
        for options in ([], ["--timeout=1h"]):
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                self.interrupt(number, [*options, fifo], self.await_reading,
                               "interrupted")
                self.interrupt(number, [*options, self.guest, "waits"],
                               lambda run: run.await_line("ready"), "signaled")

    def await_reading(self, run):
        """Opening the FIFO is the last thing that it does."""
        run.await_executor()
        def waits():
            path = pathlib.Path("/proc/%d/wchan" % run.process.pid)
            return session.state(run.process.pid) == "S" and \
                path.read_text() in ("wait_for_partner", "0", "fifo_open")
        assert session.until(waits)

    def interrupt(self, number, arguments, ready, outcome):
        path = self.folder / "interrupted.json"
        path.unlink(missing_ok=True)
        run = session.Session(self.remote_run, "--result-json=%s" % path,
                              *arguments)
        ready(run)
        run.await_executor()
        run.process.send_signal(number)
        assert run.finish() == (-number, "", ""), (number, arguments)
        run.assert_nothing_left()
        result = read_result(path)
        expected = {"outcome": outcome, "fault": None, "message": None,
                    "status": 128 + number}
        assert expected.items() <= result.items(), result
        assert result["signal"]["number"] == number, result
        assert result["signal"]["name"] == signal.Signals(number).name

    def check_ignored_interruption(self):
        """What is ignored stays ignored, for us and for the program."""
        path = self.folder / "ignored.json"
        fifo = str(self.folder / "ignored-fifo")
        os.mkfifo(fifo)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        run = session.Session(self.remote_run, "--result-json=%s" % path, fifo)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        self.await_reading(run)
        run.process.send_signal(signal.SIGINT)
        with open(fifo, "w") as pipe:
            pipe.write(PROGRAM % "ret i32 7")
        assert run.finish() == (7, "", "")
        assert read_result(path)["status"] == 7

    def check_files(self):
        """Where it can be written to, and how."""
        good = self.file("good.ll", PROGRAM % "ret i32 3")

        def run(path, **options):
            return subprocess.run(
                [self.remote_run, "--result-json=%s" % path, good],
                capture_output=True, text=True, stdin=subprocess.DEVNULL,
                timeout=session.TIME_LIMIT, **options)
        # A file is replaced whole: who has the old one open still reads that.
        old = self.folder / "old.json"
        old.write_text("old")
        with open(old) as held:
            assert run(old).returncode == 3
            assert held.read() == "old"
        assert read_result(old)["status"] == 3
        # A name in the current folder, and a descriptor of the caller's.
        assert run("here.json", cwd=self.folder).returncode == 3
        assert read_result(self.folder / "here.json")["status"] == 3
        with open(self.folder / "held.json", "w+") as held:
            held.write("before\n")
            held.flush()
            number = held.fileno()
            assert run("/dev/fd/%d" % number,
                       pass_fds=[number]).returncode == 3
            held.seek(0)
            text = held.read()
            assert text.startswith("before\n") and '"exited"' in text
        self.check_fifo(run)
        # Where there is no room for a longer name beside it, it is overwritten.
        long = self.folder / ("l" * 250)
        long.write_text("old" * 10000)
        assert run(long).returncode == 3
        assert read_result(long)["status"] == 3
        self.check_unwritable(run, good)
        self.check_cut_off(run)
        assert not list(self.folder.glob("*.tmp"))

    def check_cut_off(self, run):
        """A disk that is full meanwhile: what was there stays, and nothing
        else."""
        path = self.folder / "cut-off.json"
        path.write_text("old")
        done = run(path, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (10, 10)))
        assert (done.returncode, done.stderr) == (
            3, "remote-run: warning: cannot write '%s': File too large\n" %
            path), done
        assert path.read_text() == "old"

    def check_fifo(self, run):
        fifo = self.folder / "result-fifo"
        os.mkfifo(fifo)
        read = []
        reader = threading.Thread(target=lambda: read.append(fifo.read_text()))
        reader.start()
        assert run(fifo).returncode == 3
        reader.join()
        assert '"outcome": "exited"' in read[0], read

    def check_unwritable(self, run, good):
        """An error before anything runs, where that can be known."""
        for path, why in ((self.folder, "Is a directory"),
                          (self.folder / "absent/x", "No such file"),
                          (self.folder / "good.ll/x", "Not a directory")):
            done = run(path)
            assert (done.returncode, done.stdout) == (125, ""), done
            assert done.stderr.startswith(
                "remote-run: error: --result-json: cannot write '%s': %s" %
                (path, why)), done.stderr
        done = run("-")
        assert done.returncode == 125 and "/dev/fd/N" in done.stderr, done
        assert not os.path.exists("-")
        # Otherwise the program's end counts, and a warning tells.
        done = run("/dev/full")
        assert (done.returncode, done.stderr) == (
            3, "remote-run: warning: cannot write '/dev/full': "
            "No space left on device\n"), done
        # The reader of a pipe has gone.
        reader, writer = os.pipe()
        os.close(reader)
        done = run("/dev/fd/%d" % writer, pass_fds=[writer])
        os.close(writer)
        assert (done.returncode, done.stderr) == (
            3, "remote-run: warning: cannot write '/dev/fd/%d': "
            "Broken pipe\n" % writer), done


def main():
    remote_run, guest, name = sys.argv[1:]
    folder = pathlib.Path(name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    cases = Cases(remote_run, guest, folder)
    cases.check_ends()
    cases.check_costs()
    cases.check_failures()
    cases.check_interruptions()
    cases.check_ignored_interruption()
    cases.check_files()


if __name__ == "__main__":
    main()
