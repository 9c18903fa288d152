"""Planning the study that would tell: a study is declared, run many times in worlds whose truth is known, and judged.

Four declarations, as Blair, Cooper, Coppock & Humphreys have them (2019, doi:10.1017/S0003055419000194): the worlds are
those of the model, an *inquiry* is what is asked of them, a *data strategy* who is asked what and when, and an *answer
strategy* what is estimated from that.
"""
