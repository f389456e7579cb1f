"""Django's admin, for the operator of the installation: organisations, users and members.

Everything that the ledger books is shown but not touched: it moves through the services alone.
"""

# ruff: noqa: FBT001, FBT002 - the signatures are Django's

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orgs.forms import MemberForm, NewOrganisationForm, NewUserForm, OrganisationForm, UserForm
from orgs.models import Member, Organisation, User
from orgs.services import create_organisation, touch_rights

admin.site.site_header = admin.site.site_title = "seatdash"
admin.site.index_title = _("Operation")
# The operator signs in where everybody does, under the same limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# Nobody here is given rights by groups.
admin.site.unregister(Group)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """To look, not to touch."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]
    form = UserForm
    add_form = NewUserForm
    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Times"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        touch_rights(obj.memberships.values_list("pk", flat=True))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # Who must not sign in is made inactive: an organisation may have no other admin.
        return False


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "slug", "time_zone", "created_at")
    search_fields = ("name", "slug")
    ordering = ("name",)
    list_per_page = 50

    def get_form(
        self, request: HttpRequest, obj: Organisation | None = None, change: bool = False, **kw: Any
    ) -> "type[ModelForm[Organisation]]":
        return OrganisationForm if obj else NewOrganisationForm

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        data = form.cleaned_data
        obj.pk = create_organisation(
            name=obj.name, slug=obj.slug, time_zone=obj.time_zone, admin=data["admin"]
        ).organisation_id

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Member)
class MemberAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = MemberForm
    list_display = ("email", "name", "organisation", "role", "user", "offboarded_at")
    list_filter = ("role", "organisation")
    list_select_related = ("organisation", "user")
    search_fields = ("email", "name")
    raw_id_fields = ("user", "organisation")
    readonly_fields = ("offboarded_at", "created_at")
    ordering = ("organisation", "email", "id")
    list_per_page = 50
    show_full_result_count = False

    def get_readonly_fields(
        self, request: HttpRequest, obj: Member | None = None
    ) -> tuple[str, ...]:
        fixed = ("organisation",) if obj else ()
        return (*fixed, *self.readonly_fields)

    def save_model(self, request: HttpRequest, obj: Member, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        touch_rights([obj.pk])

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
