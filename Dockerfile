FROM python:3.13-slim AS build
WORKDIR /srv/vouch
COPY requirements.lock ./
RUN python -m venv /opt/vouch \
 && /opt/vouch/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements.lock

FROM python:3.13-slim
# pg_dump and pg_restore, for `flask backup` and `flask restore`.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home vouch
COPY --from=build /opt/vouch /opt/vouch
WORKDIR /srv/vouch
COPY wsgi.py ./
COPY campaigns campaigns
COPY templates templates
COPY static static
RUN install --directory --owner=vouch /srv/vouch/instance /tmp/vouch-metrics
ENV PATH=/opt/vouch/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PROMETHEUS_MULTIPROC_DIR=/tmp/vouch-metrics
USER vouch
VOLUME /srv/vouch/instance
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-m", "campaigns.cli.health"]
CMD ["gunicorn", "--bind=0.0.0.0:8000", "--workers=4", "--worker-class=sync", "--worker-tmp-dir=/dev/shm", \
     "--timeout=30", "--graceful-timeout=20", "--no-control-socket", "--access-logfile=-", "wsgi:app"]
