"""The people behind the numbers: the same persons with tears shown and with the same tears held back."""
