"""The addresses below /o/<org>/ that are about the organisation itself."""

from django.urls import path

from orgs.views import privacy, settings

urlpatterns = [
    path("settings/", settings, name="settings"),
    path("settings/privacy/", privacy, name="privacy"),
]
