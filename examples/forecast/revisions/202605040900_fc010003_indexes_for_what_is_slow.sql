-- autogen revision
-- id: fc010003
-- parent: fc010002
-- message: indexes for what is slow
-- created: 2026-05-04T09:00:00Z
-- autogen:reviewed sha256:c72cf82ab7edfb6aa8d86f7922513d92ba18aed23affb44fcf9d49fe0c059d8d by Ines Ohlsson at 2026-06-23T15:00:00Z

-- autogen:upgrade postgresql
-- autogen:step no-transaction
-- + index forecast.observations_day_brin
CREATE INDEX CONCURRENTLY observations_day_brin ON forecast.observations USING brin (observed_on);
-- autogen:step no-transaction
-- + index forecast.observations_estimates_idx
CREATE INDEX CONCURRENTLY observations_estimates_idx ON forecast.observations (observed_on) WHERE is_estimate;
-- autogen:step no-transaction
-- + index forecast.points_target_idx
CREATE INDEX CONCURRENTLY points_target_idx ON forecast.points (target_on) INCLUDE (mean, low, high);
-- autogen:step no-transaction
-- + index forecast.runs_best_idx
CREATE INDEX CONCURRENTLY runs_best_idx ON forecast.runs (series_id, score DESC NULLS LAST) INCLUDE (algorithm) WHERE state = 'ready';
-- autogen:step no-transaction
-- + index forecast.runs_horizon_idx
CREATE INDEX CONCURRENTLY runs_horizon_idx ON forecast.runs ((params ->> 'horizon'));

-- autogen:downgrade postgresql
-- autogen:step no-transaction
-- - index forecast.runs_horizon_idx
DROP INDEX CONCURRENTLY forecast.runs_horizon_idx;
-- autogen:step no-transaction
-- - index forecast.runs_best_idx
DROP INDEX CONCURRENTLY forecast.runs_best_idx;
-- autogen:step no-transaction
-- - index forecast.points_target_idx
DROP INDEX CONCURRENTLY forecast.points_target_idx;
-- autogen:step no-transaction
-- - index forecast.observations_estimates_idx
DROP INDEX CONCURRENTLY forecast.observations_estimates_idx;
-- autogen:step no-transaction
-- - index forecast.observations_day_brin
DROP INDEX CONCURRENTLY forecast.observations_day_brin;

-- autogen:end
