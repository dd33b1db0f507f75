/* SPDX-License-Identifier: MIT */
/* Plays the case files of tests/cases: run_cases [--update] [--offline] [FILTER]. A case below
 * postgresql/ or sqlite/ is played on that database, one below common/ on both. Live stages need
 * AUTOGEN_TEST_PG for PostgreSQL; without it, and where a case's option `postgresql=18` asks for a
 * newer server, they count as skipped. A run without filter also
 * demands that every kind, verb and field has a case. */
#include "base/file.h"
#include "support/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    bool update, offline;
    const char *filter, *server;
    unsigned passed, failed, skipped;
    GHashTable *coverage;
} Run;

static bool is_case_of(const char *path, AgDialectId dialect)
{
    g_autofree char *folder = g_strdup_printf("/cases/%s/", ag_dialect_id_name(dialect));
    return strstr(path, folder) != NULL || strstr(path, "/cases/common/") != NULL;
}

static void play_on(Run *run, const char *path, AgDialectId dialect)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) diag = ag_diag_new();
    g_autoptr(GString) failures = g_string_new(NULL);
    bool skipped = false;
    Case play = {.pool = pool,
                 .file = case_file_read(pool, path, diag),
                 .dialect = dialect,
                 .update = run->update,
                 .failures = failures,
                 .coverage = run->coverage};
    if (play.file == NULL) {
        case_fail_diag(&play, "reading", diag);
    } else {
        case_play_offline(&play);
        if (run->update && failures->len == 0)
            case_file_write(pool, play.file, diag);
        if (run->offline || (dialect == AG_DIALECT_POSTGRESQL && run->server == NULL))
            skipped = true;
        else
            skipped = !case_play_live(&play, run->server);
    }
    run->skipped += skipped ? 1 : 0;
    if (failures->len > 0) {
        run->failed++;
        printf("FAILED %s (%s)\n%s", path, ag_dialect_id_name(dialect), failures->str);
    } else {
        run->passed++;
    }
}

static void demand(Run *run, const char *key, const char *field)
{
    g_autofree char *full = field == NULL ? g_strdup(key) : g_strdup_printf("%s %s", key, field);
    if (g_hash_table_contains(run->coverage, full))
        return;
    printf("FAILED no case: %s\n", full);
    run->failed++;
}

/* Fields that no case of these servers can change: PostgreSQL has virtual columns from 18 on. */
static bool is_exempt(const char *dialect, const char *element, const char *field)
{
    return strcmp(dialect, "postgresql") == 0 && strcmp(element, "column") == 0 &&
           strcmp(field, "generated/kind") == 0;
}

/* A field has a case when it was altered, or when objects were made anew with it. */
static void demand_field(Run *run, const char *dialect, const char *element, const char *field)
{
    g_autofree char *altered = g_strdup_printf("%s %s alter %s", dialect, element, field);
    g_autofree char *created = g_strdup_printf("%s %s create", dialect, element);
    if (!g_hash_table_contains(run->coverage, altered))
        demand(run, created, field);
}

static void check_coverage(Run *run)
{
    for (int d = 0; d < AG_N_DIALECTS; d++) {
        for (int k = 0; k < AG_N_KINDS; k++) {
            const AgKindInfo *info = ag_kind_info((AgKind)k);
            const char *dialect = ag_dialect_id_name((AgDialectId)d);
            if ((info->dialects & (1u << d)) == 0)
                continue;
            const char *const verbs[] = {"create", "drop"};
            for (size_t v = 0; v < G_N_ELEMENTS(verbs); v++) {
                g_autofree char *key =
                    g_strdup_printf("%s %s %s", dialect, info->element, verbs[v]);
                demand(run, key, NULL);
            }
            for (unsigned f = 0; f < info->n_fields; f++) {
                const AgField *field = &info->fields[f];
                if (ag_field_in(field, (AgDialectId)d) &&
                    (field->flags & AG_FIELD_NOT_COMPARED) == 0 &&
                    !is_exempt(dialect, info->element, field->name))
                    demand_field(run, dialect, info->element, field->name);
            }
        }
    }
}

static void play_all(Run *run)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) diag = ag_diag_new();
    GPtrArray *files = ag_file_list(pool, TEST_SOURCE_DIR "/tests/cases", ".case", 100000, diag);
    for (guint i = 0; files != NULL && i < files->len; i++) {
        const char *path = g_ptr_array_index(files, i);
        if (run->filter != NULL && strstr(path, run->filter) == NULL)
            continue;
        for (int d = 0; d < AG_N_DIALECTS; d++) {
            if (is_case_of(path, (AgDialectId)d))
                play_on(run, path, (AgDialectId)d);
        }
    }
}

int main(int argc, char **argv)
{
    Run run = {.server = getenv("AUTOGEN_TEST_PG")};
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--update") == 0)
            run.update = true;
        else if (strcmp(argv[i], "--offline") == 0)
            run.offline = true;
        else
            run.filter = argv[i];
    }
    run.coverage = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    play_all(&run);
    if (run.filter == NULL)
        check_coverage(&run);
    g_hash_table_destroy(run.coverage);
    test_databases_end(run.server);
    printf("%u passed, %u failed, %u skipped\n", run.passed, run.failed, run.skipped);
    return run.failed > 0;
}
