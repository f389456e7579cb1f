"""The verbs. Each takes its `actor` first, all by keyword, and does all of its work or none.

Locks are taken in one order, so that no two services wait for each other: members, then teams, then
memberships, then products, then pools, then allocations, each by id (memberships by team, then
member). A pool's allocations change under the pool's lock only; which teams draw on it changes
under the product's.
"""
