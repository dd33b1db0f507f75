/* SPDX-License-Identifier: MIT */
/* Alembic's revision files: the assignments at the left margin, as text. */
#include "cli/alembic.h"

#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"

/* --- Python's texts --- */

/* The literal whose quote `*p` points at; `*p` moves behind it. NULL: it does not end. */
static const char *read_string(AgPool *pool, const char **p)
{
    char quote = **p;
    g_autoptr(GString) out = g_string_new(NULL);
    const char *at = *p + 1;
    for (; *at != quote; at++) {
        if (*at == '\\' && at[1] != '\0')
            at++;
        if (*at == '\0' || *at == '\n')
            return NULL;
        g_string_append_c(out, *at);
    }
    *p = at + 1;
    return ag_pool_text(pool, out->str);
}

/* None, a text, or texts in brackets, added to `out`. False: it is something else. */
static bool read_value(AgPool *pool, const char *p, GPtrArray *out)
{
    bool open = strchr("([{", *p) != NULL && *p != '\0';
    if (g_str_has_prefix(p, "None"))
        return true;
    for (p += open ? 1 : 0; *p != '\0'; p++) {
        if (*p == '\'' || *p == '"') {
            const char *text = read_string(pool, &p);
            if (text == NULL)
                return false;
            g_ptr_array_add(out, (gpointer)(guintptr)text);
            if (!open)
                return true;
            p--;
        } else if (*p == '#') {
            p += strcspn(p, "\n") - 1;
        } else if (strchr(")]}", *p) != NULL) {
            return open;
        } else if (strchr(", \t\r\n", *p) == NULL || !open) {
            return false;
        }
    }
    return false;
}

/* What is assigned to `name` by a line that begins at `line`; NULL: it does not. */
static const char *assigned(const char *line, const char *name)
{
    size_t length = strlen(name);
    if (strncmp(line, name, length) != 0)
        return NULL;
    const char *p = line + length + strspn(line + length, " \t");
    if (*p == ':') /* an annotation */
        p += strcspn(p, "=\n");
    if (*p != '=' || p[1] == '=')
        return NULL;
    return p + 1 + strspn(p + 1, " \t");
}

const char *ag_alembic_literal(AgPool *pool, const char *text, const char *name, AgPlace *place,
                               bool *computed)
{
    for (const char *p = text; (p = strstr(p, name)) != NULL; p += strlen(name)) {
        const char *value = assigned(p, name);
        const char *start = p;
        while (start > text && start[-1] != '\n')
            start--;
        if (value == NULL || memchr(start, '#', (size_t)(p - start)) != NULL ||
            (p > text && (g_ascii_isalnum(p[-1]) || p[-1] == '_')))
            continue;
        place->line = 1;
        for (const char *before = text; before < start; before++)
            place->line += *before == '\n';
        *computed = *value != '\'' && *value != '"' && !g_str_has_prefix(value, "None");
        return *computed || *value == 'N' ? NULL : read_string(pool, &value);
    }
    return NULL;
}

/* --- files --- */

/* Whether the texts in three quotes that this line begins or ends leave one open. */
static bool inside_after(const char *line, const char *end, bool inside)
{
    for (const char *p = line; p + 2 < end; p++)
        if (strncmp(p, "\"\"\"", 3) == 0 || strncmp(p, "'''", 3) == 0) {
            inside = !inside;
            p += 2;
        }
    return inside;
}

static bool read_line(AgPool *pool, const char *line, AgAlembicRevision *revision, AgPlace place,
                      AgDiag *diag)
{
    GPtrArray *ids = ag_pool_array(pool);
    struct {
        const char *name;
        GPtrArray *out;
    } keys[] = {{"revision", ids},
                {"down_revision", revision->down},
                {"depends_on", revision->depends},
                {"branch_labels", revision->labels}};
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        const char *value = assigned(line, keys[i].name);
        if (value == NULL)
            continue;
        if (!read_value(pool, value, keys[i].out) || (i == 0 && ids->len != 1)) {
            ag_fail(diag, AG_PROBLEM_BAD_REVISION, place,
                    "'%s' is not written out as a text, and Python files are not run",
                    keys[i].name);
            ag_hint(diag, "write it as a literal: %s = \"...\"", keys[i].name);
            return false;
        }
        if (i == 0) {
            revision->id = g_ptr_array_index(ids, 0);
            revision->place = place;
        }
        return true;
    }
    return true;
}

