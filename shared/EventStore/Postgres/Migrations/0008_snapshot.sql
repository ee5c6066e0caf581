-- A state folded from the log, in parts of a megabyte, replaced as a whole in one transaction: a cache that saves a start the fold. The log is complete without it.
create table {schema}.skale_snapshot (
    part int   not null primary key check (part > 0),
    data bytea not null
);

alter table {schema}.skale_snapshot alter column data set storage external;
