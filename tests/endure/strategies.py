"""What random operations are made of."""

from datetime import date

from hypothesis import strategies as st

from tests.endure import words
from tests.endure.twice import MEMBERS

any_one = st.integers(0, 10**6)
few = st.integers(1, 4)
several = st.integers(1, 9)
some_members = st.lists(st.integers(0, MEMBERS - 1), min_size=1, max_size=MEMBERS, unique=True)
capacities = st.one_of(several, st.none())
some_terms = st.one_of(
    st.builds(words.Terms, days=st.one_of(st.none(), st.integers(1, 12)), reusable=st.booleans()),
    st.builds(
        words.Terms,
        last_day=st.dates(date(2026, 1, 2), date(2026, 3, 1)),
        reusable=st.booleans(),
    ),
)
