-- autogen revision
-- id: 57000005
-- parent: 57000003, 57000004
-- message: payments and reviews
-- created: 2026-07-14T08:00:00Z

-- autogen:end
