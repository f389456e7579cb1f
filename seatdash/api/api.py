"""All calls, below /api/v1/."""

from seatdash.api.application import make
from seatdash.api.endpoints.access import access
from seatdash.api.endpoints.enrolments import enrolments
from seatdash.api.endpoints.ledger import ledger
from seatdash.api.endpoints.pools import pools
from seatdash.api.endpoints.products import products
from seatdash.api.endpoints.provisioning import provisioning
from seatdash.api.endpoints.teams import teams
from seatdash.api.endpoints.transfers import transfers
from seatdash.api.endpoints.usage import usage
from seatdash.webhooks.hooks import hooks

api = make()
api.add_router("/products", products, tags=["Catalogue"])
api.add_router("/teams", teams, tags=["Teams"])
api.add_router("/pools", pools, tags=["Seats"])
api.add_router("/transfers", transfers, tags=["Seats"])
api.add_router("/provision", provisioning, tags=["Seats"])
api.add_router("/enrolments", enrolments, tags=["Enrolments"])
api.add_router("/access", access, tags=["Enrolments"])
api.add_router("/usage", usage, tags=["Books"])
api.add_router("/ledger", ledger, tags=["Books"])
api.add_router("/hooks", hooks, tags=["Hooks"])
