"""What a page may see live: a signed, short-lived list of topics that travels with the page.

The gate makes it from what the view has shown; the stream believes the signature and asks nobody.
Ids are packed as bytes, since the list rides in the address of the stream and a proxy may refuse
addresses beyond 8 KB: 200 topics take 4.4 KB.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from struct import Struct
from typing import Any
from uuid import UUID

from django.core import signing

# To connect with. A page that reconnects later loads itself anew, and brings a fresh one.
SECONDS_VALID = 600
MOST_TOPICS = 200

KINDS = ("pool", "allocation", "product", "organisation")
# Another layout of the bytes takes another number, so that no old token is misread.
SALT = "seatdash.live.2"
CLOCKS_DIFFER = 30
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HEAD = Struct("!d16s16sqBB")
ENTRY = Struct("!B16s")


@dataclass(frozen=True, slots=True)
class Grant:
    """Who may see which topics in which language, when that was decided, and by which rights.

    `rights` is when the member's rights had last changed, in microseconds.
    """

    issued: float
    organisation_id: UUID
    member_id: UUID
    rights: int
    slug: str
    language: str
    topics: tuple[str, ...]


def make(
    *,
    organisation_id: UUID,
    slug: str,
    member_id: UUID,
    rights_changed_at: datetime,
    language: str,
    topics: Iterable[str],
) -> str:
    """Sign the topics of a page for one member; the first 200, each once.

    `rights_changed_at` is as the gate has read it with the member, before the page was made.
    """
    rights = (rights_changed_at - EPOCH) // timedelta(microseconds=1)
    once = tuple(islice(dict.fromkeys(topics), MOST_TOPICS))
    grant = Grant(time.time(), organisation_id, member_id, rights, slug, language, once)
    return _signer().sign_object(grant, serializer=_Packed, compress=True)


def read(token: str) -> Grant | None:
    """Return what a token grants, or None where it is forged, cut or too old."""
    try:
        grant: Grant = _signer().unsign_object(token, serializer=_Packed)
    except (signing.BadSignature, ValueError):
        return None
    age = time.time() - grant.issued
    return grant if -CLOCKS_DIFFER <= age <= SECONDS_VALID else None


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT)


class _Packed:
    """The serializer that `django.core.signing` asks for."""

    def dumps(self, obj: Any) -> bytes:
        grant: Grant = obj
        slug, language = grant.slug.encode(), grant.language.encode()
        ids = grant.organisation_id.bytes, grant.member_id.bytes
        head = HEAD.pack(grant.issued, *ids, grant.rights, len(slug), len(language))
        return head + slug + language + b"".join(map(_pack_topic, grant.topics))

    def loads(self, data: bytes) -> Grant:
        issued, organisation, member, rights, *lengths = HEAD.unpack_from(data)
        slug_ends = HEAD.size + lengths[0]
        end = slug_ends + lengths[1]
        return Grant(
            issued,
            UUID(bytes=organisation),
            UUID(bytes=member),
            rights,
            data[HEAD.size : slug_ends].decode(),
            data[slug_ends:end].decode(),
            tuple(
                f"{KINDS[kind]}-{UUID(bytes=packed)}"
                for kind, packed in ENTRY.iter_unpack(data[end:])
            ),
        )


def _pack_topic(topic: str) -> bytes:
    kind, _, text = topic.partition("-")
    return ENTRY.pack(KINDS.index(kind), UUID(text).bytes)
