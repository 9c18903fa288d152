"""A practice to take away: one HTML file that replays the weeks that were seen, without Python and the internet."""
