-- The event tables of Marten 9, column by column (streams by string key, causation, correlation and headers on). Nothing of ours may be added to
-- them but triggers and checks: an extra column, index or unique constraint would be dropped by, or break, a Marten client.

create table {schema}.mt_streams (
    id          varchar     not null constraint pkey_mt_streams_id primary key,
    type        varchar     null,
    version     bigint      null,
    timestamp   timestamptz not null default now(),
    created     timestamptz not null default now(),
    tenant_id   varchar     null default '*DEFAULT*',
    is_archived boolean     null default false
);

create table {schema}.mt_events (
    seq_id         bigint       not null constraint pkey_mt_events_seq_id primary key,
    id             uuid         not null,
    stream_id      varchar      null constraint fkey_mt_events_stream_id references {schema}.mt_streams (id) on delete cascade,
    version        bigint       not null,
    data           jsonb        not null,
    bdata          bytea        null,
    type           varchar(500) not null,
    timestamp      timestamptz  not null default now(),
    tenant_id      varchar      null default '*DEFAULT*',
    mt_dotnet_type varchar      null,
    correlation_id varchar      null,
    causation_id   varchar      null,
    headers        jsonb        null,
    is_archived    boolean      null default false
);

create unique index pk_mt_events_stream_and_version on {schema}.mt_events (stream_id, version);

create sequence {schema}.mt_events_sequence owned by {schema}.mt_events.seq_id;
