"""A camera that sends MJPEG over HTTP, as cheap network cameras do: Python's own HTTP server on loopback."""

from __future__ import annotations

import base64
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2
import numpy as np


class MjpegCamera:
    """Serves a moving picture at `/video`, with or without a password.

    Parameters
    ----------
    user
        `name:password` that a client must give; None lets anyone in.
    frames_each
        How many frames a client gets before the camera closes the connection; None goes on.
    pause_s
        Between two frames.
    """

    def __init__(self, user: str | None = None, frames_each: int | None = None, pause_s: float = 0.02) -> None:
        self.user = user
        self.frames_each = frames_each
        self.pause_s = pause_s
        self.silent = threading.Event()
        """Set to keep connections open and send nothing."""
        self.clients = 0
        self._stopped = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def address(self, user: str | None = None, path: str = "video") -> str:
        """Return an address of the camera, right or wrong."""
        return f"http://{user + '@' if user else ''}127.0.0.1:{self._server.server_port}/{path}"

    def __enter__(self) -> MjpegCamera:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        camera = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Say nothing."""

            def do_GET(self) -> None:
                camera._answer(self)

        return Handler

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        expected = "Basic " + base64.b64encode((self.user or "").encode()).decode()
        if self.user and request.headers.get("Authorization") != expected:
            request.send_response(401)
            request.send_header("WWW-Authenticate", 'Basic realm="camera"')
            request.end_headers()
            return
        if request.path != "/video":
            request.send_error(404)
            return
        self.clients += 1
        request.send_response(200)
        request.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        request.end_headers()
        try:
            self._send_frames(request)
        except OSError:
            return

    def _send_frames(self, request: BaseHTTPRequestHandler) -> None:
        sent = 0
        while not self._stopped.wait(self.pause_s) and sent != self.frames_each:
            if self.silent.is_set():
                continue
            image = np.full((48, 64, 3), sent % 250, np.uint8)
            jpeg = cv2.imencode(".jpg", image)[1].tobytes()
            head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            request.wfile.write(head.encode() + jpeg + b"\r\n")
            sent += 1
