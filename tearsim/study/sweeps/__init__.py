"""Sweeps: an experiment file, its design points, the runs in chunks, and the folder that keeps the results."""
