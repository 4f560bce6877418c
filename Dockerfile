# The pipeline with Airflow: the same locked environment as `make setup`, run by nobody special.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONPATH=/opt/tallywatch \
    AIRFLOW_HOME=/opt/airflow \
    TALLYWATCH_HOME=/var/lib/tallywatch

RUN useradd --uid 50000 --create-home tallywatch \
    && install --directory --owner=tallywatch /opt/airflow /opt/airflow/logs /var/lib/tallywatch

COPY requirements/server.txt /tmp/server.txt
RUN pip install --no-cache-dir --require-hashes --requirement /tmp/server.txt \
    && python -m compileall -q -j 0 "$(python -c 'import site; print(site.getsitepackages()[0])')"

COPY --chown=root:root . /opt/tallywatch
RUN python -m compileall -q /opt/tallywatch

WORKDIR /opt/tallywatch
USER tallywatch
