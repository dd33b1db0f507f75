/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/report.h"
#include "cli/signals.h"
#include "introspect/canonical.h"
#include "parser/parser.h"

typedef enum { MODELS, DATABASE, EMPTY } SideType;

/* One side: models (a directory or the project's), a database, or nothing at all. */
typedef struct {
    SideType type;
    const char *directory; /* MODELS; NULL: the project's */
    const AgUrl *url;      /* DATABASE */
    AgDb *db;
    AgSchema *schema;
} Side;

static bool parse_side(AgRun *run, const char *text, Side *side, AgDiag *diag)
{
    if (strcmp(text, "empty") == 0) {
        side->type = EMPTY;
        return true;
    }
    if (strcmp(text, "models") == 0 || g_file_test(text, G_FILE_TEST_IS_DIR)) {
        side->type = MODELS;
        side->directory = strcmp(text, "models") == 0 ? NULL : text;
        return true;
    }
    if (strpbrk(text, ":=.") == NULL && strcmp(text, "database") != 0) {
        ag_fail(diag, AG_PROBLEM_FILE_MISSING, AG_NOWHERE, "there is no directory '%s'", text);
        ag_hint(diag, "a side is: models, database, empty, a directory of models, or a URL");
        return false;
    }
    side->type = DATABASE;
    side->url = strcmp(text, "database") == 0 ? ag_project_url(run, diag)
                                              : ag_url_parse(run->pool, text, NULL, diag);
    if (side->url == NULL)
        ag_hint(diag, "a side is: models, database, empty, a directory of models, or a URL");
    return side->url != NULL;
}

/* The dialect of a database among the sides, else of the configured one. */
static bool choose_dialect(AgRun *run, const Side *from, const Side *to, AgDialectId *out,
                           AgDiag *diag)
{
    const AgUrl *url = from->type == DATABASE ? from->url : to->url;
    if (url == NULL)
        url = ag_project_url(run, diag);
    if (url == NULL)
        return false;
    *out = url->dialect;
    if (from->type == DATABASE && to->type == DATABASE && from->url->dialect != to->url->dialect)
        return ag_fail(diag, AG_PROBLEM_USAGE, AG_NOWHERE,
                       "a %s and a %s database cannot be compared",
                       ag_dialect(from->url->dialect)->name, ag_dialect(to->url->dialect)->name);
    return true;
}

static AgSchema *load_models(AgRun *run, const Side *side, AgDialectId dialect, AgDiag *diag)
{
    if (side->directory == NULL)
        return ag_project_models(run, dialect, diag);
    GPtrArray *directories = ag_pool_array(run->pool);
    g_ptr_array_add(directories, (gpointer)(guintptr)side->directory);
    return ag_models_load(run->pool, directories, dialect, diag);
}

static bool load_side(AgRun *run, Side *side, const AgSchema *models, AgDialectId dialect,
                      AgDiag *diag)
{
    AgFilter filter;
    switch (side->type) {
    case EMPTY:
        side->schema = ag_schema_new(run->pool, dialect);
        return true;
    case MODELS:
        if (side->schema == NULL)
            side->schema = load_models(run, side, dialect, diag);
        return side->schema != NULL;
    case DATABASE:
        filter = ag_project_filter(run, models);
        side->db = ag_project_open(run, side->url, AG_DB_READ, true, diag);
        side->schema = side->db == NULL ? NULL : ag_introspect(side->db, run->pool, &filter, diag);
        return side->schema != NULL;
    }
    g_assert_not_reached();
}

/* Two sets of models: the configured server spells the types of both and says which expressions
 * mean the same. SQLite needs no server for that. */
static bool canonicalize_models(AgRun *run, AgSchema *from, AgSchema *to, AgDiag *diag)
{
    AgCanonicalOptions options = {.cache_directory = ag_project_cache(run)};
    AgSchema *nothing = ag_schema_new(run->pool, to->dialect);
    g_autoptr(AgProjectDb) db = NULL;
    if (to->dialect != AG_DIALECT_SQLITE) {
        guint before = ag_diag_count(diag);
        const AgUrl *url = ag_project_url(run, diag);
        db = url == NULL ? NULL : ag_project_open(run, url, AG_DB_READ, true, diag);
        if (db == NULL && ag_signals_caught() == 0) {
            g_autofree char *reason = g_strdup(ag_diag_last(diag)->message);
            ag_diag_rewind(diag, before);
            ag_note(diag, AG_PROBLEM_REMARK, AG_NOWHERE,
                    "expressions are compared as they are written: %s", reason);
            return true;
        }
        if (db == NULL)
            return false;
    }
    return ag_canonicalize(db, from, nothing, &options, diag) &&
           ag_canonicalize(db, to, from, &options, diag);
}

