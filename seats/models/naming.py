"""What products, pools, teams and people were called before."""

from django.db import models

from orgs.ids import new_id
from orgs.models import Organisation
from seats.querysets import NamingQuerySet


class Naming(models.Model):
    """A name that something had `until` a moment, when it got another.

    Triggers of the database write it, whoever renames (migration `0012_names`); what was never
    renamed has no row. `subject_id` is the product, pool, team or member; a key of its own would
    need four columns, and the trigger takes it and the organisation from one row. `code` is the
    code of a product, the cost centre of a team, the e-mail of a member.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    subject_id = models.UUIDField()
    name = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=254, blank=True)
    until = models.DateTimeField()

    objects = NamingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("organisation", "subject_id", "until", name="naming_by_time")]

    def __str__(self) -> str:
        return f"{self.name} until {self.until}"
