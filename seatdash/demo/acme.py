"""Acme Training: a vendor that sells seats to clients, and only what it has in stock."""

from __future__ import annotations

from orgs.models import Member
from orgs.services import create_organisation
from seatdash import tenancy
from seatdash.demo.cast import Cast
from seatdash.demo.people import CLIENTS, people
from seatdash.demo.stage import Stage
from seatdash.demo.story import Story
from seatdash.demo.trade import tell_trade
from seats.models import Price, Product
from seats.services.terms import Terms

ZONE = "America/New_York"


def tell_acme(cast: Cast) -> None:
    admin = create_organisation(
        name="Acme Training",
        slug="acme",
        admin=cast.user("admin@acme.example", "Marta Keller"),
        time_zone=ZONE,
    )
    with tenancy.scope(admin.organisation_id):
        admin.organisation.strict_stock, admin.organisation.currency = True, "USD"
        admin.organisation.save(update_fields=["strict_stock", "currency"])
        stage = Stage(Story(cast.now, ZONE), admin)
        auditor = cast.auditor()
        stage.member(auditor.email, auditor.name, user=auditor, role=Member.Role.FINANCE)
        _clients(stage)
        _products(stage)
        for part in (_forklift, _hygiene, _leadership, _prices):
            part(stage)
        tell_trade(stage)
        stage.tell()


def _clients(stage: Stage) -> None:
    brightwater = people(CLIENTS, "brightwater.example")[:9]
    hillside = people(CLIENTS, "hillside.example")[9:18]
    juniper = people(CLIENTS, "juniper.example")[18:]
    stage.team("Brightwater Logistics", brightwater[:1], external_id="client-1001")
    stage.team("Warehouse", brightwater[1:6], parent="Brightwater Logistics")
    stage.team("Dispatch", brightwater[5:], parent="Brightwater Logistics")
    stage.team("Hillside Care Homes", hillside[:1], external_id="client-1002")
    stage.team("Kitchen", hillside[1:5], parent="Hillside Care Homes")
    stage.team("Nursing", hillside[5:], parent="Hillside Care Homes")
    stage.team("Juniper & Daughters", juniper, external_id="client-1003")


def _products(stage: Stage) -> None:
    stage.product("FRK-10", "Forklift Safety", "forklift")
    stage.product("FHY-20", "Food Hygiene", "food-hygiene")
    stage.product("LFT-30", "Lifting and Carrying", "lifting")
    stage.product("TLB-50", "Team Leader Bundle", kind=Product.Kind.BUNDLE)


def _forklift(stage: Stage) -> None:
    on = stage.story.on
    year = Terms(terms_days=365)
    on(89, stage.buy, "FRK-10", 40, "Licence batch 7")
    on(84, stage.allocate, "Warehouse", "FRK-10", 10, year, "Order 5512")
    on(77, stage.enrol, "Warehouse", "FRK-10", 4)
    on(60, stage.transfer, "FRK-10", "Warehouse", "Dispatch", 3, "Client asked for it by phone")
    on(54, stage.enrol, "Dispatch", "FRK-10", 2)
    on(18, stage.revoke, "Warehouse", "FRK-10", 1, "No longer drives")


def _hygiene(stage: Stage) -> None:
    on = stage.story.on
    pool = "Food hygiene, Hillside"
    on(88, stage.buy, "FHY-20", 25, "Licence batch 3")
    on(80, stage.open_pool, "FHY-20", pool, 6, Terms(terms_days=40), "Order 5520")
    on(79, stage.share, pool, "Kitchen")
    on(79, stage.share, pool, "Nursing", 2)
    on(70, stage.enrol, "Kitchen", "FHY-20", 3)
    on(21, stage.enrol, "Kitchen", "FHY-20", 3, "Yearly course")
    on(20, stage.enrol, "Nursing", "FHY-20", 2, "Kitchen duty at weekends")
    on(2, stage.ask, "Nursing", "FHY-20", 2, "Two more will help in the kitchen")


def _leadership(stage: Stage) -> None:
    on = stage.story.on
    on(76, stage.buy, "TLB-50", 10, "Licence batch 1")
    on(69, stage.allocate, "Juniper & Daughters", "TLB-50", 3, Terms(terms_days=180), "Order 5533")
    on(66, stage.enrol, "Juniper & Daughters", "TLB-50", 2)
    on(45, stage.buy, "LFT-30", 30, "Licence batch 4")
    on(35, stage.allocate, "Nursing", "LFT-30", 8, None, "Order 5561")
    on(32, stage.enrol, "Nursing", "LFT-30", 4)
    on(12, stage.take_back, "Nursing", "LFT-30", 2, "Order 5561 corrected to six")
    on(7, stage.allocate, "Juniper & Daughters", "LFT-30", 5, None, "Order 5570")


def _prices(stage: Stage) -> None:
    on, basis = stage.story.on, Price.Basis
    stage.charge_to({"Warehouse": "BW-100", "Dispatch": "BW-200", "Juniper & Daughters": "JUN"})
    stage.charge_to({"Kitchen": "HCH-KITCHEN", "Nursing": "HCH-NURSING"})
    on(90, stage.price, "FRK-10", "95", basis.SEATS)
    on(90, stage.price, "FHY-20", "29.90", basis.ENROLMENTS)
    on(90, stage.price, "TLB-50", "140", basis.SEATS)
    on(46, stage.price, "LFT-30", "0.25", basis.SEAT_DAYS)
    on(30, stage.price, "FHY-20", "34.90", basis.ENROLMENTS)
