"""What the worker clears away for the API."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from orgs.models import Organisation
from seatdash import tenancy
from seatdash.api.services.answers import forget_old_answers
from seatdash.api.services.calls import forget_old_calls

LOGGED_FOR = timedelta(days=30)


# At an hour of its own, apart from what else the worker clears away.
@app.periodic(cron="41 * * * *")
@app.task(queueing_lock="forget_calls")
def forget(timestamp: int) -> None:
    """Forget answers kept for keys that nobody will use again, and calls of a month ago."""
    # Time passes in all organisations; each is then cleared by itself.
    with tenancy.system():
        organisations = list(Organisation.objects.order_by("pk"))
    for organisation in organisations:
        forget_old_answers(organisation=organisation)
        forget_old_calls(organisation=organisation, moment=timezone.now() - LOGGED_FOR)
