-- Two and a half thousand analysts from before the full name, a series each for ten of them, a hundred days of demand.
INSERT INTO forecast.analysts (given_name, family_name, email)
SELECT (ARRAY['Ada', 'Björn', 'Chiara', 'Dev', 'Emre'])[1 + n % 5],
       (ARRAY['Holm', 'O''Neill', 'de Vries', 'Kaya'])[1 + n % 4],
       'analyst' || n || '@example.org'
FROM generate_series(1, 2500) AS n;

INSERT INTO forecast.series (code, title, analyst_id)
SELECT 'S' || n, 'Article ' || n, n FROM generate_series(1, 10) AS n;

INSERT INTO forecast.observations (series_id, observed_on, value, is_estimate)
SELECT s.id, date '2026-01-01' + d, 100 + 10 * sin(d / 7.0) + s.id, d % 25 = 0
FROM forecast.series s, generate_series(0, 99) AS d;

INSERT INTO forecast.runs (series_id, algorithm, params, state, score)
SELECT s.id, a, '{"horizon": 28}', 'ready', 0.8
FROM forecast.series s, unnest(ARRAY['arima', 'ets']) AS a;

INSERT INTO forecast.points (run_id, target_on, mean, low, high)
SELECT r.id, date '2026-04-11' + d, 100, 90, 115 FROM forecast.runs r, generate_series(0, 27) AS d;
