-- The bookkeeping of the log (who writes, how far it goes, where streams end) changes by these functions alone. They run with the owner's rights, so the
-- service needs none of its own on those tables: it can neither move the head back nor rename a stream. Called by the service only (see grants.sql).

-- Takes the next writer epoch, which fences every writer before it; no row when only the holder may take it again, and another one has it.
-- Puts the sequence where the log ends: a writer that died under load may not have told.
create function {schema}.skale_claim(writer uuid, only_again boolean) returns table (epoch bigint, head bigint)
    language plpgsql as $$
begin
    update {schema}.skale_writer w set epoch = w.epoch + 1, holder = writer, opened_at = case when only_again then w.opened_at else now() end
        where not only_again or w.holder = writer
        returning w.epoch, w.head into epoch, head;
    if found then
        perform setval('{schema}.mt_events_sequence', greatest(head, 1), head > 0);
        return next;
    end if;
end $$;

do $$
declare writes regprocedure;
begin
    for writes in select oid from pg_proc where pronamespace = '{schema}'::regnamespace and proname in ('skale_append', 'skale_begin', 'skale_end', 'skale_claim') loop
        execute format('alter function %s security definer set search_path = pg_catalog, pg_temp', writes);
        execute format('revoke execute on function %s from public', writes);
    end loop;
end $$;
