/* SPDX-License-Identifier: MIT */
/* The run of runner.c, transaction.c and loose.c, written down instead of done. */
#include "runner/offline_private.h"

#include "base/text.h"

#include <string.h>

/* One revision on its way into the script. */
typedef struct {
    AgScripting *scripting;
    const AgRevision *revision;
    const AgScript *script; /* NULL for a merge without blocks */
    guint n_steps;
    GPtrArray *before, *after; /* recorded ids */
    bool together;             /* the transaction is that of the whole script */
} Chapter;

static const AgStep *step_of(const Chapter *chapter, guint step)
{
    return g_ptr_array_index(chapter->script->steps, step);
}

static const char *direction_word(const AgScripting *scripting)
{
    return ag_direction_word(scripting->runner->direction);
}

static bool stirs(const Chapter *chapter)
{
    const AgRunner *runner = chapter->scripting->runner;
    return !ag_runner_is_sqlite(runner) && ag_runner_stirs(runner, chapter->revision);
}

/* --- what the database has to be like --- */

static void expect_recorded(AgScripting *scripting, const GPtrArray *ids)
{
    AgPool *pool = scripting->pool;
    if (ids->len == 0)
        return;
    const char *condition =
        ag_pool_printf(pool, "(SELECT count(*) FROM %s WHERE version_num IN (%s)) = %u",
                       scripting->runner->version.sql, ag_scripting_list(scripting, ids), ids->len);
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint i = 0; i < ids->len; i++)
        g_string_append_printf(names, "%s%s", i == 0 ? "" : ", ",
                               (const char *)g_ptr_array_index(ids, i));
    ag_scripting_expect(scripting, condition,
                        ag_pool_printf(pool, "the database is at %s", names->str));
}

/* Nothing of what is to run may have run: a recorded revision implies those before it. */
static void expect_none(AgScripting *scripting, const GPtrArray *path)
{
    const AgDag *dag = scripting->offline->dag;
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *ids = ag_pool_array(scripting->pool);
    for (guint i = 0; i < path->len; i++)
        g_hash_table_add(seen, (gpointer)(guintptr)((const AgRevision *)path->pdata[i])->id);
    for (guint i = 0; i < dag->revisions->len; i++) {
        const AgRevision *revision = g_ptr_array_index(dag->revisions, i);
        bool behind = g_hash_table_contains(seen, revision->id);
        for (guint k = 0; k < revision->parents->len && !behind; k++)
            behind = g_hash_table_contains(seen, g_ptr_array_index(revision->parents, k));
        for (guint k = 0; k < revision->depends->len && !behind; k++)
            behind = g_hash_table_contains(seen, g_ptr_array_index(revision->depends, k));
        if (!behind)
            continue;
        g_hash_table_add(seen, (gpointer)(guintptr)revision->id);
        g_ptr_array_add(ids, (gpointer)(guintptr)revision->id);
    }
    const char *condition =
        ag_pool_printf(scripting->pool, "NOT EXISTS (SELECT 1 FROM %s WHERE version_num IN (%s))",
                       scripting->runner->version.sql, ag_scripting_list(scripting, ids));
    ag_scripting_expect(scripting, condition, "no revision of this script is applied");
}

/* Parts of it that are committed would run again. */
static void expect_not_begun(const Chapter *chapter)
{
    AgScripting *scripting = chapter->scripting;
    const char *log = scripting->runner->log.sql, *id = chapter->revision->id;
    const char *condition = ag_pool_printf(
        scripting->pool,
        "NOT EXISTS (SELECT 1 FROM %s l WHERE l.revision = %s AND l.direction = %s AND l.step IS"
        " NOT NULL AND l.status <> 'failed'\n    AND NOT EXISTS (SELECT 1 FROM %s s WHERE s.id >"
        " l.id AND (s.direction = 'stamp' OR (s.revision = l.revision AND s.step IS NULL AND"
        " s.status = 'done'))))",
        log, ag_scripting_text(scripting, id),
        ag_scripting_text(scripting, direction_word(scripting)), log);
    ag_scripting_expect(scripting, condition,
                        ag_pool_printf(scripting->pool,
                                       "revision %s is not begun already; where it is, go on with"
                                       " autogen %s",
                                       id, direction_word(scripting)));
}

static bool is_whole(const Chapter *chapter)
{
    for (guint i = 0; i < chapter->n_steps; i++)
        if (step_of(chapter, i)->mode != AG_STEP_TRANSACTIONAL)
            return false;
    return true;
}

static void write_expectations(const Chapter *chapter)
{
    expect_recorded(chapter->scripting, chapter->before);
    if (!is_whole(chapter))
        expect_not_begun(chapter);
}

