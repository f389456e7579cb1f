"""The moment at which a page is looked at, and what its list of holders is narrowed by."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orgs.filters import ListFilter, SearchInput
from orgs.querysets import every_word
from seats.forms.moments import PastMomentField
from seats.querysets import EnrolmentQuerySet


class AsOfForm(forms.Form):
    """Sent by GET, so that a page of the past can be bookmarked and linked to."""

    as_of = PastMomentField(label=_("As of"))

    @classmethod
    def at(cls, moment: datetime) -> "AsOfForm":
        """Return the form as it asks for a moment."""
        return cls(initial={"as_of": timezone.localtime(moment)})


class HoldersFilter(ListFilter):
    """Whom of those who held a seat; the moment goes along."""

    q = forms.CharField(label=_("Person"), required=False, max_length=200, widget=SearchInput())
    as_of = forms.CharField(required=False, max_length=50, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data, name="enrolments")

    @property
    def is_empty(self) -> bool:
        return not self.asked["q"]

    @property
    def chosen(self) -> list[tuple[Any, Any]]:
        return []

    def narrow(self, enrolments: EnrolmentQuerySet) -> EnrolmentQuerySet:
        """Keep the enrolments of whoever is asked for."""
        asked = self.asked["q"]
        return enrolments.filter(every_word(asked, "member__search")) if asked else enrolments