static bool read_file(AgPool *pool, const char *path, GPtrArray *out, AgDiag *diag)
{
    const char *text = ag_file_read(pool, path, AG_LIMIT_REVISION_BYTES, NULL, diag);
    if (text == NULL)
        return false;
    AgAlembicRevision *revision = ag_pool_new0(pool, AgAlembicRevision);
    *revision = (AgAlembicRevision){.down = ag_pool_array(pool),
                                    .depends = ag_pool_array(pool),
                                    .labels = ag_pool_array(pool)};
    bool inside = false;
    int number = 0;
    for (const char *line = text; line != NULL && *line != '\0';) {
        const char *end = line + strcspn(line, "\n");
        number++;
        if (!inside && !read_line(pool, line, revision, (AgPlace){path, number, 0}, diag))
            return false;
        inside = inside_after(line, end, inside);
        line = *end == '\0' ? NULL : end + 1;
    }
    if (revision->id == NULL) /* __init__.py and the like */
        return true;
    const AgAlembicRevision *other = ag_alembic_find(out, revision->id);
    if (other != NULL) {
        ag_fail(diag, AG_PROBLEM_REVISION_DUPLICATE, revision->place, "id '%s' is taken",
                revision->id);
        ag_also(diag, other->place);
        return false;
    }
    g_ptr_array_add(out, revision);
    return true;
}

GPtrArray *ag_alembic_revisions(AgPool *pool, const AgAlembic *alembic, AgDiag *diag)
{
    GPtrArray *out = ag_pool_array(pool);
    for (guint i = 0; i < alembic->locations->len; i++) {
        const char *directory = g_ptr_array_index(alembic->locations, i);
        GPtrArray *files = ag_file_list(pool, directory, ".py", AG_LIMIT_REVISION_FILES, diag);
        if (files == NULL)
            return NULL;
        for (guint f = 0; f < files->len; f++)
            if (!read_file(pool, g_ptr_array_index(files, f), out, diag))
                return NULL;
    }
    return out;
}

/* --- the graph --- */

const AgAlembicRevision *ag_alembic_find(const GPtrArray *revisions, const char *id)
{
    for (guint i = 0; i < revisions->len; i++) {
        const AgAlembicRevision *revision = g_ptr_array_index(revisions, i);
        if (strcmp(revision->id, id) == 0)
            return revision;
    }
    return NULL;
}

static bool has_text(const GPtrArray *texts, const char *text)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)(guintptr)texts, text, g_str_equal, NULL);
}

/* Whether a dependency means that revision: its id, the beginning of it, or its label. */
static bool is_needed(const AgAlembicRevision *needing, const AgAlembicRevision *revision)
{
    for (guint i = 0; i < needing->depends->len; i++) {
        const char *word = g_ptr_array_index(needing->depends, i);
        if (g_str_has_prefix(revision->id, word) || has_text(revision->labels, word))
            return true;
    }
    return false;
}

GPtrArray *ag_alembic_heads(AgPool *pool, const GPtrArray *revisions, bool implied)
{
    GPtrArray *out = ag_pool_array(pool);
    for (guint i = 0; i < revisions->len; i++) {
        const AgAlembicRevision *revision = g_ptr_array_index(revisions, i);
        bool below = false;
        for (guint k = 0; k < revisions->len && !below; k++) {
            const AgAlembicRevision *other = g_ptr_array_index(revisions, k);
            below = has_text(other->down, revision->id) ||
                    (!implied && other != revision && is_needed(other, revision));
        }
        if (!below)
            g_ptr_array_add(out, (gpointer)(guintptr)revision->id);
    }
    g_ptr_array_sort(out, ag_text_order);
    return out;
}

GPtrArray *ag_alembic_labels(AgPool *pool, const GPtrArray *revisions, const char *id)
{
    GPtrArray *out = ag_pool_array(pool), *ids = ag_pool_array(pool);
    g_ptr_array_add(ids, (gpointer)(guintptr)id);
    for (guint i = 0; i < ids->len; i++) {
        const AgAlembicRevision *revision = ag_alembic_find(revisions, g_ptr_array_index(ids, i));
        for (guint k = 0; revision != NULL && k < revision->labels->len; k++)
            g_ptr_array_add(out, g_ptr_array_index(revision->labels, k));
        for (guint k = 0; revision != NULL && k < revision->down->len; k++)
            if (!has_text(ids, g_ptr_array_index(revision->down, k)))
                g_ptr_array_add(ids, g_ptr_array_index(revision->down, k));
    }
    return out;
}
