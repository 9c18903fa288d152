"""The answer in short is that of the results it is asked for."""

import tearsim
from tearsim.show.words.units import WAI
from tearsim.study.answers.by_level import overall_effect
from tearsim.study.answers.contrasts import contrasts_of


def test_the_answer_holds_the_effect_that_the_results_have(small_experiment, tmp_path):
    results = tearsim.sweep(small_experiment, out=tmp_path / "out")
    answer = " ".join(tearsim.answer_in_short(results))
    effect = overall_effect(results.runs, "alliance_mean")
    assert contrasts_of(results.runs, results.experiment).effects["alliance_mean"] == effect
    assert f"{abs(WAI.step * effect.mean):.3f}" in answer
