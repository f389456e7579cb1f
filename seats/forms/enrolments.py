"""Enrolling people, ending enrolments and moving their end."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from seats.forms.fields import ReasonField, card, needed
from seats.forms.people_lists import PeopleField
from seats.services.enrolment import Mode


class EnrolForm(forms.Form):
    people = PeopleField()
    mode = needed(
        forms.ChoiceField(
            label=_("If there are too few seats"),
            choices=[
                (Mode.ALL.value, card(_("Enrol nobody"), _("And say how many are missing."))),
                (Mode.FILL.value, card(_("Enrol who fits"), _("In the order of the list."))),
            ],
            initial=Mode.ALL.value,
            widget=forms.RadioSelect,
        )
    )
    reason = ReasonField()

    def clean_mode(self) -> Mode:
        return Mode(self.cleaned_data["mode"] or Mode.ALL)


class RevokeForm(forms.Form):
    reason = ReasonField(required=True)


class ExtendForm(forms.Form):
    """A new last day; read in the time zone that is active, the organisation's."""

    last_day = forms.DateField(
        label=_("New last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = ReasonField()

    def clean_last_day(self) -> date:
        day: date = self.cleaned_data["last_day"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Give a day that is still to come."))
        if day.year >= date.max.year:
            raise forms.ValidationError(_("This day is too far away."))
        return day

    def expires_at(self) -> datetime:
        """Return the midnight after the last day, aware."""
        midnight = datetime.combine(self.cleaned_data["last_day"] + timedelta(days=1), time())
        return timezone.make_aware(midnight)
