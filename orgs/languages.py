"""In which language the pages are: the user's choice, else the browser's, else the default.

The browser's is Django's LocaleMiddleware: the cookie of an earlier choice, or what it asks for.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


class ChosenLanguageMiddleware:
    """Speak the language that the signed-in user has chosen. Comes after authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            chosen = request.user.language
            if chosen in dict(settings.LANGUAGES):
                translation.activate(chosen)
        return self.get_response(request)


def other_languages(request: HttpRequest) -> dict[str, object]:
    """Context processor: `other_languages`, the codes and names of those the page is not in."""
    current = translation.get_language()
    return {"other_languages": [each for each in settings.LANGUAGES if each[0] != current]}


def remember(response: HttpResponse, language: str) -> None:
    """Have the browser ask for this language, before anybody signs in."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
