-- autogen revision
-- id: fc010007
-- parent: fc010006
-- message: given and family name go
-- created: 2026-06-15T09:00:00Z
-- autogen:reviewed sha256:dbebcc487e1e13b5680f365b1ca58b50725b8f5afceda0bcc30b18cdc9ac2e97 by Ines Ohlsson at 2026-06-27T15:00:00Z

-- Written by `autogen -m`, then edited: on the way back the names are taken from the full one, which is a guess for people with
-- more than two.

-- autogen:upgrade postgresql
-- - column forecast.analysts.given_name
-- autogen:hazard deletes-data column forecast.analysts.given_name
ALTER TABLE forecast.analysts DROP COLUMN given_name;
-- - column forecast.analysts.family_name
-- autogen:hazard deletes-data column forecast.analysts.family_name
ALTER TABLE forecast.analysts DROP COLUMN family_name;

-- autogen:downgrade postgresql
-- + column forecast.analysts.given_name
ALTER TABLE forecast.analysts ADD COLUMN given_name text;
-- + column forecast.analysts.family_name
ALTER TABLE forecast.analysts ADD COLUMN family_name text;
UPDATE forecast.analysts
   SET given_name = split_part(full_name, ' ', 1),
       family_name = substr(full_name, length(split_part(full_name, ' ', 1)) + 2);
ALTER TABLE forecast.analysts ALTER COLUMN given_name SET NOT NULL;
ALTER TABLE forecast.analysts ALTER COLUMN family_name SET NOT NULL;

-- autogen:end
