/* SPDX-License-Identifier: MIT */
/* Mixins: children of a table that many tables share. */
#include "base/limits.h"
#include "model/field.h"
#include "parser/parse.h"

#include <string.h>

typedef struct {
    AgParse *parse;
    AgElement *table;
    const AgDocument *document;
    GPtrArray *out;                                   /* of AgElement *: the table's new children */
    const AgElement *chain[AG_LIMIT_MIXIN_DEPTH + 1]; /* mixins being expanded */
    int depth;
    GHashTable *done; /* mixins that stand in this table already */
    const char *table_name, *schema_name;
    GPtrArray *key; /* names of the primary key's columns */
    bool keyless;   /* there is none: `key` is a stand-in, and {pk} a mistake */
} Expansion;

void ag_mixins_collect(AgParse *parse, const AgDocument *document)
{
    static const char *const attributes[] = {"name", "comment", NULL};
    for (guint i = 0; i < ag_element_count(document->root); i++) {
        AgElement *child = ag_element_child(document->root, i);
        if (strcmp(child->name, "mixin") != 0)
            continue;
        ag_word_attributes(parse, child, attributes);
        ag_word_no_text(parse, child);
        const char *name = ag_element_value(child, "name");
        if (name == NULL || name[0] == '\0') {
            ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, child->place,
                    "<mixin> needs attribute 'name'");
            continue;
        }
        child->dialects = document->dialects;
        const AgElement *first = g_hash_table_lookup(parse->mixins, name);
        if (first != NULL) {
            ag_fail(parse->diag, AG_PROBLEM_DUPLICATE, child->place, "mixin '%s' is defined twice",
                    name);
            ag_also(parse->diag, first->place);
            continue;
        }
        g_hash_table_insert(parse->mixins, (gpointer)(guintptr)name, child);
    }
}

/* --- finding and unfolding --- */

static void report_unknown_mixin(AgParse *parse, const AgAttribute *attribute)
{
    if (parse->partial)
        return;
    ag_fail(parse->diag, AG_PROBLEM_UNKNOWN_MIXIN, attribute->value_place,
            "no model defines mixin '%s'", attribute->value);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < parse->documents->len; i++) {
        const AgDocument *document = g_ptr_array_index(parse->documents, i);
        for (guint j = 0; j < ag_element_count(document->root); j++) {
            const AgElement *child = ag_element_child(document->root, j);
            const char *name = ag_element_value(child, "name");
            if (strcmp(child->name, "mixin") == 0 && name != NULL)
                g_ptr_array_add(names, (gpointer)(guintptr)name);
        }
    }
    g_ptr_array_add(names, NULL);
    ag_hint_nearest(parse->diag, attribute->value, (const char *const *)names->pdata);
}

static bool report_cycle(Expansion *expansion, const AgElement *mixin, AgPlace place)
{
    int first = 0;
    while (first < expansion->depth && expansion->chain[first] != mixin)
        first++;
    if (first == expansion->depth)
        return false;
    g_autoptr(GString) path = g_string_new(NULL);
    for (int i = first; i < expansion->depth; i++)
        g_string_append_printf(path, "%s -> ", ag_element_value(expansion->chain[i], "name"));
    g_string_append(path, ag_element_value(mixin, "name"));
    ag_fail(expansion->parse->diag, AG_PROBLEM_CYCLE, place, "mixins use each other: %s",
            path->str);
    return true;
}

/* The mixin that <use> names, unless it stands in the table already (which is right when two mixins
 * share a third, and a mistake when the table itself says it twice). */
