"""How long it takes to start: importing the package, its help, and the packages it stands beside."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("what", ["pass", "import numpy", "import shishu", "import pymrio"])
def test_import(benchmark, what):
    benchmark.group = "start of a process"
    benchmark.pedantic(subprocess.run, ([sys.executable, "-c", what],), {"check": True}, rounds=7, warmup_rounds=2)
    assert benchmark.stats.stats.median > 0


def test_help(benchmark):
    benchmark.group = "start of a process"
    command = [sys.executable, "-c", "import sys; sys.argv = ['shishu', '--help']; from shishu.cli import main; main()"]
    benchmark.pedantic(
        subprocess.run, (command,), {"check": True, "stdout": subprocess.DEVNULL}, rounds=7, warmup_rounds=2
    )
    assert benchmark.stats.stats.median > 0
