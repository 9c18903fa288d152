"""Numbers put into words: pure functions, each kind of sentence in one place."""
