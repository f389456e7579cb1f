"""Who: organisations, their members, and the users who sign in."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from orgs.fields import lowered, searched
from orgs.ids import new_id
from orgs.querysets import MemberQuerySet, OrganisationQuerySet
from orgs.words import called

# The most months of activity that may be asked to be kept; for ever is none.
MOST_MONTHS = 120


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in, by e-mail; may be a member of several organisations."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    # One of settings.LANGUAGES; empty is whatever the browser asks for.
    language = models.CharField(_("language"), max_length=10, blank=True, default="", db_default="")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(_("operator of this installation"), default=False)
    date_joined = models.DateTimeField(db_default=Now(), editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_without_case")]

    def __str__(self) -> str:
        return self.email


class Organisation(models.Model):
    """The tenant. Owns everything; nothing ever crosses from one to another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    strict_stock = models.BooleanField(
        _("strict stock"),
        default=False,
        help_text=_("Refuse to allocate more seats than are in stock."),
    )
    managers_may_revoke = models.BooleanField(
        _("managers may revoke"),
        default=False,
        help_text=_("Managers may revoke enrolments and take people out of their teams."),
    )
    activity_months = models.PositiveSmallIntegerField(
        _("months of activity to keep"), null=True, blank=True
    )
    # A code of ISO 4217; empty where nothing is charged on.
    currency = models.CharField(_("currency"), max_length=3, blank=True, default="", db_default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(activity_months__isnull=True)
                | models.Q(activity_months__range=(1, MOST_MONTHS)),
                name="organisation_activity_months",
            ),
            # What prices refer to: their currency is the organisation's.
            models.UniqueConstraint(fields=["id", "currency"], name="organisation_currency"),
            models.CheckConstraint(
                condition=models.Q(currency="") | models.Q(currency__regex="^[A-Z]{3}$"),
                name="organisation_currency_is_a_code",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A person in one organisation, known by e-mail. One who signs in is linked to a user."""

    class Role(models.TextChoices):
        NONE = "", _("Member")
        ADMIN = "admin", _("Admin")
        FINANCE = "finance", _("Finance")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="members")
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="memberships"
    )
    email = models.EmailField(_("e-mail"), max_length=254)
    name = models.CharField(_("name"), max_length=200, blank=True)
    role = models.CharField(
        _("role"), max_length=10, choices=Role.choices, default=Role.NONE, blank=True
    )
    offboarded_at = models.DateTimeField(null=True, blank=True)
    # When name and address were erased for good; whatever they did stays counted.
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The live stream closes the pages of those whose rights changed after the page was made.
    rights_changed_at = models.DateTimeField(db_default=Now(), db_index=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    email_key = lowered("email")
    search = searched("name", "email")

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email_key"], name="member_email_key_once"
            ),
            models.UniqueConstraint(fields=["organisation", "user"], name="member_user_once"),
            models.UniqueConstraint(fields=["organisation", "id"], name="member_in_organisation"),
            models.CheckConstraint(
                condition=models.Q(role__in=["", "admin", "finance"]), name="member_role_known"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "search", "id"], name="member_by_search"),
            models.Index(fields=["organisation", "created_at", "id"], name="member_by_age"),
            # Those few among the learners who may do something here.
            models.Index(
                "organisation",
                condition=~models.Q(role="") | models.Q(user__isnull=False),
                name="member_with_rights",
            ),
        ]

    def __str__(self) -> str:
        return called(self.name or self.email)
