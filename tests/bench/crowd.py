"""A crowd of open pages, in a process of its own: `python -m tests.bench.crowd HOST PORT PAGES`.

Reads the request to send from its input, opens it on that many sockets, and says `open`. Whenever
all of them have been told of the same figure, it says which, and when the last of them was, by the
clock that all processes of a machine share (`time.monotonic`).
"""

from __future__ import annotations

import re
import resource
import select
import socket
import sys
import time

FIGURE = re.compile(rb'data-used="(\d+)"')
# Of an event cut in two, enough is kept to find the figure in the next piece.
KEPT = 20
PIECE = 65_536
# How many connect before the server is given a moment.
AT_ONCE = 100


def main(host: str, port: int, pages: int) -> None:
    more_files(pages)
    request = sys.stdin.buffer.readline().rstrip(b"\n").replace(b"\\r\\n", b"\r\n")
    crowd = Crowd([_open(host, port, request, number) for number in range(pages)])
    say("open")
    while True:
        crowd.listen()


def more_files(sockets: int) -> None:
    """Let this process, and those it starts, hold so many sockets."""
    wanted = sockets + 500
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def _open(host: str, port: int, request: bytes, number: int) -> socket.socket:
    page = socket.create_connection((host, port), timeout=30)
    page.sendall(request)
    page.setblocking(False)
    if number % AT_ONCE == 0:
        time.sleep(0.05)
    return page


class Crowd:
    """The pages, and the figure that each has been told last."""

    def __init__(self, pages: list[socket.socket]) -> None:
        self._pages = {page.fileno(): page for page in pages}
        self._told: dict[int, int] = {}
        self._rests: dict[int, bytes] = dict.fromkeys(self._pages, b"")
        self._heard: dict[int, int] = {}
        self._poll = select.epoll()
        for number in self._pages:
            self._poll.register(number, select.EPOLLIN)

    def listen(self) -> None:
        """Take in what has come for some of the pages."""
        for number, _event in self._poll.poll():
            piece = self._rests[number] + self._pages[number].recv(PIECE)
            if len(piece) == len(self._rests[number]):
                raise SystemExit("The server closed a page.")
            self._rests[number] = piece[-KEPT:]
            for figure in FIGURE.findall(piece):
                self._note(number, int(figure))

    def _note(self, number: int, figure: int) -> None:
        if self._told.get(number) == figure:
            return
        self._told[number] = figure
        self._heard[figure] = self._heard.get(figure, 0) + 1
        if self._heard[figure] == len(self._pages):
            say(figure, time.monotonic())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
