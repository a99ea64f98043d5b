# The image for production. Nothing is compiled: every package comes as a wheel with a known hash.
#
#   IMAGE_PREFIX    a mirror of the image library, with a slash at its end
#   DEBIAN_MIRROR   a mirror of Debian's packages, such as http://mirror.example/debian
#   PYPI_MIRROR     a mirror of the Python package index, such as https://mirror.example/simple
ARG IMAGE_PREFIX=
ARG PYTHON_IMAGE=python:3.11.11-slim-bookworm

FROM ${IMAGE_PREFIX}${PYTHON_IMAGE} AS build
ARG PYPI_MIRROR=
WORKDIR /srv/shalijin
RUN python -m venv /opt/venv
COPY requirements.lock ./
RUN PIP_INDEX_URL="${PYPI_MIRROR:-${PIP_INDEX_URL:-}}"; \
    if [ -n "$PIP_INDEX_URL" ]; then export PIP_INDEX_URL; else unset PIP_INDEX_URL; fi; \
    /opt/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: -r requirements.lock
COPY . .
# The translations and the hashed static files do not depend on any setting of the site.
RUN SHALIJIN_MODE=small SHALIJIN_DATA=/tmp/build STATIC_ROOT=/srv/shalijin/collected \
        sh -c "/opt/venv/bin/python manage.py compile_translations \
            && /opt/venv/bin/python manage.py build_assets" \
    && /opt/venv/bin/python -m compileall -q config community cohorts courses shelters

FROM ${IMAGE_PREFIX}${PYTHON_IMAGE}
ARG DEBIAN_MIRROR=
# pg_dump, for manage.py backup; of the same major version as the database in docker-compose.yml.
RUN if [ -n "$DEBIAN_MIRROR" ]; then \
        sed -i "s|^URIs: .*/debian$|URIs: $DEBIAN_MIRROR|" /etc/apt/sources.list.d/debian.sources; \
    fi \
    && apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 shalijin \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data shalijin \
    && install -d -o shalijin -g shalijin -m 0750 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/shalijin /srv/shalijin
WORKDIR /srv/shalijin
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 \
    SHALIJIN_MODE=production \
    SHALIJIN_DATA=/data \
    STATIC_ROOT=/srv/shalijin/collected
USER shalijin
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "scripts/healthcheck.py", "web", "127.0.0.1:8000"]
CMD ["python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "2", "--respawn-failed-workers", \
     "--workers-kill-timeout", "20", "config.wsgi:application"]
