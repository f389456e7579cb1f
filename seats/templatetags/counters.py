"""Counters drawn once for each state that they are in.

Which HTML a counter becomes follows from its figures and the language alone, so it is remembered by
these: many pages show the same, and a figure that moves is another counter.
"""

from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.translation import get_language

from seats.counters import Counter

register = template.Library()

# About a kilobyte each.
REMEMBERED = 8192


@register.simple_tag
def draw(counter: Counter) -> str:
    """Draw a counter with its meter."""
    return _drawn(counter, get_language())


@lru_cache(maxsize=REMEMBERED)
def _drawn(counter: Counter, _language: str | None) -> str:
    return get_template("seats/_counter_drawn.html").render({"counter": counter})
