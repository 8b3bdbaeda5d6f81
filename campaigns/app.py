"""The factory; the only module that knows every domain."""

import importlib
from datetime import timedelta

from flask import Blueprint
from werkzeug.middleware.proxy_fix import ProxyFix

from campaigns import config
from campaigns.account import login
from campaigns.cli import commands
from campaigns.config import ROOT, Settings
from campaigns.kit import crypto, db, limits, mail, queue, storage, templating, web
from campaigns.payment import gateway

DOMAINS = (
    "audit", "ledger", "account", "notice", "file", "community", "student", "campaign", "ask",
    "pledge", "update", "payment", "disbursement", "site",
)


def create_app(settings: Settings | None = None) -> web.VouchApp:
    """Build the application from the environment, or from `settings`. Raises ConfigError, RuntimeError."""
    settings = settings or config.load()
    app = web.VouchApp(
        "campaigns",
        root_path=str(ROOT),
        instance_path=str(settings.instance_path),
        template_folder="templates",
        static_folder="static",
    )
    app.extensions["settings"] = settings
    _configure(app, settings)
    _equip(app, settings)
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)
    app.view_functions["static"] = web.public(app.view_functions["static"])
    web.refuse_undeclared(app)
    commands.register(app)
    return app


def _configure(app: web.VouchApp, settings: Settings) -> None:
    secure = settings.public_url.startswith("https:")
    app.config.update(
        DEVELOPMENT=settings.development,
        PROPAGATE_FAULTS=False,
        PUBLIC_URL=settings.public_url,
        SECRET_KEY=settings.key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        MAX_CONTENT_LENGTH=11 * 2**20,
        MAX_FORM_MEMORY_SIZE=500_000,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        SESSION_COOKIE_NAME="__Host-vouch" if secure else "vouch",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=db.engine_options(settings.database),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        RATELIMIT_STORAGE_URI=settings.rate_limit_url,
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        RATELIMIT_ENABLED=settings.vouch_env != "test",
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _equip(app: web.VouchApp, settings: Settings) -> None:
    settings.instance_path.mkdir(parents=True, exist_ok=True)
    crypto.use_keys(settings.key, *settings.secret_key_fallbacks)
    db.init_app(app)
    mail.init_app(app, settings.mail_url or "inbox:", settings.mail_from, settings.instance_path)
    app.extensions["queue"] = queue.init_app(app, settings.queue_url, settings.instance_path)
    app.extensions["storage"] = storage.open_storage(settings.storage_url, root=settings.instance_path / "uploads")
    gateway.init_app(app, settings)
    limits.limiter.init_app(app)
    login.init_app(app)
    templating.init_app(app)
    web.init_app(app)


def _blueprints() -> list[Blueprint]:
    found = []
    for domain in DOMAINS:
        for part in ("models", "rules", "jobs", "views"):
            name = f"campaigns.{domain}.{part}"
            if importlib.util.find_spec(name) is not None:
                module = importlib.import_module(name)
                if part == "views" and hasattr(module, "blueprint"):
                    found.append(module.blueprint)
    return found
