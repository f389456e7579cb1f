"""How dates are written, a package for each language; what is not said here is as Django has it."""
