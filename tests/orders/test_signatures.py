"""Who signs as its shop does is heard; nobody else is, and nothing of it is kept."""

from collections.abc import Callable

import pytest
from pytest_django import Settings
from stripe import SignatureVerificationError, Webhook, WebhookSignature

from seatdash.orders.errors import WrongSignature
from seatdash.orders.models import OrderMessage, Source
from seatdash.orders.services.sources import add_source
from seatdash.orders.shops import stripe
from tests.conftest import Cast
from tests.orders import messages
from tests.orders.messages import SECRET, Message, make_source, send
from tests.pages import text, url

SIGNED: dict[str, Callable[[], Message]] = {
    "stripe": lambda: messages.stripe_signed(messages.stripe_session()),
    "shopify": lambda: messages.shopify("orders/paid", messages.shopify_order()),
    "woocommerce": lambda: messages.woocommerce(messages.woocommerce_order()),
    "generic": lambda: messages.generic(messages.generic_order()),
}
EACH = pytest.mark.parametrize("kind", SIGNED)


@EACH
def test_changed_body_is_refused_counted_and_kept_nowhere(cast: Cast, kind: str) -> None:
    source = make_source(cast.admin, kind)
    message = SIGNED[kind]()
    assert send(source, Message(message.body + b" ", message.headers)).status_code == 401
    assert send(source, Message(message.body, {})).status_code == 401
    assert not OrderMessage.objects.exists()
    source.refresh_from_db()
    assert source.refused == 2


@EACH
def test_another_shops_secret_signs_nothing_here(cast: Cast, kind: str) -> None:
    source = make_source(cast.admin, kind)
    other, _secret = add_source(actor=cast.admin, kind=kind, name="Other")
    assert send(other, SIGNED[kind]()).status_code == 401
    assert send(source, SIGNED[kind]()).status_code == 200


def test_token_does_where_a_tool_cannot_sign(cast: Cast) -> None:
    source = make_source(cast.admin, "generic")
    assert send(source, messages.generic(messages.generic_order(), token=True)).status_code == 200
    wrong = Message(b"{}", {"Authorization": "Bearer something else"})
    assert send(source, wrong).status_code == 401


def test_wrong_signature_is_not_saved_by_a_right_token(cast: Cast) -> None:
    source = make_source(cast.admin, "generic")
    headers = {"X-Seatdash-Token": SECRET, "X-Seatdash-Signature": "sha256=00"}
    assert send(source, Message(b"{}", headers)).status_code == 401


@EACH
def test_shop_is_asked_to_send_again_while_our_secret_cannot_be_read(
    cast: Cast, kind: str, settings: Settings
) -> None:
    source, key = make_source(cast.admin, kind), settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    assert send(source, SIGNED[kind]()).status_code == 503
    page = text(cast.client(cast.admin).get(url(cast, "shop", source.pk)))
    assert "Set the secret anew here and in the shop" in page
    assert "wrong signature" not in page
    settings.SECRET_KEY_FALLBACKS = [key]
    assert send(source, SIGNED[kind]()).status_code == 200
    page = text(cast.client(cast.admin).get(url(cast, "shop", source.pk)))
    assert "Set the secret anew here and in the shop" not in page


def stripes_own(message: Message) -> bool:
    """Ask Stripe's package, with its tolerance of five minutes."""
    try:
        Webhook.construct_event(message.body, message.headers["Stripe-Signature"], SECRET, 300)
    except SignatureVerificationError:
        return False
    return True


def ours(message: Message) -> bool:
    headers = {name.lower(): value for name, value in message.headers.items()}
    try:
        stripe.check(SECRET, headers, message.body)
    except WrongSignature:
        return False
    return True


def stripe_cases() -> dict[str, Message]:
    event = messages.stripe_session()
    good = messages.stripe_signed(event)
    header = good.headers["Stripe-Signature"]
    moment = header.partition(",")[0]
    return {
        "good": good,
        "old": messages.stripe_signed(event, age=400),
        "old enough": messages.stripe_signed(event, age=200),
        "other secret": messages.stripe_signed(event, secret="whsec_other"),
        "changed": Message(good.body + b" ", good.headers),
        "rolled secret": Message(good.body, {"Stripe-Signature": f"{header},v1=00"}),
        "scheme v0": Message(good.body, {"Stripe-Signature": header.replace("v1=", "v0=")}),
        "no moment": Message(good.body, {"Stripe-Signature": header.partition(",")[2]}),
        "no signature": Message(good.body, {"Stripe-Signature": moment}),
        "nonsense": Message(good.body, {"Stripe-Signature": "t=x,v1=,,="}),
    }


@pytest.mark.parametrize("case", list(stripe_cases()))
def test_stripe_is_checked_as_stripes_own_package_does(case: str) -> None:
    message = stripe_cases()[case]
    assert ours(message) == stripes_own(message)
    assert ours(message) == (case in {"good", "old enough", "rolled secret"})


def test_stripes_own_package_signs_what_we_accept(cast: Cast) -> None:
    source = make_source(cast.admin, "stripe")
    plain = messages.stripe_signed(messages.stripe_session())
    moment = plain.headers["Stripe-Signature"].partition(",")[0].removeprefix("t=")
    payload = f"{moment}.{plain.body.decode()}"
    signed = WebhookSignature._compute_signature(payload, SECRET)
    message = Message(plain.body, {"Stripe-Signature": f"t={moment},v1={signed}"})
    assert send(source, message).status_code == 200


def test_shop_without_a_secret_hears_nobody(cast: Cast) -> None:
    source, secret = add_source(actor=cast.admin, kind="stripe", name="New")
    assert secret == ""
    assert send(source, SIGNED["stripe"]()).status_code == 401


def test_secret_is_kept_encrypted(cast: Cast) -> None:
    source = make_source(cast.admin, "stripe")
    assert SECRET.encode() not in bytes(Source.objects.get(pk=source.pk).secret or b"")
