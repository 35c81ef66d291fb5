"""A line to a server that loses an answer when a test says so."""

import select
import socket
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Self


class LossyLine(ThreadingTCPServer):
    """Passes on what clients and the server at `port` of this machine say to each other. A context manager."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.beyond = ("127.0.0.1", port)
        self.port: int = self.server_address[1]
        self._losing: bytes | None = None

    def __enter__(self) -> Self:
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def lose_answer(self, question: bytes) -> None:
        """Close the next connection on which a client says `question`, as soon as the server has answered it."""
        self._losing = question

    def is_to_be_lost(self, said: bytes) -> bool:
        """Tell whether the answer to what a client has said is to be lost; once only."""
        if self._losing is None or self._losing not in said:
            return False
        self._losing = None
        return True


class _Passing(BaseRequestHandler):
    server: LossyLine

    def handle(self) -> None:
        client: socket.socket = self.request
        with socket.create_connection(self.server.beyond) as server:
            while True:
                for source in select.select([client, server], [], [])[0]:
                    said = source.recv(1 << 16)
                    if not said:
                        return
                    if source is server:
                        client.sendall(said)
                        continue
                    server.sendall(said)
                    if self.server.is_to_be_lost(said):
                        server.recv(1)  # by now it is done
                        return
