"""What the model says: parameters, people, luck and rules. See ODD.md beside this file."""
