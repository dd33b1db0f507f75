/* SPDX-License-Identifier: MIT */
#include "parser/naming.h"

#include "model/default_name.h"
#include "parser/parse.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

/* ChooseIndexNameAddition: joined by underscores, no further than a name is long. */
static char *join_columns(AgPool *pool, const GPtrArray *columns)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < columns->len && out->len <= AG_NAME_BYTES; i++) {
        const char *name = g_ptr_array_index(columns, i);
        if (i > 0)
            g_string_append_c(out, '_');
        g_string_append_len(out, name,
                            (gssize)ag_name_clip(name, MIN(strlen(name), AG_NAME_BYTES)));
    }
    return ag_pool_text(pool, out->str);
}

static bool has_column(const AgObject *table, const char *name, bool fold)
{
    for (guint i = 0; i < table->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(table->parts, i);
        if (part->info->kind == AG_KIND_COLUMN && ag_name_same(part->name, name, fold))
            return true;
    }
    return false;
}

/* The columns of the table that the expression names. */
static GPtrArray *check_columns(AgPool *pool, AgDialectId dialect, const AgObject *part)
{
    GPtrArray *columns = ag_pool_array(pool);
    const char *sql = ((const AgCheck *)part)->expression.written;
    GPtrArray *names = sql == NULL ? columns : ag_sql_names(pool, dialect, sql);
    for (guint i = 0; names != columns && i < names->len; i++) {
        char *name = g_ptr_array_index(names, i);
        if (has_column(part->parent, name, dialect == AG_DIALECT_SQLITE))
            g_ptr_array_add(columns, name);
    }
    return columns;
}

static GPtrArray *index_columns(AgPool *pool, const AgIndex *index)
{
    GPtrArray *columns = ag_pool_array(pool);
    for (guint i = 0; index->parts != NULL && i < index->parts->len; i++) {
        const AgPart *part = g_ptr_array_index(index->parts, i);
        if (part->column == NULL)
            return NULL;
        g_ptr_array_add(columns, (gpointer)(guintptr)part->column);
    }
    return columns->len == 0 ? NULL : columns;
}

/* The server takes the columns of INCLUDE into the name, too. */
static GPtrArray *with_included(AgPool *pool, const GPtrArray *columns, const GPtrArray *include)
{
    if (columns == NULL)
        return NULL;
    GPtrArray *all = ag_pool_array(pool);
    for (guint i = 0; i < columns->len; i++)
        g_ptr_array_add(all, g_ptr_array_index(columns, i));
    for (guint i = 0; include != NULL && i < include->len; i++)
        g_ptr_array_add(all, g_ptr_array_index(include, i));
    return all;
}

/* The columns that make up a part's name; NULL when it has none that could. `include`: those of
 * INCLUDE as well, as the server does it; templates mean the key. */
static GPtrArray *naming_columns(AgPool *pool, AgDialectId dialect, const AgObject *part,
                                 bool include)
{
    switch (part->info->kind) {
    case AG_KIND_PRIMARY_KEY:
    case AG_KIND_UNIQUE:
        return with_included(pool, ((const AgKey *)part)->columns,
                             include ? ((const AgKey *)part)->include : NULL);
    case AG_KIND_FOREIGN_KEY:
        return ((const AgForeignKey *)part)->columns;
    case AG_KIND_INDEX:
    case AG_KIND_EXCLUDE:
        return with_included(pool, index_columns(pool, (const AgIndex *)part),
                             include ? ((const AgIndex *)part)->include : NULL);
    case AG_KIND_CHECK:
        return check_columns(pool, dialect, part);
    case AG_KIND_NAMESPACE:
    case AG_KIND_EXTENSION:
    case AG_KIND_EVENT_TRIGGER:
    case AG_KIND_PUBLICATION:
    case AG_KIND_PUBLISHED_TABLE:
    case AG_KIND_FOREIGN_DATA_WRAPPER:
    case AG_KIND_SERVER:
    case AG_KIND_USER_MAPPING:
    case AG_KIND_CAST:
    case AG_KIND_DEFAULT_PRIVILEGES:
    case AG_KIND_OPERATOR:
    case AG_KIND_OPERATOR_FAMILY:
    case AG_KIND_OPERATOR_CLASS:
    case AG_KIND_CLASS_OPERATOR:
    case AG_KIND_CLASS_FUNCTION:
    case AG_KIND_CONVERSION:
    case AG_KIND_TEXT_SEARCH_DICTIONARY:
    case AG_KIND_TEXT_SEARCH_CONFIGURATION:
    case AG_KIND_TEXT_SEARCH_MAPPING:
    case AG_KIND_VIEW:
    case AG_KIND_MATERIALIZED_VIEW:
    case AG_KIND_VIRTUAL_TABLE:
    case AG_KIND_VIEW_COLUMN:
    case AG_KIND_COLLATION:
    case AG_KIND_ENUM:
    case AG_KIND_DOMAIN:
    case AG_KIND_DOMAIN_CHECK:
    case AG_KIND_COMPOSITE:
    case AG_KIND_COMPOSITE_FIELD:
    case AG_KIND_RANGE:
    case AG_KIND_SEQUENCE:
    case AG_KIND_STATISTICS:
    case AG_KIND_FUNCTION:
    case AG_KIND_PROCEDURE:
    case AG_KIND_AGGREGATE:
    case AG_KIND_TABLE:
    case AG_KIND_COLUMN:
    case AG_KIND_TRIGGER:
    case AG_KIND_POLICY:
    case AG_KIND_RULE:
        return NULL;
    }
    g_assert_not_reached();
}

