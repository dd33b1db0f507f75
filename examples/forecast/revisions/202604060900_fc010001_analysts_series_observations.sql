-- autogen revision
-- id: fc010001
-- message: analysts, series, observations
-- created: 2026-04-06T09:00:00Z
-- autogen:reviewed sha256:1ea3229af60f39a94b777cd244bc5c371f510ed94b0be23c76532b7382a938b8 by Ines Ohlsson at 2026-06-21T15:00:00Z

-- autogen:upgrade postgresql
-- + schema forecast
CREATE SCHEMA forecast;
COMMENT ON SCHEMA forecast IS 'Demand, measured and expected';
-- + table forecast.analysts
CREATE TABLE forecast.analysts (
    id integer NOT NULL GENERATED ALWAYS AS IDENTITY,
    given_name text NOT NULL,
    family_name text NOT NULL,
    email text NOT NULL,
    CONSTRAINT analysts_pkey PRIMARY KEY (id)
);
-- + index forecast.analysts_email_key
CREATE UNIQUE INDEX analysts_email_key ON forecast.analysts (lower(email));
-- + table forecast.series
CREATE TABLE forecast.series (
    id integer NOT NULL GENERATED ALWAYS AS IDENTITY,
    code text NOT NULL,
    title text NOT NULL,
    unit text NOT NULL DEFAULT 'pieces',
    analyst_id integer,
    CONSTRAINT series_code_key UNIQUE (code),
    CONSTRAINT series_analyst_id_fkey FOREIGN KEY (analyst_id) REFERENCES forecast.analysts (id) ON DELETE SET NULL,
    CONSTRAINT series_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE forecast.series IS 'What is measured and forecast';
-- + table forecast.observations
CREATE TABLE forecast.observations (
    series_id integer NOT NULL,
    observed_on date NOT NULL,
    value double precision NOT NULL,
    is_estimate boolean NOT NULL DEFAULT false,
    CONSTRAINT observations_pkey PRIMARY KEY (series_id, observed_on),
    CONSTRAINT observations_series_id_fkey FOREIGN KEY (series_id) REFERENCES forecast.series (id) ON DELETE CASCADE
);

-- autogen:downgrade postgresql
-- - table forecast.observations
-- autogen:hazard deletes-data table forecast.observations
DROP TABLE forecast.observations;
-- - table forecast.series
-- autogen:hazard deletes-data table forecast.series
DROP TABLE forecast.series;
-- - table forecast.analysts
-- autogen:hazard deletes-data table forecast.analysts
DROP TABLE forecast.analysts;
-- - schema forecast
DROP SCHEMA forecast;

-- autogen:end
