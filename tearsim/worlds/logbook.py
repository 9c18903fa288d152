"""The log of sessions as a table for people: words instead of codes."""

import pandas as pd

from tearsim.science.log import SESSION_COLUMNS
from tearsim.worlds.tables import Table


def sessions_table(log: Table) -> pd.DataFrame:
    """One row a session, columns as in `SESSION_COLUMNS`; kinds and levels as ordered categories of words."""
    columns: dict[str, object] = {}
    for name, column in SESSION_COLUMNS.items():
        values = log[name]
        columns[name] = pd.Categorical.from_codes(values, column.words, ordered=True) if column.words else values
    return pd.DataFrame(columns)
