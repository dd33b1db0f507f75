-- autogen revision
-- id: fc010006
-- parent: fc010005
-- message: the full name is required
-- created: 2026-05-25T09:00:00Z
-- autogen:reviewed sha256:1bab145b2e41c1fbdb64dbcccd4a08f81244f8ca3e1c7f19ecb5245d57adad9c by Ines Ohlsson at 2026-06-26T15:00:00Z

-- Written by `autogen -m`, then edited: SET NOT NULL reads the whole table while everybody waits, unless a valid check says already
-- that no row is without; and that one is validated while everybody goes on. The trigger stays until then.

-- autogen:upgrade postgresql
ALTER TABLE forecast.analysts
    ADD CONSTRAINT full_name_there CHECK (full_name IS NOT NULL) NOT VALID;
-- autogen:step no-transaction
ALTER TABLE forecast.analysts VALIDATE CONSTRAINT full_name_there;
-- autogen:step
-- - trigger forecast.analysts.analysts_full_name
DROP TRIGGER analysts_full_name ON forecast.analysts;
-- ~ column forecast.analysts.full_name
ALTER TABLE forecast.analysts ALTER COLUMN full_name SET NOT NULL;
ALTER TABLE forecast.analysts DROP CONSTRAINT full_name_there;
-- - function forecast.fill_full_name()
DROP FUNCTION forecast.fill_full_name();

-- autogen:downgrade postgresql
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
-- ~ column forecast.analysts.full_name
ALTER TABLE forecast.analysts ALTER COLUMN full_name DROP NOT NULL;
-- + trigger forecast.analysts.analysts_full_name
CREATE TRIGGER analysts_full_name BEFORE INSERT OR UPDATE ON forecast.analysts
    FOR EACH ROW
    EXECUTE FUNCTION forecast.fill_full_name();

-- autogen:end