static const char *label_of(AgKind kind)
{
    switch (kind) {
    case AG_KIND_PRIMARY_KEY:
        return "pkey";
    case AG_KIND_UNIQUE:
        return "key";
    case AG_KIND_FOREIGN_KEY:
        return "fkey";
    case AG_KIND_INDEX:
        return "idx";
    case AG_KIND_EXCLUDE:
        return "excl";
    case AG_KIND_CHECK:
        return "check";
    case AG_KIND_NAMESPACE:
    case AG_KIND_EXTENSION:
    case AG_KIND_EVENT_TRIGGER:
    case AG_KIND_PUBLICATION:
    case AG_KIND_PUBLISHED_TABLE:
    case AG_KIND_FOREIGN_DATA_WRAPPER:
    case AG_KIND_SERVER:
    case AG_KIND_USER_MAPPING:
    case AG_KIND_CAST:
    case AG_KIND_DEFAULT_PRIVILEGES:
    case AG_KIND_OPERATOR:
    case AG_KIND_OPERATOR_FAMILY:
    case AG_KIND_OPERATOR_CLASS:
    case AG_KIND_CLASS_OPERATOR:
    case AG_KIND_CLASS_FUNCTION:
    case AG_KIND_CONVERSION:
    case AG_KIND_TEXT_SEARCH_DICTIONARY:
    case AG_KIND_TEXT_SEARCH_CONFIGURATION:
    case AG_KIND_TEXT_SEARCH_MAPPING:
    case AG_KIND_VIEW:
    case AG_KIND_MATERIALIZED_VIEW:
    case AG_KIND_VIRTUAL_TABLE:
    case AG_KIND_VIEW_COLUMN:
    case AG_KIND_COLLATION:
    case AG_KIND_ENUM:
    case AG_KIND_DOMAIN:
    case AG_KIND_DOMAIN_CHECK:
    case AG_KIND_COMPOSITE:
    case AG_KIND_COMPOSITE_FIELD:
    case AG_KIND_RANGE:
    case AG_KIND_SEQUENCE:
    case AG_KIND_STATISTICS:
    case AG_KIND_FUNCTION:
    case AG_KIND_PROCEDURE:
    case AG_KIND_AGGREGATE:
    case AG_KIND_TABLE:
    case AG_KIND_COLUMN:
    case AG_KIND_TRIGGER:
    case AG_KIND_POLICY:
    case AG_KIND_RULE:
        return NULL;
    }
    g_assert_not_reached();
}

/* `pass` as the server counts when a name is taken: pkey, pkey1, pkey2. */
static char *default_name(AgPool *pool, AgDialectId dialect, const AgObject *part, guint pass)
{
    const char *label = label_of(part->info->kind);
    GPtrArray *columns = naming_columns(pool, dialect, part, true);
    if (label == NULL || columns == NULL)
        return NULL;
    char *numbered =
        pass == 0 ? ag_pool_text(pool, label) : ag_pool_printf(pool, "%s%u", label, pass);
    char *addition = part->info->kind == AG_KIND_PRIMARY_KEY ||
                             (part->info->kind == AG_KIND_CHECK && columns->len != 1)
                         ? NULL
                         : join_columns(pool, columns);
    return ag_default_name(pool, part->parent->name, addition, numbered);
}

char *ag_naming_default(AgPool *pool, AgDialectId dialect, const AgObject *part)
{
    if (dialect == AG_DIALECT_SQLITE && part->info->kind != AG_KIND_INDEX)
        return NULL;
    return default_name(pool, dialect, part, 0);
}

/* --- templates of <naming> --- */

