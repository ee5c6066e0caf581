-- What is set for a function is set anew at each of its calls, and undone: dearer than most of what these do. Only what a service calls itself runs with its
-- owner's rights, and what it calls runs with them too; how statements are planned, the writer's session says (AppendSession).
do $$
declare part regprocedure;
begin
    for part in select oid from pg_proc where pronamespace = '{schema}'::regnamespace and proname in ('skale_take', 'skale_announce', 'skale_follow', 'skale_move') loop
        execute format('alter function %s security invoker reset all', part);
    end loop;

    for part in select oid from pg_proc where pronamespace = '{schema}'::regnamespace and proname = 'skale_append' loop
        execute format('alter function %s reset plan_cache_mode', part);
    end loop;
end $$;

create or replace function {schema}.skale_announce(writer_epoch bigint, base bigint, count bigint) returns boolean language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('skale append to {schema}', base + count));
    update {schema}.skale_writer set head = base + count where epoch = writer_epoch and head = base;
    if found then
        return true;
    end if;

    if exists (select from {schema}.skale_writer where epoch = writer_epoch and head < base) then
        return false;
    end if;

    perform {schema}.skale_take(writer_epoch, base, count);
    return true;
end $$;

-- Waits for the append that announced its end at the base, and takes the positions behind it. It may have been overtaken on its way to its announcement: it is
-- given a moment then. The lock is let go at once, or that one could not have it.
create or replace function {schema}.skale_follow(writer_epoch bigint, base bigint, count bigint) returns void language plpgsql as $$
begin
    for patience in reverse 20..1 loop
        perform pg_advisory_lock_shared(hashtextextended('skale append to {schema}', base));
        perform pg_advisory_unlock_shared(hashtextextended('skale append to {schema}', base));
        update {schema}.skale_writer set head = base + count where epoch = writer_epoch and head = base;
        exit when found;
        if patience = 1 or not exists (select from {schema}.skale_writer where epoch = writer_epoch and head < base) then
            perform {schema}.skale_take(writer_epoch, base, count);
            return;
        end if;
        perform pg_sleep(0.001);
    end loop;
end $$;