static AgElement *mixin_of(Expansion *expansion, const AgElement *use)
{
    static const char *const attributes[] = {"mixin", NULL};
    AgParse *parse = expansion->parse;
    ag_word_attributes(parse, use, attributes);
    ag_word_no_children(parse, use);
    ag_word_no_text(parse, use);
    const AgAttribute *attribute = ag_element_attribute(use, "mixin");
    if (attribute == NULL) {
        ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, use->place,
                "<use> needs attribute 'mixin'");
        return NULL;
    }
    AgElement *mixin = g_hash_table_lookup(parse->mixins, attribute->value);
    if (mixin == NULL) {
        report_unknown_mixin(parse, attribute);
        return NULL;
    }
    g_hash_table_add(parse->used, (gpointer)(guintptr)attribute->value);
    if (report_cycle(expansion, mixin, use->place))
        return NULL;
    const AgElement *first = g_hash_table_lookup(expansion->done, mixin);
    if (first != NULL && use->parent == expansion->table && first->parent == expansion->table) {
        ag_fail(parse->diag, AG_PROBLEM_DUPLICATE, use->place, "mixin '%s' is used twice",
                attribute->value);
        ag_also(parse->diag, first->place);
    }
    if (first == NULL)
        g_hash_table_insert(expansion->done, mixin, (gpointer)(guintptr)use);
    return first == NULL ? mixin : NULL;
}

/* Depth is limited by the chain; breadth because each mixin comes at most once. */
static void unfold(Expansion *expansion, const AgElement *source, const char *mixin)
{
    AgParse *parse = expansion->parse;
    for (guint i = 0; i < ag_element_count(source); i++) {
        AgElement *child = ag_element_child(source, i);
        if (mixin != NULL && strcmp(child->name, "comment") == 0)
            continue;
        if (mixin != NULL) {
            child = ag_element_copy(parse->trees, child, expansion->table, mixin);
            if (!ag_expand_limit(parse, child, expansion->table->dialects))
                continue;
        }
        if (strcmp(child->name, "use") != 0) {
            g_ptr_array_add(expansion->out, child);
            continue;
        }
        AgElement *used = mixin_of(expansion, ag_element_child(source, i));
        if (used == NULL)
            continue;
        if (expansion->depth == AG_LIMIT_MIXIN_DEPTH) {
            ag_fail(parse->diag, AG_PROBLEM_TOO_LARGE, child->place,
                    "mixins are nested more than %d deep", AG_LIMIT_MIXIN_DEPTH);
            continue;
        }
        expansion->chain[expansion->depth++] = used;
        unfold(expansion, used, ag_element_value(used, "name"));
        expansion->depth--;
    }
}

/* --- {table} {schema} {pk} --- */

static bool is_placeholder(const char *at, size_t *length)
{
    size_t n = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz-_");
    *length = n + 2;
    return *at == '{' && n > 0 && at[n + 1] == '}';
}

static void report_placeholder(Expansion *expansion, const AgAttribute *attribute, const char *at,
                               size_t length)
{
    static const char *const words[] = {"table", "schema", "pk", NULL};
    g_autofree char *word = g_strndup(at + 1, length - 2);
    ag_fail(expansion->parse->diag, AG_PROBLEM_BAD_VALUE, attribute->value_place,
            "unknown placeholder '{%s}' in a mixin", word);
    ag_hint_nearest(expansion->parse->diag, word, words);
    ag_hint(expansion->parse->diag, "mixins know {table}, {schema} and {pk}");
}

/* One name with its placeholders replaced; several key columns are joined with underscores. */
static char *fill_name(Expansion *expansion, const AgAttribute *attribute, const char *name)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *p = name; *p != '\0';) {
        size_t length;
        if (!is_placeholder(p, &length)) {
            g_string_append_c(out, *p++);
            continue;
        }
        if (strncmp(p, "{table}", length) == 0) {
            g_string_append(out, expansion->table_name);
        } else if (strncmp(p, "{schema}", length) == 0) {
            g_string_append(out, expansion->schema_name);
        } else if (strncmp(p, "{pk}", length) == 0) {
            for (guint i = 0; i < expansion->key->len; i++)
                g_string_append_printf(out, "%s%s", i > 0 ? "_" : "",
                                       (char *)g_ptr_array_index(expansion->key, i));
            if (expansion->keyless)
                ag_fail(expansion->parse->diag, AG_PROBLEM_MISSING_PRIMARY_KEY,
                        attribute->value_place,
                        "{pk} in a mixin, but table '%s' has no primary key",
                        expansion->table_name);
        } else {
            report_placeholder(expansion, attribute, p, length);
            g_string_append(out, expansion->table_name);
        }
        p += length;
    }
    return ag_pool_text(expansion->parse->trees, out->str);
}

