"""What courses are called, and which products open them."""

from django import template

from seatdash.connectors.reports import Names

register = template.Library()


@register.filter
def course_name(names: Names, course: str) -> str:
    """Return the name of a course, or its id where it has none."""
    return names.course(course)


@register.filter
def codes_of(names: Names, course: str) -> str:
    """Return the codes of the products that open a course."""
    return ", ".join(names.products.get(course, []))
