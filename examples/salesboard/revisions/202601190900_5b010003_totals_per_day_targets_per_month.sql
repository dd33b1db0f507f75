-- autogen revision
-- id: 5b010003
-- parent: 5b010002
-- message: totals per day, targets per month
-- created: 2026-01-19T09:00:00Z

-- autogen:upgrade postgresql
-- autogen:set check_function_bodies off
-- + table sales.daily_totals
CREATE TABLE sales.daily_totals (
    sold_on date NOT NULL,
    region_code text NOT NULL,
    channel sales.channel NOT NULL,
    sales bigint NOT NULL,
    amount numeric(16,2) NOT NULL,
    CONSTRAINT daily_totals_pkey PRIMARY KEY (sold_on, region_code, channel),
    CONSTRAINT daily_totals_region_code_fkey FOREIGN KEY (region_code) REFERENCES sales.regions (code) ON UPDATE CASCADE
);
COMMENT ON TABLE sales.daily_totals IS 'Filled by aggregate_days';
-- + procedure sales.aggregate_days(date)
CREATE PROCEDURE sales.aggregate_days (since date)
LANGUAGE sql
AS $$
delete from sales.daily_totals where sold_on >= since;
insert into sales.daily_totals (sold_on, region_code, channel, sales, amount)
select s.sold_on, r.region_code, s.channel, count(*), sum(s.amount)
from sales.sales s
join sales.reps r on r.id = s.rep_id
where s.sold_on >= since
group by 1, 2, 3;
$$;
COMMENT ON PROCEDURE sales.aggregate_days(date) IS 'Counts the days from since on anew';
-- + table sales.targets
CREATE TABLE sales.targets (
    region_code text NOT NULL,
    month date NOT NULL,
    amount numeric(16,2) NOT NULL,
    CONSTRAINT targets_pkey PRIMARY KEY (region_code, month),
    CONSTRAINT targets_region_code_fkey FOREIGN KEY (region_code) REFERENCES sales.regions (code) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT targets_month_check CHECK (month = date_trunc('month', month))
);
COMMENT ON TABLE sales.targets IS 'What a region wants to sell in a month';

-- autogen:downgrade postgresql
-- - table sales.targets
-- autogen:hazard deletes-data table sales.targets
DROP TABLE sales.targets;
-- - procedure sales.aggregate_days(date)
DROP PROCEDURE sales.aggregate_days(date);
-- - table sales.daily_totals
-- autogen:hazard deletes-data table sales.daily_totals
DROP TABLE sales.daily_totals;

-- autogen:end
