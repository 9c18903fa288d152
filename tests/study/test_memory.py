"""Memory stays flat however long a sweep."""

import subprocess
import sys

import pytest

CODE = """
import resource, sys, tearsim
tearsim.sweep({"title": "t", "question": "q", "parameters": {"therapists": 5, "caseload": 5, "weeks": 26},
               "design": {"replicates": int(sys.argv[1]), "vary": {"therapist_tear_propensity": [0.2, 0.5, 0.7, 0.9]}}},
              sys.argv[2])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(runs, folder):
    """Peak memory of a sweep of so many runs, in kilobytes."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(runs // 4), str(folder)], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.slow
def test_ten_times_the_runs_take_no_more_memory(tmp_path):
    few, many = peak(2_000, tmp_path / "few"), peak(20_000, tmp_path / "many")
    assert many <= 1.1 * few, (few, many)
