"""What showing the tears did to those who saw them, in sentences: pure, estimates in, words out."""

import math

from tearsim.show.words.differences import did_in_words, difference_in_words, value_in_words, verdict
from tearsim.study.people.exposed import ThoseWhoSaw
from tearsim.worlds.outcomes import QUESTIONED


def exposed_in_short(seen: ThoseWhoSaw | None) -> list[str]:
    """Where to read on: an average over a practice is not what tears did to those who saw them."""
    if seen is None or not seen.saw:
        return []
    return [
        f"Averages hide that few clients ever see tears ({seen.saw:,} of {seen.clients:,} in the closer look below). "
        "What tears did to those who saw them may be larger, and stands under “The people behind the numbers”."
    ]


def exposed_in_full(seen: ThoseWhoSaw) -> str:
    """What showing the tears did to those who saw them."""
    if not seen.saw:
        return f"Of these {seen.clients:,} clients, nobody noticed any tears."
    alliance, dropout = QUESTIONED
    did = did_in_words(alliance, seen.alliance).replace("the alliance", "the alliance of these clients")
    sentences = [
        f"An average over a practice hides that few clients ever see tears: of these {seen.clients:,}, {seen.saw:,} "
        f"did. By their last session on record, showing the tears {did}."
    ]
    if not math.isnan(seen.left.mean):
        more = difference_in_words(dropout, seen.left_more)
        sentences.append(
            f"{value_in_words(dropout, seen.left)} of these clients left without having had enough (dropout "
            f"also counts those who had enough and stayed away without telling), a difference of {more} from the same "
            f"clients without those tears: {verdict(dropout, seen.left_more)}."
        )
    return " ".join(sentences)
