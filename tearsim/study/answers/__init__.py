"""What a sweep says: effects, dependences, indices, computed once, to be told by `show`."""
