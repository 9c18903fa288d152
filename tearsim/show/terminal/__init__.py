"""What the command line prints: tables, progress, and the sentences around them."""
