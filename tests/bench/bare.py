"""The ceiling of P7: a bare asyncio server that writes the same bytes to every socket, once.

`python -m tests.bench.bare PAGES`: says its port, then writes an event for each figure it reads.
"""

from __future__ import annotations

import asyncio
import sys
import time

from tests.bench.crowd import more_files, say

# As long as the event of a counter, and read by the same crowd.
EVENT = 'event: pool\ndata: <p data-used="{figure}">{filling}</p>\n\n'
FILLING = "x" * 900


class Bare:
    def __init__(self) -> None:
        self._writers: list[asyncio.StreamWriter] = []

    async def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self._writers.append(writer)

    def tell_all(self, figure: int) -> None:
        event = EVENT.format(figure=figure, filling=FILLING).encode()
        began = time.monotonic()
        for writer in self._writers:
            writer.write(event)
        say(began)


async def serve() -> None:
    bare = Bare()
    server = await asyncio.start_server(bare.welcome, "127.0.0.1", 0, backlog=4096)
    say(server.sockets[0].getsockname()[1])
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        bare.tell_all(int(line))


if __name__ == "__main__":
    more_files(int(sys.argv[1]))
    asyncio.run(serve())
