"""What studies without the other world would have seen, beside what tears do."""
