-- Ids are unique over the whole log; Marten's own table has no room for that constraint.
create table {schema}.skale_event_ids (
    event_id uuid   not null primary key,
    seq_id   bigint not null
);

create function {schema}.skale_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% of %.% is refused: events are never changed or removed', tg_op, tg_table_schema, tg_table_name
        using errcode = 'SK004', hint = 'Append a new event that corrects the old one.';
end $$;

-- Always: also while a session pretends to be a replica. For the owner too.
create trigger skale_append_only before update or delete or truncate on {schema}.mt_events
    for each statement execute function {schema}.skale_refuse_change();
alter table {schema}.mt_events enable always trigger skale_append_only;

create trigger skale_append_only before update or delete or truncate on {schema}.skale_event_ids
    for each statement execute function {schema}.skale_refuse_change();
alter table {schema}.skale_event_ids enable always trigger skale_append_only;

create trigger skale_append_only before delete or truncate on {schema}.mt_streams
    for each statement execute function {schema}.skale_refuse_change();
alter table {schema}.mt_streams enable always trigger skale_append_only;
