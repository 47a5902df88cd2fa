# One image for web, worker and clock; docs/operations.md names the environment it needs.
FROM python:3.13-slim AS build
WORKDIR /site
COPY requirements/base.txt requirements/base.txt
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements/base.txt
COPY . .
RUN .venv/bin/python -c "from tooling.catalogues import compile_all; compile_all()" \
    && DEMO=1 DATA_DIR=/site/built .venv/bin/python manage.py collectstatic --no-input --verbosity 0

FROM python:3.13-slim
WORKDIR /site
RUN useradd --system --home-dir /data --create-home site
COPY --from=build /site /site
ENV PATH=/site/.venv/bin:$PATH PYTHONUNBUFFERED=1 DATA_DIR=/data
USER site
VOLUME /data
EXPOSE 8000
# Static files are copied at start, because /data is a volume and hashed names of older pages stay valid.
CMD ["sh", "-c", "mkdir -p /data/static && cp -r /site/built/static/. /data/static/ && exec gunicorn -c python:recovery_network.web_server --bind 0.0.0.0:8000 recovery_network.wsgi"]
