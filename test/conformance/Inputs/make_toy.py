"""Makes FOLDER/bin with a remote-run that lies: make_toy.py FOLDER"""

import os
import pathlib
import shutil
import sys

folder = pathlib.Path(sys.argv[1])
shutil.rmtree(folder, ignore_errors=True)
(folder / "bin").mkdir(parents=True)
for name in ("remote-run", "remote-stub"):
    shutil.copy(pathlib.Path(__file__).with_name("lying_remote_run.py"),
                folder / "bin" / name)
    os.chmod(folder / "bin" / name, 0o755)