static void fill_one(const AgObject *part, const char *columns, const char *word, size_t length,
                     GString *out)
{
    const char *ref = part->info->kind == AG_KIND_FOREIGN_KEY
                          ? ((const AgForeignKey *)part)->references.name
                          : NULL;
    if (strncmp(word, "schema", length) == 0)
        g_string_append(out, part->parent->schema == NULL ? "main" : part->parent->schema);
    else if (strncmp(word, "table", length) == 0)
        g_string_append(out, part->parent->name);
    else if (strncmp(word, "columns", length) == 0)
        g_string_append(out, columns);
    else if (ref != NULL)
        g_string_append(out, ref);
}

static char *fill_template(AgParse *parse, const AgObject *part, const AgAttribute *attribute)
{
    GPtrArray *names = naming_columns(parse->trees, parse->id, part, false);
    if (names == NULL)
        return NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    const char *columns = join_columns(parse->trees, names);
    for (const char *p = attribute->value; *p != '\0';) {
        const char *close = *p == '{' ? strchr(p, '}') : NULL;
        if (close == NULL) {
            g_string_append_c(out, *p++);
            continue;
        }
        fill_one(part, columns, p + 1, (size_t)(close - p - 1), out);
        p = close + 1;
    }
    if (parse->dialect->name_bytes > 0 && out->len > parse->dialect->name_bytes) {
        ag_fail(parse->diag, AG_PROBLEM_BAD_NAME, part->place,
                "the naming template gives '%s', which has %zu bytes; %s allows %zu", out->str,
                out->len, parse->dialect->name, parse->dialect->name_bytes);
        ag_hint(parse->diag, "give the element a name of its own");
    }
    return ag_pool_text(parse->trees, out->str);
}

static void check_template(AgParse *parse, const AgAttribute *attribute)
{
    static const char *const words[] = {"schema", "table", "columns", "ref-table", NULL};
    for (const char *p = attribute->value; (p = strchr(p, '{')) != NULL; p++) {
        size_t length = strcspn(p + 1, "}");
        g_autofree char *word = g_strndup(p + 1, length);
        bool known = false;
        for (size_t i = 0; words[i] != NULL; i++)
            known = known || strcmp(words[i], word) == 0;
        bool misplaced =
            strcmp(word, "ref-table") == 0 && strcmp(attribute->name, "foreign-key") != 0;
        if (known && !misplaced)
            continue;
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, attribute->value_place,
                "unknown placeholder '{%s}' in a naming template", word);
        ag_hint(parse->diag, "known are {schema}, {table}, {columns}, and {ref-table} for "
                             "foreign keys");
    }
    if (attribute->value[0] == '\0')
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, attribute->value_place,
                "the naming template is empty");
}

/* --- giving names --- */

typedef struct {
    AgParse *parse;
    GHashTable *relations;   /* "schema\1name" of tables, indexes, keys, sequences */
    GHashTable *constraints; /* "schema\1table\1name" */
} Taken;

static char *relation_key(const Taken *taken, const char *schema, const char *name)
{
    return ag_pool_concat(taken->parse->trees, schema == NULL ? "" : schema, "\1", name, NULL);
}

static char *constraint_key(const Taken *taken, const AgObject *part, const char *name)
{
    const AgObject *table = part->parent;
    return ag_pool_concat(taken->parse->trees, table->schema == NULL ? "" : table->schema, "\1",
                          table->name, "\1", name, NULL);
}

static bool is_relation(AgKind kind)
{
    return (ag_kind_info(kind)->names & AG_NAMED_AS_RELATION) != 0;
}

static bool is_constraint(const AgObject *part)
{
    return (part->info->names & AG_NAMED_AS_CONSTRAINT) != 0;
}

static void take(Taken *taken, const AgObject *part)
{
    if (is_relation(part->info->kind))
        g_hash_table_add(taken->relations, relation_key(taken, part->parent->schema, part->name));
    if (is_constraint(part))
        g_hash_table_add(taken->constraints, constraint_key(taken, part, part->name));
}

static bool is_taken(const Taken *taken, const AgObject *part, const char *name)
{
    bool relation = is_relation(part->info->kind), constraint = is_constraint(part);
    return (relation && g_hash_table_contains(taken->relations,
                                              relation_key(taken, part->parent->schema, name))) ||
           (constraint &&
            g_hash_table_contains(taken->constraints, constraint_key(taken, part, name)));
}

