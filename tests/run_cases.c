/* SPDX-License-Identifier: MIT */
/* Plays the case files of tests/cases: run_cases [--update] [--offline] [--jobs N] [FILTER]. A case
 * below
 * postgresql/ or sqlite/ is played on that database, one below common/ on both. Live stages need
 * AUTOGEN_TEST_PG for PostgreSQL; without it, and where a case's option `postgresql=18` asks for a
 * newer server, they count as skipped. A run without filter also
 * demands that every kind, verb and field has a case. */
#include "base/file.h"
#include "support/play.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_JOBS = 16 };

typedef struct {
    bool update, offline;
    const char *filter, *server;
    unsigned jobs, job; /* so many processes; this one plays every jobs-th file */
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

/* Fields that no case of these servers can change: PostgreSQL has virtual columns from 18 on, rules
 * of collations from 16 on; canonical functions, handlers and parsers must be written in C; and
 * each trigger of SQLite is for each row. */
static bool is_exempt(const char *dialect, const char *element, const char *field)
{
    static const struct {
        const char *dialect, *element, *field;
    } exempt[] = {{"postgresql", "column", "generated/kind"},
                  {"postgresql", "collation", "rules"},
                  {"postgresql", "range-type", "canonical"},
                  {"postgresql", "foreign-data-wrapper", "handler"},
                  {"postgresql", "text-search-configuration", "parser"},
                  {"sqlite", "trigger", "for-each"}};
    for (size_t i = 0; i < G_N_ELEMENTS(exempt); i++)
        if (strcmp(dialect, exempt[i].dialect) == 0 && strcmp(element, exempt[i].element) == 0 &&
            strcmp(field, exempt[i].field) == 0)
            return true;
    return false;
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
    for (guint i = run->job; files != NULL && i < files->len; i += run->jobs) {
        const char *path = g_ptr_array_index(files, i);
        if (run->filter != NULL && strstr(path, run->filter) == NULL)
            continue;
        for (int d = 0; d < AG_N_DIALECTS; d++) {
            if (is_case_of(path, (AgDialectId)d))
                play_on(run, path, (AgDialectId)d);
        }
    }
}

/* --- several processes --- */

/* Most of a case is waiting for a server, and nothing of one concerns another. What a process found
 * out comes back as lines. */
static void play_part(Run *run, FILE *results)
{
    play_all(run);
    test_databases_end(run->server);
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init(&iter, run->coverage);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        fprintf(results, "%s\n", (char *)key);
    fprintf(results, "#%u %u %u\n", run->passed, run->failed, run->skipped);
    fflush(results);
}

/* False when the process ended before it had counted. */
static bool gather(Run *run, FILE *results)
{
    char line[1024];
    unsigned passed, failed, skipped;
    rewind(results);
    while (fgets(line, sizeof(line), results) != NULL) {
        g_strchomp(line);
        if (sscanf(line, "#%u %u %u", &passed, &failed, &skipped) == 3) {
            run->passed += passed;
            run->failed += failed;
            run->skipped += skipped;
            return true;
        }
        g_hash_table_add(run->coverage, g_strdup(line));
    }
    return false;
}

static void play_in_parts(Run *run)
{
    FILE *results[MOST_JOBS];
    pid_t children[MOST_JOBS];
    for (unsigned job = 0; job < run->jobs; job++) {
        results[job] = tmpfile();
        children[job] = results[job] == NULL ? -1 : fork();
        if (children[job] == 0) {
            run->job = job;
            play_part(run, results[job]);
            exit(0);
        }
    }
    for (unsigned job = 0; job < run->jobs; job++) {
        int status = 0;
        if (children[job] < 0 || waitpid(children[job], &status, 0) < 0 || status != 0 ||
            !gather(run, results[job])) {
            printf("FAILED part %u of the cases ended with status %d\n", job, status);
            run->failed++;
        }
        if (results[job] != NULL)
            fclose(results[job]);
    }
}

static unsigned jobs_of(const char *text)
{
    int jobs = atoi(text);
    return (unsigned)CLAMP(jobs, 1, MOST_JOBS);
}

int main(int argc, char **argv)
{
    Run run = {.server = getenv("AUTOGEN_TEST_PG"), .jobs = MIN(g_get_num_processors(), 4)};
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--update") == 0)
            run.update = true;
        else if (strcmp(argv[i], "--offline") == 0)
            run.offline = true;
        else if (strcmp(argv[i], "--jobs") == 0 && i + 1 < argc)
            run.jobs = jobs_of(argv[++i]);
        else
            run.filter = argv[i];
    }
    run.coverage = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    play_in_parts(&run);
    if (run.filter == NULL)
        check_coverage(&run);
    g_hash_table_destroy(run.coverage);
    printf("%u passed, %u failed, %u skipped\n", run.passed, run.failed, run.skipped);
    return run.failed > 0;
}
