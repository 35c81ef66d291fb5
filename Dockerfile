# The monitor in a container. config.toml is mounted, what the monitor knows is in the volume /data:
#
#   docker build --tag news-monitor .
#   docker run --detach --name news-monitor --read-only --tmpfs /tmp --cap-drop ALL \
#       --security-opt no-new-privileges --stop-timeout 30 --restart unless-stopped \
#       --volume "$PWD/config.toml:/config/config.toml:ro" --volume news-monitor:/data --env SLACK_URL news-monitor
#   docker exec news-monitor news-monitor status
#
# In config.toml: database = "sqlite:////data/news-monitor.db". The user 10001 has to be able to read the file.
# Sends under way get 20 seconds at a stop, hence --stop-timeout 30 (in a compose file: stop_grace_period: 30s).

FROM python:3.13-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/build && python -m venv /opt/news-monitor
COPY requirements.txt requirements-dev.txt ./
RUN /opt/news-monitor/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
# What builds the wheel is pinned with the tools of development; pip refuses if one of them is missing here.
RUN awk '/^[a-z]/ { wanted = /^(hatchling|packaging|pathspec|pluggy|tomlkit|trove-classifiers)==/ } wanted' \
        requirements-dev.txt > requirements-build.txt \
    && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements-build.txt
COPY pyproject.toml README.md LICENSE ./
COPY monitor monitor
COPY share share
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /tmp/wheel . \
    && /opt/news-monitor/bin/pip install --no-cache-dir --no-deps /tmp/wheel/*.whl

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin monitor \
    && install -d -o monitor -g monitor -m 0700 /data
COPY --from=build /opt/news-monitor /opt/news-monitor
ENV PATH=/opt/news-monitor/bin:$PATH \
    NEWS_MONITOR_CONFIG=/config/config.toml \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
# Docker knows healthy (0) and unhealthy (1) only; a mistake in the configuration is 2.
HEALTHCHECK --interval=1m --timeout=30s --start-period=1m CMD news-monitor status --quiet || exit 1
ENTRYPOINT ["news-monitor"]
CMD ["run"]
