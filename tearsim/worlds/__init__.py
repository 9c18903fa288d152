"""Who runs the week: a compiled ensemble for sweeps, Mesa agents to look at and extend. Same seed, same numbers."""
