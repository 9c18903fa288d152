"""Episodes of therapy, put together from the log of sessions: one row for each client with each therapist."""

from collections.abc import Mapping
from types import SimpleNamespace

import numpy as np
import pandas as pd

from tearsim.science.codes import ENDING, GOES_ON, HANDED_OVER, MOVED, NO_TEARS, NONE, UNSETTLED
from tearsim.science.declaration import Value
from tearsim.science.fitted import in_world
from tearsim.science.log import Column
from tearsim.science.luck import CLIENT
from tearsim.science.people import arrive
from tearsim.science.scales import logistic
from tearsim.science.settings import as_rules_read
from tearsim.worlds.tables import LOG, Table

TRAITS = {
    "empathy": "0 to 1", "boundary_sensitivity": "0 to 1", "tear_propensity": "log-odds", "warmth_expected": "0 to 1",
    "responsiveness": "times the mean", "good_enough": "SD of intake",
}  # fmt: skip

EPISODE_COLUMNS: dict[str, Column] = {
    "client": Column(int, "person", "The client, numbered in order of arrival."),
    "episode": Column(int, "count", "The client's episode of therapy, counted from 1."),
    "therapist": Column(int, "person", "The therapist."),
    "place": Column(int, "place", "The place in the practice, counted from 1."),
    "first_week": Column(int, "week", "Week of the first session."),
    "last_week": Column(int, "week", "Week of the last session so far."),
    "sessions": Column(int, "sessions", "Sessions held."),
    "ending": Column(int, "kind", '"goes on" if the watch ended first.', ENDING),
    "distress_at_start": Column(float, "SD of intake", "Distress before the first session."),
    "distress_at_end": Column(float, "SD of intake", "Distress after the last session so far."),
    "alliance_session3": Column(float, "0 to 1", "Alliance after the third session; missing before it."),
    "alliance_at_end": Column(float, "0 to 1", "Alliance after the last session so far."),
    "alliance_mean": Column(float, "0 to 1", "Mean alliance over the sessions."),
    "client_tears": Column(int, "sessions", "Sessions in which the client cried."),
    "tears_felt": Column(int, "sessions", "Sessions in which the therapist's eyes filled, shown or not."),
    "tears_noticed": Column(int, "sessions", "Sessions in which the client noticed it."),
    "moved": Column(int, "sessions", "Of these, the client was moved."),
    "unsettled": Column(int, "sessions", "Of these, the client was unsettled."),
    "ruptures": Column(int, "sessions", "Sessions in which a rupture opened."),
    "repairs": Column(int, "sessions", "Sessions in which one was repaired."),
} | {
    f"client_{trait}": Column(float, unit, f"The client's {trait.replace('_', ' ')}.") for trait, unit in TRAITS.items()
}


def episodes_table(log: Table, parameters: Mapping[str, Value], seed: int, replicate: int) -> pd.DataFrame:
    """One row an episode, columns as in `EPISODE_COLUMNS`; from the session log of one run and what made it."""
    sessions = pd.DataFrame({name: log[name] for name in LOG.names or ()})
    grouped = sessions.groupby(["client", "episode"], sort=True)
    first, last = grouped.first(), grouped.last()
    whose = [sessions["client"], sessions["episode"]]
    table = pd.DataFrame(
        {
            "therapist": first["therapist"],
            "place": first["place"],
            "first_week": first["week"],
            "last_week": last["week"],
            "sessions": last["session"],
            "ending": last["ending"],
            "distress_at_start": first["distress_before"],
            "distress_at_end": last["distress"],
            "alliance_session3": sessions[sessions["session"] == 3].set_index(["client", "episode"])["alliance"],
            "alliance_at_end": last["alliance"],
            "alliance_mean": grouped["alliance"].mean(),
            **{name: flag.groupby(whose).sum() for name, flag in _flags(sessions).items()},
            "home": first["home"],
            "turn": first["turn"],
        }
    ).reset_index()
    # Whoever began anew without an ending was handed over by a therapist who retired.
    goes_on = table["ending"] == GOES_ON
    table.loc[goes_on & (table["client"] == table["client"].shift(-1)), "ending"] = HANDED_OVER
    table["ending"] = pd.Categorical.from_codes(table["ending"], ENDING)
    traits = client_traits(table, in_world(parameters, replicate), seed, replicate)
    return pd.concat([table, traits], axis=1)[list(EPISODE_COLUMNS)]


def _flags(sessions: pd.DataFrame) -> dict[str, pd.Series]:
    return {
        "client_tears": sessions["client_tears"] != NO_TEARS,
        "tears_felt": sessions["tears_felt"] != NONE,
        "tears_noticed": sessions["noticed"],
        "moved": sessions["reception"] == MOVED,
        "unsettled": sessions["reception"] == UNSETTLED,
        "ruptures": sessions["rupture"] > 0,
        "repairs": sessions["repaired"],
    }


def client_traits(table: pd.DataFrame, parameters: Mapping[str, Value], seed: int, replicate: int) -> pd.DataFrame:
    """Clients' traits, made again from the same parameters and seed that made the clients.

    `table` has a row for each, with the place the client first came to (home) and which client that was (turn).
    """
    from tearsim.worlds.luck_tables import LuckTables  # compiled code is loaded when first asked for

    p = as_rules_read(parameters)
    luck_of = LuckTables(seed, replicate).clients(0, int(table["turn"].max()), p.places)
    rows = np.full((len(table), len(TRAITS)), np.nan)
    for i, (home, turn) in enumerate(zip(table["home"], table["turn"], strict=True)):
        client = SimpleNamespace()
        row = SimpleNamespace(**dict(zip(CLIENT, luck_of[turn - 1, home - 1].tolist(), strict=True)))
        arrive(client, 0, home - 1, turn - 1, p, row)
        rows[i] = [_trait(client, trait) for trait in TRAITS]
    return pd.DataFrame(rows, columns=[f"client_{trait}" for trait in TRAITS], index=table.index)


def _trait(client: SimpleNamespace, trait: str) -> float:
    """A trait as people speak of it: from 0 to 1 where the rules keep its log-odds."""
    kept_as_log_odds = getattr(client, f"{trait}_log_odds", None)
    return float(getattr(client, trait)) if kept_as_log_odds is None else logistic(kept_as_log_odds)
