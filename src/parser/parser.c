/* SPDX-License-Identifier: MIT */
#include "parser/parser.h"

#include "base/text.h"
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
            ag_diag_copy(diag, problem);
    }
}

/* --- stages --- */

struct AgModels {
    AgPool *trees;
    AgDiag *found;
    AgFiles files;
    AgParse parse;
    bool loaded;
};

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
        .domains = ag_pool_array(trees),
        .tables = ag_pool_array(trees),
        .sequences = ag_pool_array(trees),
        .types = ag_pool_table(trees, g_str_hash, g_str_equal),
        .enum_of = ag_pool_table(trees, g_direct_hash, g_direct_equal),
        .domain_of = ag_pool_table(trees, g_direct_hash, g_direct_equal),
        .elements = ag_pool_table(trees, g_direct_hash, g_direct_equal),
        .homes = ag_pool_table(trees, g_direct_hash, g_direct_equal),
        .columns = ag_pool_table(trees, g_direct_hash, g_direct_equal),
    };
}

static AgModels *new_models(AgPool *pool)
{
    AgModels *models = g_new0(AgModels, 1);
    models->trees = ag_pool_new();
    models->found = ag_diag_new();
    models->files = files_of(pool, models->trees);
    return models;
}

void ag_models_free(AgModels *models)
{
    ag_pool_free(models->trees);
    ag_diag_free(models->found);
    g_free(models);
}

static void note_ignored(AgParse *parse)
{
    if (parse->ignored != NULL)
        ag_note(parse->diag, AG_PROBLEM_IGNORED, parse->ignored->place,
                "index options using, include, opclass and nulls are left out on SQLite; they do "
                "not change results");
}

/* The first stages: of the files for this dialect, what is meant for it. */
static void begin(AgModels *models, AgDialectId id)
{
    AgParse *parse = &models->parse;
    *parse = parse_of(&models->files, id, models->found);
    parse->partial = !models->loaded;
    for (guint i = 0; i < models->files.documents->len; i++) {
        AgDocument *document = g_ptr_array_index(models->files.documents, i);
        if ((document->dialects & (1u << id)) != 0)
            g_ptr_array_add(parse->documents, document);
    }
    parse->schema->n_files = parse->documents->len;
    ag_expand(parse);
}

AgSchema *ag_models_build(AgModels *models, AgDiag *diag)
{
    AgParse *parse = &models->parse;
    ag_bind(parse);
    ag_naming_apply(parse);
    ag_resolve(parse);
    ag_validate(parse);
    note_ignored(parse);
    bool good = models->loaded && ag_diag_errors(models->found) == 0;
    hand_over(models->found, diag);
    if (good)
        ag_schema_sort(parse->schema);
    return good ? parse->schema : NULL;
}

bool ag_models_are_read(const AgModels *models)
{
    return models->loaded;
}

AgModels *ag_models_read(AgPool *pool, GPtrArray *directories, AgDialectId dialect)
{
    AgModels *models = new_models(pool);
    models->loaded = ag_load_directories(&models->files, directories, models->found);
    begin(models, dialect);
    return models;
}

AgSchema *ag_models_load(AgPool *pool, GPtrArray *directories, AgDialectId dialect, AgDiag *diag)
{
    g_autoptr(AgModels) models = ag_models_read(pool, directories, dialect);
    return ag_models_build(models, diag);
}

AgSchema *ag_models_parse(AgPool *pool, const char *text, const char *file, AgDialectId dialect,
                          AgDiag *diag)
{
    g_autoptr(AgModels) models = new_models(pool);
    models->loaded = ag_load_text(&models->files, text, file, models->found);
    begin(models, dialect);
    return ag_models_build(models, diag);
}

/* --- the schemas that are named --- */

static const char *schema_named(const AgDocument *document, const AgElement *element)
{
    const AgKindInfo *info = ag_kind_by_element(element->name, NULL);
    if (info != NULL && info->kind == AG_KIND_NAMESPACE)
        return ag_element_value(element, "name");
    if (info == NULL || !info->in_schema)
        return NULL;
    const char *written = ag_element_value(element, "schema");
    if (written == NULL)
        written = document->schema;
    return written == NULL ? ag_dialect_postgres.default_schema : written;
}

GPtrArray *ag_models_schemas(const AgModels *models)
{
    const AgParse *parse = &models->parse;
    if (parse->sqlite || !models->loaded)
        return NULL;
    GPtrArray *names = ag_pool_array(parse->pool);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < parse->documents->len; i++) {
        const AgDocument *document = g_ptr_array_index(parse->documents, i);
        for (guint j = 0; j < ag_element_count(document->root); j++) {
            const char *name = schema_named(document, ag_element_child(document->root, j));
            if (name != NULL && g_hash_table_add(seen, (gpointer)(guintptr)name))
                g_ptr_array_add(names, ag_pool_text(parse->pool, name));
        }
    }
    g_ptr_array_sort(names, ag_text_order);
    return names;
}

/* --- the dialects --- */

static unsigned spoken(const AgFiles *files)
{
    unsigned dialects = 0;
    for (guint i = 0; i < files->documents->len; i++)
        dialects |= ((const AgDocument *)g_ptr_array_index(files->documents, i))->dialects;
    return dialects;
}

unsigned ag_models_spoken(const AgModels *models)
{
    return spoken(&models->files);
}

unsigned ag_models_dialects(AgPool *pool, GPtrArray *directories, AgDiag *diag)
{
    g_autoptr(AgDiag) found = ag_diag_new();
    g_autoptr(AgPool) trees = ag_pool_new();
    AgFiles files = files_of(pool, trees);
    files.roots_only = true;
    bool loaded = ag_load_directories(&files, directories, found);
    unsigned dialects = spoken(&files);
    /* No file yet speaks for neither database, and against none. */
    if (files.documents->len == 0)
        dialects = AG_IN_ALL;
    hand_over(found, diag);
    return loaded ? dialects : 0;
}
