-- Run at every migration: what a service may do with its own log, and what everyone else may read of it.
grant usage on schema {schema} to {service}, {reader};

grant select, insert on {schema}.mt_events, {schema}.skale_digests, {schema}.skale_seals, {schema}.skale_keys to {service};
grant select, insert on {schema}.mt_streams to {service};
grant update (version, timestamp) on {schema}.mt_streams to {service};
grant select, update on sequence {schema}.mt_events_sequence to {service};
grant select on {schema}.skale_writer, {schema}.skale_migrations to {service};
grant update (epoch, holder, head, opened_at) on {schema}.skale_writer to {service};
grant select, insert on {schema}.skale_checkpoints to {service};
grant update (position, saved_at) on {schema}.skale_checkpoints to {service};

grant select on all tables in schema {schema} to {reader};
