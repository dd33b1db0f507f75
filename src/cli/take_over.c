/* SPDX-License-Identifier: MIT */
#include "cli/take_over.h"

#include <string.h>

#include "base/clock.h"
#include "cli/draft.h"
#include "cli/output.h"
#include "cli/pipeline.h"

/* --- the database's URL --- */

/* user:password@ becomes user@. */
static char *without_password(AgPool *pool, const char *text)
{
    const char *start = strstr(text, "://");
    const char *end = start == NULL ? NULL : start + 3 + strcspn(start + 3, "/?");
    const char *colon = start == NULL ? NULL : strchr(start + 3, ':');
    const char *at = end == NULL ? NULL : g_strrstr_len(start, end - start, "@");
    if (colon == NULL || at == NULL || colon > at)
        return NULL;
    return ag_pool_printf(pool, "%.*s%s", (int)(colon - text), text, at);
}

/* A password stays where it is: the environment gives the URL, or libpq the password. */
static const char *url_without_secret(AgRun *run, const char *text)
{
    g_autoptr(AgDiag) ignored = ag_diag_new();
    const char *bare = without_password(run->pool, text);
    const AgUrl *url = bare == NULL ? NULL : ag_url_parse(run->pool, bare, NULL, ignored);
    if (url == NULL || url->password != NULL || strpbrk(bare, "{}$") != NULL)
        return "${DATABASE_URL}";
    return ag_pool_printf(run->pool, "${DATABASE_URL:-%s}", bare);
}

static bool same_directory(const char *a, const char *b)
{
    g_autofree char *whole_a = g_canonicalize_filename(a, NULL);
    g_autofree char *whole_b = g_canonicalize_filename(*b == '\0' ? "." : b, NULL);
    return strcmp(whole_a, whole_b) == 0;
}

static const char *escaped(AgPool *pool, const char *text)
{
    g_auto(GStrv) pieces = g_strsplit(text, "${", -1);
    g_autofree char *joined = g_strjoinv("$${", pieces);
    return ag_pool_text(pool, joined);
}

static bool read_url(AgRun *run, AgTakeOver *over, AgDiag *diag)
{
    const AgAlembicValue *value = &over->alembic->url;
    over->url = "${DATABASE_URL}";
    if (value->text == NULL)
        return true;
    g_autoptr(AgDiag) own = ag_diag_new();
    const AgUrl *url = ag_url_parse(run->pool, value->text, over->alembic->directory, own);
    if (url == NULL)
        return ag_fail(diag, AG_PROBLEM_BAD_URL, value->place, "sqlalchemy.url: %s",
                       ag_diag_last(own)->message);
    over->url = escaped(run->pool, value->text);
    over->secret = url->password != NULL;
    if (over->secret)
        over->url = url_without_secret(run, value->text);
    if (url->path == NULL || strcmp(url->path, ":memory:") == 0 ||
        same_directory(over->alembic->directory, over->directory))
        return true;
    g_autofree char *path = g_canonicalize_filename(url->path, NULL);
    over->url = escaped(run->pool, ag_pool_printf(run->pool, "sqlite:///%s", path));
    return true;
}

bool ag_take_over_read(AgRun *run, const char *file, const char *directory, AgTakeOver *out,
                       AgDiag *diag)
{
    *out = (AgTakeOver){.directory = directory, .alembic = ag_alembic_read(run->pool, file, diag)};
    if (out->alembic == NULL || !read_url(run, out, diag))
        return false;
    out->revisions = ag_alembic_revisions(run->pool, out->alembic, diag);
    return out->revisions != NULL;
}

/* --- autogen.ini --- */

static const char *version_table(const AgTakeOver *over)
{
    const char *name = over->alembic->version_table.text;
    return name == NULL ? "alembic_version" : name;
}

static void put_key(GString *out, const char *key, const AgAlembicValue *value)
{
    if (value->text != NULL)
        g_string_append_printf(out, "%s = %s\n", key, value->text);
}

