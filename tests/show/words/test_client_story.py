"""A whole story, read back: every statement is the log's, and nothing of the log that matters is left out."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tearsim.errors import TearSimError
from tearsim.science.codes import COMPLETED_TOLD, COMPLETED_UNTOLD, GOES_ON, LEFT, NO_TEARS, NONE, SHARED
from tearsim.show.words.client_story import A_MODEL, HELD_BACK_ANYWAY, NO_PARTNER, _distress, story_of, whole_story
from tearsim.show.words.sessions import therapist_name
from tearsim.study import arms
from tearsim.study.people.dyad import Dyad, Life, Lived, choose, dyad_of, of_client

SMALL = {"therapists": 4, "caseload": 5, "weeks": 40, "therapist_tear_propensity": 0.97, "eyes_fill_base": -8.0}
NUMBER = r"(\d+\.\d\d?)"
LEVELS = {"came near to tears": 1, "wept openly": 2, "was overwhelmed by tears": 3, "was near to tears": 1,
          "could have wept": 2, "was close to being overwhelmed by tears": 3}  # fmt: skip
TOOK = {"was moved": 1, "took it calmly": 2, "was unsettled": 3}
BELIEF = {"it brought them closer": 1, "nothing changed": 2, "it did harm": 3}


def rated(alliance):
    """As a client would rate it, from 1 to 7."""
    return f"{1 + 6 * alliance:.2f}"


def of_40(distress):
    """In points of the CORE-OM: 18.6 for the average of those who come, 7.5 a standard deviation, and 40 at most."""
    return f"{min(40.0, 18.6 + 7.5 * (distress - 2)):.1f}"


def first_of(words, text):
    """The code of the only one of some phrases that stands in a text; None if none does."""
    found = [code for phrase, code in words.items() if phrase in text]
    assert len(found) <= 1, text
    return found[0] if found else None


def from_to(what, text):
    """What a number went from and to, as it is told."""
    stayed, went = (
        re.search(rf"{what} {how}", text) for how in (rf"stayed at {NUMBER}", rf"went from {NUMBER} to {NUMBER}")
    )
    assert (stayed is None) != (went is None), text
    return (went[1], went[2]) if went else (stayed[1], stayed[1])


def read_back(text):
    """All that the text of one session says, and nothing else."""
    rupture = re.search(rf"A rupture of severity {NUMBER} opened\.", text)
    still = re.search(rf"An earlier rupture was still open \((?:below )?{NUMBER}\)", text)
    session = re.search(r"[Aa]fter (\d+) sessions?(?:\.|,| client)", text)
    ending = first_of(
        {
            "the therapy was completed": COMPLETED_TOLD,
            "stayed away without a word": COMPLETED_UNTOLD,
            "left therapist": LEFT,
        },
        text,
    )
    return {
        "felt": first_of(LEVELS, text) or NONE,
        "shown": bool(re.search(r"came near to tears|wept openly|was overwhelmed", text)),
        "own": "over something of their own" in text,
        "shared": "over what the client was going through" in text,
        "noticed": first_of(TOOK, text) is not None,
        "reception": first_of(TOOK, text) or 0,
        "spoken": "they spoke of it" in text or "put it into words" in text,
        "thinks noticed": "thinks that it was seen" in text,
        "thinks unnoticed": "thinks that it went unseen" in text,
        "belief": first_of({f"believes that {words}": code for words, code in BELIEF.items()}, text) or 0,
        "stopped": "the session stopped" in text,
        "wept": first_of({"it was a release": 1, "found no relief": 2}, text) or NO_TEARS,
        "hushed": "comforted them too soon" in text,
        "repaired": "mended it" in text,
        "rupture": rupture[1] if rupture else None,
        "still open": still[1] if still else None,
        "alliance": from_to("Alliance", text),
        "distress": from_to("Distress", text),
        "ending": ending or GOES_ON,
        "ends after": int(session[1]) if session else None,
        "begins": "began" in text or "was handed over to" in text,
    }


def as_logged(row):
    """The same, off the log."""
    shown = row.tears_shown != NONE
    open_still = row.open_rupture > 0.0 and row.open_rupture != row.rupture
    return {
        "felt": row.tears_felt,
        "shown": shown,
        "own": row.origin == 2,
        "shared": row.origin == SHARED,
        "noticed": row.noticed,
        "reception": row.reception,
        "spoken": row.spoken,
        "thinks noticed": shown and row.belief_noticed,
        "thinks unnoticed": shown and not row.belief_noticed,
        "belief": row.belief,
        "stopped": row.stopped,
        "wept": row.client_tears,
        "hushed": row.hushed,
        "repaired": row.repaired,
        "rupture": f"{row.rupture:.2f}" if row.rupture else None,
        "still open": max(f"{row.open_rupture:.2f}", "0.01") if open_still else None,
        "alliance": (rated(row.alliance_before), rated(row.alliance)),
        "distress": (of_40(row.distress_before), of_40(row.distress)),
        "ending": row.ending,
        "ends after": row.session if row.ending != GOES_ON else None,
        "begins": row.session == 1,
    }


def check_quiet(text, rows):
    """A quiet stretch holds nothing that is told session by session, and its sums are the log's."""
    assert all((r.tears_felt, r.rupture, r.repaired, r.ending) == (NONE, 0.0, False, GOES_ON) for r in rows)
    assert all(row.session > 1 for row in rows)
    first, last = rows[0], rows[-1]
    assert from_to("Alliance", text) == (rated(first.alliance_before), rated(last.alliance))
    assert from_to("Distress", text) == (of_40(first.distress_before), of_40(last.distress))
    still = re.search(rf"An earlier rupture was still open \((?:below )?{NUMBER}\)", text)
    assert (still[1] if still else None) == (max(f"{last.open_rupture:.2f}", "0.01") if last.open_rupture else None)
    if len(rows) == 1:
        assert text.startswith("A quiet session.")
        said = (("it was a release" in text, "found no relief" in text), "comforted them too soon" in text)
        assert said == ((first.client_tears == 1, first.client_tears == 2), first.hushed)
        return
    counts = (r"wept in (\d+) of them", r"(\d+) times a release", r"(\d+) times without relief", r"too soon in (\d+)\.")
    digits = text.replace("once a", "1 times a").replace("once without", "1 times without")
    said = tuple(int(found[1]) if (found := re.search(count, digits)) else 0 for count in counts)
    if one_kind := re.search(r"wept in (\d+) of them, (each time )?(a release|without relief)\.", text):
        assert (one_kind[2] is not None) == (said[0] > 1)
        said = (said[0], said[0], 0, said[3]) if one_kind[3] == "a release" else (said[0], 0, said[0], said[3])
    kinds = [row.client_tears for row in rows]
    assert said == (len(rows) - kinds.count(0), kinds.count(1), kinds.count(2), sum(row.hushed for row in rows))


