"""Bring up to date what is made from the code: `python docs/refresh.py`. What takes longer is asked for:
`--what-matters` (the answer of a sweep of minutes), `--check` (the table of findings), `--check-open` (the same over
open worlds, in words: minutes), `--notebooks` (their answers), `--stay-or-seek` (a map of minutes), `--bench` (timings
of this machine) and `--picture` (pictures of the answer and of the page, which need the extra "view" and Chromium);
`--all` for all of these.

The tables in ODD.md, the answers in README.md, docs/ and experiments/README.md, the TRACE page, the causal diagram, and
the golden run (`tests/golden.json`). A change of the golden run is a change of the model: say so in the commit.
"""

import json
import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import tearsim
from docs import causal_diagram, trace
from tearsim.evidence.patterns import findings
from tearsim.science import luck
from tearsim.science.alternatives import THEORIES
from tearsim.science.log import SESSION_COLUMNS, WRITTEN
from tearsim.science.parameters import PARAMETERS
from tearsim.science.settings import WHOLE_NUMBERS, settings
from tearsim.show.terminal.calibration import (
    centres_markdown,
    fitted_markdown,
    left_open_markdown,
    open_summary_lines,
    summary_lines,
)
from tearsim.show.terminal.effects import estimands_markdown
from tearsim.show.terminal.plans_on_record import studies_markdown
from tearsim.show.terminal.run_and_parameters import outcomes_markdown, parameters_markdown
from tearsim.show.terminal.scored_theories import scored_markdown
from tearsim.show.terminal.studies import kinds_of_study_markdown
from tearsim.show.terminal.theories import theories_markdown
from tearsim.show.words import claims
from tearsim.show.words.english import MINUS, list_of
from tearsim.show.words.findings import conventions_markdown, patterns_markdown, protocols_markdown
from tearsim.show.words.sensitivity import sensitivity_in_words
from tearsim.show.words.stay_or_seek import map_in_words
from tearsim.study.calibration.design import targets
from tearsim.study.claims.board import read_outcome
from tearsim.study.claims.declared import read_claims
from tearsim.study.effects.stay_or_seek import read_questioned
from tearsim.study.sweeps.experiment import read_experiment
from tearsim.worlds.outcomes import QUESTIONED
from tearsim.worlds.simulate import simulate

MADE = "Generated from the declarations; refresh with `python docs/refresh.py`."
ROOT = Path(__file__).parents[1]
TYPES, LOG_ROW = ROOT / "tearsim/science/types.py", ROOT / "tearsim/science/log_row.py"
ODD, README, GOLDEN = ROOT / "tearsim/science/ODD.md", ROOT / "README.md", ROOT / "tests/golden.json"
EXPERIMENTS = ROOT / "experiments/README.md"
# What is asked next after the main job; each is seconds of computing.
ASKED_FIRST = ("culture", "experience", "over_comforting", "waiting_and_matching")
STAY_OR_SEEK = ROOT / "experiments/stay_or_seek"
# The pages of docs/ that hold a generated block, by its name.
PAGES = {
    block: ROOT / f"docs/{page}.md"
    for block, page in {
        "answer": "answer",
        "check": "evidence",
        "check-open": "evidence",
        "fitted": "evidence",
        "took": "sensitivity",
        "sensitivity": "sensitivity",
        "bench": "speed",
        "bench-sweep": "speed",
        "protocols": "protocols",
        "conventions": "protocols",
        "scored": "theories",
        "estimands": "model/estimands",
        "teaching": "planning",
        "studies": "effects",
    }.items()
}
TRACE = ROOT / "docs/model/trace.md"
DIAGRAM, DIAGRAM_PAGE = ROOT / "docs/static/causes.svg", ROOT / "docs/model/diagram.md"
PICTURE = ROOT / "tearsim/show/page/practice.png"
ANSWER_PICTURE = ROOT / "experiments/tears_and_dropout/answer.png"
CHECKED_REPLICATES = 100  # of the defaults: so many that few findings are too close to judge
CHECKED_WORLDS = 100  # of the open ones, in which share of which a finding lies inside is asked
CARDS = ("Those who saw tears", "The whole practice", "What would change it")
CALIBRATED, OPENED, SCORED = (
    ROOT / f"experiments/calibration/{name}.json" for name in ("outcome", "open-outcome", "theories-outcome")
)
PLANNED = ROOT / "experiments/studies/outcome.json"
CLAIMED = ROOT / "experiments/claims/outcome.json"
CLAIMS_PAGE, CLAIMS_README = ROOT / "docs/claims.md", ROOT / "experiments/claims/README.md"
NOT_CLAIMED = "The claims have not been put to the test yet.\n"
NOT_SCORED = (
    "No scoring of the theories is on record yet: it takes hours, and waits for open worlds as many as it begins with. "
    "Until then nothing is said here of which theory the evidence prefers.\n"
)

