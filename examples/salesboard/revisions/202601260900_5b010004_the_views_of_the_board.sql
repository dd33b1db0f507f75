-- autogen revision
-- id: 5b010004
-- parent: 5b010003
-- message: the views of the board
-- created: 2026-01-26T09:00:00Z

-- autogen:upgrade postgresql
-- autogen:set search_path sales, public
-- autogen:set check_function_bodies off
-- + materialized view sales.product_ranking
CREATE MATERIALIZED VIEW sales.product_ranking AS
select p.id as product_id,
       p.title,
       sum(s.quantity) as quantity,
       sum(s.amount) as amount,
       rank() over (order by sum(s.amount) desc) as place
from sales.products p
join sales.sales s on s.product_id = p.id
group by p.id, p.title;
-- + index sales.product_ranking_key
-- autogen:hazard may-fail index sales.product_ranking_key
CREATE UNIQUE INDEX product_ranking_key ON sales.product_ranking (product_id);
-- + index sales.product_ranking_place_idx
CREATE INDEX product_ranking_place_idx ON sales.product_ranking (place);
-- + materialized view sales.region_months
CREATE MATERIALIZED VIEW sales.region_months AS
select d.region_code,
       date_trunc('month', d.sold_on)::date as month,
       sum(d.sales) as sales,
       sum(d.amount) as amount,
       t.amount as target
from sales.daily_totals d
left join sales.targets t
  on t.region_code = d.region_code and t.month = date_trunc('month', d.sold_on)::date
group by 1, 2, t.amount;
-- + index sales.region_months_key
-- autogen:hazard may-fail index sales.region_months_key
CREATE UNIQUE INDEX region_months_key ON sales.region_months (region_code, month);
-- + materialized view sales.region_months
COMMENT ON MATERIALIZED VIEW sales.region_months IS 'Amount and target per region and month';
-- + procedure sales.refresh_board(date)
CREATE PROCEDURE sales.refresh_board (since date DEFAULT current_date - 7)
LANGUAGE plpgsql
AS $$
begin
  call sales.aggregate_days(since);
  refresh materialized view concurrently sales.region_months;
  refresh materialized view concurrently sales.product_ranking;
end
$$;
COMMENT ON PROCEDURE sales.refresh_board(date) IS 'For the scheduler: totals first, then the views over them';
-- + view sales.board
CREATE VIEW sales.board AS
select r.title as region,
       m.month,
       m.amount,
       m.target,
       round(100 * m.amount / nullif(m.target, 0)) as percent
from sales.region_months m
join sales.regions r on r.code = m.region_code;
COMMENT ON VIEW sales.board IS 'The first page: who has reached the target';

-- autogen:downgrade postgresql
-- - view sales.board
DROP VIEW sales.board;
-- - procedure sales.refresh_board(date)
DROP PROCEDURE sales.refresh_board(date);
-- - materialized view sales.region_months
DROP MATERIALIZED VIEW sales.region_months;
-- - materialized view sales.product_ranking
DROP MATERIALIZED VIEW sales.product_ranking;

-- autogen:end
