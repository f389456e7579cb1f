"""Imports: a file is uploaded, its columns are matched, every row is checked, all are written.

`reading` makes rows of a file, `matching` guesses what its columns are, `running` takes an import
from step to step, `results` makes a file again. What a row means is the resources' matter.
"""
