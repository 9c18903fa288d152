"""What tears do: effects declared as target trials, each read off the same persons under two strategies."""
