"""What a fresh install costs: the processor's time for its first practice, and for compiling, where no code is kept."""

import os
import subprocess
import sys
import tempfile

THEN_TELL = "\nimport time; print(time.process_time())"
# A practice as declared, from the import of the package to its outcomes: lived without compiling.
FIRST_PRACTICE = "import tearsim; tearsim.simulate().outcomes" + THEN_TELL
# The smallest practice there is, whose run takes no time, by what runs sweeps: all that differs is compiling.
COMPILED = (
    "from tearsim.science.settings import checked; from tearsim.worlds.ensemble import Ensemble\n"
    'Ensemble([checked({"therapists": 1, "caseload": 1, "weeks": 1})]).run(0)' + THEN_TELL
)


def benchmark_compiling() -> dict[str, float]:
    """CPU seconds of a fresh process where no code is kept: for a first practice, and for compiling what sweeps need.

    Compiling is what the first process computes, less what one does that finds code kept.
    """
    with tempfile.TemporaryDirectory() as folder:
        practice = _seconds(FIRST_PRACTICE, folder)
        first, second = _seconds(COMPILED, folder), _seconds(COMPILED, folder)
    return {"first_practice_cpu_seconds": practice, "cold_compile_cpu_seconds": first - second}


def _seconds(code: str, folder: str) -> float:
    """CPU seconds of a process that runs this, with its compiled code in this folder."""
    surroundings = os.environ | {"NUMBA_CACHE_DIR": folder}
    told = subprocess.run([sys.executable, "-c", code], env=surroundings, capture_output=True, text=True, check=True)
    return float(told.stdout)
