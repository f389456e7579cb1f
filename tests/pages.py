"""Reading pages as a person does: their words, their live numbers, their forms."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any, Protocol

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from tests.conftest import Cast

IDENTIFIER = r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"


class Answer(Protocol):
    """What a browser gets."""

    @property
    def content(self) -> bytes: ...


def url(cast: Cast, name: str, *args: Any) -> str:
    return reverse(name, args=[cast.organisation.slug, *args])


def text(answer: Answer) -> str:
    """Return what the main part of a page says, white space made single."""
    main = answer.content.decode().partition('id="main"')[2]
    apart = re.sub(r"</(dt|dd|p|th|td|li|label|h[1-6])>", " ", f"<main {main}")
    return " ".join(unescape(strip_tags(apart)).split())


def figures(answer: Answer, topic: str) -> dict[str, str]:
    """Read the live number of a topic as API.md promises it to be written."""
    counter = re.search(rf'data-live="{topic}">\s*<\w+ (data-used[^>]*)>', answer.content.decode())
    assert counter, f"{topic} is not on the page"
    return dict(re.findall(r'data-(\w+)="(\d*)"', counter[1]))


def sums(answer: Answer, topic: str = "") -> dict[str, int]:
    """Read the numbers beside the counters, of all products or of one."""
    of = f' data-of="{topic}"' if topic else ""
    pattern = rf'data-sum="([\w ]+)"{of}>([\d,]+)<'
    found = re.findall(pattern, answer.content.decode())
    return {names: int(number.replace(",", "")) for names, number in found}


def hidden(answer: Answer, name: str) -> str:
    """Read a hidden field of the form."""
    found = re.search(rf'type="hidden" name="{name}"(?: value="([^"]*)")?', answer.content.decode())
    assert found, f"no hidden field {name}"
    return unescape(found[1] or "")


def queries(client: Client, address: str) -> int:
    """Count the queries of a page that is shown."""
    return queries_of(lambda: client.get(address))


def queries_of(ask: Callable[[], Any]) -> int:
    """Count the queries of an answer that is a page."""
    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    assert answer.status_code == 200
    return len(captured)
