/* SPDX-License-Identifier: MIT */
#include "revision/revision.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

/* Values that come from elsewhere must not be able to begin a new line. */
static void append_line(GString *out, const char *start, const char *value)
{
    g_autofree char *shown = ag_text_printable(value);
    g_string_append_printf(out, "%s%s\n", start, shown);
}

static void append_ids(GString *out, const char *key, const GPtrArray *ids)
{
    if (ids->len == 0)
        return;
    g_string_append_printf(out, "-- %s: ", key);
    for (guint i = 0; i < ids->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(ids, i));
    g_string_append_c(out, '\n');
}

/* A note line that would be read as a directive is made an ordinary one. */
static void append_note(GString *out, const char *note)
{
    g_auto(GStrv) lines = g_strsplit(note, "\n", -1);
    g_string_append_c(out, '\n');
    for (size_t i = 0; lines[i] != NULL; i++) {
        const char *line = g_strchug(g_strchomp(lines[i]));
        bool directive = g_ascii_strncasecmp(line, "autogen:", 8) == 0;
        if (line[0] == '\0')
            g_string_append(out, "--\n");
        else
            append_line(out, directive ? "-- note: " : "-- ", line);
    }
}

static void append_header(GString *out, const AgRevision *revision)
{
    g_string_append(out, "-- autogen revision\n");
    g_string_append_printf(out, "-- id: %s\n", revision->id);
    append_ids(out, "parent", revision->parents);
    append_ids(out, "depends", revision->depends);
    append_ids(out, "labels", revision->labels);
    if (revision->message != NULL && revision->message[0] != '\0')
        append_line(out, "-- message: ", revision->message);
    if (revision->created != NULL)
        append_line(out, "-- created: ", revision->created);
    if (revision->seal != NULL)
        g_string_append_printf(out, "-- autogen:reviewed %s by %s\n", revision->seal,
                               revision->sealed_by);
    if (revision->note != NULL)
        append_note(out, revision->note);
}

static const char *step_directive(AgStepMode mode)
{
    switch (mode) {
    case AG_STEP_TRANSACTIONAL:
        return "-- autogen:step\n";
    case AG_STEP_NO_TRANSACTION:
        return "-- autogen:step no-transaction\n";
    case AG_STEP_BATCHED:
        return "-- autogen:step batched\n";
    }
    g_assert_not_reached();
}

/* The remark has to be one when it is read again. */
static void append_remark(GString *out, const char *what)
{
    bool marked = what[0] != '\0' && strchr("+-~", what[0]) != NULL && what[1] == ' ';
    append_line(out, marked ? "-- " : "-- ~ ", what);
}

static void append_statement(GString *out, const AgStatement *statement)
{
    if (statement->what != NULL)
        append_remark(out, statement->what);
    for (guint i = 0; i < statement->hazards->len; i++) {
        const AgHazard *hazard = g_ptr_array_index(statement->hazards, i);
        g_autofree char *line = g_strdup_printf("%s %s", ag_problem_word(hazard->id),
                                                hazard->object != NULL ? hazard->object : "");
        append_line(out, "-- autogen:hazard ", g_strchomp(line));
    }
    for (guint i = 0; i < statement->allows->len; i++) {
        const AgSetting *allow = g_ptr_array_index(statement->allows, i);
        g_autofree char *line = g_strdup_printf("%s %s", allow->name, allow->value);
        append_line(out, "-- autogen:allow ", line);
    }
    g_string_append(out, statement->sql);
    /* A comment up to the end of the last line would swallow the semicolon. */
    const char *last_line = strrchr(statement->sql, '\n');
    if (strstr(last_line != NULL ? last_line : statement->sql, "--") != NULL)
        g_string_append_c(out, '\n');
    g_string_append(out, ";\n");
}

static void append_step(GString *out, const AgStep *step, bool first)
{
    bool implied = first && step->mode == AG_STEP_TRANSACTIONAL &&
                   (step->statements->len > 0 || step->settings->len > 0);
    if (!implied)
        g_string_append(out, step_directive(step->mode));
    for (guint i = 0; i < step->settings->len; i++) {
        const AgSetting *setting = g_ptr_array_index(step->settings, i);
        g_autofree char *line = g_strdup_printf("%s %s", setting->name, setting->value);
        append_line(out, "-- autogen:set ", line);
    }
    for (guint i = 0; i < step->statements->len; i++)
        append_statement(out, g_ptr_array_index(step->statements, i));
}

static void append_block(GString *out, const AgScript *script, const char *direction)
{
    g_string_append_printf(out, "\n-- autogen:%s %s\n", direction,
                           ag_dialect_id_name(script->dialect));
    if (script->irreversible != NULL)
        append_line(out, "-- autogen:irreversible ", script->irreversible);
    for (guint i = 0; i < script->steps->len; i++)
        append_step(out, g_ptr_array_index(script->steps, i), i == 0);
}

static void append_blocks(GString *out, AgScript *const blocks[2])
{
    static const char *const directions[] = {
        [AG_UPGRADE] = "upgrade", [AG_DOWNGRADE] = "downgrade"};
    for (int direction = AG_UPGRADE; direction <= AG_DOWNGRADE; direction++)
        if (blocks[direction] != NULL)
            append_block(out, blocks[direction], directions[direction]);
}

static const char *const closing = "\n-- autogen:end\n";

char *ag_revision_text(AgPool *pool, const AgRevision *revision)
{
    g_autoptr(GString) out = g_string_new(NULL);
    append_header(out, revision);
    for (int dialect = 0; dialect < AG_N_DIALECTS; dialect++)
        append_blocks(out,
                      (AgScript *[2]){ag_revision_block(revision, (AgDialectId)dialect, AG_UPGRADE),
                                      ag_revision_block(revision, (AgDialectId)dialect,
                                                        AG_DOWNGRADE)});
    g_string_append(out, closing);
    return ag_pool_text_n(pool, out->str, out->len);
}

bool ag_revision_fill(const char *file, AgScript *const blocks[2], AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    const char *name = ag_pool_text(pool, file);
    const AgRevision *revision = ag_revision_read(pool, name, diag);
    const char *text =
        revision == NULL ? NULL : ag_file_read(pool, name, AG_LIMIT_REVISION_BYTES, NULL, diag);
    if (text == NULL)
        return false;
    /* It was read, so the closing line is the last that is not blank. */
    g_autofree char *kept = g_strchomp(g_strdup(text));
    *strrchr(kept, '\n') = '\0';
    g_autoptr(GString) added = g_string_new("\n");
    append_blocks(added, blocks);
    g_string_append(added, closing);
    if (strstr(text, "\r\n") == text + strcspn(text, "\r\n"))
        g_string_replace(added, "\n", "\r\n", 0);
    g_autofree char *whole = g_strconcat(g_strchomp(kept), added->str, NULL);
    return ag_revision_parse(pool, whole, name, diag) != NULL &&
           ag_file_write(file, whole, true, diag);
}
