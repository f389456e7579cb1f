"""What to export: which part, and as of when."""

import re
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from orgs.models import Organisation
from seats.exports import Asked
from seats.models import Product
from teams.models import Team

# A plus sign that was not encoded arrives as a space.
LOST_PLUS = re.compile(r"^(.*\d) (\d\d:?\d\d)$")


class MomentField(forms.Field):
    """A past moment in ISO 8601.

    Without an offset it is meant in the active time zone; a day alone means the end of that day, or
    now while it lasts.
    """

    default_error_messages = {
        "malformed": _("This is no moment in ISO 8601, like 2026-11-23T09:00:00Z or 2026-11-23."),
        "future": _("This moment is still to come. Nobody knows its figures yet."),
    }

    def to_python(self, value: Any) -> Any:
        text = (value or "").strip()
        if not text:
            return None
        try:
            moment = _moment(LOST_PLUS.sub(r"\1+\2", text))
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(
                self.error_messages["malformed"], code="malformed"
            ) from error
        if moment > timezone.now():
            raise forms.ValidationError(self.error_messages["future"], code="future")
        return moment


def _moment(text: str) -> datetime:
    day = parse_date(text)
    if day:
        end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        now = timezone.now()
        return now if timezone.localdate() == day else end - timedelta(microseconds=1)
    moment = datetime.fromisoformat(text)
    aware = moment if moment.tzinfo else timezone.make_aware(moment)
    return aware.astimezone(timezone.get_default_timezone())


class ThingField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A row chosen by its id, or by the name that other systems know it by."""

    def __init__(self, *, known_by: str, **kwargs: Any) -> None:
        self.known_by = known_by
        super().__init__(required=False, empty_label=_("All"), **kwargs)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        found = self._known(value)
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid_choice"], "unknown")
        return found

    def _known(self, value: str) -> Any:
        if "\0" in value:  # which PostgreSQL takes in no text
            return None
        rows: QuerySet[Any] = self.queryset  # type: ignore[assignment]  # given by the form
        return rows.filter(Q(pk=_uuid(value)) | Q(**{self.known_by: value})).first()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


class ExportForm(forms.Form):
    """The filters of an export; sent by GET, so that a report can be linked to."""

    product = ThingField(queryset=Product.objects.none(), known_by="code", label=_("Product"))
    team = ThingField(queryset=Team.objects.none(), known_by="external_id", label=_("Team"))
    as_of = MomentField(
        label=_("As of"),
        help_text=_(
            "Leave it empty for now. The figures come from the ledger, as they stood then."
        ),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("product", Product.objects.for_org(organisation).by_code())
        self._offer("team", Team.objects.for_org(organisation).by_name())

    def _offer(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def has_error_of(self, code: str) -> bool:
        return any(self.has_error(name, code) for name in self.errors)

    def asked(self) -> Asked:
        """Return what the export takes; call after validation."""
        data = self.cleaned_data
        product, team = data["product"], data["team"]
        return Asked(product=product and product.pk, team=team and team.pk, moment=data["as_of"])
