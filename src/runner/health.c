/* SPDX-License-Identifier: MIT */
#include "base/limits.h"
#include "base/text.h"
#include "runner/runner_private.h"

#include <string.h>

/* quick_check also names values that break a declared rule. Such rows are the application's affair
 * and no damage; what is about pages comes first. */
static bool is_about_values(const char *finding)
{
    static const char *const words[] = {"NULL value in ", " value in ", "CHECK constraint failed"};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(finding, words[i]) != NULL)
            return true;
    return false;
}

static bool is_checked(AgRunner *runner, AgPool *pool, AgDiag *diag)
{
    AgRows *rows =
        ag_db_query(runner->db, pool,
                    "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
                    NULL, 0, diag);
    return rows != NULL && rows->n_rows == 1 &&
           g_ascii_strtoll(ag_rows_get(rows, 0, 0), NULL, 10) <= AG_LIMIT_CHECKED_BYTES;
}

static bool fail_damaged(const char *finding, AgDiag *diag)
{
    const char *header = "*** in database main ***\n";
    const char *start = g_str_has_prefix(finding, header) ? finding + strlen(header) : finding;
    g_autofree char *first = g_strndup(start, strcspn(start, "\n"));
    g_autofree char *shown = ag_text_printable(first);
    ag_fail(diag, AG_PROBLEM_UNSAFE_DATABASE, AG_NOWHERE, "the database file is damaged: %s",
            shown);
    ag_hint(diag, "restore a backup, or save what can be read with `sqlite3 FILE .recover`; "
                  "nothing was changed");
    return false;
}

bool ag_health_check(AgRunner *runner, AgDiag *diag)
{
    if (!ag_runner_is_sqlite(runner))
        return true;
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) quiet = ag_diag_new();
    if (!is_checked(runner, pool, quiet))
        return true;
    AgRows *rows = ag_db_query(runner->db, pool, "PRAGMA main.quick_check(1)", NULL, 0, quiet);
    if (rows == NULL) {
        /* A CHECK with a function of the application cannot be asked; damage can be told. */
        const AgProblem *problem = ag_diag_last(quiet);
        return problem->id != AG_PROBLEM_UNSAFE_DATABASE || fail_damaged(problem->message, diag);
    }
    const char *finding = rows->n_rows == 0 ? NULL : ag_rows_get(rows, 0, 0);
    return finding == NULL || strcmp(finding, "ok") == 0 || is_about_values(finding) ||
           fail_damaged(finding, diag);
}
