/* SPDX-License-Identifier: MIT */
/* A look at what a session is doing, from another one. */
#include <stdlib.h>

#include "db/postgres_private.h"

AgDb *ag_db_beside(const AgDb *db)
{
    g_autoptr(AgDiag) unheard = ag_diag_new();
    AgDbOptions options = db->options;
    options.mode = AG_DB_READ;
    options.wait = 0;
    options.echo = false;
    AgDb *beside = ag_db_start(db->url, &options);
    if (ag_db_finish(beside, unheard))
        return beside;
    ag_db_close(beside);
    return NULL;
}

/* PostgreSQL docs, "CREATE INDEX Progress Reporting": the phases count blocks or tuples, or
 * nothing. */
int ag_db_percent(AgDb *beside, const AgDb *db)
{
    static const char sql[] =
        "SELECT pg_catalog.trunc(100.0 * GREATEST("
        "blocks_done / NULLIF(blocks_total, 0)::pg_catalog.numeric,"
        " tuples_done / NULLIF(tuples_total, 0)::pg_catalog.numeric))"
        " FROM pg_catalog.pg_stat_progress_create_index WHERE pid = $1::pg_catalog.int4";
    g_autoptr(AgDiag) unheard = ag_diag_new();
    char pid[16];
    g_snprintf(pid, sizeof pid, "%d", PQbackendPID(ag_pg(db)->conn));
    AgPool *pool = ag_pool_new();
    const char *params[] = {pid};
    const AgRows *rows = ag_db_query(beside, pool, sql, params, 1, unheard);
    const char *cell = rows == NULL || rows->n_rows == 0 ? NULL : ag_rows_get(rows, 0, 0);
    int percent = cell == NULL ? -1 : CLAMP(atoi(cell), 0, 100);
    ag_pool_free(pool);
    return percent;
}
