"""Acme's web shop sends its orders: one that was given, and one that waits to be mapped."""

from __future__ import annotations

import json

from seatdash.demo.stage import Stage
from seatdash.orders.models import ProductRule, Source
from seatdash.orders.services.receiving import receive
from seatdash.orders.services.rules import map_customer, map_product
from seatdash.orders.services.sources import add_source
from seats.models import Product
from teams.models import Team

LIFTING = {"product": "lifting-seat", "quantity": 3, "title": "Lifting and Carrying, one seat"}
LEADING = {"product": "leader-bundle", "quantity": 2, "title": "Team Leader Bundle"}
JUNIPER = {"id": "c-77", "email": "office@juniper.example", "company": "Juniper & Daughters"}


def tell_trade(stage: Stage) -> None:
    source, _secret = add_source(actor=stage.admin, kind=Source.Kind.GENERIC, name="Web shop")
    stage.story.on(0.03, _map, stage, source)
    stage.story.on(0.02, _order, source, "5583", LIFTING)
    stage.story.on(0.01, _order, source, "5584", LEADING)


def _map(stage: Stage, source: Source) -> None:
    """Say what the lifting seat stands for, and who Juniper is; the bundle was forgotten."""
    product = Product.objects.get(code="LFT-30")
    mode = ProductRule.Mode.OWN
    external = str(LIFTING["product"])
    map_product(actor=stage.admin, source=source, external=external, mode=mode, product=product)
    team = Team.objects.get(name=JUNIPER["company"])
    map_customer(actor=stage.admin, source=source, customer=JUNIPER["company"], team=team)


def _order(source: Source, number: str, item: dict[str, object]) -> None:
    message = {"event": "order.paid", "order": number, "customer": JUNIPER, "items": [item]}
    receive(source, {}, json.dumps(message).encode())