char *ag_take_over_config(AgRun *run, const AgTakeOver *over)
{
    const AgAlembic *alembic = over->alembic;
    g_autoptr(GString) out = g_string_new(
        "# autogen: `autogen help` lists the commands, `autogen config --show-origin` all keys.\n"
        "[autogen]\n"
        "# ${NAME} and ${NAME:-default} come from the environment.\n");
    if (over->secret)
        g_string_append(out, "# The password of alembic.ini is not copied: DATABASE_URL, ~/.pgpass "
                             "or password-command.\n");
    g_string_append_printf(out, "url = %s\nmodels = models\nrevisions = revisions\n", over->url);
    put_key(out, "file-template", &alembic->file_template);
    put_key(out, "truncate-slug-length", &alembic->truncate_slug_length);
    put_key(out, "timezone", &alembic->timezone);
    g_string_append_printf(out,
                           "\n# Alembic's own table: the record goes on in it.\n"
                           "version-table = %s\n",
                           version_table(over));
    put_key(out, "version-table-schema", &alembic->version_table_schema);
    return ag_pool_text(run->pool, out->str);
}

/* --- the recorded revisions --- */

static bool has_text(const GPtrArray *texts, const char *text)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)(guintptr)texts, text, g_str_equal, NULL);
}

static bool contains(const GPtrArray *all, const GPtrArray *some)
{
    for (guint i = 0; i < some->len; i++)
        if (!has_text(all, g_ptr_array_index(some, i)))
            return false;
    return true;
}

/* The baseline is what the database has now, so it has to be at Alembic's heads. */
static bool check_standing(AgRun *run, const AgTakeOver *over, const AgUrl *url,
                           const GPtrArray *current, AgDiag *diag)
{
    GPtrArray *needed = ag_alembic_heads(run->pool, over->revisions, false);
    GPtrArray *heads = ag_alembic_heads(run->pool, over->revisions, true);
    for (guint i = 0; i < current->len; i++) {
        const char *id = g_ptr_array_index(current, i);
        if (!ag_revision_is_id(id)) {
            ag_fail(diag, AG_PROBLEM_BAD_REVISION, AG_NOWHERE,
                    "'%s', recorded in %s, cannot be an id here", id, version_table(over));
            ag_hint(diag, "an id has letters, digits, '_' and '.'; give Alembic a revision on top "
                          "with --rev-id, and upgrade to it");
            return false;
        }
        if (over->revisions->len > 0 && ag_alembic_find(over->revisions, id) == NULL)
            return ag_fail(diag, AG_PROBLEM_REVISION_UNKNOWN, over->alembic->script_location.place,
                           "%s records '%s', which no file of Alembic has", url->shown, id);
    }
    if (current->len > 0 &&
        (over->revisions->len == 0 || (contains(current, needed) && contains(heads, current))))
        return true;
    ag_fail(diag, AG_PROBLEM_NOT_AT_HEAD, AG_NOWHERE,
            "%s is at %s by %s, Alembic's files end at %s", url->shown,
            ag_standing_ids(run->pool, current), version_table(over),
            ag_standing_ids(run->pool, heads));
    ag_hint(diag, "run `alembic upgrade heads` first, then this command again");
    return false;
}

/* --- the baseline --- */

static AgRevision *new_baseline(AgRun *run, const char *id)
{
    AgRevision *revision = ag_revision_new(run->pool);
    revision->id = id;
    revision->created = ag_clock_iso(run->pool, ag_clock_now());
    revision->message = "baseline: what Alembic made";
    return revision;
}

/* Branch labels go on naming their branch; one that several branches share names the first. */
static void take_labels(AgRun *run, const AgTakeOver *over, AgRevision *revision, GPtrArray *taken)
{
    GPtrArray *labels = ag_alembic_labels(run->pool, over->revisions, revision->id);
    for (guint i = 0; i < labels->len; i++) {
        char *label = g_ptr_array_index(labels, i);
        if (has_text(taken, label) || !g_ascii_isalpha(*label) || !ag_revision_is_id(label))
            continue;
        g_ptr_array_add(taken, label);
        g_ptr_array_add(revision->labels, label);
    }
}

static bool write_baseline(AgRun *run, AgRevision *revision, AgDialectId dialect,
                           const AgPlan *plan, AgDiag *diag)
{
    revision->blocks[dialect][AG_UPGRADE] = plan->upgrade;
    revision->blocks[dialect][AG_DOWNGRADE] = plan->downgrade;
    const char *text = ag_draft_text(run, revision, diag);
    const char *path = text == NULL ? NULL : ag_draft_write(run, revision, text, diag);
    if (path != NULL)
        ag_print("%s\n", path);
    return path != NULL;
}

