#!/usr/bin/env bash
# Makes Airflow's database ready; safe to run at every start.
set -euo pipefail

airflow db migrate
airflow pools set warehouse 1 "One slot: one process at a time opens the warehouse."

# The order gives the ids: the administrator is 1, the approver 2 (TALLYWATCH_APPROVER_IDS).
airflow users create --role Admin --username "$ADMIN_USER" --password "$ADMIN_PASSWORD" \
    --firstname Admin --lastname Tallywatch --email "$ADMIN_USER@localhost"
airflow users create --role User --username "$APPROVER_USER" --password "$APPROVER_PASSWORD" \
    --firstname Finance --lastname Tallywatch --email "$APPROVER_USER@localhost"
airflow users create --role Viewer --username "$READER_USER" --password "$READER_PASSWORD" \
    --firstname Reader --lastname Tallywatch --email "$READER_USER@localhost"
