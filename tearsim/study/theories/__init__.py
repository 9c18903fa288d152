"""Rival theories, scored: each refitted in short, then asked how well it predicts findings that it was not shown.

A refit begins with worlds that agree with the findings, puts the theory over them and lets an ensemble smoother move
all else that was fitted (`smoother.py`, `refit.py`). The refitted worlds are studied under fresh luck; what is told of
a theory comes from there (`leaving_out.py`, `scoring.py`).
"""
