"""Flask-Login over our session rows, and the ways to what a session has not shown yet."""

from typing import Any

from flask import Flask, Response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, login_user, logout_user

from campaigns.account import sessions
from campaigns.account.models import User
from campaigns.account.returning import here
from campaigns.kit import db
from campaigns.kit.errors import ReauthenticationNeeded, SecondFactorNeeded


class Logins(LoginManager):
    """Flask-Login without its remember cookie, whose upkeep would read the session on public pages."""

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


def init_app(app: Flask) -> None:
    """Load people by the session token that the signed cookie carries; send on those who have more to show."""
    manager: Any = Logins()
    manager.session_protection = None  # an address or browser may change; the row can be revoked
    manager.user_loader(sessions.load)
    manager.unauthorized_handler(lambda: _detour("account.sign_in"))
    manager.init_app(app, add_context_processor=False)
    app.register_error_handler(SecondFactorNeeded, lambda _: _detour("account.second_factor"))
    app.register_error_handler(ReauthenticationNeeded, lambda _: _detour("account.reauthenticate"))


def _detour(endpoint: str) -> ResponseReturnValue:
    db.session.rollback()
    return redirect(url_for(endpoint, next=here()), 303)


def enter(user: User) -> None:
    """Open a session for this person in this browser; whatever the browser held before is dropped."""
    session.clear()
    sessions.start(user, request.user_agent.string)
    session["account"] = user.id
    login_user(user)


def leave(user: Any) -> None:
    """End the session of this browser, whoever it was for."""
    if user.get_id():
        sessions.end(user)
    logout_user()
    session.clear()