# A practice in which everything happens, small enough to run at every test.
GOLDEN_RUN = {"therapists": 8, "caseload": 6, "weeks": 60, "eyes_fill_base": -5.0, "relapse": 0.01, "grief_onset": 0.02}


def filled(text: str, block: str, content: str) -> str:
    """The text with new content between the markers of a block."""
    pattern = re.compile(rf"(<!-- {block}:.*?-->\n).*?(<!-- end of {block} -->)", re.DOTALL)
    assert len(pattern.findall(text)) == 1, block
    return pattern.sub(lambda found: found[1] + content + found[2], text)


def odd() -> str:
    """ODD.md as it should be."""
    text = filled(ODD.read_text(encoding="utf-8"), "parameters", "\n" + parameters_markdown(PARAMETERS) + "\n")
    text = filled(text, "theories", "\n" + theories_markdown(THEORIES.values()) + "\n")
    text = filled(text, "patterns", "\n" + patterns_markdown(findings()) + "\n")
    text = filled(text, "trials", "\n" + "".join(f"- {line}\n" for line in summary_lines(calibrated())) + "\n")
    text = filled(text, "left open", "\n" + left_open_markdown(calibrated()) + "\n")
    text = filled(text, "centres", "\n" + centres_markdown(targets()) + "\n")
    return filled(text, "outcomes", "\n" + outcomes_markdown() + "\n")


def types_module() -> str:
    """`science/types.py` as it should be: what rules may read of parameters, of luck and of a row of the log."""
    defaults = {name: parameter.default for name, parameter in PARAMETERS.items()}
    kinds = {name: "int" if name in WHOLE_NUMBERS else "float" for name in settings(defaults)}
    lucks = {
        "SessionLuck": ("sessions", luck.SESSION),
        "ClientLuck": ("clients", luck.CLIENT),
        "TherapistLuck": ("therapists", luck.THERAPIST),
        "ReportLuck": ("reports", luck.REPORT),
        "TherapistWeekLuck": ("therapist_weeks", luck.THERAPIST_WEEK),
    }
    logged = {name: column.type.__name__ for name, column in SESSION_COLUMNS.items()}
    return f'"""What rules may read, by name and type.\n\n{MADE}\n"""\n\nfrom typing import Protocol\n' + "".join(
        [
            _protocol("Parameters", "The parameters as rules read them, and what `settings.py` makes of them.", kinds),
            *(
                _protocol(name, f"A row of `Luck.{table}`.", dict.fromkeys(columns, "float"))
                for name, (table, columns) in lucks.items()
            ),
            _protocol("LogRow", "A row of the log, as it is written.", logged),
        ]
    )


def _protocol(name: str, meaning: str, kinds: dict[str, str]) -> str:
    fields = "".join(f"    {field}: {kind}\n" for field, kind in kinds.items())
    return f'\n\nclass {name}(Protocol):\n    """{meaning}"""\n\n{fields}'


