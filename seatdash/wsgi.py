"""Django's WSGI handler: every page and the API. The streams are in `seatdash.asgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seatdash.settings")

application = get_wsgi_application()