/* --- transactions --- */

static void write_step(const Chapter *chapter, guint index)
{
    const AgStep *step = step_of(chapter, index);
    AgScripting *scripting = chapter->scripting;
    ag_scripting_settings(scripting, step->settings, true);
    for (guint i = 0; i < step->statements->len; i++)
        ag_scripting_statement(scripting, g_ptr_array_index(step->statements, i));
    if (!ag_runner_is_sqlite(scripting->runner))
        ag_scripting_unset(scripting, step->settings, true);
}

static void log_step(const Chapter *chapter, guint index)
{
    AgScripting *scripting = chapter->scripting;
    AgLogEntry entry = {.revision = chapter->revision->id,
                        .direction = direction_word(scripting),
                        .step = ag_pool_printf(scripting->pool, "%u", index + 1),
                        .status = "done"};
    entry.checksum =
        ag_step_checksum(scripting->pool, scripting->runner->dialect->id, step_of(chapter, index));
    ag_scripting_log(scripting, &entry);
}

/* The record is written by the role that owns it, whatever the revision SET. */
static void write_own_role(const Chapter *chapter)
{
    if (stirs(chapter))
        g_string_append(chapter->scripting->out, "RESET SESSION AUTHORIZATION;\nRESET ROLE;\n");
}

static void write_record(const Chapter *chapter)
{
    AgScripting *scripting = chapter->scripting;
    AgLogEntry entry = {.revision = chapter->revision->id,
                        .direction = direction_word(scripting),
                        .status = "done",
                        .checksum = ag_revision_checksum(scripting->pool, chapter->revision,
                                                         scripting->runner->dialect->id)};
    write_own_role(chapter);
    ag_scripting_move(scripting, chapter->before, chapter->after);
    ag_scripting_log(scripting, &entry);
}

static GPtrArray *steps_between(const Chapter *chapter, guint from, guint to)
{
    GPtrArray *steps = ag_pool_array(chapter->scripting->pool);
    for (guint i = from; i < to; i++)
        g_ptr_array_add(steps, g_ptr_array_index(chapter->script->steps, i));
    return steps;
}

/* Steps [from, to) in a transaction, unless they are part of one already. */
static bool write_group(const Chapter *chapter, guint from, guint to)
{
    AgScripting *scripting = chapter->scripting;
    AgRunner *runner = scripting->runner;
    bool sqlite = ag_runner_is_sqlite(runner), last = to == chapter->n_steps;
    GPtrArray *steps = steps_between(chapter, from, to);
    GPtrArray *wanted = ag_settings_union(runner, scripting->pool, steps, scripting->diag);
    if (wanted == NULL)
        return false;
    bool orphans = !chapter->together && ag_orphans_may_come(runner, steps, wanted);
    if (sqlite && !chapter->together)
        ag_scripting_settings(scripting, wanted, false);
    if (!chapter->together)
        ag_scripting_begin(scripting);
    if (from == 0)
        write_expectations(chapter);
    if (orphans)
        ag_scripting_orphans_before(scripting);
    for (guint i = from; i < to; i++)
        write_step(chapter, i);
    if (orphans)
        ag_scripting_orphans_after(scripting);
    if (!last)
        write_own_role(chapter);
    for (guint i = from; i < to && !last; i++)
        log_step(chapter, i);
    if (last)
        write_record(chapter);
    if (!chapter->together)
        ag_scripting_commit(scripting);
    if (sqlite && !chapter->together)
        ag_scripting_unset(scripting, wanted, false);
    return true;
}

/* --- statements that run alone --- */

/* IF NOT EXISTS is content with what a broken build has left. */
static void expect_valid(AgScripting *scripting, const AgConcurrent *index)
{
    const char *where =
        index->schema == NULL
            ? "pg_catalog.pg_table_is_visible(c.oid)"
            : ag_pool_printf(scripting->pool, "c.relnamespace = %s::pg_catalog.regnamespace",
                             ag_scripting_text(scripting, index->schema));
    const char *condition = ag_pool_printf(
        scripting->pool,
        "NOT EXISTS (SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid ="
        " i.indexrelid WHERE c.relname = %s AND %s AND NOT i.indisvalid)",
        ag_scripting_text(scripting, index->name), where);
    ag_scripting_expect(scripting, condition,
                        ag_pool_printf(scripting->pool, "index %s is valid", index->name));
}

