"""Products: known by their code."""

from copy import copy
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seats.models import Product
from seats.resources.columns import Choice, Column, Text
from seats.resources.sheet import Sheet, Tell
from seats.services.catalogue import change_product, create_product

KINDS = {
    Product.Kind.COURSE: ["course", "kurs"],
    Product.Kind.BUNDLE: ["bundle", "bundle of courses", "paket", "bündel"],
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

    class Meta(Sheet.Meta):
        model = Product
        fields = ("code", "name", "kind", "external_id")
        import_id_fields = ("code",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        products = Product.objects.for_org(self.actor.organisation_id)
        self.by_code = {product.code.lower(): product for product in products}
        self.rows: dict[str, int] = {}
        self.planned: list[tuple[Product, bool]] = []

    def find(self, cleaned: dict[str, Any]) -> tuple[Product, bool]:
        code = cleaned["code"].lower()
        if code in self.rows:
            raise self.wrong(_("Row %(row)s has this code already."), row=self.rows[code])
        self.rows[code] = self.number
        found = self.by_code.get(code)
        if found is None:
            return Product(organisation_id=self.actor.organisation_id), True
        if found.archived_at:
            raise self.wrong(_("%(product)s is archived."), product=found)
        cleaned["code"] = found.code
        return copy(found), False

    def plan(self, instance: Product, *, is_new: bool) -> None:
        if not instance.name:
            raise self.wrong(_("A new product needs a name."))
        self.planned.append((instance, is_new))

    def write(self, *, reason: str, tell: Tell) -> None:
        for count, (product, is_new) in enumerate(self.planned):
            facts: dict[str, Any] = {
                "name": product.name,
                "kind": product.kind,
                "external_id": product.external_id,
            }
            if is_new:
                create_product(actor=self.actor, code=product.code, **facts)
            else:
                change_product(actor=self.actor, product=product, **facts)
            tell(count)
