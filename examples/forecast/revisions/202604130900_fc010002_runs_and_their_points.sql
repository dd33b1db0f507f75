-- autogen revision
-- id: fc010002
-- parent: fc010001
-- message: runs and their points
-- created: 2026-04-13T09:00:00Z
-- autogen:reviewed sha256:9a645b6327a89bde9f8199d7f68a4fa3911471802e350660082b7c67c722d7bf by Ines Ohlsson at 2026-06-22T15:00:00Z

-- autogen:upgrade postgresql
-- autogen:set search_path forecast, public
-- + enum forecast.run_state
CREATE TYPE forecast.run_state AS ENUM (
    'queued',
    'running',
    'ready',
    'failed'
);
-- + table forecast.runs
CREATE TABLE forecast.runs (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    series_id integer NOT NULL,
    algorithm text NOT NULL,
    params jsonb NOT NULL DEFAULT '{}',
    state forecast.run_state NOT NULL DEFAULT 'queued',
    score double precision,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT runs_series_id_fkey FOREIGN KEY (series_id) REFERENCES forecast.series (id) ON DELETE CASCADE,
    CONSTRAINT runs_ready_has_score CHECK (state != 'ready' or score is not null),
    CONSTRAINT runs_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE forecast.runs IS 'One trained model per row';
-- + table forecast.points
CREATE TABLE forecast.points (
    run_id bigint NOT NULL,
    target_on date NOT NULL,
    mean double precision NOT NULL,
    low double precision NOT NULL,
    high double precision NOT NULL,
    CONSTRAINT points_pkey PRIMARY KEY (run_id, target_on),
    CONSTRAINT points_run_id_fkey FOREIGN KEY (run_id) REFERENCES forecast.runs (id) ON DELETE CASCADE,
    CONSTRAINT points_bounds_check CHECK (low <= mean and mean <= high)
);
COMMENT ON TABLE forecast.points IS 'Expected values';
-- + view forecast.latest
CREATE VIEW forecast.latest AS
select distinct on (r.series_id) r.series_id, r.id as run_id, r.algorithm, r.score, r.created_at
from forecast.runs r
where r.state = 'ready'
order by r.series_id, r.created_at desc;
COMMENT ON VIEW forecast.latest IS 'The newest ready run of each series';

-- autogen:downgrade postgresql
-- - view forecast.latest
DROP VIEW forecast.latest;
-- - table forecast.points
-- autogen:hazard deletes-data table forecast.points
DROP TABLE forecast.points;
-- - table forecast.runs
-- autogen:hazard deletes-data table forecast.runs
DROP TABLE forecast.runs;
-- - enum forecast.run_state
DROP TYPE forecast.run_state;

-- autogen:end
