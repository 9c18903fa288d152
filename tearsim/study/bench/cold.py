"""What compiling costs: the processor's time that a process needs before its first run, where no code is kept yet."""

import os
import subprocess
import sys
import tempfile

# The smallest practice there is, whose run takes no time; what is told is all of the process's own.
RUN_ONCE = """
import time
from tearsim.science.settings import checked
from tearsim.worlds.ensemble import Ensemble
Ensemble([checked({"therapists": 1, "caseload": 1, "weeks": 1})]).run(0)
print(time.process_time())
"""


def benchmark_compiling() -> dict[str, float]:
    """CPU seconds that a fresh process takes to compile: those of the first, less those of one that finds code kept."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = _seconds(folder), _seconds(folder)
    return {"cold_compile_cpu_seconds": first - second}


def _seconds(folder: str) -> float:
    """CPU seconds of a process that runs once, with its compiled code in this folder."""
    surroundings = os.environ | {"NUMBA_CACHE_DIR": folder}
    told = subprocess.run(
        [sys.executable, "-c", RUN_ONCE], env=surroundings, capture_output=True, text=True, check=True
    )
    return float(told.stdout)
