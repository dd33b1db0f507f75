INSERT INTO sales.products (sku, title, list_price) VALUES
    ('CH-100', 'Desk chair', 189.00),
    ('DK-200', 'Standing desk', 549.00),
    ('LP-300', 'Desk lamp', 49.90)
ON CONFLICT (sku) DO UPDATE SET title = excluded.title, list_price = excluded.list_price;
