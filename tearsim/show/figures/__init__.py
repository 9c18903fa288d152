"""Figures of results (Plotly) in one style: colours that colour-blind people tell apart, intervals always drawn.

Every function takes a results object or a table and returns a figure; `caption_of` reads its caption, `save` keeps it.
"""

from tearsim.show.figures.convergence import convergence_lines
from tearsim.show.figures.effects import effect_profile
from tearsim.show.figures.forest import forest_plot
from tearsim.show.figures.people import alliance_around_tears, tears_by_level
from tearsim.show.figures.sensitivity import sensitivity_bars
from tearsim.show.figures.stay_or_seek import break_even_map
from tearsim.show.figures.studies import truth_beside_studies
from tearsim.show.figures.style import ARMS, caption_of, finished, save
from tearsim.show.figures.survival import survival
from tearsim.show.figures.sweeps import curves, heat_map, small_multiples

__all__ = [
    "ARMS", "alliance_around_tears", "break_even_map", "caption_of", "convergence_lines", "curves", "effect_profile",
    "finished", "forest_plot", "heat_map", "save", "sensitivity_bars", "small_multiples", "survival", "tears_by_level",
    "truth_beside_studies",
]  # fmt: skip
