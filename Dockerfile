# The monitor in a container. The folder of config.toml is mounted, so that edits are seen; what the monitor knows is in the volume /data:
#
#   docker build --tag news-monitor .
#   docker run --detach --name news-monitor --read-only --tmpfs /tmp --cap-drop ALL \
#       --security-opt no-new-privileges --stop-timeout 30 --restart unless-stopped \
#       --volume "$PWD/config:/config:ro" --volume news-monitor:/data --env SLACK_URL news-monitor
#   docker exec news-monitor news-monitor status
#
# In config/config.toml: database = "sqlite:////data/news-monitor.db". The user 10001 has to be able to read the file. With PostgreSQL,
# and the page for others: compose/compose.yaml. More: docs/install.md
# Sends under way get 20 seconds at a stop, hence --stop-timeout 30 (in a compose file: stop_grace_period: 30s).

FROM python:3.13-slim-bookworm AS build
WORKDIR /src
RUN apt-get update && apt-get install --no-install-recommends --yes binutils
# The image gets no pip but that of its base: one beside it puts things there.
RUN python -m venv /opt/build && python -m venv --without-pip /opt/news-monitor
COPY requirements.txt requirements-dev.txt ./
RUN /opt/build/bin/pip --python /opt/news-monitor/bin/python install --no-cache-dir --require-hashes -r requirements.txt
# What builds the wheel is pinned with the tools of development; pip refuses if one of them is missing here.
RUN awk '/^[a-z]/ { wanted = /^(hatchling|packaging|pathspec|pluggy|tomlkit|trove-classifiers)==/ } wanted' \
        requirements-dev.txt > requirements-build.txt \
    && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements-build.txt
COPY pyproject.toml README.md LICENSE ./
COPY monitor monitor
COPY share share
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /tmp/wheel . \
    && /opt/build/bin/pip --python /opt/news-monitor/bin/python install --no-cache-dir --no-deps /tmp/wheel/*.whl
# A third of what libraries bring is for those who build or test them, colour source code, or name months in Swahili.
RUN cd /opt/news-monitor/lib/python3*/site-packages \
    && find babel/locale-data -name '*.dat' ! -name root.dat ! -name 'en*.dat' -delete \
    && find . -type d \( -path '*/tests' -o -path ./sqlalchemy/testing -o -path ./alembic/testing -o -path ./pygments/lexers \
        -o -path ./pygments/styles -o -path ./lxml/includes -o -path ./lxml/isoschematron -o -path ./fastwarc \) -prune -exec rm -r {} + \
    && find . -name '*.py[xi]' -delete -o -name '*.pxd' -delete -o -name '*.[ch]' -delete -o -name '*.cpp' -delete -o -name '*.po' -delete \
        -o -name 'objectify.*.so' -delete \
    && find . -name '*.so' -exec strip --strip-unneeded {} +

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin monitor \
    && install -d -o monitor -g monitor -m 0700 /data
COPY --from=build /opt/news-monitor /opt/news-monitor
ENV PATH=/opt/news-monitor/bin:$PATH \
    NEWS_MONITOR_CONFIG=/config/config.toml \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
EXPOSE 8765
USER 10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
# `status` asks the database, so it also tells when the page is off.
# Docker knows healthy (0) and unhealthy (1) only; a mistake in the configuration is 2.
HEALTHCHECK --interval=1m --timeout=30s --start-period=1m CMD news-monitor status --quiet || exit 1
ENTRYPOINT ["news-monitor"]
CMD ["run"]
