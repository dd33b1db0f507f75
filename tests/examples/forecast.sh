# SPDX-License-Identifier: MIT
# examples/forecast, played whole: indexes built concurrently, names filled in batches, three environments and a deploy that waits.
. "$(dirname "$0")/../support/guide.sh"
guide forecast forecast_dev forecast_staging forecast_production
unset STAGING_URL PRODUCTION_URL

reads 'createdb forecast_dev' 0
reads 'export AUTOGEN_ENV=dev' 0
reads 'autogen upgrade fc010003' 0 "3 revisions applied"
reads 'psql -d forecast_dev -v ON_ERROR_STOP=1 -f seed/demo.sql' 0 "INSERT 0 2500"
expect "the column and its trigger" 0 "1 revision applied" -- autogen upgrade +1
psql -X -q -d forecast_dev -c "INSERT INTO forecast.analysts (given_name, family_name, email) VALUES ('Old', 'Program', 'old@example.org')"
has forecast_dev "SELECT count(*), count(full_name) FROM forecast.analysts" "2501|1"
reads 'autogen upgrade head' 0 "3 revisions applied"
reads 'autogen check' 0 "no differences"
as_the_models forecast_dev
has forecast_dev "SELECT count(*), count(DISTINCT xmin::text) FROM forecast.analysts WHERE full_name LIKE '% %'" "2501|4"
has forecast_dev "SELECT full_name FROM forecast.analysts WHERE email IN ('analyst1@example.org', 'old@example.org') ORDER BY id" "Björn O'Neill
Old Program"
has forecast_dev "SELECT count(*), bool_and(indisvalid) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relname ~ '_(idx|brin)$' AND relnamespace = 'forecast'::regnamespace" "5|t"
has forecast_dev "SELECT count(*) FROM autogen_log WHERE revision = 'fc010003' AND step IS NOT NULL AND status = 'done'" 5
reads 'autogen show fc010003' 0 "CREATE INDEX CONCURRENTLY runs_best_idx"

reads 'createdb forecast_staging' 0
reads 'createdb forecast_production' 0
reads 'autogen -e staging upgrade head' 0 "7 revisions applied"
reads 'autogen -e production upgrade head' 0 "7 revisions applied"
edits 's|    <index name="observations_day_brin"|&|; s|    <foreign-key columns="analyst_id".*|&\n    <index name="series_analyst_idx" columns="analyst_id"/>|'
reads '$EDITOR models/series.xml' 0
reads 'autogen -m "series by analyst"' 0 "1 index to create"
expect "here" 0 "1 revision applied" -- autogen upgrade head
has forecast_dev "SELECT indisvalid FROM pg_index WHERE indexrelid = 'forecast.series_analyst_idx'::regclass" t
reads 'autogen -e staging upgrade head --tag release-42' 0 "1 revision applied"
reads 'autogen -e production upgrade head --tag release-42' 3 "not-reviewed"
has forecast_production "SELECT to_regclass('forecast.series_analyst_idx') IS NULL" t
reads 'autogen review head' 0 "SHARE UPDATE EXCLUSIVE" "not reviewed"
reads 'autogen review head --approve --by "Ines Ohlsson"' 0 "approved"
revision=$(ls revisions/*series_by_analyst.sql)
sed -i 's/(analyst_id)/(analyst_id, code)/' "$revision"
expect "what was changed afterwards" 3 "seal-broken" -- autogen -e production upgrade head
sed -i 's/(analyst_id, code)/(analyst_id)/' "$revision"
reads './deploy production' 2 "revisions wait" "!deploying"
reads 'autogen -e production upgrade head --tag release-42 --wait 30s' 0 "1 revision applied"
expect "the deploy goes" 0 "deploying to production" -- ./deploy production
reads 'autogen -e production log' 0 "release-42"
expect "and stops where nobody answers" 69 "!deploying" -- env PRODUCTION_URL="postgresql:///?host=$scratch/nowhere" ./deploy production
as_the_models forecast_production
psql -X -q -d forecast_staging -c "INSERT INTO forecast.analysts (full_name, email) VALUES ('Ada de Vries', 'ada@example.org')"
reads 'autogen -e staging downgrade fc010004' 0 "4 revisions taken back"
has forecast_staging "SELECT given_name, family_name, full_name FROM forecast.analysts" "Ada|de Vries|Ada de Vries"
reads 'autogen -e staging downgrade base' 0 "4 revisions taken back"
nothing_left forecast_staging
read_to_the_end
