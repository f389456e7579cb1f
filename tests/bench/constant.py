"""The plainest call there can be: it authenticates and answers a constant.

Named as ROOT_URLCONF by `constant_settings`, it is served beside all other addresses, through the
same door: its token is looked up, counted and logged as any other's.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path
from ninja import Router

from seatdash.api.application import make
from seatdash.api.door import Scoped
from seatdash.urls import urlpatterns as ours

constant = Router()


@constant.get("", auth=Scoped("read"))
def answer(request: HttpRequest) -> Any:
    return {"constant": True}


api = make()
api.urls_namespace = "bench"
api.add_router("/constant", constant)
urlpatterns = [path("api/v1/bench/", api.urls), *ours]
