"""What the queries of the exports have in common."""

# ruff: noqa: S608 - put together from constants; what is asked for goes in as parameters

from dataclasses import dataclass
from typing import LiteralString

RENAMED: LiteralString = """
    SELECT EXISTS (
        SELECT FROM seats_naming WHERE organisation_id = %(org)s AND until > %(moment)s)
"""


@dataclass(frozen=True)
class Names:
    """What things are called: as they were at the moment, or as they are.

    As they were is looked up row for row, by the index: a join of all former names would be planned
    for the few that one expects, and take for ever where many were renamed.
    """

    are_of_then: bool

    def join(self, thing: LiteralString) -> LiteralString:
        """Join what a thing of this alias was called at the moment, if otherwise than now."""
        if not self.are_of_then:
            return ""
        return f"""
            LEFT JOIN LATERAL (
                SELECT name, code FROM seats_naming
                WHERE organisation_id = %(org)s AND subject_id = {thing}.id AND until > %(moment)s
                ORDER BY until LIMIT 1
            ) AS {thing}_then ON true
        """

    def of(self, thing: LiteralString, column: LiteralString = "name") -> LiteralString:
        """Return its name; or its code, by the column that holds it."""
        kept: LiteralString = "name" if column == "name" else "code"
        now: LiteralString = f"{thing}.{column}"
        return f"coalesce({thing}_then.{kept}, {now})" if self.are_of_then else now


THEN, NOW = Names(are_of_then=True), Names(are_of_then=False)


def asked(product: LiteralString, team: LiteralString, lineage: LiteralString) -> LiteralString:
    """Keep what is asked for: of a product, of a team, or of it and those below it."""
    return f"""(%(product)s::uuid IS NULL OR {product} = %(product)s::uuid)
        AND (%(team)s::uuid IS NULL OR {team} = %(team)s::uuid
            OR (%(below)s AND {lineage} @> ARRAY[%(team)s::uuid]))"""
