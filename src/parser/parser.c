/* SPDX-License-Identifier: MIT */
#include "parser/parser.h"

#include "parser/parse.h"

#include <string.h>

/* --- problems in the order of the files --- */

static int compare_places(AgPlace a, AgPlace b)
{
    int order = g_strcmp0(a.file, b.file);
    if (order != 0)
        return order;
    return a.line != b.line ? (a.line < b.line ? -1 : 1)
                            : (a.column > b.column) - (a.column < b.column);
}

typedef struct {
    const AgProblem *problem;
    guint number;
} Numbered;

static gint by_place(gconstpointer a, gconstpointer b)
{
    const Numbered *x = a, *y = b;
    int order = compare_places(x->problem->place, y->problem->place);
    return order != 0 ? order : (x->number > y->number) - (x->number < y->number);
}

static void copy_problem(AgDiag *diag, const AgProblem *problem)
{
    switch (problem->severity) {
    case AG_SEVERITY_ERROR:
        ag_fail(diag, problem->id, problem->place, "%s", problem->message);
        break;
    case AG_SEVERITY_WARNING:
        ag_warn(diag, problem->id, problem->place, "%s", problem->message);
        break;
    case AG_SEVERITY_NOTICE:
        ag_note(diag, problem->id, problem->place, "%s", problem->message);
        break;
    }
    if (problem->hint != NULL)
        ag_hint(diag, "%s", problem->hint);
    if (problem->other.file != NULL)
        ag_also(diag, problem->other);
}

static bool same_problem(const AgProblem *a, const AgProblem *b)
{
    return a->id == b->id && compare_places(a->place, b->place) == 0 &&
           strcmp(a->message, b->message) == 0;
}

/* In the order of the files, each once: a mistake in a mixin is found in every table that uses it.
 */
static void hand_over(const AgDiag *found, AgDiag *diag)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Numbered));
    for (guint i = 0; i < ag_diag_count(found); i++) {
        Numbered one = {ag_diag_problem(found, i), i};
        g_array_append_val(all, one);
    }
    g_array_sort(all, by_place);
    for (guint i = 0; i < all->len; i++) {
        const AgProblem *problem = g_array_index(all, Numbered, i).problem;
        bool known = false;
        for (guint j = i; j > 0 && !known; j--) {
            const AgProblem *before = g_array_index(all, Numbered, j - 1).problem;
            if (compare_places(before->place, problem->place) != 0)
                break;
            known = same_problem(before, problem);
        }
        if (!known)
            copy_problem(diag, problem);
    }
}

/* --- stages --- */

static AgFiles files_of(AgPool *pool, AgPool *trees)
{
    return (AgFiles){.names = pool, .trees = trees, .documents = ag_pool_array(trees)};
}

static AgParse parse_of(const AgFiles *files, AgDialectId id, AgDiag *diag)
{
    AgPool *trees = files->trees;
    return (AgParse){
        .pool = files->names,
        .trees = trees,
        .diag = diag,
        .id = id,
        .dialect = ag_dialect(id),
        .sqlite = id == AG_DIALECT_SQLITE,
        .documents = ag_pool_array(trees),
        .mixins = ag_pool_table(trees, g_str_hash, g_str_equal),
        .used = ag_pool_table(trees, g_str_hash, g_str_equal),
        .schema = ag_schema_new(files->names, id),
        .enums = ag_pool_array(trees),
        .tables = ag_pool_array(trees),
        .sequences = ag_pool_array(trees),
        .types = ag_pool_table(trees, g_str_hash, g_str_equal),
        .enum_of = ag_pool_table(trees, g_direct_hash, g_direct_equal),
        .elements = ag_pool_table(trees, g_direct_hash, g_direct_equal),
        .homes = ag_pool_table(trees, g_direct_hash, g_direct_equal),
        .columns = ag_pool_table(trees, g_direct_hash, g_direct_equal),
    };
}

static void note_ignored(AgParse *parse)
{
    if (parse->ignored != NULL)
        ag_note(parse->diag, AG_PROBLEM_IGNORED, parse->ignored->place,
                "index options using, include, opclass and nulls are left out on SQLite; they do "
                "not change results");
}

static void run_stages(AgParse *parse)
{
    ag_expand(parse);
    ag_bind(parse);
    ag_naming_apply(parse);
    ag_resolve(parse);
    ag_validate(parse);
    note_ignored(parse);
}

static AgSchema *build(const AgFiles *files, bool loaded, AgDialectId id, AgDiag *diag)
{
    AgParse parse = parse_of(files, id, diag);
    parse.partial = !loaded;
    for (guint i = 0; i < files->documents->len; i++) {
        AgDocument *document = g_ptr_array_index(files->documents, i);
        if ((document->dialects & (1u << id)) != 0)
            g_ptr_array_add(parse.documents, document);
    }
    parse.schema->n_files = parse.documents->len;
    run_stages(&parse);
    if (!loaded || ag_diag_errors(diag) > 0)
        return NULL;
    ag_schema_sort(parse.schema);
    return parse.schema;
}

AgSchema *ag_models_load(AgPool *pool, GPtrArray *directories, AgDialectId dialect, AgDiag *diag)
{
    g_autoptr(AgDiag) found = ag_diag_new();
    g_autoptr(AgPool) trees = ag_pool_new();
    AgFiles files = files_of(pool, trees);
    bool loaded = ag_load_directories(&files, directories, found);
    AgSchema *schema = build(&files, loaded, dialect, found);
    hand_over(found, diag);
    return schema;
}

AgSchema *ag_models_parse(AgPool *pool, const char *text, const char *file, AgDialectId dialect,
                          AgDiag *diag)
{
    g_autoptr(AgDiag) found = ag_diag_new();
    g_autoptr(AgPool) trees = ag_pool_new();
    AgFiles files = files_of(pool, trees);
    bool loaded = ag_load_text(&files, text, file, found);
    AgSchema *schema = build(&files, loaded, dialect, found);
    hand_over(found, diag);
    return schema;
}

unsigned ag_models_dialects(AgPool *pool, GPtrArray *directories, AgDiag *diag)
{
    g_autoptr(AgDiag) found = ag_diag_new();
    g_autoptr(AgPool) trees = ag_pool_new();
    AgFiles files = files_of(pool, trees);
    files.roots_only = true;
    bool loaded = ag_load_directories(&files, directories, found);
    unsigned dialects = 0;
    for (guint i = 0; i < files.documents->len; i++)
        dialects |= ((const AgDocument *)g_ptr_array_index(files.documents, i))->dialects;
    /* No file yet speaks for neither database, and against none. */
    if (files.documents->len == 0)
        dialects = AG_IN_ALL;
    hand_over(found, diag);
    return loaded ? dialects : 0;
}