def check_people(told, dyad):
    """The people told of are those of the dyad, with their numbers."""
    client, *therapists, _scale = told.people
    for trait in (
        "boundary_sensitivity",
        "warmth_expected",
        "empathy",
        "tear_propensity",
        "responsiveness",
    ):
        assert f"{getattr(dyad.client, trait):.2f}" in client, trait
    assert f"Client {dyad.life.client} came with distress {of_40(dyad.client.distress)} of 40" in client
    for (number, traits), said in zip(dyad.therapists.items(), therapists, strict=True):
        first = next(row for row in dyad.life.sessions if row.therapist == number)
        assert f"Therapist {therapist_name(number, 4)} had {traits.years_in(first.week):.0f} year" in said
        assert f"comfort {first.comfort:.2f}" in said
        for trait in ("empathy", "boundary_sensitivity"):
            assert f"{getattr(traits, trait):.2f}" in said


def check_sessions(told, dyad):
    """Each session is told once, in order, under its therapist, as it was."""
    rows = {row.week: row for row in dyad.life.sessions}
    met = list(dict.fromkeys(row.episode for row in rows.values()))
    assert len(told.courses) == len(met)
    covered = []
    for episode, course in zip(met, told.courses, strict=True):
        for entry in course.entries:
            weeks = [week for week in rows if entry.first_week <= week <= entry.last_week]
            covered += weeks
            held = [rows[week] for week in weeks]
            assert {row.episode for row in held} == {episode}
            name = therapist_name(held[0].therapist, 4)
            assert course.title.startswith(f"With therapist {name}:")
            if "uiet session" in entry.text:
                check_quiet(entry.text, held)
                if len(held) > 1:
                    assert entry.heading == f"Weeks {weeks[0]} to {weeks[-1]} · {len(weeks)} sessions"
                    continue
            else:
                assert read_back(entry.text) == as_logged(held[0]), entry
                assert held[0].session > 1 or f"therapist {name}" in entry.text
            assert entry.heading == f"Week {weeks[0]} · session {held[0].session}"
    assert covered == list(rows)


