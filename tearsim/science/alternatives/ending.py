"""When does a therapy that goes well end?"""

from tearsim.science.alternatives.theory import NO_SOURCE, Theory
from tearsim.science.codes import FIXED_PLAN
from tearsim.science.people import Client
from tearsim.science.rules import reaches_agreed_end
from tearsim.science.types import Parameters, SessionLuck

QUESTION = "When does therapy end well?"
OF_THE_START = 0.5  # of the distress at the start of the episode (an assumption)


def ends_well_by_share(client: Client, number: int, distress: float, p: Parameters, luck: SessionLuck) -> bool:
    """Enough is a share of where one began: half of it, whoever one is.

    With a chance a session once `distress < .5*(distress at the start of the episode)`; agreed ends and plans as in
    `rules.ends_well`.
    """
    if reaches_agreed_end(client, number, p):
        return True
    enough = OF_THE_START * client.distress_at_start
    return p.endings != FIXED_PLAN and distress < enough and luck.ends < p.good_enough_ends


THEORIES = (
    Theory(
        "good enough", QUESTION, "when the client has had enough, or what was agreed (the defaults)",
        "Barkham et al. 2006, doi:10.1037/0022-006X.74.1.160; Jacobson & Truax 1991, doi:10.1037/0022-006X.59.1.12",
        {"endings": "good enough"},
    ),
    Theory(
        "relative enough", QUESTION, "when half of what someone came with is gone, wherever that leaves them",
        "Frank et al. 1991, doi:10.1001/archpsyc.1991.01810330075011 (response, as told from remission; that it ends a "
        "therapy is assumed)",
        rules={"ends_well": ends_well_by_share},
    ),
    Theory(
        "nothing agreed", QUESTION, "when the client has had enough, and never before",
        "Stiles et al. 2015, doi:10.1192/bjp.bp.114.145565 (recovery is alike at every length)",
        {"agreed_share": 0.0},
    ),
    Theory(
        "fixed plan", QUESTION, "after the planned number of sessions", NO_SOURCE,
        {"endings": "fixed plan", "planned_sessions": 12},
    ),
)  # fmt: skip
