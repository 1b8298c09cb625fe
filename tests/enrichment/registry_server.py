"""A vehicle registry on loopback that answers, errs, stalls and lies, as its script says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Registry:
    """What the next requests get, one each, the last again and again; and what was asked."""

    answers: list[Answer]
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    """Ends every stall."""
    url: str = ""


@dataclass
class Answer:
    """One answer; `drip_s` is the pause between its bytes, `stall` keeps it back until the end of the test.

    `raw` stands in place of status and headers, sent at once as it is.
    """

    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drip_s: float = 0.0
    stall: bool = False
    claimed_bytes: int | None = None
    raw: bytes = b""


def says(**fields: object) -> Answer:
    """Return an answer of JSON fields."""
    return Answer(json.dumps(fields).encode())


@contextmanager
def registry(*answers: Answer) -> Iterator[Registry]:
    """Run a registry on a free port until the end of the block."""
    script = Registry(list(answers))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            script.paths.append(self.path)
            script.headers.append(dict(self.headers))
            answer = script.answers.pop(0) if len(script.answers) > 1 else script.answers[0]
            if answer.stall:
                script.released.wait(30)
                self.close_connection = True
                return
            self.send(answer)

        def send(self, answer: Answer) -> None:
            if answer.raw:
                self.wfile.write(answer.raw)
            else:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(answer.claimed_bytes or len(answer.body)))
                self.end_headers()
            try:
                if not answer.drip_s:
                    self.wfile.write(answer.body)
                    self.close_connection = answer.claimed_bytes is not None
                    return
                for byte in answer.body:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    if script.released.wait(answer.drip_s):
                        break
            except OSError:
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            """Keep the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_port}/vehicles/{{plate}}?from={{region}}"
    try:
        yield script
    finally:
        script.released.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
