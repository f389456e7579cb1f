"""The same question gives the same file, byte for byte, whatever happened since."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from orgs.errors import Refusal
from orgs.models import Member
from seats.exports import moments
from seats.models import Allocation, Enrolment, Pool, Product
from seats.services.allocation import allocate, clone, share, take_off
from seats.services.archive import archive_pool
from seats.services.catalogue import create_product
from seats.services.erasing import erase
from seats.services.revocation import extend, revoke
from seats.services.taking import take_away
from seats.services.terms import Terms, set_cap
from teams.models import Team
from tests.conftest import Cast
from tests.factories import enrol_new, enrolment_of, make_allocation, make_shared_pool
from tests.seats.downloads import download, inside

STEPS = 24
FILES = ("usage.csv", "enrolments.csv", "ledger.csv")


def ask(client: Client, address: str) -> tuple[str, bytes]:
    """Download a file; answers the address of the very same, and the bytes."""
    answer = client.get(address)
    assert isinstance(answer, StreamingHttpResponse), answer.content
    return answer["Content-Location"], b"".join(answer)


def rename(cast: Cast, dice: random.Random) -> None:
    model: Any = dice.choice([Product, Pool, Team, Member])
    thing = dice.choice(list(model.objects.order_by("pk")))
    column = "email" if model is Member and dice.random() < 0.5 else "name"
    new = f"renamed-{dice.randrange(10**6)}@north.example"
    model.objects.filter(pk=thing.pk).update(**{column: new})


def change_code(cast: Cast, dice: random.Random) -> None:
    product = dice.choice(list(Product.objects.order_by("pk")))
    Product.objects.filter(pk=product.pk).update(code=f"C-{dice.randrange(10**6)}")


def act_on_enrolments(cast: Cast, dice: random.Random) -> None:
    allocation = dice.choice(list(Allocation.objects.current().order_by("pk")))
    live = list(Enrolment.objects.live().order_by("pk"))
    kind = dice.randrange(3)
    if kind == 0 or not live:
        enrol_new(cast.admin, allocation, dice.randint(1, 3))
    elif kind == 1:
        revoke(actor=cast.admin, enrolment=dice.choice(live))
    else:
        later = timezone.now() + timedelta(days=dice.randint(1, 300))
        extend(actor=cast.admin, enrolment=dice.choice(live), expires_at=later)


def act_on_pools(cast: Cast, dice: random.Random) -> None:
    pool = dice.choice(list(Pool.objects.open().order_by("pk")))
    team = dice.choice([cast.team, cast.other_team])
    allocations = list(Allocation.objects.current().filter(pool=pool))
    deeds: list[Callable[[], Any]] = [
        lambda: allocate(actor=cast.admin, team=team, product=pool.product, seats=2),
        lambda: take_away(actor=cast.admin, pool=pool, seats=1),
        lambda: share(actor=cast.admin, pool=pool, team=team, cap=2),
        lambda: set_cap(actor=cast.admin, allocation=allocations[0], cap=dice.choice([None, 3])),
        lambda: take_off(actor=cast.admin, allocation=allocations[0]),
        lambda: clone(actor=cast.admin, pool=pool, team=team),
        lambda: archive_pool(actor=cast.admin, pool=pool),
    ]
    dice.choice(deeds)()


def prepare(cast: Cast) -> None:
    terms = Terms(terms_days=90)
    with inside(cast):
        make_allocation(cast.admin, cast.team, cast.product, 40, terms)
        other = create_product(actor=cast.admin, code="BIZ-200", name="Business")
        make_shared_pool(cast.admin, other, [cast.team, cast.other_team], seats=30)


@pytest.mark.parametrize("seed", [1, 2])
def test_files_made_on_the_way_are_the_same_at_the_end(stage: Cast, seed: int) -> None:
    prepare(stage)
    dice = random.Random(seed)  # noqa: S311 - a story, not a secret
    client = stage.client(stage.finance)
    made: dict[str, bytes] = {}
    for _ in range(STEPS):
        deed = dice.choice(
            [rename, change_code, act_on_enrolments, act_on_enrolments, act_on_pools]
        )
        try:
            with inside(stage):
                deed(stage, dice)
        except (Refusal, IndexError):
            pass
        address, file = ask(client, stage.url(f"reports/{dice.choice(FILES)}"))
        made[address] = file
    assert len(set(made.values())) > STEPS / 2
    assert {address: ask(client, address)[1] for address in made} == made


def test_workbook_is_the_same_whenever_it_is_asked_for(stage: Cast) -> None:
    prepare(stage)
    client = stage.client(stage.finance)
    address, file = ask(client, stage.url("reports/usage.xlsx"))
    with inside(stage):
        Pool.objects.update(name="Renamed")
        enrol_new(stage.admin, Allocation.objects.current()[0])
    assert ask(client, address) == (address, file)


def test_end_that_was_moved_later_is_as_it_was_planned_then(stage: Cast) -> None:
    prepare(stage)
    with inside(stage):
        allocation = Allocation.objects.current().get(pool__terms_days=90)
        (line,) = enrol_new(stage.admin, allocation)
    (before,) = download(stage, "enrolments")
    moment = timezone.now()
    with inside(stage):
        enrolment = enrolment_of(line)
        for days in (100, 200):
            later = timezone.now() + timedelta(days=days)
            extend(actor=stage.admin, enrolment=enrolment, expires_at=later)
    assert download(stage, "enrolments", as_of=moment.isoformat()) == [before]
    assert download(stage, "enrolments")[0]["expires_at"] > before["expires_at"]


def test_filter_by_a_code_finds_what_had_it_then(stage: Cast) -> None:
    prepare(stage)
    moment = timezone.now()
    with inside(stage):
        Product.objects.filter(code="ACC-101").update(code="ACC-102")
        Product.objects.filter(code="BIZ-200").update(code="ACC-101")
    (then,) = download(stage, "usage", product="ACC-101", as_of=moment.isoformat())
    assert (then["product_code"], then["product"]) == ("ACC-101", "Accounting for Beginners")
    assert {row["product"] for row in download(stage, "usage", product="ACC-101")} == {"Business"}


def test_person_who_is_erased_is_in_no_old_file(stage: Cast) -> None:
    prepare(stage)
    with inside(stage):
        (line,) = enrol_new(stage.admin, Allocation.objects.current()[0])
        person = Member.objects.get(pk=line.member_id)
        Member.objects.filter(pk=person.pk).update(name="Kim Novak")
    moment = timezone.now().isoformat()
    with inside(stage):
        erase(actor=stage.admin, member=person)
    (row,) = download(stage, "enrolments", as_of=moment)
    assert (row["status"], row["name"]) == ("live", "")
    emails = {each["email"] for each in download(stage, "ledger", to=moment) if each["email"]}
    assert emails == {row["email"]} == {f"erased-{person.pk}@erased.invalid"}


@contextmanager
def somebody_writing(stage: Cast) -> Iterator[Event]:
    """Have an enrolment that is written but not committed before the event is set."""
    written, commit = Event(), Event()

    def write() -> None:
        try:
            with inside(stage):
                enrol_new(stage.admin, Allocation.objects.current().get(pool__terms_days=90))
                written.set()
                assert commit.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(write)
        assert written.wait(30)
        try:
            yield commit
        finally:
            commit.set()
            writing.result()


def test_file_waits_for_what_was_being_written_when_it_was_asked_for(stage: Cast) -> None:
    prepare(stage)
    looks = []
    with pytest.MonkeyPatch.context() as patch, somebody_writing(stage) as commit:

        def pause(_seconds: float) -> None:
            looks.append(True)
            commit.set()

        patch.setattr("seats.exports.moments.time.sleep", pause)
        rows = download(stage, "enrolments")
    assert looks
    assert len(rows) == 1


def test_file_is_of_the_moment_before_what_is_written_for_long(
    stage: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(stage)
    monkeypatch.setattr(moments, "PATIENCE", 0)
    client = stage.client(stage.finance)
    before = timezone.now()
    with somebody_writing(stage):
        page = client.get(stage.url("reports/")).content.decode()
        address, file = ask(client, stage.url("reports/usage.csv"))
    assert "Something large is being written" in page
    assert file.splitlines()[1].split(b",")[-1].decode() >= before.isoformat()[:23]
    assert ask(client, address)[1] == file
    assert b"2,1,1," not in file


def test_moment_that_is_not_over_is_refused_until_it_is(
    stage: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(stage)
    monkeypatch.setattr(moments, "PATIENCE", 0)
    client = stage.client(stage.finance)
    with somebody_writing(stage):
        address = stage.url("reports/enrolments.csv")
        question = {"as_of": timezone.now().isoformat()}
        refused = client.get(address, question)
    assert (refused.status_code, refused["Retry-After"]) == (503, "10")
    assert "This moment is not over yet." in refused.content.decode()
    answer: Any = client.get(address, question)
    assert b"".join(answer).count(b"\r\n") == 2
