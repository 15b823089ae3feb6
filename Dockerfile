# The server, the worker and the beat of docs/deploying.md. tests/containers runs each step as a plain command.
FROM python:3.13-slim AS build
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv venv
COPY requirements/server.lock requirements/server.lock
RUN venv/bin/python -m pip install --require-hashes -r requirements/server.lock
# GraphiQL is bundled by the build, with the Node.js that the build asks for; nothing of it stays in the image.
COPY pyproject.toml README.md CHANGELOG.md LICENSE schema.graphql ./
COPY engine engine
COPY graphiql graphiql
COPY django_workflow_engine django_workflow_engine
COPY gql_workflows gql_workflows
RUN venv/bin/python -m pip install --no-deps ./engine .
# For DEMO=true: no package has it.
RUN cp -R gql_workflows/demo "$(venv/bin/python -P -c 'import gql_workflows; print(*gql_workflows.__path__)')/"
RUN DATA_DIR=build STATIC_ROOT=static DJANGO_SETTINGS_MODULE=gql_workflows.server.settings \
    venv/bin/python -P -m django collectstatic --noinput

FROM python:3.13-slim
WORKDIR /app
RUN mkdir data && chown 10001:10001 data
COPY --from=build /app/venv venv
COPY --from=build /app/static static
COPY manage.py manage.py
ENV PATH=/app/venv/bin:$PATH PYTHONUNBUFFERED=1
ENV HOST=0.0.0.0 PORT=8000 DATA_DIR=/app/data STATIC_ROOT=/app/static
USER 10001:10001
EXPOSE 8000
VOLUME /app/data
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
CMD ["python", "-m", "gql_workflows.server"]
