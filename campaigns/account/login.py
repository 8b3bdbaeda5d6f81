"""Flask-Login over our session rows."""

from typing import Any

from flask import Flask, Response
from flask_login import LoginManager

from campaigns.account import sessions


class Logins(LoginManager):
    """Flask-Login without its remember cookie, whose upkeep would read the session on public pages."""

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


def init_app(app: Flask) -> None:
    """Load people by the session token that the signed cookie carries."""
    manager: Any = Logins()
    manager.session_protection = None  # an address or browser may change; the row can be revoked
    manager.login_view = "account.sign_in"
    manager.login_message = None
    manager.user_loader(sessions.load)
    manager.init_app(app, add_context_processor=False)
