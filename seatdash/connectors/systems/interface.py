"""What every learning system can be asked to do, and how it may fail.

Each method may be repeated: it says what shall be so, and finds out what is. Times are aware and in
UTC; an end of None is never. People are known by e-mail, compared without case; whoever has no
account there gets one when first enrolled.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as both sides know them; `key` is their id in the learning system."""

    email: str
    name: str = ""
    key: str = ""

    @property
    def names(self) -> tuple[str, str]:
        """First and last name, neither of them empty, as accounts demand."""
        first, _space, last = self.name.strip().rpartition(" ")
        if not first:
            first, last = last or self.email.partition("@")[0], "-"
        return first, last


@dataclass(frozen=True, slots=True)
class Course:
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Held:
    """An access that the learning system has now; `until` only where it tells ends."""

    person: Person
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a test of the connection found: whose system it is, and what is missing to work."""

    site: str
    courses: int
    lacking: tuple[str, ...] = ()


class LearningSystem(ABC):
    """A learning system, ready to be called. Methods raise `SystemFailure` and nothing else."""

    # Whether an enrolment has an end there; where not, it is ended when its time comes.
    has_ends: ClassVar[bool] = True
    # Whether `enrolments` says when each ends.
    tells_ends: ClassVar[bool] = True

    @abstractmethod
    def greet(self) -> Greeting:
        """Call it with the credentials, and say what was found."""

    @abstractmethod
    def courses(self) -> list[Course]:
        """Return every course that people can be enrolled in."""

    @abstractmethod
    def find_person(self, email: str) -> Person | None:
        """Return who has this address there, None for nobody."""

    @abstractmethod
    def enrol(
        self, person: Person, course: str, *, start: datetime, until: datetime | None
    ) -> None:
        """Give access from `start` until `until`, whatever there was before."""

    @abstractmethod
    def move_end(
        self, person: Person, course: str, *, start: datetime, until: datetime | None
    ) -> None:
        """Move the end of an access that was given; enrols where there is none."""

    @abstractmethod
    def end(self, person: Person, course: str) -> None:
        """End the access now. Nothing to end is fine."""

    @abstractmethod
    def enrolments(self, course: str) -> Iterator[Held]:
        """Give everybody who has access to the course now, a page of them at a time."""


class SystemFailure(Exception):
    """It did not work; the message says why, in words for the screen."""


class Unreachable(SystemFailure):
    """No answer, or one that says nothing of the request: worth trying again later."""


class Busy(SystemFailure):
    """Too much was asked for: nothing may be called for `seconds`."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class CredentialsRefused(SystemFailure):
    """Whatever is asked for, these credentials do not get it."""


class Refused(SystemFailure):
    """It understood, and said no to this one request: trying again changes nothing."""
