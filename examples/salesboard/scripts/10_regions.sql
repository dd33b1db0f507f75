-- Regions and the people there. Names may change, codes never do.
INSERT INTO sales.regions (code, title) VALUES
    ('north', 'North'),
    ('south', 'South'),
    ('west', 'West')
ON CONFLICT (code) DO UPDATE SET title = excluded.title;

INSERT INTO sales.reps (region_code, full_name, email) VALUES
    ('north', 'Astrid Holm', 'astrid.holm@example.org'),
    ('north', 'Jonas Brandt', 'jonas.brandt@example.org'),
    ('south', 'Lucia Ferrari', 'lucia.ferrari@example.org'),
    ('west', 'Owen Price', 'owen.price@example.org')
ON CONFLICT (email) DO UPDATE SET region_code = excluded.region_code, full_name = excluded.full_name;
