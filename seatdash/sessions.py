"""Sessions in the database, whatever a cookie claims to be the key of one."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Takes a key that no session can have for none, before it gets to the database.

    A quoted cookie can hold any character, NUL too, which PostgreSQL takes in no text.
    """

    def _validate_session_key(self, key: str | None) -> bool:
        known = super()._validate_session_key(key)  # type: ignore[misc]  # the stubs lack it
        return bool(known) and str(key).isalnum()
