"""How fast it is: sessions a second in each world, and whole sweeps, as ratios within one run."""
