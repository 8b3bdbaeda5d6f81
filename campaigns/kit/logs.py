"""Logs: a line of JSON each in production, readable ones on somebody's own machine; never a local variable."""

import logging
import sys

import structlog


def configure(*, machine_readable: bool) -> None:
    """Set up logging for this process, to standard error."""
    plain = structlog.dev.ConsoleRenderer(
        # The pretty tracebacks print local variables, and with them what people typed.
        exception_formatter=structlog.dev.plain_traceback,
        colors=sys.stderr.isatty(),
    )
    renderer: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()] if machine_readable else [plain]
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
