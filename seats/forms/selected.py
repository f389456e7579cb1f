"""Forms for many at once: what is selected, and what to do with it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from seats.forms.enrolments import ExtendForm
from seats.forms.fields import ReasonField, card, needed
from seats.services.extending import NewEnd
from seats.services.terms import MOST_DAYS
from teams.models import Team

DATE, DAYS, NEVER = "date", "days", "never"


class SelectedInput(forms.HiddenInput):
    """Ids from the checkboxes of a list, or joined in one field: a form may have no thousand."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        del files
        return ",".join(data.getlist(name))

    def format_value(self, value: Any) -> str:
        return value if isinstance(value, str) else ",".join(str(each) for each in value or ())


class SelectedField(forms.Field):
    """The ids of what is selected, each once."""

    widget = SelectedInput

    def to_python(self, value: Any) -> list[UUID]:
        try:
            return list(dict.fromkeys(UUID(each) for each in str(value or "").split(",") if each))
        except ValueError as error:
            raise forms.ValidationError(_("This cannot be selected.")) from error


class Selection(forms.Form):
    """What a list sends: the rows that are checked, or all that match the list's filter.

    `back` is the address of the list. `confirmed` are those whose preview was confirmed.
    """

    selected = SelectedField(required=False)
    all = forms.BooleanField(required=False, widget=forms.HiddenInput)
    filter = forms.CharField(required=False, widget=forms.HiddenInput)
    back = forms.CharField(required=False, widget=forms.HiddenInput)
    confirmed = SelectedField(required=False)

    @property
    def asked_filter(self) -> QueryDict:
        return QueryDict(self.cleaned_data["filter"].removeprefix("?"))


class ReasonForm(forms.Form):
    reason = ReasonField(required=True)


class NewEndForm(ExtendForm):
    """A new end for many: a day, some days later, or never."""

    how = forms.ChoiceField(
        label=_("New end"),
        choices=[
            (DATE, card(_("On a day"), _("The same for all."))),
            (DAYS, card(_("Some days later"), _("Counted from the end that each has."))),
            (NEVER, card(_("Never"), _("They last until they are revoked."))),
        ],
        initial=DATE,
        widget=forms.RadioSelect,
    )
    days = needed(forms.IntegerField(label=_("Days"), min_value=1, max_value=MOST_DAYS))
    field_order = ("how", "last_day", "days", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed(self.fields["last_day"])

    def clean_last_day(self) -> Any:
        return super().clean_last_day() if self.cleaned_data.get("last_day") else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        how = cleaned.get("how")
        if how == DATE and not cleaned.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", _("Say which day is the last."))
        if how == DAYS and not cleaned.get("days") and "days" not in self.errors:
            self.add_error("days", _("Say how many days."))
        return cleaned

    def end(self) -> NewEnd:
        how = self.cleaned_data["how"]
        moment: datetime | None = self.expires_at() if how == DATE else None
        return NewEnd(moment=moment, days=self.cleaned_data["days"] if how == DAYS else None)


class JoinForm(forms.Form):
    target = forms.ModelChoiceField(Team.objects.none(), label=_("To team"))

    def __init__(self, *args: Any, teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = teams  # type: ignore[attr-defined]


class MoveForm(JoinForm):
    leave = forms.BooleanField(
        label=_("Take them out of their old team"),
        help_text=_("Where nothing else is left for them there."),
        required=False,
    )
    reason = ReasonField()
