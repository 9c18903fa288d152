"""The report of a sweep: one HTML file that needs no internet."""