def check_comparison(told, dyad):
    """Beside each other stand the counts of both lives, and the week in which they part."""
    if dyad.held_back is None:
        assert told.comparison == []
        assert told.apart == [HELD_BACK_ANYWAY if dyad.parameters["tears"] == "held back" else NO_PARTNER]
        return
    table = {what: (here, there) for what, here, there in told.comparison}
    both = (dyad.life.sessions, dyad.held_back.sessions)
    for what, value in {
        "sessions": len,
        "therapists": lambda rows: len({row.therapist for row in rows}),
        "sessions in which tears came to the therapist": lambda rows: sum(row.tears_felt > 0 for row in rows),
        "... and the client noticed": lambda rows: sum(row.noticed for row in rows),
        "... and was moved": lambda rows: sum(row.reception == 1 for row in rows),
        "... and was unsettled": lambda rows: sum(row.reception == 3 for row in rows),
        "ruptures": lambda rows: sum(row.rupture > 0 for row in rows),
        "ruptures mended": lambda rows: sum(row.repaired for row in rows),
        "alliance after the last session, rated 1 to 7": lambda rows: rated(rows[-1].alliance),
        "distress after the last session, of 40": lambda rows: of_40(rows[-1].distress),
    }.items():
        assert table[what] == tuple(str(value(rows)) for rows in both), what
    part = re.search(r"same before week (\d+) and part in it", told.apart[0])
    mine, theirs = ({row.week: (row.bond, row.distress, row.ending) for row in rows} for rows in both)
    at_once = "part in the first session" in told.apart[0]
    week = int(part[1]) if part else min(mine) if at_once else 10**6
    assert not at_once or mine[week] != theirs[week]
    assert part is None or week > min(mine)
    assert {w: one for w, one in mine.items() if w < week} == {w: one for w, one in theirs.items() if w < week}
    assert part is not None or at_once or mine == theirs
    unseen = (part or at_once) and not any(row.noticed for row in both[0] if row.week <= week)
    assert ("The client had noticed no tears by then" in told.apart[0]) == bool(unseen)


def check_ending(told, dyad):
    """How it ended is how the last session left it, and a year is told where it is known."""
    last = dyad.life.sessions[-1]
    began = {LEFT: "left therapist", COMPLETED_TOLD: "completed with", COMPLETED_UNTOLD: "completed with"}
    assert began.get(last.ending, "with therapist") in told.ending[0]
    assert last.ending == GOES_ON or f"in week {last.week}" in told.ending[0]
    year = re.search(rf"in week (\d+), distress was {NUMBER} of 40\.", told.ending[1])
    assert (year is not None) == (dyad.life.distress_after_a_year is not None)
    if year:
        assert int(year[1]) == dyad.life.sessions[0].week + 51
        assert year[2] == of_40(dyad.life.distress_after_a_year)


def check(dyad):
    told = whole_story(dyad)
    for part in (check_people, check_sessions, check_comparison, check_ending):
        part(told, dyad)
    assert told.note == A_MODEL
    return told


def check_everyone(seed, replicate, parameters):
    """The stories of all clients of one practice; returns how many."""
    shown = Lived(seed, replicate, parameters)
    twin = None
    if parameters["tears"] != "held back":
        twin = Lived(seed, replicate, arms.held_back(parameters))
    for client in shown.everyone:
        check(of_client(shown, twin, seed, replicate, client))
    return len(shown.everyone)


# What makes for lives of every kind: all manners of tears, leaving and beginning anew, relapse, retirement, ends by plan.
WORLDS = st.fixed_dictionaries({
    "tears": st.sampled_from(("shown", "shown", "held back", "voiced", "leaking")),
    "arrivals": st.sampled_from(("open", "cohort")),
    "leaving_base": st.sampled_from((-6.0, -4.0)),
    "seeking_base": st.sampled_from((-0.8, 3.0)),
    "relapse": st.sampled_from((0.0, 0.1)),
    "career_length": st.sampled_from((1.0, 45.0)),
    "endings": st.sampled_from(("good enough", "fixed plan")),
    "weeks": st.sampled_from((40, 60)),
})  # fmt: skip
SEEDS, REPLICATES = st.integers(0, 2**64 - 1), st.integers(0, 100)


