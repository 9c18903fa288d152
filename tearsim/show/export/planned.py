"""Simulated data sets of a planned study, for an analysis to be written before there are data."""

from functools import partial
from pathlib import Path

import pandas as pd

from tearsim.errors import TearSimError
from tearsim.safe_files import refusals_in_words, write_safely
from tearsim.science.log import Column
from tearsim.show.export.formats import FORMATS, write_csv, write_sav
from tearsim.show.export.sheets import CODEBOOK, CODEBOOK_COLUMNS, Sheet, described_variable
from tearsim.show.export.variables import variables
from tearsim.show.words.caveats import NEVER_ADVICE
from tearsim.show.words.plans import protocol
from tearsim.study.planning.data import STUDY_COLUMNS
from tearsim.study.planning.plan import PlannedStudy
from tearsim.study.planning.tried import example_of

DATA = "data"  # the folder beside a plan's report
WRITE = {"csv": write_csv, "sav": write_sav}


def write_data_sets(plan: PlannedStudy) -> list[Path]:
    """One study from the world with the highest and one from that with the lowest effect, as CSV and SPSS files.

    Raises TearSimError where the extra "export" is missing, and if the folder cannot be written to.
    """
    folder = plan.folder / DATA
    effect = plan.truth_by_world.dropna()
    if not len(effect):
        raise TearSimError("Nobody met tears in any world: there is no study to write data of.")
    worlds = {"highest": int(effect.idxmax()), "lowest": int(effect.idxmin())}
    files, told = [], []
    with refusals_in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for which, world in worlds.items():
            sheet = _sheet(plan, f"{which}_effect", world, float(effect[world]))
            told = [described_variable("study", one, coded=True) for one in sheet.variables]
            for kind, write in WRITE.items():
                files.append(folder / f"{sheet.name}.{kind}")
                write_safely(files[-1], partial(write, sheet))
        files.append(folder / f"{CODEBOOK}.csv")
        book = pd.DataFrame(told, columns=list(CODEBOOK_COLUMNS))
        codebook = Sheet(CODEBOOK, plan.study.title, book, variables(book, CODEBOOK_COLUMNS, None), [])
        write_safely(files[-1], partial(write_csv, codebook))
    return files


def _sheet(plan: PlannedStudy, name: str, world: int, effect: float) -> Sheet:
    columns = {
        column: values.astype(float)
        if STUDY_COLUMNS[column].type is float
        else values.astype(STUDY_COLUMNS[column].type)
        for column, values in example_of(plan.study, world, 0, plan.largest.n).items()
    }
    table = pd.DataFrame(columns)
    declared: dict[str, Column] = {column: STUDY_COLUMNS[column] for column in table}
    about = [
        ("what this is", f"Simulated data of a planned study. {NEVER_ADVICE}"),
        ("the effect in this world", f"{effect:+.3f}"),
        *protocol(plan.study),
    ]
    return Sheet(name, plan.study.title, table, variables(table, declared, FORMATS["sav"].longest_name), about)
