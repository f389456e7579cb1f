"""Connectors to learning systems, driven by the ledger's feed."""
