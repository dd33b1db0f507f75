-- The targets that were agreed for the first half of 2026.
INSERT INTO sales.targets (region_code, month, amount)
SELECT t.region_code, m::date, t.amount
FROM (VALUES ('north', 9000.00), ('south', 6000.00), ('west', 5000.00)) AS t (region_code, amount)
CROSS JOIN generate_series(date '2026-01-01', date '2026-06-01', interval '1 month') AS m
ON CONFLICT (region_code, month) DO UPDATE SET amount = excluded.amount;
