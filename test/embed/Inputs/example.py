"""Installs a build, and builds an example against what is installed.

  example.py EXAMPLES NAME BUILD FOLDER [CMake's arguments...]

The installation is put into FOLDER/first, and then becomes FOLDER/usr: it may be
moved. It has the programs where the example compiles. The example is in
FOLDER/build then.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

TIME_LIMIT = 5 * int(os.environ.get("TEST_TIME_LIMIT", 120))


def run(*command):
    got = subprocess.run(command, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True,
                         timeout=TIME_LIMIT)
    if got.returncode != 0:
        sys.exit("%s\n%s" % (" ".join(map(str, command)), got.stdout))


def install(build, prefix, component):
    """But for the list in the build folder, which is somebody else's."""
    script = (build / "cmake_install.cmake").read_text()
    script = re.sub(r'"[^"]*/\$\{CMAKE_INSTALL_MANIFEST\}"',
                    '"%s.manifest"' % prefix, script)
    (prefix.parent / "install.cmake").write_text(script)
    run("cmake", "-DCMAKE_INSTALL_PREFIX=%s" % prefix,
        "-DCMAKE_INSTALL_COMPONENT=" + component,
        "-P", prefix.parent / "install.cmake")


def main():
    examples, name, build, folder = sys.argv[1:5]
    folder = pathlib.Path(folder).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for component in ("development", "programs"):
        if (pathlib.Path(build) / "bin/remote-run").exists() or (
                component == "development"):
            install(pathlib.Path(build), folder / "first", component)
    (folder / "first").rename(folder / "usr")
    run("cmake", "-S", pathlib.Path(examples) / name, "-B", folder / "build",
        "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
        "-DCMAKE_PREFIX_PATH=%s" % (folder / "usr"), *sys.argv[5:])
    run("ninja", "-C", folder / "build")


if __name__ == "__main__":
    main()
