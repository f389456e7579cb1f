"""The proof: whoever changes the ledger behind the application's back is found, and where."""

from datetime import timedelta
from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from seatdash import tenancy
from seats import books, clock, tasks
from seats.books import Balance
from seats.models import Link, Proof, Seal
from seats.services import proving
from seats.services.chaining import link_entries_of, link_new_entries
from seats.services.chaining_sql import BEGINNING, CANONICAL
from seats.services.sealing import seal
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation
from tests.superuser import tamper

# The sixth of the entries that `chained` makes: somebody was enrolled.
SIXTH = "(SELECT entry_id FROM seats_link WHERE position = 6)"
# The whole chain reckoned anew, as one would who covers up what was done.
REWRITE = f"""
    WITH RECURSIVE anew AS (
        SELECT 0::bigint AS position, {BEGINNING} AS digest
        UNION ALL
        SELECT link.position, sha256(anew.digest || {CANONICAL})
        FROM anew JOIN seats_link AS link ON link.position = anew.position + 1
        JOIN seats_ledgerentry AS entry ON entry.id = link.entry_id
    )
    UPDATE seats_link AS link SET digest = anew.digest FROM anew
    WHERE anew.position = link.position
"""
SWAP = """
    UPDATE seats_link SET position = CASE position WHEN 5 THEN 1006 ELSE 1005 END
    WHERE position IN (5, 6);
    UPDATE seats_link SET position = position - 1000 WHERE position > 1000
"""


@pytest.fixture
def chained(stage: Cast) -> Cast:
    """Have a chain of eight entries, sealed."""
    with tenancy.scope(stage.organisation.pk):
        enrol_new(stage.manager, make_allocation(stage.admin, stage.team, stage.product), 5)
    with clock.telling(clock.now() + timedelta(days=1)):
        assert seal(organisation=stage.organisation)
    link_new_entries()
    return stage


def check(cast: Cast) -> Balance:
    with tenancy.scope(cast.organisation.pk):
        return books.check(cast.organisation, whole_chain=True)


def test_untouched_chain_holds(chained: Cast) -> None:
    balance = check(chained)
    assert balance.holds
    assert (balance.chain.entries, balance.chain.position, balance.chain.waiting) == (8, 8, 0)
    assert balance.chain.is_whole
    assert balance.chain.seal
    assert balance.chain.seal.position == 8


@pytest.mark.cooked
@pytest.mark.parametrize(
    ("cooking", "found"),
    [
        ([f"UPDATE seats_ledgerentry SET reason = 'a gift' WHERE id = {SIXTH}"], "changed"),
        ([f"UPDATE seats_ledgerentry SET actor_id = NULL WHERE id = {SIXTH}"], "changed"),
        ([f"UPDATE seats_ledgerentry SET used_moved = 2 WHERE id = {SIXTH}"], "changed"),
        (["UPDATE seats_link SET digest = '\\x00' WHERE position = 6"], "changed"),
        ([f"DELETE FROM seats_ledgerentry WHERE id = {SIXTH}"], "removed"),
        ([f"DELETE FROM seats_link WHERE entry_id = {SIXTH}"], "gap"),
        ([f"DELETE FROM seats_link WHERE entry_id = {SIXTH}"], "unlinked"),
        ([SWAP], "changed"),
    ],
    ids=["reason", "actor", "seats", "digest", "removed", "unlinked", "outside", "swapped"],
)
def test_each_change_by_a_superuser_is_found_and_named(
    chained: Cast, cooking: list[str], found: str
) -> None:
    with tenancy.scope(chained.organisation.pk):
        sixth = Link.objects.get(position=6).entry_id
    tamper(*cooking)
    findings = [each for each in check(chained).findings if each.what == found]
    assert findings
    around = [entry for finding in findings for entry in finding.around]
    assert sixth in {entry.id for entry in around} or found == "gap"
    assert len(findings[0].around) >= 2
    assert any(entry.is_subject for entry in findings[0].around)


@pytest.mark.cooked
def test_change_with_the_chain_reckoned_anew_breaks_the_seal(chained: Cast) -> None:
    tamper(f"UPDATE seats_ledgerentry SET reason = 'a gift' WHERE id = {SIXTH}", REWRITE)
    balance = check(chained)
    (finding,) = balance.findings
    assert finding.what == "rewritten"
    assert finding.seal
    assert finding.seal.position == 8
    assert [entry.position for entry in finding.around] == [7, 8]
    assert balance.differences == (finding.words,)


