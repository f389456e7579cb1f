"""The statements behind a team's page, each one reading for the whole of it."""

from typing import LiteralString

# The pools that a team draws on now, and how many teams draw on each.
HOLDINGS: LiteralString = """
    SELECT allocation.id, allocation.used, allocation.cap, pool.id, pool.used, pool.capacity,
        pool.terms_kind, pool.terms_days, pool.terms_date, product.id, product.code, product.name,
        (SELECT count(*) FROM seats_allocation AS drawing
            WHERE drawing.pool_id = pool.id AND drawing.ended_at IS NULL)
    FROM seats_allocation AS allocation JOIN seats_pool AS pool ON pool.id = allocation.pool_id
    JOIN seats_product AS product ON product.id = allocation.product_id
    WHERE allocation.team_id = %(team)s AND allocation.ended_at IS NULL
    ORDER BY product.code, allocation.id
"""

HAS_BELOW: LiteralString = """
    SELECT EXISTS (SELECT FROM teams_team WHERE parent_id = %(team)s AND archived_at IS NULL)
"""

# Its managers first, then by name.
PEOPLE: LiteralString = """
    SELECT member.id, coalesce(nullif(member.name, ''), member.email), belonging.role = 'manager',
        (SELECT count(*) FROM teams_teammember WHERE team_id = %(team)s)
    FROM teams_teammember AS belonging JOIN orgs_member AS member ON member.id = member_id
    WHERE belonging.team_id = %(team)s
    ORDER BY belonging.role DESC, member.name, belonging.id LIMIT %(most)s
"""

# The open requests, the oldest first, and the latest answers.
REQUESTS: LiteralString = """
    SELECT asked.id, asked.status, coalesce(nullif(member.name, ''), member.email), product.name,
        asked.seats, asked.reason, asked.asked_at, asked.answer, asked.decided_at
    FROM (
        (SELECT * FROM seats_seatrequest WHERE team_id = %(team)s AND status = 'open')
        UNION ALL
        (SELECT * FROM seats_seatrequest WHERE team_id = %(team)s AND decided_at >= %(since)s
            ORDER BY decided_at DESC LIMIT %(most)s)
    ) AS asked JOIN orgs_member AS member ON member.id = asked.asked_by_id
    JOIN seats_product AS product ON product.id = asked.product_id
    ORDER BY asked.decided_at DESC, asked.asked_at
"""

# The first who are to lose a seat, and the last who lost one and hold none of its pool again.
ENDING: LiteralString = """
    WITH soon AS (
        SELECT id, expires_at AS turn, count(*) OVER () AS all_of_them FROM seats_enrolment
        WHERE team_id = %(team)s AND ended_at IS NULL
            AND expires_at > %(now)s AND expires_at <= %(soon)s
        ORDER BY expires_at, id LIMIT %(most)s
    ), ended AS (
        SELECT enrolment.id, enrolment.ended_at AS turn, count(*) OVER () AS all_of_them
        FROM seats_enrolment AS enrolment
        JOIN seats_allocation AS allocation ON allocation.id = enrolment.allocation_id
        JOIN orgs_member AS member ON member.id = enrolment.member_id
        WHERE enrolment.team_id = %(team)s AND enrolment.end_reason = 'expired'
            AND enrolment.ended_at >= %(since)s
            AND allocation.ended_at IS NULL AND member.offboarded_at IS NULL
            AND NOT EXISTS (SELECT FROM seats_enrolment AS again
                WHERE again.pool_id = enrolment.pool_id
                    AND again.member_id = enrolment.member_id AND again.ended_at IS NULL)
        ORDER BY enrolment.ended_at DESC, enrolment.id LIMIT %(most)s
    )
    SELECT found.is_over, found.all_of_them, enrolment.id, enrolment.allocation_id,
        coalesce(nullif(member.name, ''), member.email), member.email, product.name,
        pool.extendable, enrolment.expires_at
    FROM (
        SELECT false AS is_over, * FROM soon UNION ALL SELECT true, * FROM ended
    ) AS found JOIN seats_enrolment AS enrolment ON enrolment.id = found.id
    JOIN orgs_member AS member ON member.id = enrolment.member_id
    JOIN seats_pool AS pool ON pool.id = enrolment.pool_id
    JOIN seats_product AS product ON product.id = pool.product_id
    ORDER BY found.is_over, CASE WHEN found.is_over THEN now() - turn ELSE turn - now() END,
        enrolment.id
"""
