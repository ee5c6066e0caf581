-- Run at every migration: what a service may do with its own log, and what everyone else may read of it. All that was granted before goes first.
revoke all on all tables in schema {schema} from {service}, {reader};
revoke all on all sequences in schema {schema} from {service}, {reader};
grant usage on schema {schema} to {service}, {reader};
grant select on all tables in schema {schema} to {service}, {reader};

-- Insert, for COPY; no function stands between.
grant insert on {schema}.mt_events, {schema}.skale_digests, {schema}.skale_seals, {schema}.skale_keys to {service};
grant insert on {schema}.skale_checkpoints, {schema}.skale_relay_skips to {service};
grant update (position, saved_at) on {schema}.skale_checkpoints to {service};

-- A cache, replaced as a whole.
grant insert, delete on {schema}.skale_snapshot to {service};

grant execute on function {schema}.skale_claim, {schema}.skale_begin, {schema}.skale_finish, {schema}.skale_end, {schema}.skale_append to {service};
