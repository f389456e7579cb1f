"""What the resources have in common: judging rows one by one, and writing them all."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export.resources import ModelResource
from import_export.results import RowResult

from orgs.models import Member
from seats.models import ImportRow
from seats.resources.columns import Column, short

State = ImportRow.State
Tell = Callable[[int], None]

STATES = {
    RowResult.IMPORT_TYPE_NEW: State.NEW,
    RowResult.IMPORT_TYPE_UPDATE: State.CHANGED,
    RowResult.IMPORT_TYPE_SKIP: State.SAME,
    RowResult.IMPORT_TYPE_INVALID: State.WRONG,
}


@dataclass(frozen=True)
class Verdict:
    """What becomes of a row, and why or by what."""

    state: State
    reason: str = ""


class Sheet(ModelResource):  # type: ignore[misc]  # the library has no types
    """A resource that judges rows without writing, and then writes all that it judged.

    Rows are judged in the order of the file and know of those before them.
    """

    fields: ClassVar[dict[str, Column]]

    class Meta:
        fields: tuple[str, ...] = ()
        skip_unchanged = True
        skip_diff = True  # `changes` compares, without a copy of each row

    def __init__(self, *, actor: Member, matched: Collection[str] = ()) -> None:
        super().__init__()
        self.actor = actor
        self.matched = [name for name in self.fields if name in matched]
        self.number = 0
        self.told: list[str] = []

    # ---- what each resource says for itself

    def look(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Look up at once what these rows speak of."""

    def find(self, cleaned: dict[str, Any]) -> tuple[Any, bool]:
        """Return a copy of what the row is about, or a new one, and whether it is new."""
        raise NotImplementedError

    def plan(self, instance: Any, *, is_new: bool) -> None:
        """Remember what is to be written; raises ValidationError where a rule says no."""
        raise NotImplementedError

    def write(self, *, reason: str, tell: Tell) -> None:
        """Write what was planned, all through services; `tell` how many rows are done."""
        raise NotImplementedError

    # ---- the workflow of django-import-export

    def judge(self, number: int, row: Mapping[str, str]) -> Verdict:
        """Say what becomes of a row."""
        self.number, self.told = number, []
        result = self.import_row(dict(row), None, row_number=number, dry_run=True)
        if result.errors:
            raise result.errors[0].error
        state = STATES[result.import_type]
        if state is State.WRONG:
            return Verdict(state, " ".join(result.validation_error.messages))
        return Verdict(state, " ".join(self.told))

    def before_import_row(self, row: dict[str, str], **_kwargs: Any) -> None:
        errors: list[str] = []
        self.cleaned: dict[str, Any] = {}
        for name in self.matched:
            try:
                self.cleaned[name] = self.fields[name].read(row)
            except ValidationError as error:
                errors.extend(error.messages)
        if errors:
            raise ValidationError(errors)

    def get_or_init_instance(self, _loader: Any, _row: Any) -> tuple[Any, bool]:
        return self.find(self.cleaned)

    def after_init_instance(self, instance: Any, new: bool, row: Any, **_kwargs: Any) -> None:  # noqa: FBT001
        self.before = None if new else self.values(instance)

    def import_instance(self, instance: Any, row: Any, **_kwargs: Any) -> None:
        for name, value in self.cleaned.items():
            if value is not None:
                setattr(instance, name, value)

    def skip_row(self, instance: Any, *_args: Any, **_kwargs: Any) -> bool:
        return self.before is not None and self.before == self.values(instance)

    def save_instance(self, instance: Any, is_create: bool, row: Any, **_kwargs: Any) -> None:  # noqa: FBT001
        if self.before is not None:
            self.told += self.differences(self.before, self.values(instance))
        self.plan(instance, is_new=is_create)

    # ---- and what they need for it

    def values(self, instance: Any) -> dict[str, Any]:
        """Return what the file's columns say of an instance."""
        return {name: self.fields[name].get_value(instance) for name in self.matched}

    def differences(self, before: dict[str, Any], after: dict[str, Any]) -> Iterable[str]:
        """Name the columns that change, and what was in them."""
        for name, value in before.items():
            if value != after[name]:
                label = str(self.fields[name].label)
                was = {"column": label, "was": short(str(self.fields[name].widget.render(value)))}
                was_empty = value in (None, "")  # which a price of 0 is not
                words = _("%(column)s is set.") if was_empty else _("%(column)s was “%(was)s”.")
                yield words % was

    def wrong(self, words: str, **facts: Any) -> ValidationError:
        """Return the error that makes the row wrong."""
        return ValidationError(words % facts)
