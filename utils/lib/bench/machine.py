"""What a measurement was taken on and with: it is nothing without."""

import datetime
import os
import re
import subprocess


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"^model name\s*: (.*)$", file.read(), re.M)
    return model[1].strip() if model else os.uname().machine


def llvm_version(lli):
    said = subprocess.run([str(lli), "--version"], capture_output=True,
                          text=True, check=True).stdout
    return re.search(r"LLVM version (\S+)", said)[1]


def describe(lli):
    return {"machine": "%d cores, %s" % (len(os.sched_getaffinity(0)),
                                         processor()),
            "llvm": llvm_version(lli),
            "date": datetime.date.today().isoformat()}