/* The first one makes everything: which branch a table came from is nowhere recorded. */
static bool write_baselines(AgRun *run, const AgTakeOver *over, AgDb *db, const GPtrArray *current,
                            AgDiag *diag)
{
    AgDialectId dialect = ag_db_dialect(db);
    AgFilter filter = ag_project_filter(run, NULL);
    AgComparison comparison = {.any_owner = true,
                               .shown = ag_db_url(db)->shown,
                               .server_version = ag_db_version(db)};
    AgPlan plan = {0};
    AgSchema *live = ag_introspect(db, run->pool, &filter, diag);
    if (live == NULL ||
        !ag_compare_schemas(run, ag_schema_new(run->pool, dialect), live, false, &comparison,
                            diag) ||
        !ag_plan(run, &comparison, &plan, diag))
        return false;
    GPtrArray *taken = ag_pool_array(run->pool);
    for (guint i = 0; i < current->len; i++) {
        AgRevision *revision = new_baseline(run, g_ptr_array_index(current, i));
        take_labels(run, over, revision, taken);
        if (i > 0) {
            plan.upgrade = ag_script_new(run->pool, dialect);
            plan.downgrade = ag_script_new(run->pool, dialect);
            revision->note = ag_pool_printf(run->pool, "What this branch made is in %s.",
                                            (const char *)g_ptr_array_index(current, 0));
        }
        if (!write_baseline(run, revision, dialect, &plan, diag))
            return false;
    }
    return true;
}

static bool is_there(const AgDag *dag, const GPtrArray *current)
{
    for (guint i = 0; i < current->len; i++)
        if (ag_dag_find(dag, g_ptr_array_index(current, i)) == NULL)
            return false;
    return true;
}

static bool take_over(AgRun *run, const AgTakeOver *over, const AgDag *dag, AgDb *db, AgDiag *diag)
{
    AgRunnerOptions options = ag_project_runner(run);
    GPtrArray *current = ag_history_current(db, run->pool, &options, diag);
    if (current == NULL)
        return false;
    if (current->len == 0 && over->revisions->len == 0)
        return true; /* nothing was ever made */
    if (dag->revisions->len > 0 && current->len > 0 && is_there(dag, current)) {
        ag_say(run, "the baseline is there already and stays as it is");
        return true;
    }
    if (!check_standing(run, over, ag_db_url(db), current, diag))
        return false;
    if (dag->revisions->len > 0)
        return ag_fail(diag, AG_PROBLEM_OVERWRITE, AG_NOWHERE,
                       "the project has revisions already, none of them %s",
                       ag_standing_ids(run->pool, current));
    return write_baselines(run, over, db, current, diag);
}

/* --- the configuration in force --- */

static const char *option_for(const char *key, void *data)
{
    AgRun *run = data;
    return ag_options_text(run->options, key);
}

static bool load_config(AgRun *run, const AgTakeOver *over, AgDiag *diag)
{
    g_autofree char *path = g_build_filename(over->directory, "autogen.ini", NULL);
    AgConfigSources sources = {.file = ag_pool_text(run->pool, path),
                               .assign = ag_options_list(run->options, "variable"),
                               .option = option_for,
                               .data = run};
    run->config = ag_config_load(run->pool, &sources, diag);
    if (run->config == NULL)
        return false;
    if (strcmp(ag_config_text(run->config, AG_CONFIG_VERSION_TABLE), version_table(over)) == 0)
        return true;
    ag_fail(diag, AG_PROBLEM_BAD_CONFIG, (AgPlace){sources.file, 0, 0},
            "the file was there already and does not say version-table = %s", version_table(over));
    ag_hint(diag, "write that line into it, or move the file away, and run the command again");
    return false;
}

/* The database of this run: alembic.ini's with its password, unless something else was said. */
static AgUrl *choose_url(AgRun *run, const AgTakeOver *over, AgDiag *diag)
{
    if (!over->secret || ag_options_text(run->options, "url") != NULL ||
        g_getenv("DATABASE_URL") != NULL || g_getenv("AUTOGEN_URL") != NULL)
        return ag_project_url(run, diag);
    return ag_url_parse(run->pool, over->alembic->url.text, NULL, diag);
}

bool ag_take_over_history(AgRun *run, const AgTakeOver *over, AgDiag *diag)
{
    if (!load_config(run, over, diag))
        return false;
    const AgDag *dag = ag_project_dag(run, diag);
    if (dag == NULL)
        return false;
    const AgUrl *url = choose_url(run, over, diag);
    g_autoptr(AgProjectDb) db =
        url == NULL ? NULL : ag_project_open(run, url, AG_DB_READ, false, diag);
    if (db != NULL)
        return take_over(run, over, dag, db, diag);
    ag_hint(diag, "the baseline is made from a database that Alembic brought to its head: run the "
                  "same command again when it can be reached, or with --url URL");
    return false;
}
