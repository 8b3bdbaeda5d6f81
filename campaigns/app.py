"""The factory; the only module that knows every domain."""

from datetime import timedelta

from werkzeug.middleware.proxy_fix import ProxyFix

from campaigns import access, config
from campaigns.account import login
from campaigns.account import views as account
from campaigns.ask import jobs as ask_jobs
from campaigns.ask import views as ask
from campaigns.billing import views as billing
from campaigns.campaign import jobs as campaign_jobs
from campaigns.campaign import views as campaign
from campaigns.cli import commands
from campaigns.community import views as community
from campaigns.config import ROOT, Settings
from campaigns.departure import views as departure
from campaigns.disbursement import views as disbursement
from campaigns.file import views as file
from campaigns.kit import crypto, db, limits, logs, mail, queue, storage, templating, web
from campaigns.message import views as message
from campaigns.offer import views as offer
from campaigns.payment import gateway
from campaigns.payment import views as payment
from campaigns.pledge import views as pledge
from campaigns.report import views as report
from campaigns.site import views as site
from campaigns.sponsor import views as sponsor
from campaigns.student import views as student
from campaigns.update import views as update

JOBS = (ask_jobs, campaign_jobs)
"""Importing them registers their sweeps; other domains' sweeps come with their rules."""

BLUEPRINTS = (
    account.blueprint,
    file.blueprint,
    community.blueprint,
    student.blueprint,
    campaign.blueprint,
    ask.blueprint,
    pledge.blueprint,
    offer.blueprint,
    update.blueprint,
    billing.blueprint,
    payment.blueprint,
    disbursement.blueprint,
    message.blueprint,
    departure.blueprint,
    report.blueprint,
    sponsor.blueprint,
    site.blueprint,
)


def create_app(settings: Settings | None = None) -> web.VouchApp:
    """Build the application from the environment, or from `settings`. Raises ConfigError, RuntimeError."""
    settings = settings or config.load()
    logs.configure(machine_readable=not settings.development)
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
    for blueprint in BLUEPRINTS:
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
    access.init_app(app)
    web.init_app(app)
