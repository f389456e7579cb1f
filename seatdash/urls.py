"""Every address (API.md, "Pages"). Those of an organisation stand below /o/<org>/."""

from allauth.account import views as account
from django.contrib import admin
from django.urls import include, path, re_path

from orgs.views import home, language
from seatdash.orders.views.hook import hook
from teams.views import invitation

accounts = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", account.signup, name="account_signup"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

handler500 = "seatdash.outage.server_error"

urlpatterns = [
    path("api/v1/", include(("seatdash.api.addresses", "api"))),
    path("", home, name="home"),
    path("language/", language, name="language"),
    *accounts,
    path("invitation/<str:token>/", invitation, name="invitation"),
    path("hooks/<uuid:source_id>/", hook, name="hook"),
    path("admin/", admin.site.urls),
    path("o/<slug:org>/", include("orgs.urls")),
    path("o/<slug:org>/", include("seats.urls")),
    path("o/<slug:org>/", include("seatdash.api.urls")),
    path("o/<slug:org>/", include("seatdash.orders.urls")),
    path("o/<slug:org>/", include("seatdash.webhooks.urls")),
    path("o/<slug:org>/", include("seatdash.connectors.urls")),
]
