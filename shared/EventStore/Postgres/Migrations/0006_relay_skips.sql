-- What an operator asks the relay to pass over. A request has an effect only while the relay is stuck at exactly that event; that it had is an event of the log.
create table {schema}.skale_relay_skips (
    position     bigint      not null primary key check (position > 0),
    reason       varchar     not null check (reason <> ''),
    requested_by varchar     not null check (requested_by <> ''),
    requested_at timestamptz not null
);

create trigger skale_append_only before update or delete or truncate on {schema}.skale_relay_skips
    for each statement execute function {schema}.skale_refuse_change();
alter table {schema}.skale_relay_skips enable always trigger skale_append_only;