static bool write_alone(AgScripting *scripting, const AgStep *step, const AgStatement *statement)
{
    if (step->mode == AG_STEP_BATCHED)
        return ag_scripting_batch(scripting, statement);
    AgConcurrent index =
        ag_runner_is_sqlite(scripting->runner)
            ? (AgConcurrent){0}
            : ag_concurrent_parse(scripting->pool, scripting->runner->dialect->id, statement->sql);
    bool waits = index.create || index.drop;
    /* As in loose.c: a time limit would only leave an invalid index. */
    if (waits)
        g_string_append(scripting->out, "SET lock_timeout = 0;\n");
    ag_scripting_statement(scripting, statement);
    if (waits)
        g_string_append_printf(scripting->out, "SET lock_timeout = %d;\n",
                               scripting->offline->lock_timeout_ms);
    if (index.create && index.name != NULL)
        expect_valid(scripting, &index);
    return true;
}

static bool write_loose(const Chapter *chapter, guint index)
{
    AgScripting *scripting = chapter->scripting;
    const AgStep *step = step_of(chapter, index);
    bool good = true;
    if (index == 0)
        write_expectations(chapter);
    for (guint i = 0; i < step->statements->len && good; i++) {
        const AgStatement *statement = g_ptr_array_index(step->statements, i);
        AgLogEntry entry = {.revision = chapter->revision->id,
                            .direction = direction_word(scripting),
                            .step = ag_pool_printf(scripting->pool, "%u.%u", index + 1, i + 1),
                            .status = "applying"};
        entry.checksum =
            ag_statement_checksum(scripting->pool, scripting->runner->dialect->id, statement);
        ag_scripting_log(scripting, &entry);
        ag_scripting_settings(scripting, step->settings, false);
        good = write_alone(scripting, step, statement);
        ag_scripting_unset(scripting, step->settings, false);
        ag_scripting_log_done(scripting, &entry);
    }
    return good;
}

/* --- revisions --- */

static guint group_end(const Chapter *chapter, guint from)
{
    guint to = from;
    while (to < chapter->n_steps && step_of(chapter, to)->mode == AG_STEP_TRANSACTIONAL)
        to++;
    return to;
}

/* What a revision may have left in the session, as in session.c. */
static void write_reset(AgScripting *scripting)
{
    g_string_append(scripting->out, "RESET SESSION AUTHORIZATION;\nRESET ROLE;\nCLOSE ALL;\n"
                                    "UNLISTEN *;\nDISCARD TEMP;\nRESET ALL;\n");
    ag_scripting_pins(scripting);
}

static bool write_parts(const Chapter *chapter)
{
    for (guint step = 0; step < chapter->n_steps;) {
        guint to = group_end(chapter, step);
        bool good = to > step ? write_group(chapter, step, to) : write_loose(chapter, step);
        if (!good)
            return false;
        if (to == chapter->n_steps && to > step)
            return true;
        if (stirs(chapter) && !chapter->together)
            write_reset(chapter->scripting);
        step = to > step ? to : step + 1;
    }
    return write_group(chapter, chapter->n_steps, chapter->n_steps);
}

static bool write_chapter(const Chapter *chapter)
{
    AgScripting *scripting = chapter->scripting;
    g_autofree char *message =
        ag_text_printable(chapter->revision->message == NULL ? "" : chapter->revision->message);
    g_string_append_printf(scripting->out, "\n-- %s %s%s%s\n", direction_word(scripting),
                           chapter->revision->id, *message == '\0' ? "" : " ", message);
    if (!write_parts(chapter))
        return false;
    if (stirs(chapter))
        write_reset(scripting);
    return true;
}

static bool write_chapters(AgScripting *scripting, const GPtrArray *from, const GPtrArray *path,
                           bool together)
{
    AgRunner *runner = scripting->runner;
    GPtrArray *state = ag_pool_array(scripting->pool);
    for (guint i = 0; i < from->len; i++)
        g_ptr_array_add(state, g_ptr_array_index(from, i));
    for (guint i = 0; i < path->len; i++) {
        const AgRevision *revision = g_ptr_array_index(path, i);
        Chapter chapter = {.scripting = scripting,
                           .revision = revision,
                           .script = ag_runner_script(runner, revision),
                           .before = state,
                           .together = together};
        chapter.n_steps = chapter.script == NULL ? 0 : chapter.script->steps->len;
        chapter.after =
            ag_dag_after(runner->dag, state, revision, runner->direction, scripting->pool);
        g_ptr_array_sort(chapter.after, ag_text_order);
        if (!write_chapter(&chapter))
            return false;
        state = chapter.after;
    }
    return true;
}

/* --- all revisions in one transaction --- */

