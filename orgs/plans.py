"""Plans that the database keeps for a connection."""

from typing import LiteralString

# A connection checks foreign keys by plans that it made once. One made while a table was nearly
# empty reads all of the table for each row; before many rows are written, plans are made anew.
PLAN_ANEW: LiteralString = "DISCARD PLANS"

# What counts as many.
MANY = 100
