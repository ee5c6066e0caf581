-- Several appends on their way at once, and the server puts their commits in order: an append announces where it will end, stores its events, waits for the one
-- that ends where it begins, and takes its positions. So nobody need come between two commits, and no reader ever sees one before the other.
drop function {schema}.skale_append;
drop function {schema}.skale_store;
drop function {schema}.skale_finish;
drop function {schema}.skale_move;
drop function {schema}.skale_take;

-- Takes the positions behind the base. The log must end there, where the writer believes it does: positions are part of what was digested.
--   SK001 another epoch writes (detail: its number)   SK006 the log ends elsewhere (detail: its head)
create function {schema}.skale_take(writer_epoch bigint, base bigint, count bigint) returns void language plpgsql as $$
declare writer record;
begin
    update {schema}.skale_writer set head = base + count where epoch = writer_epoch and head = base;
    if not found then
        select * into writer from {schema}.skale_writer;
        if writer.epoch <> writer_epoch then
            raise exception 'another epoch writes' using errcode = 'SK001', detail = writer.epoch;
        end if;
        raise exception 'the log ends elsewhere' using errcode = 'SK006', detail = writer.head;
    end if;
end $$;

-- Announces where an append will end. Takes its positions where the log has come to its base, so that nobody takes over in the middle of it: true then; false
-- where others come first.
create function {schema}.skale_announce(writer_epoch bigint, base bigint, count bigint) returns boolean language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('skale append to {schema}', base + count));
    if exists (select from {schema}.skale_writer where epoch = writer_epoch and head < base) then
        return false;
    end if;

    perform {schema}.skale_take(writer_epoch, base, count);
    return true;
end $$;

-- Waits for the append that announced its end at the base, and takes the positions behind it.
create function {schema}.skale_follow(writer_epoch bigint, base bigint, count bigint) returns void language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(hashtextextended('skale append to {schema}', base));
    perform {schema}.skale_take(writer_epoch, base, count);
end $$;

-- Moves streams on: the keys are the streams touched, each with the version it must be at and the version it will be at.
--   SK002 a stream is at another version (detail: version, space, stream)   SK003 that, and an event id is stored already (detail: the id)
create function {schema}.skale_move(keys varchar[], expected bigint[], latest bigint[], ids uuid[])
    returns void language plpgsql
    set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
    found_key     varchar;
    found_version bigint;
    stored        uuid;
    moved         bigint;
    begun         bigint;
begin
    update {schema}.mt_streams s set version = u.latest, timestamp = now()
        from unnest(keys, expected, latest) as u (key, expected, latest) where u.expected > 0 and s.id = u.key and s.version = u.expected;
    get diagnostics moved = row_count;
    if moved = cardinality(keys) then
        return;
    end if;

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

-- Begins an append whose events come by COPY.
create function {schema}.skale_begin(writer_epoch bigint, base bigint, keys varchar[], expected bigint[], latest bigint[], ids uuid[])
    returns boolean language plpgsql as $$
declare is_due boolean := {schema}.skale_announce(writer_epoch, base, cardinality(ids));
begin
    perform {schema}.skale_move(keys, expected, latest, ids);
    return is_due;
end $$;

-- Ends it. What others hear of an append, a writer under load leaves out of most: the next one that has it says it all.
create function {schema}.skale_finish(is_due boolean, writer_epoch bigint, base bigint, count bigint, tell boolean) returns void language plpgsql as $$
begin
    if not is_due then
        perform {schema}.skale_follow(writer_epoch, base, count);
    end if;
    if tell then
        perform {schema}.skale_end(base + count);
    end if;
end $$;

-- Stores events in their order, all or none, on the positions behind the base. The arrays from ids on have one element for each event. An id that is stored
-- already, in streams that are where they must be, ends with a unique violation of skale_digests.
create function {schema}.skale_append(
    writer_epoch bigint, base bigint, keys varchar[], expected bigint[], latest bigint[],
    ids uuid[], streams varchar[], versions bigint[], types varchar[], datas jsonb[], times timestamptz[], causations varchar[], correlations varchar[], headers jsonb[],
    digests bytea[], tell boolean)
    returns void language plpgsql set plan_cache_mode = force_generic_plan as $$
declare is_due boolean := {schema}.skale_announce(writer_epoch, base, cardinality(ids));
begin
    perform {schema}.skale_move(keys, expected, latest, ids);
    insert into {schema}.mt_events (seq_id, id, stream_id, version, type, data, timestamp, causation_id, correlation_id, headers)
        select base + e.n, e.id, e.stream, e.version, e.type, e.data, e.at, e.causation, e.correlation, e.headers
        from unnest(ids, streams, versions, types, datas, times, causations, correlations, headers)
            with ordinality as e (id, stream, version, type, data, at, causation, correlation, headers, n);
    insert into {schema}.skale_digests (event_id, seq_id, digest)
        select e.id, base + e.n, e.digest from unnest(ids, digests) with ordinality as e (id, digest, n);
    if not is_due then
        perform {schema}.skale_follow(writer_epoch, base, cardinality(ids));
    end if;
    if tell then
        perform {schema}.skale_end(base + cardinality(ids));
    end if;
end $$;

do $$
declare writes regprocedure;
begin
    for writes in select oid from pg_proc where pronamespace = '{schema}'::regnamespace
        and proname in ('skale_take', 'skale_announce', 'skale_follow', 'skale_move', 'skale_begin', 'skale_finish', 'skale_append') loop
        execute format('alter function %s security definer set search_path = pg_catalog, pg_temp', writes);
        execute format('revoke execute on function %s from public', writes);
    end loop;
end $$;
