#!/usr/bin/env bash
# Runs once, when the database's volume is empty. The image makes a superuser, who would see every
# organisation whatever the row policies say; the application gets a role of its own.
set -euo pipefail

psql --set=ON_ERROR_STOP=1 --set=password="$DATABASE_PASSWORD" \
    --username="${POSTGRES_USER:-postgres}" --dbname=postgres <<'SQL'
CREATE ROLE seatdash LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE seatdash OWNER seatdash;
SQL
