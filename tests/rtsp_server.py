"""A real RTSP server on loopback for tests: GStreamer's, run by the system's Python.

This file is both ends: imported, it starts, stops, freezes and spoils the server; run by the system's Python, which has
GStreamer's bindings, it is the server.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

SYSTEM_PYTHON = "/usr/bin/python3"
PACKAGES = "gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-good gstreamer1.0-plugins-bad"
START_LIMIT_S = 60.0


@functools.cache
def why_missing() -> str | None:
    """Return what to install before the server can run here, or None when it can."""
    probe = (
        "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import Gst, GstRtspServer;"
        "Gst.init(None); assert all(Gst.ElementFactory.find(n) for n in ('qtdemux', 'h264parse', 'rtph264pay'))"
    )
    if shutil.which(SYSTEM_PYTHON) is None:
        return "needs Debian's packages: python3 " + PACKAGES
    found = subprocess.run([SYSTEM_PYTHON, "-c", probe], capture_output=True, timeout=120, check=False)
    return None if found.returncode == 0 else "needs Debian's packages: " + PACKAGES


class RtspServer:
    """Serves one H.264 MP4 file at `/cam`, from its start for each client.

    Parameters
    ----------
    clip
        The file.
    user
        `name:password` that clients must give; None lets anyone in.
    certificate
        PEM file with key and certificate; with it the server speaks RTSPS.
    port
        0 takes a free one, which is kept over restarts.
    """

    def __init__(self, clip: Path, user: str | None = None, certificate: Path | None = None, port: int = 0) -> None:
        self._clip = clip
        self._user = user
        self._certificate = certificate
        self.port = port
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """The address of the clip, without credentials."""
        return self.address()

    def address(self, user: str | None = None, path: str = "cam") -> str:
        """Return an address of the server, right or wrong."""
        scheme = "rtsps" if self._certificate else "rtsp"
        return f"{scheme}://{user + '@' if user else ''}127.0.0.1:{self.port}/{path}"

    def start(self) -> None:
        """Start serving, on the same port as before."""
        options = [f"--port={self.port}"]
        options += [f"--user={self._user}"] if self._user else []
        options += [f"--certificate={self._certificate}"] if self._certificate else []
        command = [SYSTEM_PYTHON, __file__, str(self._clip), *options]
        deadline = time.monotonic() + START_LIMIT_S
        while True:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            line = self._process.stdout.readline() if ready else ""
            if line.strip().isdigit():
                self.port = int(line)
                return
            self.kill()
            if time.monotonic() > deadline:
                raise RuntimeError("the RTSP server did not start")

    def kill(self) -> None:
        """End the server at once, as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process.stdout.close()
            self._process = None

    def disconnect_clients(self) -> None:
        """Close every client's connection; they may come back."""
        self._process.send_signal(signal.SIGUSR1)

    def freeze(self) -> None:
        """Go silent with every connection open."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        self._process.send_signal(signal.SIGCONT)

    def __enter__(self) -> RtspServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def serve(clip: str, port: int, user: str | None, certificate: str | None) -> None:
    """Serve until killed; print the port once clients may come. Runs under the system's Python."""
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    from gi.repository import Gio, GLib, Gst, GstRtspServer

    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(port))
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f'( filesrc location="{clip}" ! qtdemux ! h264parse ! rtph264pay name=pay0 pt=96 )')
    if user or certificate:
        auth = GstRtspServer.RTSPAuth()
        token = GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", "viewer")
        if user:
            auth.add_basic(GstRtspServer.RTSPAuth.make_basic(*user.split(":", 1)), token)
        else:
            auth.set_default_token(token)
        if certificate:
            auth.set_tls_certificate(Gio.TlsCertificate.new_from_file(certificate))
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("viewer", "media.factory.access", True)
        permissions.add_permission_for_role("viewer", "media.factory.construct", True)
        factory.set_permissions(permissions)
        server.set_auth(auth)
    server.get_mount_points().add_factory("/cam", factory)
    if server.attach(None) == 0:
        sys.exit(1)

    def disconnect() -> bool:
        server.client_filter(lambda *_: GstRtspServer.RTSPFilterResult.REMOVE)
        return True

    GLib.unix_signal_add(GLib.PRIORITY_HIGH, signal.SIGUSR1, disconnect)
    print(server.get_bound_port(), flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        GLib.MainLoop().run()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("clip")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--user")
    parser.add_argument("--certificate")
    arguments = parser.parse_args()
    serve(arguments.clip, arguments.port, arguments.user, arguments.certificate)
