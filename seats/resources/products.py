"""Products: known by their code."""

from copy import copy
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import Organisation
from seats.models import Price, Product
from seats.resources.columns import Amount, Choice, Column, Currency, Text
from seats.resources.sheet import Sheet, Tell
from seats.services.catalogue import change_product, create_product
from seats.services.pricing import set_price

KINDS = {
    Product.Kind.COURSE: ["course", "kurs"],
    Product.Kind.BUNDLE: ["bundle", "bundle of courses", "paket", "bündel"],
}
BASES = {
    Price.Basis.ENROLMENTS: ["enrolment", "enrolments", "einschreibung", "einschreibungen"],
    Price.Basis.SEAT_DAYS: ["day", "days in use", "tag", "tage in nutzung"],
    Price.Basis.SEATS: ["seat", "seats given", "platz", "vergebene plätze"],
}


class ProductSheet(Sheet):
    code = Column(
        "code",
        label=gettext_lazy("Code"),
        words=["code", "sku", "product_code", "product", "produkt", "produktcode", "artikelnummer"],
        widget=Text(60),
        examples=["ACC-101", "ACC-ALL"],
        needed=True,
    )
    name = Column(
        "name",
        label=gettext_lazy("Name"),
        words=["name", "title", "product name", "titel", "bezeichnung", "produktname", "kurs"],
        widget=Text(200),
        hint=gettext_lazy("New products need one."),
        examples=["Accounting for Beginners", "All of accounting"],
    )
    kind = Column(
        "kind",
        label=gettext_lazy("Kind"),
        words=["kind", "type", "art", "typ"],
        widget=Choice(KINDS),
        examples=["course", "bundle"],
        choices=["course", "bundle"],
    )
    external_id = Column(
        "external_id",
        label=gettext_lazy("Course id in the learning system"),
        words=["external_id", "id", "course_id", "course id in the learning system", "kurs-id"],
        widget=Text(200),
        examples=["4711", ""],
    )
    price = Column(
        "price",
        label=gettext_lazy("Price"),
        words=["price", "amount", "preis", "betrag"],
        widget=Amount(),
        # No example: a template can be imported as it is, where there is no currency too.
        hint=gettext_lazy("In the organisation's currency, from now on."),
    )
    price_for = Column(
        "price_for",
        label=gettext_lazy("Price for each"),
        words=["price_for", "per", "price for each", "preis je", "preis für"],
        widget=Choice(BASES),
        hint=gettext_lazy("Enrolment, unless it says something else."),
        choices=["enrolment", "day", "seat"],
    )
    currency = Column(
        "currency",
        label=gettext_lazy("Currency"),
        words=["currency", "currency_code", "price currency", "währung"],
        widget=Currency(),
        hint=gettext_lazy("A code like EUR. The organisation's, or the row is wrong."),
    )

    class Meta(Sheet.Meta):
        model = Product
        fields = ("code", "name", "kind", "external_id", "price", "price_for", "currency")
        import_id_fields = ("code",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        products = Product.objects.for_org(self.actor.organisation_id)
        self.by_code = {product.code.lower(): product for product in products}
        prices = Price.objects.for_org(self.actor.organisation_id).in_force()
        # One that was ended is in force without an amount: there is none, and so it is for nothing.
        self.prices = {each.product_id: each for each in prices if each.amount is not None}
        self.rows: dict[str, int] = {}
        self.planned: list[tuple[Product, bool]] = []

    def find(self, cleaned: dict[str, Any]) -> tuple[Product, bool]:
        code = cleaned["code"].lower()
        if code in self.rows:
            raise self.wrong(_("Row %(row)s has this code already."), row=self.rows[code])
        self.rows[code] = self.number
        found = self.by_code.get(code)
        if found is None:
            return self.priced(Product(organisation_id=self.actor.organisation_id)), True
        if found.archived_at:
            raise self.wrong(_("%(product)s is archived."), product=found)
        cleaned["code"] = found.code
        return self.priced(copy(found)), False

    def priced(self, product: Product) -> Product:
        """Note the price in force beside what else the file's columns say of a product."""
        price = self.prices.get(product.pk)
        product.__dict__["price"] = price.amount if price else None
        product.__dict__["price_for"] = price.basis if price else None
        product.__dict__["currency"] = self.own_currency
        return product

    def plan(self, instance: Product, *, is_new: bool) -> None:
        if not instance.name:
            raise self.wrong(_("A new product needs a name."))
        self.check_price(instance)
        self.planned.append((instance, is_new))

    def check_price(self, product: Product) -> None:
        amount, basis = self.price_of(product)
        if amount is None and basis:
            raise self.wrong(_("What is it for? Give the price, too."))
        named = product.__dict__["currency"]
        if not self.own_currency and (named or amount is not None):
            raise self.wrong(_("Choose a currency in the settings first."))
        if named != self.own_currency:
            words = _("Currency: prices are in %(own)s here, not in %(named)s.")
            raise self.wrong(words, own=self.own_currency, named=named)

    @cached_property
    def own_currency(self) -> str:
        # Asked anew: an actor may carry the organisation as it was when the page was made.
        return Organisation.objects.get(pk=self.actor.organisation_id).currency

    def price_of(self, product: Product) -> tuple[Decimal | None, Price.Basis | None]:
        return product.__dict__["price"], product.__dict__["price_for"]

    def write(self, *, reason: str, tell: Tell) -> None:
        for count, (product, is_new) in enumerate(self.planned):
            facts: dict[str, Any] = {
                "name": product.name,
                "kind": product.kind,
                "external_id": product.external_id,
            }
            if is_new:
                written = create_product(actor=self.actor, code=product.code, **facts)
            else:
                written = change_product(actor=self.actor, product=product, **facts)
            self.write_price(product, written)
            tell(count)

    def write_price(self, planned: Product, written: Product) -> None:
        """Set the price where it is another than that in force."""
        amount, basis = self.price_of(planned)
        if (amount, basis) != self.price_of(self.priced(written)):
            set_price(
                actor=self.actor,
                product=written,
                amount=amount,
                basis=basis or Price.Basis.ENROLMENTS,
            )
