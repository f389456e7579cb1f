"""What the ledger books, in Django's admin: to look at, never to touch."""

from django.contrib import admin

from orgs.admin import ReadOnlyAdmin
from seats.models import Allocation, Enrolment, LedgerEntry, Pool, Product, SeatRequest


@admin.register(Product)
class ProductAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "organisation", "stock", "archived_at")
    list_filter = ("organisation", "kind")
    list_select_related = ("organisation",)
    search_fields = ("code", "name")
    ordering = ("organisation", "code", "id")


@admin.register(Pool)
class PoolAdmin(ReadOnlyAdmin):
    list_display = ("name", "product", "organisation", "used", "capacity", "archived_at")
    list_filter = ("organisation", "terms_kind")
    list_select_related = ("organisation", "product")
    search_fields = ("name", "product__code", "product__name")
    ordering = ("organisation", "name", "id")


@admin.register(Allocation)
class AllocationAdmin(ReadOnlyAdmin):
    list_display = ("pool", "team", "organisation", "used", "cap", "ended_at")
    list_filter = ("organisation",)
    list_select_related = ("organisation", "pool", "team")
    search_fields = ("pool__name", "team__name")
    ordering = ("-id",)


@admin.register(Enrolment)
class EnrolmentAdmin(ReadOnlyAdmin):
    list_display = ("member", "pool", "team", "started_at", "expires_at", "ended_at", "end_reason")
    list_filter = ("end_reason", "organisation")
    list_select_related = ("member", "pool", "team")
    search_fields = ("member__email", "member__name", "pool__name")
    ordering = ("-id",)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = (
        "at",
        "kind",
        "product",
        "pool",
        "team",
        "member",
        "stock_moved",
        "capacity_moved",
        "used_moved",
    )
    list_filter = ("kind", "organisation")
    list_select_related = ("product", "pool", "team", "member")
    search_fields = ("product__code", "pool__name", "member__email")
    ordering = ("-id",)


@admin.register(SeatRequest)
class SeatRequestAdmin(ReadOnlyAdmin):
    list_display = ("asked_at", "team", "product", "seats", "status", "asked_by", "decided_by")
    list_filter = ("status", "organisation")
    list_select_related = ("team", "product", "asked_by", "decided_by")
    search_fields = ("team__name", "product__code", "reason")
    ordering = ("-id",)
