from __future__ import annotations

import sys
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.text import slugify

from orgs.forms import OrganisationForm
from orgs.models import Organisation, User
from orgs.services import create_organisation
from seatdash import tenancy
from seatdash.preparation import prepare

DAY = 24 * 3600


class Command(BaseCommand):
    help = "Makes an organisation with its first admin, who gets a way to sign in without mail."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help="such as 'North High School'")
        parser.add_argument("--admin", metavar="EMAIL", required=True, help="who administers it")
        parser.add_argument("--slug", help="its address /o/SLUG/; made from the name if not given")
        parser.add_argument("--time-zone", metavar="TZ", default="UTC", help="UTC if not given")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the admin's password from stdin"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        prepare()
        slug = options["slug"] or slugify(options["name"])[:60].strip("-")
        check_organisation(options["name"], slug, options["time_zone"])
        email = checked_email(options["admin"])
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None
        try:
            with transaction.atomic():
                user = find_or_make_user(email, password)
                create_organisation(
                    name=options["name"], slug=slug, admin=user, time_zone=options["time_zone"]
                )
        except IntegrityError as error:
            raise CommandError(f"Someone was quicker: /o/{slug}/ is taken now.") from error
        self._say(options["name"], slug, user)

    def _say(self, name: str, slug: str, user: User) -> None:
        self.stdout.write(f"{name} is at {settings.SITE_URL}/o/{slug}/")
        if user.has_usable_password():
            self.stdout.write(f"{user.email} administers it, and signs in with a password.")
            return
        days = settings.PASSWORD_RESET_TIMEOUT // DAY
        self.stdout.write(
            f"{user.email} administers it. To set a password, once, within {days} days:"
        )
        self.stdout.write(settings.SITE_URL + password_link(user))


def check_organisation(name: str, slug: str, time_zone: str) -> None:
    """Raise CommandError unless an organisation can be made of it."""
    if not slug:
        raise CommandError("--slug: Give it an address, of letters a to z, digits and hyphens.")
    form = OrganisationForm({"name": name, "slug": slug, "time_zone": time_zone})
    # Whether an address is taken is a question about every organisation.
    with tenancy.system():
        if Organisation.objects.filter(slug=slug).exists():
            raise CommandError(f"--slug: /o/{slug}/ is taken. Choose another address.")
        errors = form.errors
    if "time_zone" in errors:
        raise CommandError(
            f"--time-zone: There is no time zone {time_zone}. Give UTC or one like Europe/London."
        )
    for field, messages in errors.items():
        raise CommandError(f"{field}: {' '.join(map(str, messages))}")


def checked_email(email: str) -> str:
    """Return the address as users have it; raise CommandError where it is none."""
    try:
        validate_email(email)
    except ValidationError as error:
        raise CommandError(f"--admin: {email} is not an e-mail address.") from error
    return email.lower()


def find_or_make_user(email: str, password: str | None) -> User:
    """Return the user of an address, with the given password where there is none yet."""
    user = User.objects.filter(email=email).first() or User(email=email)
    if password is None:
        if not user.password:
            user.set_unusable_password()
    elif user.password and user.has_usable_password():
        raise CommandError(f"{email} has a password already: leave out --password-stdin.")
    else:
        set_password(user, password)
    user.save()
    return user


def set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    user.set_password(password)


def password_link(user: User) -> str:
    """Return where a password can be set: the page that a mail about a lost one leads to."""
    key = default_token_generator.make_token(user)
    uid = user_pk_to_url_str(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})
