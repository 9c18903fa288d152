"""Calibration: which parameter sets agree with the published findings that may be fitted to.

A table of worlds drawn from the prior is simulated once and measured as the studies measured. An emulator learns from
it what each finding would be at any parameters. A sampler then draws from the posterior in seconds: for the real
findings, and for the synthetic ones on which the whole is tested. Drawn parameter sets are run in the real simulator
under fresh luck, and those that agree are kept as fitted worlds.
"""
