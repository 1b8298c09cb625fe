"""Why a stream could not be opened: OpenCV says only that it could not, so the other end is asked once more."""

from __future__ import annotations

import socket
import ssl
from urllib.parse import SplitResult, urlsplit

from streamer.errors import SourceError, SourceRefusedError

_PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
_PROBE_LIMIT_S = 3.0


def stream_fault(name: str, address: str, waited_s: float) -> SourceError:
    """Return why the stream at `address` can't be opened.

    Parameters
    ----------
    name
        The address without credentials, for the message.
    address
        The address with its credentials; they are not sent again.
    waited_s
        How long the failed attempt was allowed to take.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or _PORTS[parts.scheme.lower()]
    except (ValueError, KeyError):
        return SourceError(f"{name}: this is not a valid address")
    if not host:
        return SourceError(f"{name}: the address names no host")
    try:
        status = _ask(parts, host, port)
    except socket.gaierror:
        return SourceError(f"{name}: the host {host} is not known; check the name and the network")
    except TimeoutError:
        return SourceError(f"{name}: {host} port {port} does not answer")
    except ConnectionRefusedError:
        return SourceError(f"{name}: {host} refuses connections on port {port}")
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        return SourceError(f"{name}: {host} port {port} can't be reached ({reason})")
    if status in (401, 403):
        if parts.username is None:
            return SourceRefusedError(f"{name}: the camera asks for a user name and a password")
        return SourceRefusedError(f"{name}: the camera refuses the user name, the password or the path")
    return SourceError(f"{name}: {_explain(status, waited_s)}")


def _explain(status: int | None, waited_s: float) -> str:
    if status is None:
        return f"the camera accepted the connection but sent nothing usable within {waited_s:g} s"
    if status in (400, 404, 454):
        return f"the camera knows no such path ({status})"
    if status >= 400:
        return f"the camera answered with status {status}"
    return "the camera answered, but sent no video that can be decoded"


def _ask(parts: SplitResult, host: str, port: int) -> int | None:
    """Return the status of the answer to a request without credentials; None when none came."""
    bare = parts._replace(netloc=f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    scheme = parts.scheme.lower()
    if scheme.startswith("rtsp"):
        request = f"DESCRIBE {bare.geturl()} RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n\r\n"
    else:
        path = bare._replace(scheme="", netloc="").geturl() or "/"
        request = f"GET {path} HTTP/1.0\r\nHost: {bare.netloc}\r\n\r\n"
    with socket.create_connection((host, port), _PROBE_LIMIT_S) as plain:
        connection: socket.socket = plain
        if scheme in ("rtsps", "https"):
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection = context.wrap_socket(plain, server_hostname=host)
        with connection:
            connection.sendall(request.encode("utf-8", "surrogateescape"))
            try:
                words = connection.recv(256).split(None, 2)
            except TimeoutError:
                return None
    return int(words[1]) if len(words) >= 2 and words[1].isdigit() else None
