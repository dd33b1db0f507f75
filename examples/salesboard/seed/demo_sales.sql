-- 365 sales for a demonstration: two a day from 1 January to 2 July 2026, the last one after the newest partition.
INSERT INTO sales.sales (sold_on, rep_id, product_id, channel, quantity, unit_price)
SELECT date '2026-01-01' + n / 2,
       (SELECT id FROM sales.reps ORDER BY email OFFSET n % 4 LIMIT 1),
       p.id,
       (ARRAY['store', 'web', 'partner']::sales.channel[])[1 + n % 3],
       CASE WHEN n % 30 = 29 THEN -1 ELSE 1 + n % 2 END,
       p.list_price
FROM generate_series(0, 364) AS n
JOIN LATERAL (SELECT id, list_price FROM sales.products ORDER BY sku OFFSET n / 5 % 3 LIMIT 1) AS p ON true;

CALL sales.refresh_board('2026-01-01');
