"""Whoever is erased is forgotten in what programs said; their keys stay used."""

from orgs.models import Member
from seatdash.api.journal import journal
from seatdash.api.models import Call, KeptAnswer
from seats.services.erasing import erase
from tests.api.conftest import Program, new_key
from tests.conftest import Cast
from tests.factories import make_allocation


def test_person_is_forgotten_in_log_and_answers(cast: Cast, shop: Program) -> None:
    make_allocation(cast.admin, cast.team, cast.product)
    key = new_key()
    asked = {"team": str(cast.team.pk), "product": "ACC-101", "email": "Kim@north.example"}
    other = asked | {"email": "lee@north.example"}
    assert shop.post("enrolments", asked, key=key).status_code == 201
    shop.post("enrolments", other, key=new_key())
    shop.get("access", email="kim@north.example", product="NOTHING")
    journal.write()
    erase(actor=cast.admin, member=Member.objects.get(email="Kim@north.example"))
    kept = [bytes(each.body).lower() for each in KeptAnswer.objects.all()]
    assert not any(b"kim@" in body for body in kept)
    assert any(b"lee@" in body for body in kept)
    told = "".join(f"{call.path}{call.body}{call.answer}" for call in Call.objects.all()).lower()
    assert "kim@" not in told
    assert "kim%40" not in told
    assert "lee@" in told
    again = shop.post("enrolments", asked, key=key)
    assert (again.status_code, again["Idempotent-Replay"]) == (201, "true")
