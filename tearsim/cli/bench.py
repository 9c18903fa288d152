"""`tearsim bench`. What it needs is imported when it runs."""

from typing import Annotated

import typer

from tearsim.cli.options import AsJson, print_json


def bench(
    of_sweep: Annotated[
        bool, typer.Option("--sweep", help="A sweep of a minute instead, on one worker and on two.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Measure what a session costs: plain Mesa, the Mesa world, the ensemble and C, in turn in one process."""
    from tearsim.study.bench.cold import benchmark_compiling
    from tearsim.study.bench.sessions import benchmark
    from tearsim.study.bench.sweeps import benchmark_sweep

    figures = benchmark_sweep() if of_sweep else {**benchmark(), **benchmark_compiling()}
    if as_json:
        print_json(figures)
        return
    width = max(map(len, figures))
    for name, value in figures.items():
        print(f"{name:{width}} {'no C compiler' if value is None else f'{value:,.{3 if value < 10 else 1}f}'}")
