"""Lists a page at a time, their state in the address: what they are sorted by, and where one is.

A page begins after a row or ends before one, so that what is added meanwhile moves nothing. The
address carries that row's place: its value in the order, and its id. As in PostgreSQL's indexes,
what has no value comes after all that have one: "no end" is later than any end.
"""

from orgs.listing.address import Asked, Listing
from orgs.listing.columns import Column, Place, Sort
from orgs.listing.page import ListPage, Total, count, list_page

__all__ = ["Asked", "Column", "ListPage", "Listing", "Place", "Sort", "Total", "count", "list_page"]
