"""What a researcher does: experiments, sweeps, results, twins, benchmarks."""
