-- autogen revision
-- id: fc010004
-- parent: fc010003
-- message: analysts get a full name
-- created: 2026-05-18T09:00:00Z
-- autogen:reviewed sha256:eb2e0d2f08e1960e36edee8550873d76ea3d2e2801efce1f15ce067934bec516 by Ines Ohlsson at 2026-06-24T15:00:00Z

-- autogen:upgrade postgresql
-- autogen:set check_function_bodies off
-- + function forecast.fill_full_name()
CREATE FUNCTION forecast.fill_full_name ()
RETURNS trigger
LANGUAGE plpgsql
AS $$
begin
  new.full_name := coalesce(new.full_name, new.given_name || ' ' || new.family_name);
  return new;
end
$$;
COMMENT ON FUNCTION forecast.fill_full_name() IS 'While programs write that do not know the column';
-- + column forecast.analysts.full_name
ALTER TABLE forecast.analysts ADD COLUMN full_name text;
-- + trigger forecast.analysts.analysts_full_name
CREATE TRIGGER analysts_full_name BEFORE INSERT OR UPDATE ON forecast.analysts
    FOR EACH ROW
    EXECUTE FUNCTION forecast.fill_full_name();

-- autogen:downgrade postgresql
-- - trigger forecast.analysts.analysts_full_name
DROP TRIGGER analysts_full_name ON forecast.analysts;
-- - column forecast.analysts.full_name
-- autogen:hazard deletes-data column forecast.analysts.full_name
ALTER TABLE forecast.analysts DROP COLUMN full_name;
-- - function forecast.fill_full_name()
DROP FUNCTION forecast.fill_full_name();

-- autogen:end
