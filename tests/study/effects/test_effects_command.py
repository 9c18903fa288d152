"""`tearsim effects` as people type it: what is refused, and what its tables keep."""

import pytest
from rich.console import Console

import tearsim
from tearsim.show.terminal.effects import effects_tables


def test_a_file_for_a_folder_that_is_not_there_is_refused_before_anything_is_lived(refused, tmp_path):
    said = refused("effects", "first_tear", "--out", "nowhere/tears.html", cwd=tmp_path)
    assert "there is no folder nowhere" in said
    assert "practices" not in said


@pytest.mark.slow
def test_no_rows_name_is_cut_beside_the_widest_numbers():
    cries_easily = {"weeks": 8, "therapists": 3, "therapist_tear_propensity": 0.97, "estimates": "open"}
    found = tearsim.effects("first_tear", practices=680, at=(0, 1, 2, 3, 4), parameters=cries_easily)
    screen = Console(width=120)
    with screen.capture() as told:
        for table in effects_tables(found):
            screen.print(table)
    said = told.get()
    assert "above 0: " in said
    assert "strategies" in said
    assert "alliance" in said
