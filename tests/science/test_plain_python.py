"""The science needs nothing but Python."""

import subprocess
import sys
from pathlib import Path

import pytest

import tearsim

ROOM = Path(tearsim.__file__).parent
MODULES = sorted(
    ".".join(file.relative_to(ROOM.parent).with_suffix("").parts) for file in (ROOM / "science").rglob("*.py")
)
# Whatever is not of Python's own cannot be imported here.
ALONE = """
import sys

class Refused:
    def find_spec(self, name, path=None, target=None):
        first = name.partition(".")[0]
        if first not in sys.stdlib_module_names and first != "tearsim":
            raise ModuleNotFoundError(f"{name} is not part of Python")

sys.meta_path.insert(0, Refused())
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    __import__(name)
print(*sorted({name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names - {"__main__"}))
"""


@pytest.mark.once
def test_a_process_that_has_only_python_can_import_all_of_the_science():
    modules = [name.removesuffix(".__init__") for name in MODULES]
    done = subprocess.run(
        [sys.executable, "-S", "-c", ALONE, str(ROOM.parent), *modules], capture_output=True, text=True
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["tearsim"]


@pytest.mark.once
def test_it_can_draw_luck_and_hold_rules_there():
    code = "from tearsim.science.luck import Luck; print(repr(Luck(1).sessions(0, 1, 1)[0][0].wait))"
    alone = ALONE.replace("print(*", code + "\nprint(*")
    done = subprocess.run([sys.executable, "-S", "-c", alone, str(ROOM.parent)], capture_output=True, text=True)
    assert done.stdout.split()[1:] == ["tearsim"]