def log_row_module() -> str:
    """`science/log_row.py` as it should be: every column of the log, written."""
    lines = "".join(f"    row.{column} = {value}\n" for column, value in WRITTEN.items())
    return f'''"""How a session is written into a row of the log.

{MADE}
"""

from tearsim.science.people import Client, Therapist
from tearsim.science.session import Session
from tearsim.science.types import LogRow


def write_session(row: LogRow, week: int, place: int, client: Client, therapist: Therapist, s: Session) -> None:
    """Fill a row of the log; `week` and `place` count from 0 here, from 1 in the log."""
{lines}'''


def calibrated() -> dict[str, Any]:
    """What the calibration found that made the fitted worlds."""
    return json.loads(CALIBRATED.read_text(encoding="utf-8"))


def opened() -> Any:
    """The record of the block that made the open worlds."""
    return json.loads(OPENED.read_text(encoding="utf-8"))


def scored() -> str:
    """The rival theories as they were scored; where no scoring is on record, that there is none."""
    if not SCORED.exists():
        return NOT_SCORED
    done = json.loads(SCORED.read_text(encoding="utf-8"))
    missing = [name for name in THEORIES if name not in done["theories"]]
    return scored_markdown(done) + (f"- Not scored: {', '.join(missing)}.\n" if missing else "")


def planned() -> str:
    """Which of the eight studies would teach most, as `tearsim plan experiments/studies --json` last said."""
    if not PLANNED.exists():
        return "The eight studies have not been tried yet.\n"
    return studies_markdown(json.loads(PLANNED.read_text(encoding="utf-8")))


def claims_rows() -> tuple[str, list[claims.ClaimRow]]:
    """How many claims came to which verdict, and the rows of the board; where none is on record, that there is none."""
    if not CLAIMED.exists():
        return NOT_CLAIMED, []
    outcome = read_outcome(CLAIMED)
    return claims.first_line(outcome) + "\n", claims.claim_rows(outcome, read_claims())


def claims_in_short() -> str:
    """What the README says of the claims."""
    first, rows = claims_rows()
    return f"{first}\n{claims.board_in_short(rows, 'docs/claims.md')}" if rows else first


def claims_pages() -> dict[Path, str]:
    """docs/claims.md and experiments/claims/README.md as they should be."""
    first, rows = claims_rows()
    page = CLAIMS_PAGE.read_text(encoding="utf-8")
    for block, content in {
        "claims board": f"{first}\n{claims.board_markdown(rows)}" if rows else first,
        "claims rules": claims.rules_markdown(),
        "essay": claims.essay_markdown(read_claims()),
        "claims one by one": claims.claims_markdown(rows) if rows else first,
    }.items():
        page = filled(page, block, f"\n{content}\n")
    beside = filled(
        CLAIMS_README.read_text(encoding="utf-8"),
        "essay",
        f"\n{claims.essay_markdown(read_claims(), '../../docs/claims.md')}\n",
    )
    return {CLAIMS_PAGE: page, CLAIMS_README: beside}


