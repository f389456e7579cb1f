"""Mail for whoever tries seatdash: the words of each letter on the console, nothing else."""

from typing import Any

from django.core.mail.backends.console import EmailBackend as ConsoleBackend


class EmailBackend(ConsoleBackend):
    def write_message(self, message: Any) -> None:
        to, line = ", ".join(message.to), "─" * 72
        self.stream.write(f"{line}\nTo: {to}\nSubject: {message.subject}\n\n{message.body}\n")
