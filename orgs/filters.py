"""What a list is narrowed by: the words typed, and choices."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

# Of more things than this, one is chosen by going to it, and not from a list.
MOST_CHOICES = 200


class Choices(ModelChoiceIterator):  # type: ignore[type-arg]  # it takes none when it runs
    """The choices, read at once: a cursor at the server costs more than these few rows."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for each in self.queryset:
            yield self.choice(each)


class SearchInput(forms.TextInput):
    """Drawn without a template, as `Choose` is."""

    input_type = "search"

    def __init__(self) -> None:
        super().__init__({"autocomplete": "off"})

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        typed = self.format_value(value)
        held = {"name": name} | ({} if typed is None else {"value": typed})
        also = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<input type="search"{}{}>', flatatt(held), also)


class Choose(forms.Select):
    """A select drawn without a template, which takes a tenth of the time; it knows no groups."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, mark_safe(" selected") if str(key) in chosen else "", label)
                for key, label in self.choices
            ),
        )
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(attrs or {}), options)


class ListFilter(forms.Form):
    """What is asked of a list; what makes no sense is as if it had not been asked."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200, widget=SearchInput())

    def __init__(self, data: Any, *, name: str, prefix: str = "") -> None:
        super().__init__(data, auto_id=f"{name}-%s", prefix=prefix or None)

    @property
    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}

    @property
    def is_empty(self) -> bool:
        return not any(self.asked.values())

    @property
    def chosen(self) -> list[tuple[Any, Any]]:
        """Return the names and values of what is asked for without a field that shows it."""
        return [
            (each.label, value) for each in self.hidden_fields() if (value := self.asked[each.name])
        ]

    def offer(self, name: str, rows: QuerySet[Any], *, are_few: bool = False) -> None:
        """Let one of `rows` be chosen: from a list, where they are not too many for one.

        With `are_few` that need not be asked.
        """
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.iterator = Choices
        field.queryset = rows
        if not are_few and not field.widget.is_hidden and rows[MOST_CHOICES:].exists():
            field.widget = forms.HiddenInput()
