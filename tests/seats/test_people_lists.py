"""What one may paste where people are asked for."""

import pytest
from django.core.exceptions import ValidationError

from seats.forms.people_lists import read_people


@pytest.mark.parametrize("text", [";;;", ",\n;", "\t,\t"])
def test_list_without_anybody_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="no e-mail address"):
        read_people(text)


def test_brackets_without_end_are_no_address() -> None:
    with pytest.raises(ValidationError, match="is not an e-mail address"):
        read_people("(" * 20_000 + "<")


def test_address_given_twice_counts_once_whatever_its_case() -> None:
    people = read_people("Kim <kim@north.example>\nKIM@North.example")
    assert [(person.name, person.email) for person in people] == [("Kim", "kim@north.example")]
