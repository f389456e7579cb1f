"""Icons of lucide, each drawn once: the package parses and copies its picture at every use."""

from __future__ import annotations

from functools import lru_cache

from django import template
from lucide.templatetags.lucide import lucide as draw

register = template.Library()

register.simple_tag(lru_cache(maxsize=None)(draw), name="lucide")
