"""The figures of topics, read in one query a kind, and drawn by the template that the pages use."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from uuid import UUID

from django.template.loader import get_template
from django.utils import translation

from seatdash.live.board import Board, Topic, topic_id
from seatdash.live.news import News
from seatdash.live.source import Rows
from seats.counters import (
    Counter,
    allocation_counter,
    organisation_counter,
    pool_counter,
    product_counter,
)

ByCounter = dict[tuple[UUID, UUID], list[Topic]]
Ask = Callable[[str, dict[str, list[UUID]]], Awaitable[Rows]]

LINES = re.compile(r"[\r\n]+")

# Each query has the columns its counter is made of, beside organisation and pool drawn from.

POOLS = """
    SELECT pool.organisation_id, NULL::uuid AS draws_from,
           pool.id AS pool_id, pool.used, pool.capacity,
           (SELECT count(*) FROM seats_enrolment AS held
             WHERE held.pool_id = pool.id AND held.end_reason = 'expired' AND held.occupies)
           AS expired_held
      FROM unnest(%(organisations)s::uuid[], %(ids)s::uuid[]) AS wanted (organisation_id, id)
      JOIN seats_pool AS pool USING (organisation_id, id)
"""

# One that has ended may take no more than it uses: the pool is none of its business any longer.
ALLOCATIONS = """
    SELECT allocation.organisation_id, allocation.pool_id AS draws_from,
           allocation.team_id, allocation.id AS allocation_id, allocation.used,
           CASE WHEN allocation.ended_at IS NULL THEN allocation.cap
                ELSE allocation.used END AS cap,
           pool.used AS pool_used, pool.capacity AS pool_capacity,
           EXISTS (SELECT FROM seats_allocation AS other
                    WHERE other.pool_id = allocation.pool_id AND other.ended_at IS NULL
                      AND other.id <> allocation.id) AS shared
      FROM unnest(%(organisations)s::uuid[], %(ids)s::uuid[]) AS wanted (organisation_id, id)
      JOIN seats_allocation AS allocation USING (organisation_id, id)
      JOIN seats_pool AS pool ON pool.id = allocation.pool_id
"""

PRODUCTS = """
    SELECT product.organisation_id, NULL::uuid AS draws_from,
           product.id AS product_id, product.stock, total.used,
           total.capacity, total.available, total.unlimited
      FROM unnest(%(organisations)s::uuid[], %(ids)s::uuid[]) AS wanted (organisation_id, id)
      JOIN seats_product AS product USING (organisation_id, id)
      CROSS JOIN LATERAL (
          SELECT coalesce(sum(used), 0)::bigint AS used,
                 coalesce(sum(capacity), 0)::bigint AS capacity,
                 coalesce(sum(greatest(0, capacity - used))
                          FILTER (WHERE archived_at IS NULL), 0)::bigint AS available,
                 coalesce(bool_or(capacity IS NULL), false) AS unlimited
            FROM seats_pool WHERE product_id = product.id
      ) AS total
"""

ORGANISATIONS = """
    SELECT wanted.organisation_id, NULL::uuid AS draws_from, wanted.id AS whole_id,
           products.stock, total.used, total.capacity, total.available, total.unlimited
      FROM unnest(%(organisations)s::uuid[], %(ids)s::uuid[]) AS wanted (organisation_id, id)
      CROSS JOIN LATERAL (
          SELECT coalesce(sum(stock), 0)::bigint AS stock
            FROM seats_product WHERE organisation_id = wanted.id
      ) AS products
      CROSS JOIN LATERAL (
          SELECT coalesce(sum(used), 0)::bigint AS used,
                 coalesce(sum(capacity), 0)::bigint AS capacity,
                 coalesce(sum(greatest(0, capacity - used))
                          FILTER (WHERE archived_at IS NULL), 0)::bigint AS available,
                 coalesce(bool_or(capacity IS NULL), false) AS unlimited
            FROM seats_pool WHERE organisation_id = wanted.id
      ) AS total
     WHERE wanted.id = wanted.organisation_id
"""

TEMPLATES = {"organisation": "seats/_totals.html"}

KINDS: dict[str, tuple[str, Callable[..., Counter]]] = {
    "pool": (POOLS, pool_counter),
    "allocation": (ALLOCATIONS, allocation_counter),
    "product": (PRODUCTS, product_counter),
    "organisation": (ORGANISATIONS, organisation_counter),
}


async def draw(ask: Ask, board: Board, topics: Mapping[Topic, News | None], read_at: float) -> None:
    """Read the figures of these topics and put them on the board, with the news of each."""
    for kind, (query, counter_of) in KINDS.items():
        wanted = _by_counter(topic for topic in topics if topic.name.startswith(f"{kind}-"))
        for row in await ask(query, _ids(wanted)) if wanted else ():
            figures = row._asdict()
            organisation_id, pool_id = figures.pop("organisation_id"), figures.pop("draws_from")
            team_id = figures.pop("team_id", None)
            counter = counter_of(**figures)
            for topic in wanted[organisation_id, topic_id(counter.topic)]:
                board.draws_from(topic, pool_id, team_id)
                board.put(topic, event(counter, topic.language, topics[topic]), read_at)
                # Many counters are drawn one by one, and the pages are served in between.
                await asyncio.sleep(0)


def event(counter: Counter, language: str, news: News | None = None) -> bytes:
    """Return the event of a counter: the fragment, exactly as a page in this language has it, and
    in its root what is new."""
    with translation.override(language):
        template = TEMPLATES.get(counter.topic.partition("-")[0], "seats/_counter_drawn.html")
        html = get_template(template).render({"counter": counter, "news": news})
    data = "\n".join(f"data: {line}" for line in map(str.strip, LINES.split(html)) if line)
    return f"event: {counter.topic}\n{data}\n\n".encode()


def _by_counter(topics: Iterable[Topic]) -> ByCounter:
    """Group what is the same counter in several languages: it is read once."""
    found: ByCounter = defaultdict(list)
    for topic in topics:
        found[topic.organisation_id, topic.id].append(topic)
    return found


def _ids(counters: ByCounter) -> dict[str, list[UUID]]:
    return {
        "organisations": [organisation_id for organisation_id, _id in counters],
        "ids": [counter_id for _organisation_id, counter_id in counters],
    }
