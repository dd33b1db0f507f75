/* SPDX-License-Identifier: MIT */
#include "cli/scripts.h"

#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/output.h"

/* Whether the name has the ending of another database. */
static bool is_for_other(const char *path, AgDialectId dialect)
{
    for (int i = 0; i < AG_N_DIALECTS; i++) {
        g_autofree char *ending = g_strdup_printf(".%s.sql", ag_dialect_id_name((AgDialectId)i));
        if ((AgDialectId)i != dialect && g_str_has_suffix(path, ending))
            return true;
    }
    return false;
}

static bool add_scripts(AgRun *run, const char *directory, AgDialectId dialect, GPtrArray *scripts,
                        AgDiag *diag)
{
    if (!g_file_test(directory, G_FILE_TEST_IS_DIR))
        return true;
    GPtrArray *paths = ag_file_list(run->pool, directory, ".sql", AG_LIMIT_REVISION_FILES, diag);
    bool good = paths != NULL;
    for (guint i = 0; good && i < paths->len; i++) {
        const char *path = g_ptr_array_index(paths, i);
        const char *name = path + strlen(directory) + 1;
        if (is_for_other(path, dialect))
            continue;
        AgRevision *script = ag_revision_read_script(run->pool, path, name, dialect, diag);
        if (script == NULL)
            good = false;
        else
            g_ptr_array_add(scripts, script);
    }
    return good;
}

static int by_name(gconstpointer a, gconstpointer b)
{
    const AgRevision *const *left = a, *const *right = b;
    return strcmp((*left)->id, (*right)->id);
}

static bool check_names(const GPtrArray *scripts, AgDiag *diag)
{
    for (guint i = 1; i < scripts->len; i++) {
        const AgRevision *first = g_ptr_array_index(scripts, i - 1);
        const AgRevision *second = g_ptr_array_index(scripts, i);
        if (strcmp(first->id, second->id) != 0)
            continue;
        ag_fail(diag, AG_PROBLEM_REVISION_DUPLICATE, (AgPlace){second->file, 0, 0},
                "two scripts have the name '%s'", second->id);
        ag_also(diag, (AgPlace){first->file, 0, 0});
        return false;
    }
    return true;
}

GPtrArray *ag_project_scripts(AgRun *run, AgDialectId dialect, AgDiag *diag)
{
    GPtrArray *scripts = ag_pool_array(run->pool);
    GPtrArray *directories = ag_config_paths(run->config, AG_CONFIG_SCRIPTS);
    bool good = true;
    for (guint i = 0; i < directories->len; i++)
        good = add_scripts(run, g_ptr_array_index(directories, i), dialect, scripts, diag) && good;
    g_ptr_array_sort(scripts, by_name);
    return good && check_names(scripts, diag) ? scripts : NULL;
}

bool ag_scripts_run(AgRun *run, AgDb *db, const GPtrArray *scripts, AgDiag *diag)
{
    AgRunnerOptions options = ag_project_runner(run);
    GPtrArray *ran = ag_pool_array(run->pool);
    run->echoing = true;
    bool good = ag_runner_scripts(db, scripts, &options, ran, diag);
    run->echoing = false;
    for (guint i = 0; i < ran->len && !run->quiet; i++) {
        const AgRevision *script = g_ptr_array_index(ran, i);
        g_autofree char *name = ag_text_printable(script->id);
        ag_print("script %s %s\n", name,
                 options.dry_run ? "would run; it was rolled back" : "applied");
    }
    return good;
}
