"""Pledging over HTTP as a browser does: one visit for the form's token, then as many pledges as asked for."""

import re
import secrets
from urllib.parse import urlencode

from bench.load import get, message, request


class Pledger:
    """Somebody who has the pledge form of a campaign open and sends it again and again, each a new pledge."""

    def __init__(self, port: int, slug: str) -> None:
        self.path = f"/c/{slug}/pledge"
        answer = request("127.0.0.1", port, get(self.path)).decode()
        cookie = re.search(r"(?i)set-cookie: ([^;]+)", answer)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer)
        if cookie is None or token is None:
            raise RuntimeError(f"no form at {self.path}: {answer[:300]}")
        self.cookie, self.token = cookie[1], token[1]

    def next(self, once: str | None = None) -> bytes:
        """A new pledge as the bytes of a request; `once` names the act."""
        fields = {
            "csrf_token": self.token,
            "once": once or secrets.token_urlsafe(24),
            "amount": "25.00",
            "name": "Petra Sponsor",
            "email": f"{secrets.token_hex(6)}@example.org",
            "organisation": "",
            "method": "bank_transfer",
            "message": "",
        }
        return message("POST", self.path, urlencode(fields).encode(), Cookie=self.cookie)
