"""What the queries of the exports have in common."""

from typing import LiteralString

# What was called otherwise at the moment, and how; all else has the name it has now.
NAMED: LiteralString = """
    named AS MATERIALIZED (
        SELECT DISTINCT ON (subject_id) subject_id, name, code FROM seats_naming
        WHERE organisation_id = %(org)s AND until > %(moment)s
        ORDER BY subject_id, until
    )
"""


def then(thing: LiteralString) -> LiteralString:
    """Join what a thing of this alias was called at the moment."""
    return f"LEFT JOIN named AS {thing}_then ON {thing}_then.subject_id = {thing}.id"


def called(thing: LiteralString, column: LiteralString = "name") -> LiteralString:
    """Return the name that it had then; or the code, by the column that holds it."""
    kept: LiteralString = "name" if column == "name" else "code"
    return f"coalesce({thing}_then.{kept}, {thing}.{column})"


def asked(product: LiteralString, team: LiteralString, lineage: LiteralString) -> LiteralString:
    """Keep what is asked for: of a product, of a team, or of it and those below it."""
    return f"""(%(product)s::uuid IS NULL OR {product} = %(product)s::uuid)
        AND (%(team)s::uuid IS NULL OR {team} = %(team)s::uuid
            OR (%(below)s AND {lineage} @> ARRAY[%(team)s::uuid]))"""
