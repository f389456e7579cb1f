"""The addresses below /o/<org>/ that are about the API."""

from django.urls import path

from seatdash.api import views

urlpatterns = [
    path("settings/tokens/", views.tokens, name="tokens"),
    path("settings/tokens/new/", views.new_token, name="new-token"),
    path("settings/tokens/<uuid:token_id>/revoke/", views.revoke, name="revoke-token"),
    path("settings/calls/", views.calls, name="calls"),
    path("settings/calls/<uuid:call_id>/", views.call, name="call"),
]