static const char *fill_list(Expansion *expansion, const AgAttribute *attribute)
{
    AgPool *pool = expansion->parse->trees;
    GPtrArray *names = ag_names_split(pool, attribute->value);
    GPtrArray *filled = ag_pool_array(pool);
    if (names == NULL)
        return attribute->value;
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        if (strcmp(name, "{pk}") != 0 || expansion->keyless) {
            g_ptr_array_add(filled, fill_name(expansion, attribute, name));
            continue;
        }
        for (guint k = 0; k < expansion->key->len; k++)
            g_ptr_array_add(filled, g_ptr_array_index(expansion->key, k));
    }
    return ag_names_join(pool, filled);
}

static const char *fill_qname(Expansion *expansion, const AgAttribute *attribute)
{
    AgQname name;
    if (!ag_qname_split(expansion->parse->trees, attribute->value, &name))
        return attribute->value;
    if (name.schema != NULL)
        name.schema = fill_name(expansion, attribute, name.schema);
    name.name = fill_name(expansion, attribute, name.name);
    return ag_qname_text(expansion->parse->trees, name);
}

static const char *const name_words[] = {"name", NULL};
static const char *const list_words[] = {
    "columns", "include", "ref-columns", "on-delete-columns", "renamed-from", "update-of", NULL};
static const char *const qname_words[] = {"references", "function", NULL};

static bool is_in(const char *const *words, const char *word)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], word) == 0)
            return true;
    }
    return false;
}

/* Recursion is bounded by AG_LIMIT_XML_DEPTH. */
static void fill_element(Expansion *expansion, AgElement *element)
{
    for (guint i = 0; i < element->n_attributes; i++) {
        AgAttribute *attribute = &element->attributes[i];
        if (strchr(attribute->value, '{') == NULL)
            continue;
        const char *value = attribute->value;
        if (is_in(name_words, attribute->name))
            value = fill_name(expansion, attribute, value);
        else if (is_in(list_words, attribute->name))
            value = fill_list(expansion, attribute);
        else if (is_in(qname_words, attribute->name))
            value = fill_qname(expansion, attribute);
        attribute->value = value;
    }
    for (guint i = 0; i < ag_element_count(element); i++)
        fill_element(expansion, ag_element_child(element, i));
}

/* The primary key as far as attributes say it; {table} in its own names is filled in. */
static void find_key(Expansion *expansion)
{
    AgPool *pool = expansion->parse->trees;
    GPtrArray *key = ag_pool_array(pool), *none = expansion->key;
    for (guint i = 0; i < expansion->out->len; i++) {
        AgElement *child = g_ptr_array_index(expansion->out, i);
        const char *marked = ag_element_value(child, "primary-key");
        const AgAttribute *name = ag_element_attribute(child, "name");
        const AgAttribute *columns = ag_element_attribute(child, "columns");
        if (strcmp(child->name, "column") == 0 && g_strcmp0(marked, "true") == 0 && name != NULL)
            g_ptr_array_add(key, child->mixin == NULL ? (char *)(guintptr)name->value
                                                      : fill_name(expansion, name, name->value));
        if (strcmp(child->name, "primary-key") != 0)
            continue;
        GPtrArray *names = columns == NULL ? none : ag_names_split(pool, columns->value);
        for (guint k = 0; names != NULL && k < names->len; k++)
            g_ptr_array_add(key, g_ptr_array_index(names, k));
        for (guint k = 0; k < ag_element_count(child); k++) {
            const char *part = ag_element_value(ag_element_child(child, k), "name");
            if (part != NULL && strcmp(ag_element_child(child, k)->name, "column") == 0)
                g_ptr_array_add(key, ag_pool_text(pool, part));
        }
    }
    expansion->key = key;
    if (key->len > 0)
        return;
    /* A column that exists keeps one mistake from being told twice. A mixin on trial has no key. */
    expansion->keyless = expansion->table->mixin == NULL;
    const char *any = "id";
    for (guint i = expansion->out->len; i > 0; i--) {
        const AgElement *child = g_ptr_array_index(expansion->out, i - 1);
        if (strcmp(child->name, "column") == 0 && ag_element_value(child, "name") != NULL)
            any = ag_element_value(child, "name");
    }
    g_ptr_array_add(key, (char *)(guintptr)any);
}

