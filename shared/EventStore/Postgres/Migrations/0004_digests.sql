-- What makes tampering evident: the digest of every event (RFC 6962 leaf hash of its canonical line, which names the digest of the event before in its
-- stream), the signed checkpoints over them, and the keys that sign. Digests are made by the writer, so a log that has events without them cannot get any.
do $$
begin
    if exists (select from {schema}.mt_events) then
        raise exception 'the log in schema {schema} was written before events had digests'
            using errcode = 'SK005', hint = 'It is from a development version. Start with an empty schema.';
    end if;
end $$;

alter table {schema}.skale_event_ids rename to skale_digests;
alter table {schema}.skale_digests add column digest bytea not null;

-- Room for a new version of a stream's row on its own page: no index is touched.
alter table {schema}.mt_streams set (fillfactor = 50);

-- Signed checkpoints, each the note as it was signed.
create table {schema}.skale_seals (
    tree_size bigint      not null primary key check (tree_size > 0),
    note      varchar     not null,
    sealed_at timestamptz not null default now()
);

-- The history of the keys that seal, as signed: a new row with the whole of it for each rotation.
create table {schema}.skale_keys (
    number    int         not null primary key check (number > 0),
    history   varchar     not null,
    added_at  timestamptz not null default now()
);

do $$
declare name varchar;
begin
    foreach name in array array['skale_seals', 'skale_keys'] loop
        execute format('create trigger skale_append_only before update or delete or truncate on {schema}.%I for each statement execute function {schema}.skale_refuse_change()', name);
        execute format('alter table {schema}.%I enable always trigger skale_append_only', name);
    end loop;
end $$;

drop function {schema}.skale_append;

-- A plan is made once, by the index whatever the size of the tables then: with the lengths of the arrays at hand the planner would find a new plan a little
-- cheaper every time, and planning would be half of the work; and one made for a small table would read all of it when it is large.

-- Begins an append: takes its positions, and moves its streams on. The keys are the streams touched, each with the version it must be at and the version
-- it will be at. The log must end at the base, where the writer believes it does: positions are part of what was digested.
--   SK001 another epoch writes (detail: its number)   SK002 a stream is at another version (detail: version, space, stream)
--   SK003 that, and an event id is stored already (detail: the id)   SK006 the log ends elsewhere (detail: its head)
create function {schema}.skale_begin(writer_epoch bigint, base bigint, keys varchar[], expected bigint[], latest bigint[], ids uuid[])
    returns void language plpgsql
    set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
    writer        record;
    found_key     varchar;
    found_version bigint;
    stored        uuid;
    moved         bigint;
    begun         bigint;
begin
    update {schema}.skale_writer set head = base + cardinality(ids) where epoch = writer_epoch and head = base;
    if not found then
        select * into writer from {schema}.skale_writer;
        if writer.epoch <> writer_epoch then
            raise exception 'another epoch writes' using errcode = 'SK001', detail = writer.epoch;
        end if;
        raise exception 'the log ends elsewhere' using errcode = 'SK006', detail = writer.head;
    end if;

    update {schema}.mt_streams s set version = u.latest, timestamp = now()
        from unnest(keys, expected, latest) as u (key, expected, latest) where u.expected > 0 and s.id = u.key and s.version = u.expected;
    get diagnostics moved = row_count;
    insert into {schema}.mt_streams (id, version)
        select u.key, u.latest from unnest(keys, expected, latest) as u (key, expected, latest) where u.expected = 0
        on conflict (id) do nothing;
    get diagnostics begun = row_count;
    if moved + begun = cardinality(keys) then
        return;
    end if;

    select e.id into stored from unnest(ids) with ordinality as e (id, n)
        where exists (select from {schema}.skale_digests s where s.event_id = e.id) order by e.n limit 1;
    if stored is not null then
        raise exception 'an event id is stored already' using errcode = 'SK003', detail = stored;
    end if;

    -- The one whose row this transaction did not write.
    select u.key, coalesce(s.version, 0) into found_key, found_version
        from unnest(keys) as u (key) left join {schema}.mt_streams s on s.id = u.key
        where s.id is null or s.xmin <> pg_current_xact_id()::xid limit 1;
    raise exception 'a stream is at another version' using errcode = 'SK002', detail = found_version || ' ' || found_key;
end $$;

-- Ends an append: what others hear of it. A writer under load leaves it out of most appends: the next one that has it says it all.
create function {schema}.skale_end(head bigint) returns void language plpgsql as $$
begin
    perform setval('{schema}.mt_events_sequence', head);
    perform pg_notify('{channel}', head::text);
end $$;

-- Stores events in their order, all or none, behind the base. The arrays from ids on have one element for each event. An id that is stored already, in
-- streams that are where they must be, ends with a unique violation of skale_digests.
create function {schema}.skale_append(
    writer_epoch bigint, base bigint, keys varchar[], expected bigint[], latest bigint[],
    ids uuid[], streams varchar[], versions bigint[], types varchar[], datas jsonb[], times timestamptz[], causations varchar[], correlations varchar[], headers jsonb[],
    digests bytea[], tell boolean)
    returns void language plpgsql set plan_cache_mode = force_generic_plan as $$
begin
    perform {schema}.skale_begin(writer_epoch, base, keys, expected, latest, ids);
    insert into {schema}.mt_events (seq_id, id, stream_id, version, type, data, timestamp, causation_id, correlation_id, headers)
        select base + e.n, e.id, e.stream, e.version, e.type, e.data, e.at, e.causation, e.correlation, e.headers
        from unnest(ids, streams, versions, types, datas, times, causations, correlations, headers)
            with ordinality as e (id, stream, version, type, data, at, causation, correlation, headers, n);
    insert into {schema}.skale_digests (event_id, seq_id, digest)
        select e.id, base + e.n, e.digest from unnest(ids, digests) with ordinality as e (id, digest, n);
    if tell then
        perform {schema}.skale_end(base + cardinality(ids));
    end if;
end $$;