static void give_name(Taken *taken, AgObject *part)
{
    AgParse *parse = taken->parse;
    const AgAttribute *template =
        parse->naming == NULL ? NULL : ag_element_attribute(parse->naming, part->info->element);
    char *name = NULL;
    if (template != NULL)
        name = fill_template(parse, part, template);
    else if (!parse->sqlite || part->info->kind == AG_KIND_INDEX)
        for (guint pass = 0; pass == 0 || (name != NULL && is_taken(taken, part, name)); pass++)
            name = default_name(parse->trees, parse->id, part, pass);
    if (name == NULL && part->info->kind == AG_KIND_INDEX) {
        if (((AgIndex *)part)->parts != NULL) {
            ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, part->place,
                    "an index over an expression needs attribute 'name'");
        }
        return;
    }
    if (name == NULL)
        return;
    part->name = ag_pool_name(parse->pool, name);
    take(taken, part);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    const AgObject *x = *(AgObject *const *)a, *y = *(AgObject *const *)b;
    int order = g_strcmp0(x->schema, y->schema);
    return order != 0 ? order : g_strcmp0(x->name, y->name);
}

static void take_given_parts(Taken *taken, const AgObject *holder)
{
    for (guint i = 0; holder->parts != NULL && i < holder->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(holder->parts, i);
        if (part->name != NULL && part->info->names != 0)
            take(taken, part);
    }
}

static void take_given(Taken *taken)
{
    AgParse *parse = taken->parse;
    for (guint i = 0; i < parse->schema->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(parse->schema->objects, i);
        if ((object->info->names & AG_NAMED_AS_RELATION) != 0)
            g_hash_table_add(taken->relations, relation_key(taken, object->schema, object->name));
        take_given_parts(taken, object);
    }
    for (guint i = 0; i < parse->tables->len; i++) {
        const AgObject *table = g_ptr_array_index(parse->tables, i);
        g_hash_table_add(taken->relations, relation_key(taken, table->schema, table->name));
        take_given_parts(taken, table);
    }
}

/* {table}_{column}_seq, and the default that draws from it. */
static void name_sequence(Taken *taken, const AgSerial *serial)
{
    AgParse *parse = taken->parse;
    const AgObject *column = &serial->column->object;
    AgSequence *sequence = serial->sequence;
    if (column->parent->name == NULL || column->name == NULL)
        return;
    char *name = NULL;
    for (guint pass = 0;; pass++) {
        g_autofree char *label = pass == 0 ? g_strdup("seq") : g_strdup_printf("seq%u", pass);
        name = ag_default_name(parse->trees, column->parent->name, column->name, label);
        if (g_hash_table_add(taken->relations, relation_key(taken, sequence->object.schema, name)))
            break;
    }
    sequence->object.name = ag_pool_name(parse->pool, name);
    g_autoptr(GString) qname = g_string_new(NULL);
    ag_quote_qname(parse->dialect, qname, sequence->object.schema, name);
    const char *sql = ag_pool_printf(parse->pool, "nextval(%s::regclass)",
                                     ag_sql_literal(parse->trees, qname->str));
    serial->column->default_sql = (AgSql){.written = sql, .canonical = sql, .place = column->place};
    ag_schema_add(parse->schema, &sequence->object);
}

static gint by_column(gconstpointer a, gconstpointer b)
{
    const AgSerial *x = *(AgSerial *const *)a, *y = *(AgSerial *const *)b;
    const AgObject *table = x->column->object.parent, *other = y->column->object.parent;
    int order = by_name(&table, &other);
    return order != 0 ? order : g_strcmp0(x->column->object.name, y->column->object.name);
}

void ag_naming_apply(AgParse *parse)
{
    Taken taken = {
        .parse = parse,
        .relations = g_hash_table_new(g_str_hash, g_str_equal),
        .constraints = g_hash_table_new(g_str_hash, g_str_equal),
    };
    for (guint i = 0; parse->naming != NULL && i < parse->naming->n_attributes; i++)
        check_template(parse, &parse->naming->attributes[i]);
    take_given(&taken);
    /* By name, so that numbers do not depend on the order of files. */
    g_autoptr(GPtrArray) tables = g_ptr_array_copy(parse->tables, NULL, NULL);
    for (guint i = 0; i < parse->schema->objects->len; i++)
        g_ptr_array_add(tables, g_ptr_array_index(parse->schema->objects, i));
    g_ptr_array_sort(tables, by_name);
    for (guint i = 0; i < tables->len; i++) {
        AgObject *table = g_ptr_array_index(tables, i);
        for (guint j = 0; table->parts != NULL && j < table->parts->len; j++) {
            AgObject *part = g_ptr_array_index(table->parts, j);
            if (part->name == NULL && part->info->names != 0)
                give_name(&taken, part);
        }
    }
    g_ptr_array_sort(parse->sequences, by_column);
    for (guint i = 0; i < parse->sequences->len; i++)
        name_sequence(&taken, g_ptr_array_index(parse->sequences, i));
    g_hash_table_destroy(taken.relations);
    g_hash_table_destroy(taken.constraints);
}