/* Models are loaded first: they say which schemas of a database count. */
static bool load_sides(AgRun *run, Side *from, Side *to, AgDialectId dialect, AgDiag *diag)
{
    Side *first = to->type == MODELS ? to : from, *second = first == to ? from : to;
    if (!load_side(run, first, NULL, dialect, diag))
        return false;
    const AgSchema *models = first->type == MODELS ? first->schema : NULL;
    if (!load_side(run, second, models, dialect, diag))
        return false;
    if (from->type == MODELS && to->type == MODELS)
        return canonicalize_models(run, from->schema, to->schema, diag);
    AgCanonicalOptions options = {.cache_directory = ag_project_cache(run)};
    Side *database = from->type == DATABASE ? from : to;
    Side *other = database == from ? to : from;
    return database->type != DATABASE || other->type != MODELS ||
           ag_canonicalize(database->db, other->schema, database->schema, &options, diag);
}

static bool compare(AgRun *run, Side *from, Side *to, AgDiag *diag)
{
    AgDialectId dialect;
    if (!choose_dialect(run, from, to, &dialect, diag) || !load_sides(run, from, to, dialect, diag))
        return false;
    const Side *database = from->type == DATABASE ? from : to;
    /* Models that name no owner have no opinion; on the way to a database that is not a change. */
    AgComparison comparison = {.any_owner = from->type == MODELS && to->type == DATABASE,
                               .shown = database->type == DATABASE ? database->url->shown : NULL,
                               .server_version =
                                   database->db == NULL ? 0 : ag_db_version(database->db)};
    AgPlan plan = {0};
    AgReport report = {
        .pool = run->pool, .comparison = &comparison, .plan = &plan, .to = "to", .from = "from"};
    if (!ag_compare_schemas(run, from->schema, to->schema, false, &comparison, diag) ||
        !ag_plan(run, &comparison, &plan, diag) || !ag_output(run, ag_report_render, &report, diag))
        return false;
    run->findings = ag_options_has(run->options, "exit-code") && comparison.changes->len > 0;
    if (comparison.changes->len == 0 && run->look.format == AG_FORMAT_SQL)
        ag_say(run, "no differences");
    return true;
}

static bool run_diff(AgRun *run, AgDiag *diag)
{
    Side from = {0}, to = {0};
    const char *from_text = ag_options_text(run->options, "from");
    const char *to_text = ag_options_text(run->options, "to");
    bool good = parse_side(run, from_text == NULL ? "database" : from_text, &from, diag) &&
                parse_side(run, to_text == NULL ? "models" : to_text, &to, diag) &&
                compare(run, &from, &to, diag);
    ag_project_close(from.db);
    ag_project_close(to.db);
    return good;
}

static const AgOptionInfo options[] = {
    {"from", 0, AG_OPTION_TEXT, true, "SIDE", "models, database (default), empty, DIR or URL"},
    {"to", 0, AG_OPTION_TEXT, true, "SIDE", "models (default), database, empty, DIR or URL"},
    {"not-renamed", 0, AG_OPTION_FLAG, false, NULL, "suspected renames are none: drop and add"},
    {"exit-code", 0, AG_OPTION_FLAG, false, NULL, "exit 2 when there are differences"},
    {0},
};

const AgCommand ag_command_diff = {
    .name = "diff",
    .words = "",
    .summary = "print the SQL that leads from the database to the models",
    .about = "Prints the SQL that would turn one side into the other, without writing a revision. "
             "The output\n"
             "can be given to psql or sqlite3 as it is.",
    .options = options,
    .formats = AG_CAN(HUMAN) | AG_CAN(JSON) | AG_CAN(SQL) | AG_CAN(MARKDOWN),
    .format = AG_FORMAT_SQL,
    .configured = true,
    .run = run_diff,
};