@pytest.mark.cooked
def test_seal_that_the_superuser_makes_is_found_out(chained: Cast) -> None:
    tamper(
        f"UPDATE seats_ledgerentry SET reason = 'a gift' WHERE id = {SIXTH}",
        REWRITE,
        "UPDATE seats_seal SET digest = (SELECT digest FROM seats_link WHERE position = 8)",
    )
    assert [each.what for each in check(chained).findings] == ["forged"]


def test_seal_still_holds_after_the_secret_key_was_changed(
    chained: Cast, settings: LazySettings
) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert check(chained).holds


@pytest.mark.cooked
def test_command_names_the_entry_and_those_around_it_and_fails(chained: Cast) -> None:
    tamper(f"UPDATE seats_ledgerentry SET reason = 'a gift' WHERE id = {SIXTH}")
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="do not balance in: north-high") as raised:
        call_command("check_books", stdout=out, stderr=err)
    assert raised.value.returncode == 1
    lines = [line.strip() for line in err.getvalue().splitlines()]
    (subject,) = [line for line in lines if line.startswith("> #6 ")]
    assert "Enrolled, Accounting for Beginners, Classroom A" in subject
    assert {"#5", "#7"} <= {line.split()[0] for line in lines if line}


def test_command_tells_the_head_for_an_auditor_to_note(chained: Cast) -> None:
    out = StringIO()
    call_command("check_books", stdout=out)
    with tenancy.scope(chained.organisation.pk):
        head = Link.objects.in_order().last()
    assert head
    said = f"chain of 8 entries, all gone through, sealed up to 8; head {bytes(head.digest).hex()}"
    assert said in out.getvalue()


def test_page_goes_through_the_newest_part_only(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol_new(cast.manager, make_allocation(cast.admin, cast.team, cast.product), 5)
    link_entries_of(cast.organisation)
    monkeypatch.setattr(proving, "STEP", 2)
    chain = proving.examine(cast.organisation, newest=3)
    assert (chain.first, chain.position, chain.is_whole) == (6, 8, False)
    assert not chain.flaws


def test_part_begins_with_a_look_at_the_link_before_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol_new(cast.manager, make_allocation(cast.admin, cast.team, cast.product), 5)
    monkeypatch.setattr(proving, "STEP", 3)
    assert proving.examine_all(cast.organisation).flaws == []


def test_entries_without_a_link_are_counted_as_waiting(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product)
    chain = proving.examine(cast.organisation)
    assert (chain.entries, chain.position, chain.waiting) == (3, 0, 3)
    assert not chain.flaws


def test_worker_seals_once_a_day_and_only_what_is_new(cast: Cast) -> None:
    organisation = cast.organisation
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    tomorrow = clock.now() + timedelta(days=1)
    with clock.telling(tomorrow):
        assert seal(organisation=organisation)
        enrol_new(cast.manager, allocation)
        assert seal(organisation=organisation) is None
    with clock.telling(tomorrow + timedelta(days=1)):
        assert seal(organisation=organisation)
    with clock.telling(tomorrow + timedelta(days=2)):
        assert seal(organisation=organisation) is None
    assert list(Seal.objects.order_by("day").values_list("position", flat=True)) == [3, 4]


def test_day_is_sealed_at_the_midnight_of_the_organisation(cast: Cast) -> None:
    organisation = cast.organisation
    organisation.time_zone = "Pacific/Kiritimati"  # 14 hours ahead of UTC
    make_allocation(cast.admin, cast.team, cast.product)
    noon = clock.now().replace(hour=12, minute=0)
    with clock.telling(noon):
        sealed = seal(organisation=organisation)
    assert sealed
    assert sealed.day == noon.date()


def test_worker_proves_every_chain_once_a_day(stage: Cast) -> None:
    with tenancy.scope(stage.organisation.pk):
        make_allocation(stage.admin, stage.team, stage.product)
    tasks.seal_the_books(timestamp=0)
    with tenancy.system():
        first = dict(Proof.objects.values_list("organisation", "proved_at"))
        assert Proof.objects.get(organisation=stage.organisation).position == 3
    tasks.seal_the_books(timestamp=0)
    with tenancy.system():
        assert dict(Proof.objects.values_list("organisation", "proved_at")) == first
    assert set(first) == {stage.organisation.pk, stage.outsider.organisation_id}
