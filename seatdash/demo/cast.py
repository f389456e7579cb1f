"""Who signs in to the demo world, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orgs.models import User


@dataclass(frozen=True)
class Cast:
    """What both stories share: the present moment, and one hash of the demo's password."""

    now: datetime
    password: str

    def user(self, email: str, name: str) -> User:
        """Return the user of this address, made where there is none yet."""
        made = {"name": name, "password": self.password}
        user, _ = User.objects.get_or_create(email=email, defaults=made)
        return user

    def auditor(self) -> User:
        """Return who looks after the books of both organisations."""
        return self.user("auditor@ledgers.example", "Petra Lindholm")
