-- One row: who may write, and how far the log goes. Every append locks it until its commit, so that commit order is position order, positions have
-- no gaps, and a writer of an older epoch is refused.
create table {schema}.skale_writer (
    only_row  boolean     not null primary key default true check (only_row),
    epoch     bigint      not null,
    holder    uuid        null,
    head      bigint      not null,
    opened_at timestamptz not null default now()
) with (fillfactor = 10);

insert into {schema}.skale_writer (epoch, head) values (0, 0);

create table {schema}.skale_checkpoints (
    reader   varchar     not null primary key,
    position bigint      not null check (position >= 0),
    saved_at timestamptz not null default now()
) with (fillfactor = 50);

-- Stores events in their order, all or none, and returns the position of the last one. The keys are the streams touched, each with the version
-- it must be at and the version it will be at; the other arrays have one element for each event.
--   SK001 another epoch writes (detail: its number)   SK002 a stream is at another version (detail: version, space, stream)
--   SK003 an event id is stored already (detail: the id)
create function {schema}.skale_append(
    writer_epoch bigint, keys varchar[], expected bigint[], latest bigint[],
    ids uuid[], streams varchar[], versions bigint[], types varchar[], datas jsonb[], times timestamptz[], causations varchar[], correlations varchar[])
    returns bigint language plpgsql as $$
declare
    count   bigint := cardinality(ids);
    base    bigint;
    written bigint;
    found_key varchar;
    found_version bigint;
begin
    update {schema}.skale_writer set head = head + count where epoch = writer_epoch returning head - count into base;
    if base is null then
        raise exception 'another epoch writes' using errcode = 'SK001', detail = (select epoch from {schema}.skale_writer);
    end if;

    insert into {schema}.skale_event_ids (event_id, seq_id)
        select e.id, base + e.n from unnest(ids) with ordinality as e (id, n)
        on conflict do nothing;
    get diagnostics written = row_count;
    if written < count then
        raise exception 'an event id is stored already' using errcode = 'SK003',
            detail = (select e.id from unnest(ids) with ordinality as e (id, n)
                      join {schema}.skale_event_ids s on s.event_id = e.id where s.seq_id <= base order by e.n limit 1);
    end if;

    -- A subquery for each key, not a join: no plan of it ever reads the whole table.
    select k.key, k.actual into found_key, found_version
        from (select u.key, u.expected, coalesce((select s.version from {schema}.mt_streams s where s.id = u.key), 0) as actual
              from unnest(keys, expected) as u (key, expected)) k
        where k.actual <> k.expected limit 1;
    if found_key is not null then
        raise exception 'a stream is at another version' using errcode = 'SK002', detail = found_version || ' ' || found_key;
    end if;

    insert into {schema}.mt_streams (id, version)
        select u.key, u.latest from unnest(keys, latest) as u (key, latest)
        on conflict (id) do update set version = excluded.version, timestamp = now();

    insert into {schema}.mt_events (seq_id, id, stream_id, version, type, data, timestamp, causation_id, correlation_id)
        select base + e.n, e.id, e.stream, e.version, e.type, e.data, e.at, e.causation, e.correlation
        from unnest(ids, streams, versions, types, datas, times, causations, correlations)
            with ordinality as e (id, stream, version, type, data, at, causation, correlation, n);

    perform setval('{schema}.mt_events_sequence', base + count);
    perform pg_notify('{channel}', (base + count)::text);
    return base + count;
end $$;
