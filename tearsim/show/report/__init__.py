"""Reports, each one HTML file that needs no internet: of a sweep, of planned studies, and of the claims."""
