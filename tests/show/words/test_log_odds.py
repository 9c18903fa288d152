"""What log-odds come to is what the rules make of them."""

from math import log
from types import SimpleNamespace

import pytest

from tearsim.science import rules
from tearsim.science.codes import MOVED, NOT_RECEIVED
from tearsim.science.parameters import PARAMETERS
from tearsim.science.scales import TYPICAL_ALLIANCE, logistic
from tearsim.show.words.known_units import in_known_units
from tearsim.show.words.log_odds import comes_to
from tearsim.show.words.units import WAI

P = SimpleNamespace(**{name: p.default for name, p in PARAMETERS.items()})
IN_LOG_ODDS = [name for name, p in PARAMETERS.items() if p.unit.startswith("log-odds")]


def in_a_hundred(said):
    return float(said.split(" in 100 ")[0].split()[-1])


def test_every_number_in_log_odds_comes_to_something_and_no_other_does():
    assert len(IN_LOG_ODDS) > 60
    assert all(comes_to(name) for name in IN_LOG_ODDS)
    assert not any(comes_to(name) for name in PARAMETERS if name not in IN_LOG_ODDS)


def test_so_many_ordinary_ruptures_open_as_the_rule_says():
    """Of a thousand sessions of a typical alliance, one for each luck."""
    client = SimpleNamespace(alliance=TYPICAL_ALLIANCE)
    lucks = [(i + 0.5) / 1000 for i in range(1000)]
    opened = sum(
        rules.new_rupture(client, 0.0, NOT_RECEIVED, P, SimpleNamespace(rupture=log(u / (1 - u)), severity=0.5)) > 0
        for u in lucks
    )
    assert opened / 10 == pytest.approx(in_a_hundred(comes_to("rupture_base")), abs=0.1)


def test_being_moved_strengthens_a_typical_bond_by_as_many_points_as_the_rule_says():
    client = SimpleNamespace(
        bond=log(3.0), settles_at=log(3.0), distress=1.0, felt_empathy=0.0, open_rupture=0.0, warmth_expected=0.5
    )  # the log-odds of a typical alliance, .75
    therapist = SimpleNamespace(strain=0.0)
    bonds = [
        rules.bond_after(client, therapist, 1.0, 0.0, False, appraisal, MOVED, False, 0.0, P, SimpleNamespace(bond=0.0))
        for appraisal in (0.0, 1.0)
    ]
    without, moved = (WAI.level(logistic(bond)) for bond in bonds)
    assert f"{moved - without:+.2f} points" in comes_to("bond_moved")


def test_numbers_of_distress_come_to_points_of_the_core_om():
    assert in_known_units("intake_distress") == "18.6 CORE-OM points, 0 to 40"
    assert in_known_units("distress_release") == "-0.6 CORE-OM points"
    assert in_known_units("rupture_base") == comes_to("rupture_base")
    assert in_known_units("caseload") == ""


def test_the_command_says_it_beside_the_number(said, tmp_path):
    assert "13.5 in 100 sessions in which the client cries" in " ".join(
        said("parameters", "client_cries_base", cwd=tmp_path).split()
    )
