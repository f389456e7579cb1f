"""Enrolling people, ending enrolments and moving their end."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from seats.forms.fields import ReasonField, needed
from seats.forms.people_files import PeopleFileField
from seats.forms.people_lists import PastedList, check_list, people_of, read_list
from seats.services.enrolment import Mode
from teams.services import Person


class Step(StrEnum):
    """What is asked for: to look at the list, or only at who stays out; to change it; or the deed.

    A list that comes without any is enrolled in the form's `mode`, if all of it can be read.
    """

    LOOK = "look"
    LOOK_OUT = "look-out"
    EDIT = "edit"
    ALL = "all"
    FILL = "fill"


class EnrolForm(forms.Form):
    """One person or a list, typed or in a file; `listed` after validation, a file's lines last."""

    people = PastedList(
        required=False,
        help_text=_(
            "One a line: kim@school.example or Kim &lt;kim@school.example&gt;. "
            "What becomes of a list is shown line by line before anybody is enrolled."
        ),
    )
    file = PeopleFileField()
    reason = ReasonField()
    mode = forms.ChoiceField(choices=[(mode.value, mode.value) for mode in Mode], required=False)
    step = forms.ChoiceField(choices=[(step.value, step.value) for step in Step], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed(self.fields["people"])
        needed(self.fields["file"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        texts = (cleaned.get("people", ""), cleaned.get("file", ""))
        self.text = "\n".join(text.rstrip() for text in texts if text.strip())
        self.listed = read_list(self.text)
        if not self.errors:
            self._check()
        if cleaned.get("file"):
            self._keep_file()
        return cleaned

    @property
    def asked(self) -> Step | None:
        """What is asked for: one person alone is enrolled at once."""
        asked = self.cleaned_data["step"]
        if asked == Step.LOOK and len(self.listed) == 1:
            return None
        return Step(asked) if asked else None

    @property
    def how(self) -> Mode:
        fill = Step.FILL in (self.cleaned_data["step"], self.cleaned_data["mode"])
        return Mode.FILL if fill else Mode.ALL

    @property
    def people_listed(self) -> list[Person]:
        return people_of(self.listed)

    def again(self) -> "EnrolForm":
        """Return the form with the list in it, to be changed."""
        return EnrolForm(initial={"people": self.text, "reason": self.cleaned_data["reason"]})

    def _check(self) -> None:
        # A preview says by itself what is wrong with a line, but there must be something to show.
        people = self.people_listed
        is_shown = self.cleaned_data.get("step") and len(self.listed) > 1 and people
        try:
            check_list([each for each in self.listed if not (is_shown and each.error)])
        except forms.ValidationError as error:
            self.add_error("people", error)

    def _keep_file(self) -> None:
        """Put the file's lines into the field: a browser sends no file a second time."""
        self.data = dict(self.data.items()) | {self.add_prefix("people"): self.text}


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
