"""The API of /api/v1/: tokens, idempotency, JSON in and out, OpenAPI."""