def command_output(*arguments: str) -> str:
    """What a command prints, run from an empty folder."""
    tearsim = Path(sysconfig.get_path("scripts")) / "tearsim"
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([tearsim, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@cache
def main_job() -> tuple[str, list[str]]:
    """What the main job prints, and its answer in sentences."""
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/tears_and_dropout"
        printed = command_output("sweep", str(ROOT / "experiments/tears_and_dropout"), "--out", out)
        return printed, tearsim.answer_in_short(tearsim.open_results(out))


@cache
def answers_in_seconds() -> dict[str, str]:
    """The answers of the experiments that a user asks first, each in sentences; together some twenty seconds."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ASKED_FIRST:
            results = tearsim.sweep(ROOT / "experiments" / name, out=f"{folder}/{name}")
            found[name] = "\n\n".join(tearsim.answer_in_short(results)) + "\n"
    return found


def answer() -> str:
    """The part of the main job's output that docs/answer.md shows: the cards and the two tables."""
    output, _ = main_job()
    shown = re.split(r"[\d,]+ runs in", output[output.index(CARDS[0]) :])[0]
    return "\n".join(line.rstrip() for line in shown.rstrip().splitlines())


def experiments(**blocks: str) -> str:
    """experiments/README.md as it should be; what takes longer than the main job only if given."""
    text = EXPERIMENTS.read_text(encoding="utf-8")
    for name in ("tears_and_dropout", *ASKED_FIRST, "what_matters"):
        experiment, _ = read_experiment(ROOT / "experiments" / name)
        text = filled(text, f"question of {name}", f"\n*{experiment.question.strip()}*\n\n")
    asked = read_questioned(STAY_OR_SEEK).question
    text = filled(text, "question of stay_or_seek", f"\n*{' '.join(asked.split())}*\n\n")
    calibration = "".join(f"- {line}\n" for line in summary_lines(calibrated()))
    for block, content in {
        "tears_and_dropout": "\n\n".join(main_job()[1]) + "\n",
        "calibration": calibration,
        "open": "".join(f"- {line}\n" for line in open_summary_lines(opened())),
        **blocks,
    }.items():
        text = filled(text, f"answer of {block}", f"\n{content}\n")
    return text


def in_short() -> str:
    """What of the main job's answer the README says: its three cards, a paragraph each, and what is held in them."""
    printed, sentences = main_job()
    starts = [printed.index(heading) for heading in CARDS]
    told = []
    for heading, start, end in zip(CARDS, starts, [*starts[1:], printed.index("What showing")], strict=True):
        words = " ".join(printed[start + len(heading) : end].split())
        note, words = re.fullmatch(r"( \([^)]*\))? ?(.*)", f" {words}".replace("  ", " ")).groups()
        told.append(f"**{heading}**{note or ''}: {re.sub(r'-(?=[0-9])', MINUS, words)}")
    worlds = sentences[-1].partition(" In brackets: ")[0]  # no mean stands in these cards, so no brackets of one either
    return "\n>\n".join(f"> {words}" for words in (*told, worlds)) + "\n"


def pages(**blocks: str) -> dict[Path, str]:
    """README.md and the pages of docs/ as they should be; what takes minutes only if given."""
    texts = {page: page.read_text(encoding="utf-8") for page in (README, *PAGES.values())}
    texts[README] = filled(texts[README], "in short", in_short())
    texts[README] = filled(texts[README], "claims in short", f"\n{claims_in_short()}\n")
    made = {
        "fitted": fitted_markdown(calibrated()),
        "conventions": "\n" + conventions_markdown() + "\n",
        "scored": f"\n{scored()}\n",
        "teaching": f"\n{planned()}\n",
        "estimands": f"\n{estimands_markdown()}\n",
        "protocols": "\n" + protocols_markdown(findings()) + "\n",
        "studies": f"\n{kinds_of_study_markdown()}\n",
    }
    for block, content in made.items():
        texts[PAGES[block]] = filled(texts[PAGES[block]], block, content)
    for block, content in {"answer": answer(), **blocks}.items():
        lines = "\n".join(line.rstrip() for line in content.rstrip().splitlines())
        texts[PAGES[block]] = filled(texts[PAGES[block]], block, f"```text\n{lines}\n```\n")
    short = evidence_in_short(texts[PAGES["check-open"]])
    return texts | {README: filled(texts[README], "evidence in short", f"\n{short}\n")}


def trace_page() -> str:
    """docs/model/trace.md as it should be, given what the evidence and the experiments say at present."""
    text = TRACE.read_text(encoding="utf-8")
    evidence, experiments_say = (page.read_text(encoding="utf-8") for page in (PAGES["check"], EXPERIMENTS))
    for block, content in trace.blocks(evidence, experiments_say, calibrated()).items():
        text = filled(text, block, f"\n{content}\n")
    return text


def diagram_page() -> str:
    """docs/model/diagram.md as it should be."""
    return filled(DIAGRAM_PAGE.read_text(encoding="utf-8"), "causes", "\n" + causal_diagram.table() + "\n")


def what_matters(*options: str) -> tuple[dict[str, str], str]:
    """The documentation's blocks on a sweep of minutes, and its answer in sentences; `options` are the sweep's."""
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/what_matters"
        swept = json.loads(
            command_output(
                "sweep", str(ROOT / "experiments/what_matters"), "--out", out, "--no-report", "--json", *options
            )
        )
        indices = command_output("sensitivity", out, "--outcome", "dropout_rate")
        found = [one for outcome in QUESTIONED for one in tearsim.sensitivity(out, outcome)]
    took = (
        f"{swept['runs']:,} runs, {swept['sessions']:,} sessions: {swept['seconds']:.0f} s on two cores "
        f"({swept['cpu_seconds']:.0f} s of one core), {swept['sessions_per_second'] / 1e6:.1f} million sessions a "
        "second"
    )
    blocks = {"sensitivity": indices[: indices.index("The same as a figure")], "took": took}
    rests_on = f"From {found[0].replicates} replicates, {swept['runs']:,} runs."
    return blocks, "\n\n".join([*map(sensitivity_in_words, found), rests_on]) + "\n"


def timings() -> dict[str, str]:
    """What this machine takes."""
    return {"bench": command_output("bench"), "bench-sweep": command_output("bench", "--sweep")}


def answers_of_notebooks() -> dict[str, str]:
    """What the notebooks that need no results end in."""
    from tests.notebooks import last_words, named, ran

    with tempfile.TemporaryDirectory() as folder:
        return {name: last_words(ran(named(name), Path(folder))) + "\n" for name in ("one_run", "quickstart")}


def checked() -> str:
    """What `tearsim check` prints, but for its last line."""
    return "\n".join(command_output("check", "--replicates", str(CHECKED_REPLICATES)).strip("\n").splitlines()[:-1])


def checked_over_open_worlds() -> str:
    """What `tearsim check` says in words over the first open worlds, each under both of its lucks: minutes."""
    lucks = str(2 * CHECKED_WORLDS)
    printed = command_output("check", "--set", "estimates=open", "--replicates", lucks).strip("\n")
    return printed[re.search(r"^Of \d+ findings", printed, re.MULTILINE).start() :].rpartition("\n")[0]


def stay_or_seek() -> str:
    """The answer of the map of staying and seeking someone new."""
    return "\n\n".join(map_in_words(tearsim.stay_or_seek(STAY_OR_SEEK))) + "\n"


def evidence_in_short(text: str) -> str:
    """What the README says of how well the worlds fit, from what docs/evidence.md shows of a check over them."""
    printed = " ".join(re.search(r"<!-- check-open:.*?-->(.*?)<!-- end of", text, re.DOTALL)[1].split())
    fitted, others = (_counts(of_role) for of_role in re.findall(r"Of \d+ findings that [^.]*\.", printed)[:2])
    seldom = re.search(r"fewer than two thirds of the (\d+) worlds: (.*?)\.", printed)
    assert seldom is not None
    return (
        "“That fit the published evidence” says little by itself. Each published finding is measured in the model as "
        f"its study measured it. The mean over {seldom[1]} worlds has this to say. Of {fitted['findings']} findings "
        f"that the worlds may be fitted to, {fitted['inside']} lie within the range accepted{_others(fitted)}; "
        f"{printed.count('holds by a convention')} of them would not if they were measured otherwise. Of "
        f"{others['findings']} that nothing was fitted to, {others['inside']} lie within it{_others(others)}. Of all "
        f"that get a verdict, {len(seldom[2].split(','))} lie within it in fewer than two thirds of these worlds "
        "([which](docs/evidence.md#how-the-open-worlds-stand)).\n"
    )


def _counts(told: str) -> dict[str, int]:
    """How many findings a sentence of the check has, by what it says of them."""
    return {what: int(n) for n, what in re.findall(r"(\d+) (findings|inside|outside|too close|not judged)", told)}


def _others(counts: Mapping[str, int]) -> str:
    """How many do not lie within the range, after how many do."""
    words = {
        "outside": "outside it",
        "too close": "too close to an end to say",
        "not judged": "without a verdict, most as it would turn with how one measures",
    }
    told = [f"{counts[what]} {words[what]}" for what in words if what in counts]
    return f", {list_of(told)}" if told else ""


def golden() -> dict[str, float | None]:
    """The golden run's outcomes; missing ones are None."""
    outcomes = simulate(seed=2024, **GOLDEN_RUN).outcomes
    return {name: None if value != value else value for name, value in outcomes.items()}


def picture() -> None:
    """Take the picture of the page: the tearful practice after 30 weeks, in a window of 1400 x 900."""
    from tests.browser.driving import Tab, browsing, serving

    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server, browsing() as browser:
        tab = Tab(browser, server.url)
        tab.press("Tearful practice")
        tab.live(30)
        tab.wait_until_drawn()
        tab.page.mouse.move(0, 0)
        tab.page.screenshot(path=PICTURE)


def picture_of_the_answer() -> None:
    """Take the README's picture: of the main job's report what tears did to those who saw them, 1240 pixels wide."""
    from tearsim.show.report.report import write_report
    from tearsim.study.answers.answer import Answer
    from tests.browser.driving import browsing

    with tempfile.TemporaryDirectory() as folder, browsing() as browser:
        results = tearsim.sweep(ROOT / "experiments/tears_and_dropout", out=f"{folder}/tears_and_dropout")
        page = browser.new_page(viewport={"width": 1240, "height": 900})
        page.goto(write_report(Answer(results)).as_uri())
        page.locator(".panel").first.screenshot(path=ANSWER_PICTURE)


def main(asked: list[str]) -> None:
    """Write everything that is made from the code, and of what takes longer what is asked for."""
    for_pages: dict[str, str] = {}
    for_experiments = dict(answers_in_seconds())
    if wanted("--what-matters", asked):
        for_pages, for_experiments["what_matters"] = what_matters()
    if wanted("--bench", asked):
        for_pages |= timings()
    if wanted("--check", asked):
        for_pages["check"] = checked()
    if wanted("--check-open", asked):
        for_pages["check-open"] = checked_over_open_worlds()
    if wanted("--notebooks", asked):
        for_experiments |= answers_of_notebooks()
    if wanted("--stay-or-seek", asked):
        for_experiments["stay_or_seek"] = stay_or_seek()
    TYPES.write_text(types_module(), encoding="utf-8")
    LOG_ROW.write_text(log_row_module(), encoding="utf-8")
    ODD.write_text(odd(), encoding="utf-8")
    for page, text in pages(**for_pages).items():
        page.write_text(text, encoding="utf-8")
    for page, text in claims_pages().items():
        page.write_text(text, encoding="utf-8")
    EXPERIMENTS.write_text(experiments(**for_experiments), encoding="utf-8")
    DIAGRAM.write_text(causal_diagram.svg(), encoding="utf-8")
    DIAGRAM_PAGE.write_text(diagram_page(), encoding="utf-8")
    TRACE.write_text(trace_page(), encoding="utf-8")
    GOLDEN.write_text(json.dumps(golden(), indent=2) + "\n", encoding="utf-8")
    if wanted("--picture", asked):
        picture()
        picture_of_the_answer()


def wanted(what: str, asked: list[str]) -> bool:
    """Whether something that takes longer is asked for."""
    return what in asked or "--all" in asked


if __name__ == "__main__":
    main(sys.argv[1:])
