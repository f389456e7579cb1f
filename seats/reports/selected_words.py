"""What is selected, and what was done to it, in words."""

from django.utils.translation import ngettext

from orgs.words import grouped
from seats.services.moving import Moved
from teams.models import Team


def enrolments_chosen(n: int) -> str:
    words = ngettext("%(n)s enrolment is selected.", "%(n)s enrolments are selected.", n)
    return words % {"n": grouped(n)}


def teams_chosen(n: int) -> str:
    words = ngettext("%(n)s team is selected.", "%(n)s teams are selected.", n)
    return words % {"n": grouped(n)}


def people_chosen(n: int) -> str:
    words = ngettext("%(n)s person is selected.", "%(n)s people are selected.", n)
    return words % {"n": grouped(n)}


# What the buttons say.


def revoke(n: int) -> str:
    words = ngettext("Revoke %(n)s enrolment", "Revoke %(n)s enrolments", n)
    return words % {"n": grouped(n)}


def move_ends(n: int) -> str:
    return ngettext("Move %(n)s end", "Move %(n)s ends", n) % {"n": grouped(n)}


def move(n: int) -> str:
    words = ngettext("Move %(n)s enrolment", "Move %(n)s enrolments", n)
    return words % {"n": grouped(n)}


def give(n: int) -> str:
    return ngettext("Give to %(n)s team", "Give to %(n)s teams", n) % {"n": grouped(n)}


def add(n: int) -> str:
    return ngettext("Add %(n)s person", "Add %(n)s people", n) % {"n": grouped(n)}


# What was done.


def revoked(n: int) -> str:
    words = ngettext(
        "Revoked %(n)s enrolment. Its seat is free.",
        "Revoked %(n)s enrolments. Their seats are free.",
        n,
    )
    return words % {"n": grouped(n)}


def ends_moved(n: int) -> str:
    words = ngettext("Moved the end of %(n)s.", "Moved the ends of %(n)s.", n)
    return words % {"n": grouped(n)}


def moved(done: Moved) -> str:
    words = ngettext(
        "Moved %(n)s enrolment to %(team)s.", "Moved %(n)s enrolments to %(team)s.", done.moved
    )
    return words % {"n": grouped(done.moved), "team": done.target}


def given(n: int) -> str:
    words = ngettext("%(n)s team has its seats.", "%(n)s teams have their seats.", n)
    return words % {"n": grouped(n)}


def joined(n: int, team: Team) -> str:
    words = ngettext("%(n)s person is in %(team)s now.", "%(n)s people are in %(team)s now.", n)
    return words % {"n": grouped(n), "team": team}
