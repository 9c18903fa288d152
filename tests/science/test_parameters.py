"""What is declared of every parameter agrees with itself, and with what was fitted."""

import pytest

from tearsim.science.fitted import worlds_of
from tearsim.science.parameters import PARAMETERS

HELD_FIXED = ("held fixed in the fit", "since then held fixed")


@pytest.mark.parametrize("p", PARAMETERS.values(), ids=PARAMETERS)
def test_status_and_source_say_the_same(p):
    """Estimates were fitted, in the fit on record or before it; assumptions and designs never were."""
    if p.name in worlds_of("fitted")[0]:
        assert p.status == "estimate"
        assert p.source.startswith("fitted to the published findings")
    elif p.status == "estimate":
        assert any(said in p.source for said in HELD_FIXED)
        assert "fitted" not in p.source
    else:
        assert not any(said in p.source for said in (*HELD_FIXED, "fitted to", "fit to"))
