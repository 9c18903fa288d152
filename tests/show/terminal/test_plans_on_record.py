"""What is on record of planned studies, as tables: which find what, and by how much each is off."""

from docs import refresh


def test_of_each_study_on_record_it_is_told_by_how_much_it_is_off_and_how_often_it_has_the_wrong_sign():
    lines = refresh.planned().splitlines()
    headings = [cell.strip() for cell in lines[0].strip("|").split("|")]
    rows = [dict(zip(headings, line.strip("| ").split(" | "), strict=True)) for line in lines[2:10]]
    compared = next(row for row in rows if row["study"] == "Clients who saw tears beside clients who saw none")
    assert compared["bias, in its unit"].startswith("+0."), "its bias is told from 0, and for tears"
    assert " [+0." in compared["bias, in its unit"]
    survey = next(row for row in rows if row["study"].startswith("A survey of therapists"))
    assert survey["bias, in its unit"] == "–", "what therapists believe is no estimate of an effect"
    assert all("[" in row["wrong sign, %"] for row in rows)


def test_nothing_that_is_shown_as_0_stands_below_0():
    assert "−0.00" not in refresh.planned()
