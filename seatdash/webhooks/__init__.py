"""Webhooks out: endpoints and deliveries, with the ledger as the outbox."""
