"""The verbs. Each takes its `actor` first, all by keyword, and does all of its work or none.

Locks are taken in one order, so that no two services wait for each other: memberships, then the
product, then pools by id, then allocations by id.
"""
