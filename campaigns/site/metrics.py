"""What Prometheus is told: requests by endpoint and status, how long they took, what waits to be done."""

import os
import time
from collections.abc import Iterator

import sqlalchemy as sa
from flask import Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from campaigns.kit import db
from campaigns.notice.models import Notice
from campaigns.notice.states import NoticeState
from campaigns.payment.models import ProviderEvent
from campaigns.payment.states import EventState
from campaigns.report.rules import retention

__all__ = ["CONTENT_TYPE", "exposition", "finish", "start"]

REQUESTS = Counter("vouch_requests", "Requests answered", ["endpoint", "method", "status"])
SECONDS = Histogram(
    "vouch_request_seconds", "How long requests took", ["endpoint"], buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)
)
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})

UNSENT = sa.select(sa.func.count()).where(Notice.state.in_([NoticeState.QUEUED, NoticeState.SENDING]))
GIVEN_UP = sa.select(sa.func.count()).where(Notice.state == NoticeState.FAILED)
UNPROCESSED = sa.select(sa.func.count()).where(ProviderEvent.state == EventState.RECEIVED)


def start() -> None:
    """Note when a request began."""
    g.began = time.perf_counter()


def finish(response: Response) -> Response:
    """Count a request that is answered."""
    endpoint = request.endpoint or "none"
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(endpoint, method, response.status_code).inc()
    if "began" in g:
        SECONDS.labels(endpoint).observe(time.perf_counter() - g.began)
    return response


class _Backlog(Collector):
    """What the database says is still to be done."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One figure each."""
        yield _forgotten()
        for name, help_text, select in (
            ("vouch_notices_unsent", "E-mails that are not sent yet", UNSENT),
            ("vouch_notices_given_up", "E-mails that no server took", GIVEN_UP),
            ("vouch_events_unprocessed", "Payment events that are not worked on yet", UNPROCESSED),
        ):
            yield GaugeMetricFamily(name, help_text, value=db.session.scalar(select))


def _forgotten() -> GaugeMetricFamily:
    """What the last night's retention has forgotten, by kind."""
    family = GaugeMetricFamily("vouch_retention_forgotten", "Forgotten by the last finished run", labels=["kind"])
    done = retention.latest()
    for kind, count in (done.counts if done else {}).items():
        family.add_metric([kind], count)
    return family


def exposition() -> bytes:
    """All figures, of every process where they share PROMETHEUS_MULTIPROC_DIR."""
    backlog = CollectorRegistry(auto_describe=False)
    backlog.register(_Backlog())
    return generate_latest(_counted()) + generate_latest(backlog)


def _counted() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return shared
