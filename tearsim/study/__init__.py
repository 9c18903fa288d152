"""What a researcher does: experiments, sweeps, results, benchmarks."""
