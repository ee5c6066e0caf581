#!/usr/bin/env bash
# Runs once, when PostgreSQL creates its data: the two roles that own nothing. The migration grants them their rights.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v service="$SKALE_SERVICE_PASSWORD" -v reader="$SKALE_READER_PASSWORD" \
    -U "$POSTGRES_USER" -d "$POSTGRES_DB" << 'SQL'
create role skale_service login password :'service';
create role skale_reader login password :'reader';
SQL