/* --- override --- */

static bool same_column(const AgParse *parse, const AgElement *a, const AgElement *b)
{
    return strcmp(a->name, "column") == 0 && strcmp(b->name, "column") == 0 &&
           ag_name_same(ag_element_value(a, "name"), ag_element_value(b, "name"), parse->sqlite);
}

static void apply_overrides(Expansion *expansion)
{
    AgParse *parse = expansion->parse;
    GPtrArray *out = expansion->out;
    for (guint i = 0; i < out->len; i++) {
        AgElement *column = g_ptr_array_index(out, i);
        if (strcmp(column->name, "column") != 0 || !ag_word_bool(parse, column, "override"))
            continue;
        bool found = false;
        for (guint k = out->len; k > 0; k--) {
            AgElement *other = g_ptr_array_index(out, k - 1);
            if (other == column || other->mixin == NULL ||
                g_strcmp0(other->mixin, column->mixin) == 0 || !same_column(parse, column, other))
                continue;
            found = true;
            g_ptr_array_remove_index(out, k - 1);
            i -= k - 1 < i;
        }
        if (!found && !parse->partial) {
            ag_fail(parse->diag, AG_PROBLEM_DANGLING_REFERENCE,
                    ag_element_attribute(column, "override")->place,
                    "no mixin of the table has a column '%s' to override",
                    ag_element_value(column, "name"));
            ag_hint(parse->diag, "remove override=\"true\" or add the <use>");
        }
    }
}

/* --- a table --- */

static const char *schema_of(const AgParse *parse, const AgElement *table,
                             const AgDocument *document)
{
    const char *schema = ag_element_value(table, "schema");
    if (schema == NULL)
        schema = document->schema;
    if (schema == NULL)
        schema = parse->dialect->default_schema;
    return schema == NULL ? "main" : schema;
}

static void take_in(Expansion *expansion)
{
    AgPool *pool = expansion->parse->trees;
    expansion->out = ag_pool_array(pool);
    expansion->done = ag_pool_table(pool, g_direct_hash, g_direct_equal);
    expansion->key = ag_pool_array(pool);
    unfold(expansion, expansion->table, NULL);
    find_key(expansion);
    for (guint i = 0; i < expansion->out->len; i++) {
        AgElement *child = g_ptr_array_index(expansion->out, i);
        if (child->mixin != NULL)
            fill_element(expansion, child);
    }
}

void ag_mixins_expand(AgParse *parse, AgElement *table, const AgDocument *document)
{
    const char *name = ag_element_value(table, "name");
    Expansion expansion = {
        .parse = parse,
        .table = table,
        .document = document,
        .table_name = name == NULL ? "" : name,
        .schema_name = schema_of(parse, table, document),
    };
    if (table->children == NULL)
        return;
    if (table->mixin != NULL || ag_element_find(table, "use") != NULL)
        take_in(&expansion);
    else
        expansion.out = table->children;
    apply_overrides(&expansion);
    for (guint i = 0; i < expansion.out->len; i++) {
        AgElement *child = g_ptr_array_index(expansion.out, i);
        if (strcmp(child->name, "column") == 0)
            ag_expand_variants(parse, child);
    }
    table->children = expansion.out;
}

GPtrArray *ag_mixins_unused(AgParse *parse)
{
    GPtrArray *tables = ag_pool_array(parse->trees);
    for (guint i = 0; i < parse->documents->len; i++) {
        const AgDocument *document = g_ptr_array_index(parse->documents, i);
        for (guint j = 0; j < ag_element_count(document->root); j++) {
            AgElement *mixin = ag_element_child(document->root, j);
            const char *name = ag_element_value(mixin, "name");
            if (strcmp(mixin->name, "mixin") != 0 || name == NULL ||
                g_hash_table_contains(parse->used, name))
                continue;
            AgElement *table = ag_element_copy(parse->trees, mixin, document->root, name);
            table->name = "table";
            ag_element_unset(table, "comment");
            if (ag_expand_limit(parse, table, document->dialects))
                g_ptr_array_add(tables, table);
        }
    }
    return tables;
}
