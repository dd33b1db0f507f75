-- autogen revision
-- id: ec010002
-- parent: ec010001
-- message: the audit log
-- created: 2026-03-03T09:00:00Z

-- autogen:upgrade postgresql
-- autogen:set check_function_bodies off
-- + table audit.changes
CREATE TABLE audit.changes (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL DEFAULT session_user,
    object text NOT NULL,
    object_id text NOT NULL,
    verb text NOT NULL,
    before jsonb,
    after jsonb,
    CONSTRAINT changes_verb_check CHECK (verb in ('insert', 'update', 'delete')),
    CONSTRAINT changes_pkey PRIMARY KEY (id)
);
-- + index audit.changes_at_brin
CREATE INDEX changes_at_brin ON audit.changes USING brin (at);
-- + index audit.changes_object_idx
CREATE INDEX changes_object_idx ON audit.changes (object, object_id);
-- + column audit.changes.object
COMMENT ON COLUMN audit.changes.object IS 'schema.table';
-- + function audit.record_change()
CREATE FUNCTION audit.record_change ()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path TO 'pg_catalog', 'pg_temp'
AS $$
declare
  before jsonb := case when tg_op != 'INSERT' then to_jsonb(old) - 'password_hash' end;
  after jsonb := case when tg_op != 'DELETE' then to_jsonb(new) - 'password_hash' end;
begin
  insert into audit.changes (object, object_id, verb, before, after)
  values (tg_table_schema || '.' || tg_table_name, coalesce(after, before) ->> 'id', lower(tg_op), before, after);
  return null;
end
$$;

-- autogen:downgrade postgresql
-- - function audit.record_change()
DROP FUNCTION audit.record_change();
-- - table audit.changes
-- autogen:hazard deletes-data table audit.changes
DROP TABLE audit.changes;

-- autogen:end
