"""Setting up a report that comes by itself."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.models import Member
from seats.forms.fields import card
from seats.models import ScheduledReport

Kind = ScheduledReport.Kind
WHAT = [
    (Kind.STATEMENT, card(_("Statement"), _("What moved in the month or the week before."))),
    (Kind.USAGE, card(_("Usage"), _("Every pool and team, as it was at the end of it."))),
    (Kind.ENROLMENTS, card(_("Enrolments"), _("Everybody enrolled up to the end of it."))),
]


class ScheduledReportForm(forms.Form):
    """Admins choose who is told; finance set it up for themselves."""

    kind = forms.ChoiceField(label=_("Report"), choices=WHAT, widget=forms.RadioSelect)
    rhythm = forms.ChoiceField(label=_("How often"), choices=ScheduledReport.Rhythm.choices)
    readers = forms.ModelMultipleChoiceField(
        Member.objects.none(),
        label=_("Who is told"),
        help_text=_("Admins and finance. The letter holds a link that asks them to sign in."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, actor: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["kind"].initial = Kind.STATEMENT
        if actor.role != Member.Role.ADMIN:
            del self.fields["readers"]
            return
        readers = Member.objects.for_org(actor.organisation_id).readers().by_name()
        self.fields["readers"].queryset = readers  # type: ignore[attr-defined]
        self.fields["readers"].initial = [actor.pk]

    def readers_chosen(self) -> Collection[Member]:
        """Return who is told; call after validation."""
        return list(self.cleaned_data.get("readers", [self.actor]))
