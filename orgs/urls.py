from django.urls import path

from orgs.settings_views import settings

urlpatterns = [path("settings/", settings, name="settings")]
