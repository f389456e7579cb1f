"""The refusals of RULES.md, as a tree.

Refusal
├── InvalidSeats          a number of seats that is no number of seats
├── InvalidTerms          terms that no enrolment could have
├── ChangedMeanwhile      someone changed it since the form was opened
├── Archived              the pool, team or product is archived
├── CannotEnrol
│   ├── NoSeatsLeft       the pool is full
│   ├── CapReached        the team has used all it may
│   ├── TermsOver         the pool's last day has passed
│   ├── NotAllocated      the team has no allocation of this product
│   └── NotInTeam         the person is not in the team
├── CannotAllocate
│   ├── NotEnoughStock    strict stock, and more asked for than there is
│   ├── AlreadyAllocated  the team has another pool of this product
│   └── PoolIsUnlimited   an unlimited pool has no number to change
├── CannotTakeAway
│   ├── NotEnoughSeats    more than the pool (or the stock) has
│   └── SeatsInUse        the team still uses seats of the pool
├── CannotTransfer
│   └── SamePool          both teams draw on one pool
├── CannotArchive
│   └── StillInUse        live enrolments, seats or teams are left
├── CannotEnd             the enrolment has ended already, or its new end is past
├── CannotMove            somebody selected cannot go to the other team
├── CannotUndo            what was done cannot be taken back
│   ├── TooLate           the time for it is over
│   └── UndoneAlready     it is as it was before
├── CannotExport
│   ├── StillToCome       the moment is not past
│   ├── Unsettled         something that began before the moment is still being written
│   └── TooManyRows       Excel cannot hold so many
├── CannotPrice
│   ├── NoCurrency        the organisation has not said in which currency
│   ├── InvalidPrice      an amount that is no price
│   └── PastPrice         it would change what was charged already
├── TooManySelected       nothing is selected, or more than can be done in one step
├── CannotErase           oneself, or while a file that may name the person is being imported
├── AlreadyAsked          an open request for the same waits for its answer
├── CodeTaken             another product has the code
├── NotForOthers          the report may not be sent to all of these
└── AlreadyDecided        the request has its answer
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from orgs.errors import Archived, Refusal

__all__ = ["Archived", "Refusal"]  # the rest of the tree is below


class InvalidSeats(Refusal):
    title = _("That is not a number of seats.")


class InvalidTerms(Refusal):
    title = _("An enrolment cannot last that long.")


class ChangedMeanwhile(Refusal):
    title = _("Someone changed this since you opened it. Nothing was done.")


class CannotErase(Refusal):
    title = _("Nobody was erased.")


class CannotEnrol(Refusal):
    title = _("The enrolment was refused.")


class NoSeatsLeft(CannotEnrol):
    title = _("There are not enough seats left.")


class CapReached(CannotEnrol):
    title = _("The team has reached its cap on this pool.")


class TermsOver(CannotEnrol):
    title = _("The last day of this pool has passed.")


class NotAllocated(CannotEnrol):
    title = _("The team has no seats of this product.")


class NotInTeam(CannotEnrol):
    title = _("Only people of the team can use its seats.")


class CannotAllocate(Refusal):
    title = _("The seats were not allocated.")


class NotEnoughStock(CannotAllocate):
    title = _("There are not enough seats in stock.")


class AlreadyAllocated(CannotAllocate):
    title = _("The team already draws on a pool of this product.")


class PoolIsUnlimited(CannotAllocate):
    title = _("The pool is unlimited, so its number of seats cannot change.")


class CannotTakeAway(Refusal):
    title = _("The seats were not taken away.")


class NotEnoughSeats(CannotTakeAway):
    title = _("There are fewer seats than that.")


class SeatsInUse(CannotTakeAway):
    title = _("The team still uses seats of this pool.")


class CannotTransfer(Refusal):
    title = _("The seats were not transferred.")


class SamePool(CannotTransfer):
    title = _("Both teams draw on the same pool.")


class CannotArchive(Refusal):
    title = _("It was not archived.")


class StillInUse(CannotArchive):
    title = _("It is still in use.")


class CannotEnd(Refusal):
    title = _("The end of this enrolment cannot be moved.")


class CannotMove(Refusal):
    title = _("The enrolments were not moved.")


class CannotUndo(Refusal):
    title = _("This cannot be undone.")


class TooLate(CannotUndo):
    title = _("It is too late to undo this.")


class UndoneAlready(CannotUndo):
    title = _("There is nothing left to undo.")


class CannotPrice(Refusal):
    title = _("The price was not set.")


class NoCurrency(CannotPrice):
    pass


class InvalidPrice(CannotPrice):
    pass


class PastPrice(CannotPrice):
    pass


class TooManySelected(Refusal):
    title = _("That cannot be done in one step.")


class CodeTaken(Refusal):
    title = _("There is a product of this code already.")


class AlreadyAsked(Refusal):
    title = _("This team has asked for this product already.")


class AlreadyDecided(Refusal):
    title = _("This request has been answered already.")


class NotForOthers(Refusal):
    title = _("The report cannot go to all of them.")


class InvalidOrder(Exception):
    """What was sent is wrong: `problems` says what to give instead, by the path of the field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{path}: {words}" for path, words in problems.items()))
        self.problems = problems


class CannotExport(Refusal):
    title = _("There is no such file.")


class StillToCome(CannotExport):
    title = _("This moment is still to come. Nobody knows its figures yet.")


class Unsettled(CannotExport):
    title = _("This moment is not over yet.")


class TooManyRows(CannotExport):
    title = _("That is more than Excel can hold.")
