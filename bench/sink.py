"""A mail server in a process of its own that answers as a server does, counts, and keeps nothing.

    python -m bench.sink [microseconds]

Prints its port. It takes mails faster than any sender of ours can build them; with ``microseconds`` it
thinks for so long about each mail, as a real one does. ``XCOUNT`` answers how many it has; when on
the machine's monotonic clock the first mail to an address that begins with "code" came; and how much
CPU time it has used.
"""

import asyncio
import sys
import time


class Server(asyncio.Protocol):
    """One connection. All of them count together."""

    mails = 0
    code_at = 0.0
    thinks = 0.0

    def connection_made(self, transport) -> None:
        self.transport = transport
        self.buffer = bytearray()
        self.in_text = False
        transport.write(b"220 bench\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while self._take_text() if self.in_text else self._take_line():
            pass

    def _take_text(self) -> bool:
        end = self.buffer.find(b"\r\n.\r\n")
        if end < 0:
            return False
        del self.buffer[: end + 5]
        self.in_text = False
        Server.mails += 1
        if self.thinks:
            asyncio.get_running_loop().call_later(self.thinks, self.transport.write, b"250 OK\r\n")
        else:
            self.transport.write(b"250 OK\r\n")
        return True

    def _take_line(self) -> bool:
        end = self.buffer.find(b"\r\n")
        if end < 0:
            return False
        line = bytes(self.buffer[:end])
        del self.buffer[: end + 2]
        self.transport.write(self._answer(line[:4].upper(), line))
        return True

    def _answer(self, verb: bytes, line: bytes) -> bytes:
        if verb == b"EHLO":
            return b"250-bench\r\n250-PIPELINING\r\n250 SIZE 33554432\r\n"
        if verb == b"DATA":
            self.in_text = True
            return b"354 go on\r\n"
        if verb == b"RCPT" and not Server.code_at and b"<code" in line.lower():
            Server.code_at = time.monotonic()
        if verb == b"XCOU":
            cpu = time.process_time()
            return f"250 {Server.mails} {Server.code_at} {cpu}\r\n".encode("ascii")
        if verb == b"QUIT":
            return b"221 bye\r\n"
        return b"250 OK\r\n"


async def main() -> None:
    """Serve until the process is ended."""
    Server.thinks = int(sys.argv[1]) / 1_000_000 if len(sys.argv) > 1 else 0.0
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Server, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
