"""Importing: the file, what its columns are, and whether to go on."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from openpyxl.utils import get_column_letter

from seats.forms.fields import card, needed
from seats.imports.matching import columns_of
from seats.imports.reading import LARGEST_FILE, too_large
from seats.models import Import
from seats.resources import SHEETS

LONGEST_PASTE = 1_000_000
NOWHERE = ""
HINTS = {
    Import.Kind.TEAMS: _("Their names, ids and what they are part of."),
    Import.Kind.PRODUCTS: _("The catalogue: codes, names, kinds."),
    Import.Kind.PEOPLE: _("Who belongs to which team; new people are made members."),
    Import.Kind.ENROLMENTS: _("Who gets a seat of which product, through which team."),
}


class UploadForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is in it"),
        choices=[
            (kind.value, card(kind.label, HINTS[kind])) for kind in Import.Kind if kind in SHEETS
        ],
        widget=forms.RadioSelect,
        initial=Import.Kind.TEAMS,
    )
    file = needed(
        forms.FileField(
            label=_("File"),
            max_length=200,
            help_text=_("CSV or XLSX, with a header row; at most 100,000 rows and 20 MiB."),
            widget=forms.FileInput(
                attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv,text/tab-separated-values"}
            ),
        )
    )
    pasted = needed(
        forms.CharField(
            label=_("Or paste rows"),
            max_length=LONGEST_PASTE,
            strip=False,
            widget=forms.Textarea(
                attrs={"rows": 4, "data-lines": _("line|lines"), "spellcheck": "false"}
            ),
            help_text=_("Copied from a spreadsheet, header row included."),
        )
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_FILE:
            raise forms.ValidationError(too_large())
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned["file"] and not cleaned["pasted"].strip():
            self.add_error("file", _("Choose a file, or paste rows below."))
        return cleaned

    def upload(self) -> dict[str, Any]:
        """Return the kind, name and content; call after validation."""
        data = self.cleaned_data
        if data["file"]:
            return {
                "kind": data["kind"],
                "name": data["file"].name.replace("\0", "")[:200],
                "content": data["file"].read(),
            }
        return {
            "kind": data["kind"],
            "name": str(_("Pasted rows")),
            "content": data["pasted"].encode("utf-8", "replace"),
        }


class MatchForm(forms.Form):
    """For each thing to import, the column of the file that it stands in."""

    def __init__(self, *args: Any, source: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(NOWHERE, _("Not in the file")), *_places(source)]
        for name, column in columns_of(source.kind).items():
            self.fields[name] = forms.ChoiceField(
                label=column.label,
                choices=choices,
                required=column.needed,
                help_text=column.hint,
                initial=source.columns.get(name, NOWHERE),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        taken: dict[str, str] = {}
        for name, place in list(cleaned.items()):
            if place and place in taken:
                words = _("“%(other)s” is matched to this column already.")
                self.add_error(name, words % {"other": self.fields[taken[place]].label})
            taken.setdefault(place, name)
        return cleaned

    def columns(self) -> Mapping[str, int]:
        """Return the place of each thing that is in the file; call after validation."""
        return {name: int(place) for name, place in self.cleaned_data.items() if place != NOWHERE}


class StepForm(forms.Form):
    """What to do with a file that has been checked."""

    CONFIRM, DISCARD = "confirm", "discard"

    step = forms.ChoiceField(choices=[(CONFIRM, ""), (DISCARD, "")])


class TemplateForm(forms.Form):
    """Which template to download."""

    CSV, XLSX = "csv", "xlsx"

    kind = forms.ChoiceField(choices=[(kind, "") for kind in SHEETS])
    format = forms.ChoiceField(choices=[(CSV, ""), (XLSX, "")])


def _places(source: Import) -> list[tuple[str, str]]:
    first = source.samples[0] if source.samples else []
    return [
        (str(place), _place(place, header, first[place] if place < len(first) else ""))
        for place, header in enumerate(source.headers)
    ]


def _place(place: int, header: str, example: str) -> str:
    words = f"{get_column_letter(place + 1)} · {header}" if header else get_column_letter(place + 1)
    return f"{words} ({example[:40]})" if example else words
