"""Looking up what an order speaks of, before anything is locked or changed.

Whatever is wrong with it is found here, each with the path of its field, all of it at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext as _

from orgs.words import grouped
from seats.errors import InvalidOrder
from seats.models import MOST_SEATS, Pool, Product
from seats.services.provisioning.order import Mode, Provision, SeatsPart, TeamPart
from teams.models import Team

# One order holds the rows of all its parts; beyond these, others would wait too long for them.
MOST_PARTS = 100
MOST_PEOPLE = 10_000
LONGEST_NAME, LONGEST_EMAIL, LONGEST_REFERENCE = 200, 254, 500
MODES: tuple[Mode, ...] = ("own", "template", "shared")
ROLES = ("learner", "manager")
# The id of nothing.
UNKNOWN = UUID(int=0)


@dataclass(frozen=True, kw_only=True)
class Seats:
    """One part's seats: `seats` of the team's own, or the pool to clone or to share."""

    path: str
    mode: Mode
    product: Product
    seats: int = 0
    pool: Pool | None = None
    cap: int | None = None


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One member to be enrolled in one product; `member` is the place in the order."""

    path: str
    member: int
    product: Product


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An order with what it speaks of. `team` is None where it has to be made."""

    order: Provision
    team: Team | None
    parent: Team | None
    seats: tuple[Seats, ...]
    wishes: tuple[Wish, ...]


@dataclass
class Planner:
    """Looks up one order's parts in an organisation, and collects what is wrong."""

    organisation_id: UUID
    problems: dict[str, str] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)

    def plan(self, order: Provision) -> Plan:
        """Return the plan; raises InvalidOrder with all that is wrong."""
        self._check_size(order)
        self._text("reference", order.reference, LONGEST_REFERENCE)
        self._check_people(order)
        self._find_products(order)
        seats = tuple(self._seats(order))
        wishes = tuple(self._wishes(order))
        team = self._team(order.team)
        parent = self._parent(order.team)
        if self.problems:
            raise InvalidOrder(self.problems)
        found = team or self.named(order.team, parent)
        return Plan(order=order, team=found, parent=parent, seats=seats, wishes=wishes)

    def named(self, part: TeamPart, parent: Team | None) -> Team | None:
        """Return the team that a part speaks of, if it is there by now."""
        teams = Team.objects.for_org(self.organisation_id)
        if part.external_id:
            return teams.filter(external_id=part.external_id).first()
        return teams.open().filter(parent=parent, name__iexact=part.name.strip()).first()

    def _check_size(self, order: Provision) -> None:
        for path, parts, most in (
            ("seats", order.seats, MOST_PARTS),
            ("members", order.members, MOST_PEOPLE),
        ):
            if len(parts) > most:
                words = _("Give at most %(most)s.") % {"most": grouped(most)}
                raise InvalidOrder({path: words})

    def _text(self, path: str, text: str, most: int) -> bool:
        """Say whether text can be kept; the database takes no NUL and no half of a surrogate."""
        if "\0" in text or not _is_whole(text):
            self.problems[path] = _("Leave out characters that cannot be written.")
        elif len(text) > most:
            self.problems[path] = _("Give at most %(most)s characters.") % {"most": grouped(most)}
        return path not in self.problems

    def _check_people(self, order: Provision) -> None:
        seen: set[str] = set()
        for place, part in enumerate(order.members):
            path = f"members[{place}]"
            self._text(f"{path}.name", part.name, LONGEST_NAME)
            if part.role not in ROLES:
                self.problems[f"{path}.role"] = _("Give learner or manager.")
            self._check_email(f"{path}.email", part.email, seen)
            seen.add(part.email.lower())

    def _check_email(self, path: str, email: str, seen: set[str]) -> None:
        if not self._text(path, email, LONGEST_EMAIL):
            return
        if email.lower() in seen:
            self.problems[path] = _("This person is in the order already.")
        try:
            validate_email(email)
        except ValidationError:
            self.problems[path] = _("Give an e-mail address.")

    def _find_products(self, order: Provision) -> None:
        asked = {part.product for part in order.seats}
        asked |= {name for part in order.members for name in part.enrol}
        names = {name for name in asked if name and "\0" not in name and _is_whole(name)}
        ids = {found: name for name in names if (found := _uuid(name))}
        codes = Q(code_key__in=[name.lower() for name in names])
        rows = Product.objects.for_org(self.organisation_id).filter(codes | Q(pk__in=ids))
        by_code = {product.code.lower(): product for product in rows}
        by_id = {product.pk: product for product in rows}
        for name in names:
            product = by_code.get(name.lower()) or by_id.get(_uuid(name) or UNKNOWN)
            if product:
                self.products[name] = product

    def _product(self, path: str, name: str) -> Product | None:
        if name not in self.products:
            self.problems[path] = _("There is no product of this code or id.")
        return self.products.get(name)

    def _seats(self, order: Provision) -> Iterator[Seats]:
        for place, part in enumerate(order.seats):
            path = f"seats[{place}]"
            if part.mode not in MODES:
                self.problems[f"{path}.mode"] = _("Give own, template or shared.")
            found = self._own(path, part) if part.mode == "own" else self._of_pool(path, part)
            if found:
                yield found

    def _own(self, path: str, part: SeatsPart) -> Seats | None:
        product = self._product(f"{path}.product", part.product)
        self._number(f"{path}.seats", part.seats, is_needed=True)
        if part.pool:
            self.problems[f"{path}.pool"] = _("A pool is for template and shared.")
        if part.cap is not None:
            self.problems[f"{path}.cap"] = _("A cap is for shared.")
        if product is None or part.seats is None:
            return None
        return Seats(path=path, mode="own", product=product, seats=part.seats)

    def _of_pool(self, path: str, part: SeatsPart) -> Seats | None:
        pools = Pool.objects.for_org(self.organisation_id).select_related("product")
        pool_id = _uuid(part.pool)
        pool = pools.filter(pk=pool_id).first() if pool_id else None
        product = self._product(f"{path}.product", part.product) if part.product else None
        if part.seats is not None:
            self.problems[f"{path}.seats"] = _("The pool has its own number; leave this out.")
        self._number(f"{path}.cap", part.cap)
        if part.cap is not None and part.mode == "template":
            self.problems[f"{path}.cap"] = _("A cap is for shared.")
        if pool is None:
            self.problems[f"{path}.pool"] = _("There is no pool of this id.")
            return None
        if product and product != pool.product:
            self.problems[f"{path}.pool"] = _("This pool is of another product.")
        return Seats(path=path, mode=part.mode, product=pool.product, pool=pool, cap=part.cap)

    def _number(self, path: str, number: int | None, *, is_needed: bool = False) -> None:
        if number is None and not is_needed:
            return
        if number is None or not 0 < number <= MOST_SEATS:
            words = _("Give a whole number from 1 to %(most)s.")
            self.problems[path] = words % {"most": grouped(MOST_SEATS)}

    def _wishes(self, order: Provision) -> Iterator[Wish]:
        for place, part in enumerate(order.members):
            for turn, name in enumerate(part.enrol):
                path = f"members[{place}].enrol[{turn}]"
                product = self._product(path, name)
                if product:
                    yield Wish(path=path, member=place, product=product)

    def _team(self, part: TeamPart) -> Team | None:
        is_written = [
            self._text("team.name", part.name, LONGEST_NAME),
            self._text("team.external_id", part.external_id, LONGEST_NAME),
        ]
        teams = Team.objects.for_org(self.organisation_id)
        if part.id:
            team = teams.filter(pk=_uuid(part.id) or UNKNOWN).first()
            if team is None:
                self.problems["team.id"] = _("There is no team of this id.")
            return team
        if not all(is_written):
            return None
        known = part.external_id and teams.filter(external_id=part.external_id).exists()
        if not known and not part.name.strip():
            self.problems["team.name"] = _("Give the new team a name.")
        return None

    def _parent(self, part: TeamPart) -> Team | None:
        if not part.parent:
            return None
        if not self._text("team.parent", part.parent, LONGEST_NAME):
            return None
        teams = Team.objects.for_org(self.organisation_id)
        by_id = teams.filter(pk=_uuid(part.parent) or UNKNOWN).first()
        found = teams.filter(external_id=part.parent).first() or by_id
        if found is None:
            self.problems["team.parent"] = _("There is no team of this id.")
        return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
