# Packages first, by themselves: they change seldom, and their tools stay out of the image.
FROM python:3.13-slim AS packages

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt /tmp/requirements.txt
RUN python -m venv /opt/seatdash \
    && /opt/seatdash/bin/pip install --require-hashes -r /tmp/requirements.txt


FROM python:3.13-slim

RUN useradd --system --uid 10001 --home-dir /srv/seatdash --shell /usr/sbin/nologin seatdash \
    && install -d -o seatdash -g seatdash -m 700 /var/lib/seatdash

COPY --from=packages /opt/seatdash /opt/seatdash
WORKDIR /srv/seatdash
COPY . .

ENV PATH=/opt/seatdash/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SEATDASH_DATA=/var/lib/seatdash \
    SEATDASH_STATIC_ROOT=/srv/static

# The active environment is respected, so nothing is installed at start.
ENV VIRTUAL_ENV=/opt/seatdash
RUN python manage.py collectstatic --no-input && python -m compileall -q .

USER seatdash
EXPOSE 8000

HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]

# PID 1 passes signals on to the server; the worker runs in a container of its own.
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0", "--no-worker"]
