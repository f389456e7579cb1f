"""Letters on the console, where no mail server is set."""

from io import StringIO

from django.core.mail import EmailMultiAlternatives

from seatdash.console_mail import EmailBackend


def test_words_are_printed_without_their_packaging() -> None:
    console = StringIO()
    letter = EmailMultiAlternatives("Größe", "Open this link:\n\nhttp://x/", to=["a@b.example"])
    letter.attach_alternative("<p>Open this link</p>", "text/html")
    assert EmailBackend(stream=console).send_messages([letter]) == 1
    printed = console.getvalue()
    assert "To: a@b.example\nSubject: Größe\n\nOpen this link:\n\nhttp://x/\n" in printed
    assert "<p>" not in printed