@settings(max_examples=5, deadline=None)
@given(SEEDS, REPLICATES, WORLDS)
def test_a_story_says_what_the_log_says_and_leaves_nothing_out(seed, replicate, world):
    check_everyone(seed, replicate, {**SMALL, **world})


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(SEEDS, REPLICATES, WORLDS)
def test_thousands_of_stories_say_what_the_log_says_and_leave_nothing_out(seed, replicate, world):
    check_everyone(seed, replicate, {**SMALL, **world})


@pytest.fixture(scope="module")
def practice():
    values = {**SMALL, "tears": "shown"}
    return Lived(3, 0, values), Lived(3, 0, arms.held_back(values))


def test_hundreds_of_dyads_of_one_practice_are_told_truly(practice):
    told = [check(of_client(*practice, 3, 0, client)) for client in practice[0].everyone]
    texts = " ".join(entry.text for one in told for course in one.courses for entry in course.entries)
    for phrase in (
        "was moved",
        "was unsettled",
        "took it calmly",
        "did not notice",
        "mended it",
        "thinks that it was seen",
        "thinks that it went unseen",
        "left therapist",
        "the therapy was completed",
        "without a word",
        "would stand at",
        *BELIEF,
    ):
        assert phrase in texts, phrase
    apart = " ".join(one.apart[0] for one in told)
    assert "to the last digit" in apart or NO_PARTNER in apart


def test_a_false_log_is_found_out(practice):
    """The reading back is not blind: a story of one life does not pass for that of another."""
    dyad = of_client(*practice, 3, 0, choose(practice[0].everyone, "most_tears"))
    told = whole_story(dyad)
    changes = (
        {"tears_felt": 3},
        {"noticed": False, "reception": 0, "spoken": False},
        {"reception": 3},
        {"rupture": 0.77},
        {"repaired": True},
        {"distress": 9.0},
        {"alliance": 0.999},
        {"belief": 3},
        {"ending": LEFT},
    )
    for change in changes:
        for i, row in enumerate(dyad.life.sessions):
            if row.noticed and any(getattr(row, name) != value for name, value in change.items()):
                rows = list(dyad.life.sessions)
                rows[i] = row._replace(**change)
                with pytest.raises(AssertionError):
                    check_sessions(told, dyad_with(dyad, rows))
                break
        else:
            pytest.fail(f"No session for {change}.")


def dyad_with(dyad, rows):
    life = Life(dyad.life.client, rows, dyad.life.standing, dyad.life.distress_after_a_year)
    return Dyad(
        dyad.seed, dyad.replicate, dyad.parameters, dyad.changed, dyad.client, dyad.therapists, life, dyad.held_back
    )


def test_no_distress_is_told_as_more_than_a_questionnaire_has_points():
    assert _distress(5.5, 2.0) == "Distress went from 40.0 to 18.6."
    assert _distress(5.5, 6.0) == "Distress stayed at 40.0."


def test_what_is_set_is_said():
    dyad = dyad_of(1, 0, {"weeks": 2, "therapists": 2, "relapse": 0.01, "near_noticed": 0.5}, 1, "longest")
    world = whole_story(dyad).world
    assert (
        "2 therapists with 10 places each, watched for 2 weeks; tears shown, from which therapists learn nothing. Set: "
        in world
    )
    assert "near_noticed = 0.5" in world
    assert "relapse = 0.01" in world
    for estimates in ("fitted", "open"):
        among = dyad_of(1, 3, {"weeks": 2, "therapists": 2, "estimates": estimates, "relapse": 0.01}, 1, "longest")
        assert (
            "tears shown, from which therapists learn nothing. "
            f"Its estimates are those of one of the {estimates} worlds. Set: relapse = 0.01."
            in whole_story(among).world
        )


def test_from_python_a_story_is_asked_for_by_number_or_by_choice():
    small = {"weeks": 8, "therapists": 3, "therapist_tear_propensity": 0.95}
    one = story_of(4, seed=2, **small)
    assert one == whole_story(dyad_of(2, 0, small, 4, "longest"))
    assert story_of("most_ruptured", seed=2, **small).courses
    with pytest.raises(TearSimError, match="There is no choice"):
        story_of("happiest", seed=2, **small)
    shown = one._repr_markdown_()
    for words in (one.title, one.world, *one.people, *one.ending, *one.apart, one.note):
        assert words in shown
    assert all(f"**{entry.heading}.** {entry.text}" in shown for course in one.courses for entry in course.entries)
