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
    """Peak memory of a sweep of this many runs, in kilobytes."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(runs // 4), str(folder)], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


MILLION = """
import resource, sys, tearsim
design = {"kind": "latin", "samples": 10_000, "replicates": 100, "vary": ["client_empathy", "bond_moved", "leaving_base"]}
results = tearsim.sweep({"title": "t", "question": "q", "parameters": {"therapists": 2, "caseload": 3, "weeks": 8},
                         "design": design}, sys.argv[1])
assert len(results.runs) == 1_000_000
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
def test_a_million_runs_are_swept_put_together_and_read_within_two_gigabytes(tmp_path):
    done = subprocess.run([sys.executable, "-c", MILLION, tmp_path / "out"], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 2_000_000, done.stdout


@pytest.mark.slow
def test_ten_times_the_runs_take_no_more_memory(tmp_path):
    few, many = peak(2_000, tmp_path / "few"), peak(20_000, tmp_path / "many")
    assert many <= 1.1 * few, (few, many)
