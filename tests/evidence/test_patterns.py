"""The findings: complete, of known roles, with intervals by one rule."""

import datetime
import math

import numpy as np
import pytest

from tearsim.errors import TearSimError
from tearsim.evidence.instruments import INSTRUMENTS
from tearsim.evidence.patterns import Finding, findings, patterns_hash, read_patterns
from tearsim.evidence.protocols import PROTOCOL_PARTS, Protocol

BY_ID = {finding.id: finding for finding in findings()}
PROTOCOL = Protocol(**dict.fromkeys(PROTOCOL_PARTS, "x"), dated=datetime.date(2026, 11, 29), reason="x")


def test_every_finding_that_is_judged_has_an_instrument_and_an_interval():
    for finding in findings():
        if finding.judged:
            assert finding.low < finding.high, finding.id
            assert finding.instrument in INSTRUMENTS, finding.id
        else:
            assert finding.not_judged, finding.id


def test_every_finding_with_an_instrument_has_a_protocol_written_down_in_full():
    for finding in findings():
        if finding.instrument is None:
            assert finding.protocol is None, finding.id
        else:
            assert all(getattr(finding.protocol, part) for part in PROTOCOL_PARTS), finding.id
            assert finding.protocol.dated <= datetime.date(2026, 11, 29), finding.id


def test_every_finding_says_where_its_figures_were_seen():
    assert {finding.sure for finding in findings()} == {"full text", "abstract", "secondary"}
    assert all(sample.sure for finding in findings() for sample in finding.samples)


def test_a_change_of_a_protocol_is_dated_and_says_why():
    changed = {finding.id: finding.protocol.changed for finding in findings() if finding.protocol}
    for name in ("tcit-experience", "client-tears-ever", "alliance-raters", "dose-8", "dose-26"):
        assert all(change.why and change.dated for change in changed[name]), name
        assert changed[name], name


def test_findings_of_kinds_that_were_missing_are_compared_and_never_fitted_to():
    kinds = {
        "course of the alliance": ("alliance-rises", "alliance-averaged"),
        "length": ("commonest-length", "median-sessions", "median-of-stayers", "top-tenth", "low-distress-length"),
        "sudden gains": ("sudden-gains", "sudden-gains-outcome"),
        "worse": ("worse", "therapist-worse", "better-in-routine"),
        "client tears": ("client-tears-month", "client-tears-longer", "client-tears-better"),
        "within clients": ("alliance-then-distress", "distress-then-alliance"),
        "waiting": ("waiting-list", "untreated-remission"),
        "who leaves": ("severity-dropout", "once-extremes"),
        "response": ("early-response", "recovered-by-17", "short-plans"),
    }
    named = [name for those in kinds.values() for name in those]
    assert len(named) >= 15
    assert {BY_ID[name].role for name in named} == {"val"}


def test_samples_that_disagree_are_pooled_to_the_finding():
    ever = BY_ID["client-tears-ever"]
    assert len(ever.samples) == 3
    assert ever.low < ever.found < ever.high
    assert "another sample would lie between" in ever.tolerance


def test_enough_findings_may_be_fitted_to_and_doubtful_ones_are_never_judged():
    assert sum(finding.judged for finding in findings("cal")) >= 16
    assert not any(finding.judged for finding in findings("doubt"))
    assert {finding.role for finding in findings()} == {"cal", "val", "doubt"}


def test_every_instrument_measures_a_finding():
    assert {finding.instrument for finding in findings()} - {None} == set(INSTRUMENTS)


def test_the_model_description_says_where_a_sampling_error_is_rough(repository):
    """A normal interval about a rare answer misses the truth more often than it is called to; Wilson's lies higher."""
    from scipy.stats import binom
    from statsmodels.stats.proportion import proportion_confint

    def holds(share, n):
        """In which share of studies of n people the interval about what is found there holds the true share."""
        counts = np.arange(n + 1)
        half = 1.96 * np.sqrt(counts / n * (1 - counts / n) / n)
        return binom.pmf(counts, n, share)[np.abs(counts / n - share) <= half].sum()

    held = {
        finding.id: holds(finding.value, min(finding.n or 100, 400))
        for finding in findings()
        if finding.judged and finding.measure == "share" and finding.interval is None and not finding.samples
    }
    rare = held.pop("tcit-harmed")
    low, high = proportion_confint(0.008 * 400, 400, method="wilson")
    text = " ".join((repository / "tearsim/science/ODD.md").read_text(encoding="utf-8").split())
    assert f"holds the truth in {100 * rare:.0f} % of studies" in text
    assert f"in {100 * min(held.values()):.0f} to {100 * max(held.values()):.0f} %" in text
    assert f"from {100 * low:.2f} to {100 * high:.2f} %" in text


def test_every_interval_has_a_reason():
    for finding in findings():
        if not math.isnan(finding.low):
            assert finding.tolerance, finding.id
        if finding.interval and finding.tolerance == "published interval":
            assert finding.doi, finding.id


def test_a_published_value_lies_in_its_own_interval():
    for finding in findings():
        if finding.value is not None and not math.isnan(finding.low):
            assert finding.low <= finding.value <= finding.high, finding.id


