"""The claims put to the test: what each would mean, what worlds that fit the evidence say of it, and the verdict."""
