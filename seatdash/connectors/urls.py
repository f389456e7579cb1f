"""The addresses below /o/<org>/ that are about learning systems."""

from django.urls import path

from seatdash.connectors.views import accesses, connections, courses

HERE = "settings/learning-systems/"
ONE = f"{HERE}<uuid:connection_id>/"

urlpatterns = [
    path(HERE, connections.systems, name="learning-systems"),
    path(f"{HERE}connect/", connections.connect, name="connect-system"),
    path(ONE, accesses.system, name="learning-system"),
    path(f"{ONE}change/", connections.reconnect, name="change-system"),
    path(f"{ONE}remove/", connections.disconnect, name="remove-system"),
    path(f"{ONE}test/", connections.test, name="test-system"),
    path(f"{ONE}switch/", connections.switch, name="switch-system"),
    path(f"{ONE}compare/", connections.compare, name="compare-system"),
    path(f"{ONE}retry/", connections.retry, name="retry-system"),
    path(f"{ONE}courses/", courses.courses, name="system-courses"),
    path(f"{ONE}courses/<uuid:product_id>/", courses.choose, name="choose-courses"),
    path(f"{ONE}only-there/", accesses.only_there, name="only-there"),
    path(f"{HERE}accesses/<uuid:access_id>/retry/", accesses.retry, name="retry-access"),
    path(f"{HERE}found/<uuid:found_id>/enrol/", accesses.enrol_found, name="enrol-found"),
    path(f"{HERE}found/<uuid:found_id>/end/", accesses.end_found, name="end-found"),
]