static bool write_together(AgScripting *scripting, const GPtrArray *from, const GPtrArray *path)
{
    AgRunner *runner = scripting->runner;
    GPtrArray *steps = ag_pool_array(scripting->pool);
    for (guint i = 0; i < path->len; i++) {
        const AgScript *script = ag_runner_script(runner, g_ptr_array_index(path, i));
        for (guint s = 0; script != NULL && s < script->steps->len; s++)
            g_ptr_array_add(steps, g_ptr_array_index(script->steps, s));
    }
    GPtrArray *wanted = ag_settings_union(runner, scripting->pool, steps, scripting->diag);
    if (wanted == NULL)
        return false;
    bool sqlite = ag_runner_is_sqlite(runner);
    bool orphans = ag_orphans_may_come(runner, steps, wanted);
    if (sqlite)
        ag_scripting_settings(scripting, wanted, false);
    ag_scripting_begin(scripting);
    if (orphans)
        ag_scripting_orphans_before(scripting);
    if (!write_chapters(scripting, from, path, true))
        return false;
    if (orphans)
        ag_scripting_orphans_after(scripting);
    ag_scripting_commit(scripting);
    if (sqlite)
        ag_scripting_unset(scripting, wanted, false);
    return true;
}

/* --- whole scripts --- */

static const char *names_of(AgPool *pool, const GPtrArray *ids)
{
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint i = 0; i < ids->len; i++)
        g_string_append_printf(names, "%s%s", i == 0 ? "" : ", ",
                               (const char *)g_ptr_array_index(ids, i));
    return ag_pool_text(pool, ids->len == 0 ? "base" : names->str);
}

static AgScripting scripting_new(GString *out, const AgOffline *offline, AgDiag *diag)
{
    AgPool *pool = offline->dag->pool;
    return (AgScripting){out, offline,
                         ag_runner_offline(pool, offline->dialect, offline->dag, offline->options),
                         pool, diag};
}

bool ag_offline_run(GString *out, const AgOffline *offline, const GPtrArray *from,
                    const GPtrArray *path, AgDirection direction, AgDiag *diag)
{
    if (!ag_dag_open(offline->dag, path, diag))
        return false;
    AgScripting scripting = scripting_new(out, offline, diag);
    AgRunnerOptions unasked = *offline->options;
    unasked.allow_destructive = true;
    scripting.runner->options = &unasked;
    scripting.runner->direction = direction;
    if (!ag_consent_check(scripting.runner, path, diag))
        return false;
    const AgRevision *last = path->len == 0 ? NULL : g_ptr_array_index(path, path->len - 1);
    ag_scripting_open(&scripting,
                      ag_pool_printf(scripting.pool, "%s from %s, %u revision%s%s%s",
                                     ag_direction_word(direction), names_of(scripting.pool, from),
                                     path->len, path->len == 1 ? "" : "s",
                                     last == NULL ? "" : ", the last is ",
                                     last == NULL ? "" : last->id));
    ag_scripting_tables(&scripting, direction == AG_UPGRADE && from->len == 0);
    expect_recorded(&scripting, from);
    if (direction == AG_UPGRADE && path->len > 0)
        expect_none(&scripting, path);
    bool good = unasked.all_in_one ? write_together(&scripting, from, path)
                                   : write_chapters(&scripting, from, path, false);
    ag_scripting_close(&scripting);
    return good;
}

void ag_offline_stamp(GString *out, const AgOffline *offline, const GPtrArray *from,
                      const GPtrArray *ids)
{
    AgScripting scripting = scripting_new(out, offline, NULL);
    const char *names = names_of(scripting.pool, ids);
    ag_scripting_open(&scripting, ag_pool_printf(scripting.pool, "stamp from %s to %s",
                                                 names_of(scripting.pool, from), names));
    ag_scripting_tables(&scripting, from->len == 0);
    ag_scripting_begin(&scripting);
    expect_recorded(&scripting, from);
    ag_scripting_move(&scripting, from, ids);
    AgLogEntry entry = {.direction = "stamp", .status = "stamp"};
    for (guint i = 0; i < MAX(ids->len, 1); i++) {
        const AgRevision *revision =
            ids->len == 0 ? NULL : ag_dag_find(offline->dag, g_ptr_array_index(ids, i));
        entry.revision = revision == NULL ? "base" : revision->id;
        entry.checksum = revision == NULL
                             ? NULL
                             : ag_revision_checksum(scripting.pool, revision, offline->dialect);
        ag_scripting_log(&scripting, &entry);
    }
    ag_scripting_commit(&scripting);
    ag_scripting_close(&scripting);
}

void ag_offline_tables(GString *out, const AgOffline *offline)
{
    AgScripting scripting = scripting_new(out, offline, NULL);
    ag_scripting_tables(&scripting, true);
}
