"""Choosing courses, choosing a team for somebody found, and what the lists are narrowed by."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.filters import ListFilter, SearchInput
from orgs.models import Organisation
from orgs.querysets import every_word
from seatdash.connectors.forms.connecting import QUIET
from seatdash.connectors.models import CourseAccess
from seatdash.connectors.querysets import CourseAccessQuerySet, FoundThereQuerySet
from seatdash.connectors.systems.interface import Course
from seats.forms.fields import ReasonField
from seats.models import Allocation, Product
from seats.querysets import ProductQuerySet

MOST_LETTERS = 200


class CoursesForm(forms.Form):
    """The courses that a product opens: one, or for a bundle several.

    `listed` are those of the learning system; None where it cannot be asked: then their ids are
    typed, one a line. `chosen()` after validation.
    """

    course = forms.ChoiceField(label=_("Course"), required=False)
    courses = forms.MultipleChoiceField(
        label=_("Courses"), required=False, widget=forms.CheckboxSelectMultiple
    )
    ids = forms.CharField(
        label=_("Course ids"),
        required=False,
        max_length=5000,
        help_text=_("One a line, as the learning system writes them."),
        widget=forms.Textarea(QUIET | {"rows": 3}),
    )

    def __init__(
        self,
        data: Any,
        *,
        product: Product,
        listed: Sequence[Course] | None,
        present: Sequence[Course],
    ) -> None:
        keys = [course.key for course in present]
        initial = {"course": keys[0] if keys else "", "courses": keys, "ids": "\n".join(keys)}
        super().__init__(data, initial=initial)
        self.names = {course.key: course.name for course in (*present, *(listed or ()))}
        is_bundle = product.kind == Product.Kind.BUNDLE or len(present) > 1
        kept = "courses" if is_bundle else "course"
        kept = "ids" if listed is None else kept
        self.fields = {kept: self.fields[kept]}
        if listed is not None:
            self._offer(kept, listed, present)

    def chosen(self) -> list[Course]:
        data = self.cleaned_data
        typed = data.get("ids", "").split("\n")
        keys = data.get("courses") or [data.get("course", ""), *typed]
        return [Course(key, self.names.get(key, "")) for each in keys if (key := each.strip())]

    def clean_ids(self) -> str:
        ids = str(self.cleaned_data["ids"])
        if any(len(each.strip()) > MOST_LETTERS for each in ids.split("\n")):
            raise forms.ValidationError(_("An id is too long."))
        return ids

    def _offer(self, name: str, listed: Sequence[Course], present: Sequence[Course]) -> None:
        known = {course.key for course in listed}
        gone = [course for course in present if course.key not in known]
        choices = [(course.key, f"{course.name} · {course.key}") for course in (*gone, *listed)]
        none = [] if name == "courses" else [("", str(_("None chosen")))]
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*none, *choices]


class AccessFilter(ListFilter):
    q = forms.CharField(
        label=_("Name or e-mail"), required=False, max_length=200, widget=SearchInput()
    )
    state = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("Any")), *CourseAccess.State.choices, ("ended", _("Ended"))],
    )

    def narrow(self, rows: CourseAccessQuerySet) -> CourseAccessQuerySet:
        """Keep the accesses that are asked for: what has ended and is known only on request."""
        asked = self.asked
        if asked["q"]:
            rows = rows.filter(every_word(asked["q"], "member__search"))
        if asked["state"] == "ended":
            return rows.filter(state="synced", is_wanted=False)
        rows = rows.exclude(state="synced", is_wanted=False)
        return rows.in_state(asked["state"]) if asked["state"] else rows


class FoundFilter(ListFilter):
    q = forms.CharField(
        label=_("Name or e-mail"), required=False, max_length=200, widget=SearchInput()
    )

    def narrow(self, rows: FoundThereQuerySet) -> FoundThereQuerySet:
        return rows.filter(every_word(self.asked["q"])) if self.asked["q"] else rows


class CourseFilter(ListFilter):
    q = forms.CharField(
        label=_("Name or code"), required=False, max_length=200, widget=SearchInput()
    )

    def narrow(self, rows: ProductQuerySet) -> ProductQuerySet:
        return rows.search(self.asked["q"]) if self.asked["q"] else rows


class EnrolFoundForm(forms.Form):
    """Through which team, and thereby from which pool, somebody gets a seat."""

    allocation = forms.ModelChoiceField(
        Allocation.objects.none(), label=_("Team"), empty_label=None
    )
    reason = ReasonField()

    def __init__(self, data: Any, *, organisation: Organisation, products: list[UUID]) -> None:
        super().__init__(data)
        field = self.fields["allocation"]
        assert isinstance(field, forms.ModelChoiceField)
        current = Allocation.objects.for_org(organisation).current()
        offered = current.filter(product__in=products).select_related("team", "pool", "product")
        field.queryset = offered.order_by("team__search", "pk")
        field.label_from_instance = _offer_of  # type: ignore[assignment,method-assign]  # as Django documents

    @property
    def is_possible(self) -> bool:
        field = self.fields["allocation"]
        assert isinstance(field, forms.ModelChoiceField)
        return field.queryset is not None and field.queryset.exists()


def _offer_of(allocation: Any) -> str:
    return f"{allocation.team} · {allocation.product.code} · {allocation.pool}"
