"""Orders in: signed messages of shops, turned into provisions by a mapping."""