@pytest.mark.parametrize(
    ("given", "half"),
    [
        ({"measure": "share", "value": 0.5, "n": 100}, 1.96 * 0.05),
        ({"measure": "share", "value": 0.5, "n": 40_000}, 1.96 * 0.025),  # no study counts for more than 400
        ({"measure": "share", "value": 0.5}, 1.96 * 0.05),  # n unknown: 100
        ({"measure": "correlation", "value": 0.36, "studies": 32}, 1.96 * (1 - 0.36**2) / math.sqrt(399)),
        ({"measure": "difference", "value": 0.0, "n": 400}, 1.96 * 0.1),
        ({"measure": "variance share", "value": 0.5, "n": 400, "groups": 201}, 1.96 * 0.1 * (0.5 + 0.5 * 201 / 400)),
    ],
)
def test_an_interval_follows_from_n_by_the_rule(given, half):
    named = {"id": "x", "statement": "x", "role": "cal", "source": "x", "sure": "abstract", "instrument": "dropout"}
    finding = Finding(**named, protocol=PROTOCOL, **given)
    assert finding.high - finding.value == pytest.approx(half)
    assert finding.value - finding.low == pytest.approx(half)


def test_an_interval_ends_where_its_scale_does():
    assert BY_ID["tcit-harmed"].low == 0.0
    assert BY_ID["therapist-dropout"].low > 0.0  # pooled as log-odds


def test_verdicts():
    dropout, sign, ratio = BY_ID["dropout"], BY_ID["tcit-experience"], BY_ID["client-tears-persist"]
    assert [dropout.verdict(value) for value in (0.164, 0.197, 0.254)] == ["outside", "inside", "outside"]
    assert dropout.verdict(math.nan) == "outside"  # a world without endings has not shown it
    assert [sign.verdict(value) for value in (-0.01, 0.0, 0.01)] == ["outside", "outside", "inside"]
    assert [ratio.verdict(value) for value in (1.6, 9.0)] == ["outside", "inside"]
    assert BY_ID["tcit-sessions"].verdict(0.07) == "not judged"


SAMPLE = '{ source = "s", value = 0.2, n = 100, sure = "abstract" }'
MISTAKES = {
    "unknown instrument": ('instrument = "dropout"', 'instrument = "dropuot"', 'there is no instrument "dropuot"'),
    "unknown key": ("n = 100", "nn = 100", "nn: Extra inputs are not permitted"),
    "unknown role": ('role = "cal"', 'role = "fit"', "role: Input should be 'cal', 'val' or 'doubt'"),
    "no value": ("value = 0.2", "", "an instrument, and a value or an interval"),
    "doubt without a reason": ('role = "cal"', 'role = "doubt"', "says in not_judged why"),
    "a length without interval": ('measure = "share"', 'measure = "length"', "a length needs an interval"),
    "a mean without interval": ('measure = "share"', 'measure = "mean"', "a mean needs an interval"),
    "shares of variance without groups": ('measure = "share"', 'measure = "variance share"', "needs groups"),
    "a judged finding without a protocol": ('protocol = "p"', "", "has a protocol if it has an instrument"),
    "a protocol that is not there": ('protocol = "p"', 'protocol = "q"', 'x: there is no protocol "q".'),
    "a protocol without a part": ('missing = "x"', "", "protocol.missing: Field required"),
    "a protocol that leaves a part empty": ('missing = "x"', 'missing = ""', "protocol.missing: String should have at"),
    "a change before what it changes": (
        'reason = "r"',
        'reason = "r"\nchanged = [{ dated = 2026-11-28, why = "x" }]',
        "a change is dated after what it changes",
    ),
    "a change without a reason": (
        'reason = "r"',
        'reason = "r"\nchanged = [{ dated = 2026-11-30 }]',
        "protocol.changed.0.why: Field required",
    ),
    "not how sure": ('sure = "abstract"', "", "sure: Field required"),
    "sure in other words": ('sure = "abstract"', 'sure = "rumour"', "sure: Input should be 'full text', 'abstract' or"),
    "value and samples": ("n = 100", f"samples = [{SAMPLE}, {SAMPLE}, {SAMPLE}]", "follow from them"),
    "two samples": ("value = 0.2\nn = 100", f"samples = [{SAMPLE}, {SAMPLE}]", "three or more samples"),
    "twice": ("# end", "ENTRY", 'there are two findings "x"'),
    "no TOML": ("# end", "[[", "cannot be read as TOML"),
}
ENTRY = """
[[finding]]
id = "x"
statement = "x"
role = "cal"
measure = "share"
value = 0.2
n = 100
instrument = "dropout"
source = "x"
sure = "abstract"
protocol = "p"
"""
SHARED = """
[protocol.p]
population = "x"
length = "x"
time = "x"
scale = "x"
estimator = "x"
missing = "x"
dated = 2026-11-29
reason = "r"
"""


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_file_is_one_line(mistake, tmp_path):
    before, after, words = MISTAKES[mistake]
    file = tmp_path / "patterns.toml"
    file.write_text(SHARED + ENTRY + "# end\n", encoding="utf-8")
    assert [finding.id for finding in read_patterns(file)] == ["x"]
    file.write_text((SHARED + ENTRY + "# end\n").replace(before, after.replace("ENTRY", ENTRY)), encoding="utf-8")
    with pytest.raises(TearSimError) as refusal:
        read_patterns(file)
    assert words in str(refusal.value)
    if mistake != "no TOML":
        assert "\n" not in str(refusal.value)


def test_the_hash_is_of_the_file_as_it_stands():
    assert len(patterns_hash()) == 64
