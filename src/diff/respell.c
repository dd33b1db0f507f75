/* SPDX-License-Identifier: MIT */
/* An old object as the database will print it once everything is renamed. PostgreSQL and SQLite
 * rewrite foreign keys, indexes and expressions themselves when a table or column is renamed; so
 * a mention of the new name in the model is no difference. */
#include "diff/diff_private.h"

#include "dialect/dialect.h"
#include "dialect/postgres/postgres.h"
#include "model/column.h"
#include "model/enum.h"
#include "model/foreign_key.h"
#include "model/publication.h"
#include "model/range.h"
#include "model/sequence.h"
#include "model/statistics.h"
#include "model/type_name.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

const char *ag_diff_schema_name(const AgDiffing *d, const char *schema)
{
    if (schema == NULL || !d->any_renames)
        return schema;
    const char *renamed = g_hash_table_lookup(d->schemas, schema);
    return renamed != NULL ? renamed : schema;
}

AgQname ag_diff_object_name(const AgDiffing *d, AgKind kind, AgQname name)
{
    if (name.name == NULL || !d->any_renames)
        return name;
    const AgQname *renamed =
        g_hash_table_lookup(d->objects, ag_diff_key(d, kind, name.schema, name.name));
    if (renamed != NULL)
        return (AgQname){name.schema == NULL ? NULL : renamed->schema, renamed->name};
    name.schema = ag_diff_schema_name(d, name.schema);
    return name;
}

const char *ag_diff_column_name(const AgDiffing *d, const AgObject *old_table, const char *column)
{
    GHashTable *columns = old_table == NULL ? NULL : g_hash_table_lookup(d->columns, old_table);
    if (columns == NULL || column == NULL)
        return column;
    const char *renamed =
        g_hash_table_lookup(columns, ag_diff_key(d, AG_KIND_COLUMN, NULL, column));
    return renamed != NULL ? renamed : column;
}

/* --- SQL text --- */

typedef struct {
    const AgDiffing *d;
    const AgObject *table;
    AgDialectId dialect;
    GArray *tokens; /* of AgToken, solid ones */
    GString *out;
    const char *text;
    size_t copied;  /* bytes of the text that are in `out` */
    bool rows_only; /* of a rule: the table's columns are those of OLD and NEW alone */
} Respelling;

static AgToken token_at(const Respelling *r, guint i)
{
    return ag_token_at(r->tokens, i);
}

static bool is_name(AgToken token)
{
    return token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_QUOTED;
}

static const char *name_at(const Respelling *r, guint i)
{
    AgToken token = token_at(r, i);
    return ag_sql_token_name(r->d->pool, r->dialect, token.text, token.length);
}

static void put_name(GString *out, const char *name)
{
    g_string_append_c(out, '"');
    for (const char *p = name; *p != '\0'; p++) {
        if (*p == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *p);
    }
    g_string_append_c(out, '"');
}

/* Replaces the i-th token by a quoted name. */
static void replace_name(Respelling *r, guint i, const char *name)
{
    AgToken token = token_at(r, i);
    g_string_append_len(r->out, r->text + r->copied, (gssize)(token.offset - r->copied));
    put_name(r->out, name);
    r->copied = token.offset + token.length;
}

static void replace_text(Respelling *r, guint i, const char *text)
{
    AgToken token = token_at(r, i);
    g_string_append_len(r->out, r->text + r->copied, (gssize)(token.offset - r->copied));
    g_string_append(r->out, text);
    r->copied = token.offset + token.length;
}

/* How many tokens a cast operator at i has: "::" may come as one token or as two. */
static guint cast_length(const Respelling *r, guint i)
{
    AgToken token = token_at(r, i);
    if (token.length == 2 && token.text[0] == ':' && token.text[1] == ':')
        return 1;
    return ag_token_is(token, ":") && ag_token_is(token_at(r, i + 1), ":") ? 2 : 0;
}

/* The old type of that name; one without schema is looked up as the database would. */
static const AgObject *find_type(const Respelling *r, const char *schema, const char *name)
{
    return ag_schema_type(r->d->from, NULL, (AgQname){schema, name});
}

/* What the name of a type becomes; a multirange type goes with its range. */
static AgQname type_name_now(const Respelling *r, const AgObject *type, const char *name)
{
    AgQname now = ag_diff_object_name(r->d, type->info->kind, (AgQname){type->schema, type->name});
    if (!ag_type_is_multirange(type, name))
        return now;
    const AgObject *twin = ag_schema_find(r->d->to, AG_KIND_RANGE, now.schema, now.name);
    now.name = twin == NULL ? name : ag_range_multirange(r->d->pool, (const AgRange *)twin);
    return now;
}

static bool is_dotted(const Respelling *r, guint i)
{
    return ag_token_is(token_at(r, i + 1), ".") && is_name(token_at(r, i + 2));
}

/* A type name begins at i. Returns the first token behind it. "double precision" and its like are
 * passed over as a whole, since their words could be names of columns. */
static guint pass_type(Respelling *r, guint i)
{
    static const char *const tails[] = {"precision", "varying", "with", "without",
                                        "time",      "zone",    NULL};
    if (!is_name(token_at(r, i)))
        return i;
    const char *schema = is_dotted(r, i) ? name_at(r, i) : NULL;
    guint last = schema != NULL ? i + 2 : i;
    const char *name = name_at(r, last);
    const AgObject *type = find_type(r, schema, name);
    AgQname now = {ag_diff_schema_name(r->d, schema), name};
    if (type != NULL)
        now = type_name_now(r, type, name);
    if (schema != NULL && now.schema != NULL && strcmp(now.schema, schema) != 0)
        replace_name(r, i, now.schema);
    if (strcmp(now.name, name) != 0)
        replace_name(r, last, now.name);
    i = last + 1;
    for (bool more = schema == NULL; more;) {
        more = false;
        if (ag_token_is(token_at(r, i), "(") && token_at(r, i + 1).type == AG_TOKEN_NUMBER &&
            ag_token_is(token_at(r, i + 2), ")")) {
            i += 3;
            more = true;
        }
        for (guint k = 0; tails[k] != NULL && !more; k++)
            more = ag_token_is(token_at(r, i), tails[k]) && ++i > 0;
    }
    return i;
}

static char *unquoted_string(const Respelling *r, AgToken token)
{
    if (token.length < 2 || token.text[0] != '\'')
        return NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    for (size_t i = 1; i + 1 < token.length; i++) {
        g_string_append_c(out, token.text[i]);
        if (token.text[i] == '\'' && i + 2 < token.length)
            i++;
    }
    return ag_pool_text(r->d->pool, out->str);
}

/* 'shop.orders_id_seq'::regclass */
static void respell_regclass(Respelling *r, guint i, const char *inside)
{
    static const AgKind kinds[] = {AG_KIND_SEQUENCE, AG_KIND_TABLE};
    AgQname name;
    if (!ag_qname_split(r->d->pool, inside, &name))
        return;
    for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++) {
        AgQname now = ag_diff_object_name(r->d, kinds[k], name);
        if (g_strcmp0(now.schema, name.schema) == 0 && g_strcmp0(now.name, name.name) == 0)
            continue;
        g_autoptr(GString) text = g_string_new(NULL);
        ag_quote_qname(ag_dialect(r->dialect), text, now.schema, now.name);
        replace_text(r, i, ag_sql_literal(r->d->pool, text->str));
        return;
    }
}

/* A string that is a value of that enum, or of an array of it. */
static void respell_value(Respelling *r, guint i, const AgObject *type, bool is_array)
{
    GHashTable *values = type == NULL ? NULL : g_hash_table_lookup(r->d->values, type);
    const char *inside = unquoted_string(r, token_at(r, i));
    if (values == NULL || inside == NULL)
        return;
    const char *now = ag_postgres_respell_labels(r->d->pool, inside, values, is_array);
    if (strcmp(now, inside) != 0)
        replace_text(r, i, ag_sql_literal(r->d->pool, now));
}

/* 'sad'::shop.mood, when the enum or its value is called otherwise now. */
static void respell_string(Respelling *r, guint i)
{
    guint cast = cast_length(r, i + 1);
    char *inside = unquoted_string(r, token_at(r, i));
    if (cast == 0 || inside == NULL || !is_name(token_at(r, i + 1 + cast)))
        return;
    guint at = i + 1 + cast;
    const char *schema = is_dotted(r, at) ? name_at(r, at) : NULL;
    const char *name = name_at(r, schema != NULL ? at + 2 : at);
    if (schema == NULL && strcmp(name, "regclass") == 0) {
        respell_regclass(r, i, inside);
        return;
    }
    bool is_array = ag_token_is(token_at(r, at + (schema != NULL ? 3 : 1)), "[");
    respell_value(r, i, find_type(r, schema, name), is_array);
}

/* OLD and NEW in the condition of a trigger: the row of the table. */
static bool is_row_name(const Respelling *r, guint i)
{
    AgToken token = token_at(r, i);
    return r->table != NULL && (ag_token_is(token, "old") || ag_token_is(token, "new"));
}

/* A name outside a cast: a column, table.column, or schema.something. Returns the next token. */
static guint respell_name(Respelling *r, guint i)
{
    const char *name = name_at(r, i);
    if (!is_dotted(r, i)) {
        bool other = r->rows_only || ag_token_is(token_at(r, i + 1), "(");
        const char *now = other ? name : ag_diff_column_name(r->d, r->table, name);
        if (strcmp(now, name) != 0)
            replace_name(r, i, now);
        return i + 1;
    }
    const char *second = name_at(r, i + 2);
    bool call = ag_token_is(token_at(r, i + 3), "(");
    if (is_row_name(r, i) && !call) {
        const char *column = ag_diff_column_name(r->d, r->table, second);
        if (strcmp(column, second) != 0)
            replace_name(r, i + 2, column);
    } else if (r->table != NULL && !r->rows_only &&
               ag_name_same(name, r->table->name, r->d->fold)) {
        AgQname table = {r->table->schema, r->table->name};
        AgQname now = ag_diff_object_name(r->d, AG_KIND_TABLE, table);
        if (strcmp(now.name, name) != 0)
            replace_name(r, i, now.name);
        const char *column = ag_diff_column_name(r->d, r->table, second);
        if (strcmp(column, second) != 0)
            replace_name(r, i + 2, column);
    } else {
        const char *schema = ag_diff_schema_name(r->d, name);
        if (strcmp(schema, name) != 0)
            replace_name(r, i, schema);
    }
    return i + 3;
}

static const char *respell_text(const AgDiffing *d, const char *text, const AgObject *table,
                                bool is_type, bool rows_only)
{
    if (text == NULL || !d->any_renames)
        return text;
    g_autoptr(GArray) tokens = ag_lexer_solid_tokens(d->from->dialect, text);
    g_autoptr(GString) out = g_string_new(NULL);
    Respelling r = {.d = d, .table = table, .dialect = d->from->dialect, .tokens = tokens};
    r.out = out;
    r.text = text;
    r.rows_only = rows_only;
    bool type = is_type && d->from->dialect != AG_DIALECT_SQLITE;
    for (guint i = 0; i < tokens->len;) {
        AgToken token = token_at(&r, i);
        guint cast = cast_length(&r, i);
        if (type || cast > 0) {
            guint after = pass_type(&r, i + cast);
            i = after > i ? after : i + 1;
            type = false;
        } else if (token.type == AG_TOKEN_STRING) {
            respell_string(&r, i++);
        } else if (is_name(token)) {
            i = respell_name(&r, i);
        } else {
            i++;
        }
    }
    g_string_append(out, text + r.copied);
    return ag_pool_text(d->pool, out->str);
}

const char *ag_diff_respell_sql(const AgDiffing *d, const char *text, const AgObject *table,
                                bool is_type)
{
    return respell_text(d, text, table, is_type, false);
}

/* A list of types with commas between: each is respelled by itself. */
const char *ag_diff_signature_now(const AgDiffing *d, const AgObject *old)
{
    if (old->signature == NULL || !d->any_renames)
        return old->signature;
    g_autoptr(GString) out = g_string_new(NULL);
    g_auto(GStrv) types = g_strsplit(old->signature, ", ", -1);
    for (guint i = 0; types[i] != NULL; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "",
                               ag_diff_respell_sql(d, types[i], NULL, true));
    return ag_sql_normal(d->pool, d->from->dialect, out->str);
}

/* 'sad' as the whole default of a column of that enum, not cast to it. */
static const char *respell_literal(const AgDiffing *d, const char *text, const AgColumn *column)
{
    g_autoptr(GArray) tokens = ag_lexer_solid_tokens(d->from->dialect, text == NULL ? "" : text);
    const char *type =
        column->type.canonical != NULL ? column->type.canonical : column->type.written;
    if (tokens->len != 1 || type == NULL || d->from->dialect == AG_DIALECT_SQLITE ||
        g_array_index(tokens, AgToken, 0).type != AG_TOKEN_STRING)
        return text;
    g_autofree char *cast = g_strdup_printf("%s::%s", text, type);
    size_t tail = strlen(ag_diff_respell_sql(d, type, NULL, true)) + 2;
    const char *both = ag_diff_respell_sql(d, cast, NULL, false);
    return ag_pool_text_n(d->pool, both, strlen(both) - tail);
}

static void respell_default(const AgDiffing *d, const AgColumn *column, AgSql *sql)
{
    sql->written = respell_literal(d, sql->written, column);
    sql->canonical = respell_literal(d, sql->canonical, column);
}

/* --- fields --- */

static GPtrArray *respell_columns(const AgDiffing *d, const GPtrArray *names, const AgObject *table)
{
    GPtrArray *copy = ag_pool_array(d->pool);
    for (guint i = 0; i < names->len; i++)
        g_ptr_array_add(copy, (gpointer)(guintptr)ag_diff_column_name(d, table,
                                                                      g_ptr_array_index(names, i)));
    return copy;
}

static GPtrArray *respell_schemas(const AgDiffing *d, const GPtrArray *names)
{
    GPtrArray *copy = ag_pool_array(d->pool), *set = NULL;
    const char *wrong;
    for (guint i = 0; names != NULL && i < names->len; i++)
        g_ptr_array_add(copy,
                        (gpointer)(guintptr)ag_diff_schema_name(d, g_ptr_array_index(names, i)));
    ag_set_sort(d->pool, copy, NULL, &set, &wrong);
    return set;
}

/* Names of objects of a kind, as texts. */
static GPtrArray *respell_objects(const AgDiffing *d, AgKind kind, const GPtrArray *names)
{
    GPtrArray *copy = ag_pool_array(d->pool);
    for (guint i = 0; i < names->len; i++) {
        char *text = g_ptr_array_index(names, i);
        AgQname name;
        if (ag_qname_split(d->pool, text, &name))
            text = ag_qname_text(d->pool, ag_diff_object_name(d, kind, name));
        g_ptr_array_add(copy, text);
    }
    return copy;
}

static AgSql respell_sql_field(const AgDiffing *d, AgSql sql, const AgObject *table, bool is_type)
{
    sql.canonical = ag_diff_respell_sql(d, sql.canonical, table, is_type);
    sql.written = ag_diff_respell_sql(d, sql.written, table, is_type);
    return sql;
}

static AgSql respell_rule(const AgDiffing *d, AgSql sql, const AgObject *table)
{
    sql.canonical = respell_text(d, sql.canonical, table, false, true);
    sql.written = respell_text(d, sql.written, table, false, true);
    return sql;
}

static GPtrArray *respell_parts(const AgDiffing *d, const GPtrArray *parts, const AgObject *table)
{
    GPtrArray *copy = ag_pool_array(d->pool);
    for (guint i = 0; i < parts->len; i++) {
        AgPart *part = ag_pool_new0(d->pool, AgPart);
        *part = *(const AgPart *)g_ptr_array_index(parts, i);
        part->column = ag_diff_column_name(d, table, part->column);
        part->expression = respell_sql_field(d, part->expression, table, false);
        part->opclass = ag_diff_object_name(d, AG_KIND_OPERATOR_CLASS, part->opclass);
        part->collation = ag_diff_object_name(d, AG_KIND_COLLATION, part->collation);
        g_ptr_array_add(copy, part);
    }
    return copy;
}

static GPtrArray *respell_arguments(const AgDiffing *d, const GPtrArray *arguments)
{
    GPtrArray *copy = ag_pool_array(d->pool);
    for (guint i = 0; i < arguments->len; i++) {
        AgArgument *argument = ag_pool_new0(d->pool, AgArgument);
        *argument = *(const AgArgument *)g_ptr_array_index(arguments, i);
        argument->type = respell_sql_field(d, argument->type, NULL, true);
        argument->default_sql = respell_sql_field(d, argument->default_sql, NULL, false);
        g_ptr_array_add(copy, argument);
    }
    return copy;
}

static AgColumnName respell_column_name(const AgDiffing *d, AgColumnName name)
{
    const AgObject *table =
        ag_schema_find(d->from, AG_KIND_TABLE, name.table.schema, name.table.name);
    name.column = ag_diff_column_name(d, table, name.column);
    name.table = ag_diff_object_name(d, AG_KIND_TABLE, name.table);
    return name;
}

/* What statistics are about. */
static AgKind looked_at(const AgDiffing *d, AgQname name)
{
    bool is_view =
        ag_schema_find(d->from, AG_KIND_MATERIALIZED_VIEW, name.schema, name.name) != NULL;
    return is_view ? AG_KIND_MATERIALIZED_VIEW : AG_KIND_TABLE;
}

/* The table whose columns the object speaks of: the one it is a part of, or is about. */
static const AgObject *table_of(const AgDiffing *d, const AgObject *old)
{
    if (old->info->kind != AG_KIND_STATISTICS && old->info->kind != AG_KIND_PUBLISHED_TABLE)
        return old->parent;
    AgQname table = old->info->kind == AG_KIND_STATISTICS ? ((const AgStatistics *)old)->table
                                                          : ((const AgPublishedTable *)old)->table;
    return ag_schema_find(d->from, AG_KIND_TABLE, table.schema, table.name);
}

/* The table whose columns a list of names means: a foreign key has one list for another table. */
static const AgObject *table_of_names(const AgDiffing *d, const AgObject *old, unsigned field)
{
    if (old->info->kind != AG_KIND_FOREIGN_KEY || field != AG_FOREIGN_KEY_REF_COLUMNS)
        return table_of(d, old);
    AgQname target = ((const AgForeignKey *)old)->references;
    return ag_schema_find(d->from, AG_KIND_TABLE, target.schema, target.name);
}

/* The name of what stands in no schema; NULL stays. */
static const char *global_name(const AgDiffing *d, AgKind kind, const char *name)
{
    return name == NULL ? NULL : ag_diff_object_name(d, kind, (AgQname){NULL, name}).name;
}

static bool names_function(const AgObject *object, const AgField *field)
{
    AgKind kind = object->info->kind;
    if (kind == AG_KIND_AGGREGATE)
        return strcmp(field->name, "sortop") != 0;
    if (kind == AG_KIND_CONVERSION)
        return true;
    if (kind == AG_KIND_RANGE)
        return strcmp(field->name, "canonical") == 0 || strcmp(field->name, "subtype-diff") == 0;
    return (kind == AG_KIND_TRIGGER || kind == AG_KIND_CLASS_FUNCTION ||
            kind == AG_KIND_EVENT_TRIGGER) &&
           strcmp(field->name, "function") == 0;
}

static void respell_field(const AgDiffing *d, const AgObject *old, AgObject *copy, unsigned i)
{
    const AgField *field = &old->info->fields[i];
    void *slot = ag_field_slot(copy, field);
    switch (field->type) {
    case AG_FIELD_NAMES:
        if (*(GPtrArray **)slot != NULL && old->info->kind == AG_KIND_TABLE)
            *(GPtrArray **)slot = respell_objects(d, AG_KIND_TABLE, *(GPtrArray **)slot);
        else if (*(GPtrArray **)slot != NULL && old->info->kind == AG_KIND_TEXT_SEARCH_MAPPING)
            *(GPtrArray **)slot =
                respell_objects(d, AG_KIND_TEXT_SEARCH_DICTIONARY, *(GPtrArray **)slot);
        else if (*(GPtrArray **)slot != NULL)
            *(GPtrArray **)slot =
                respell_columns(d, *(GPtrArray **)slot, table_of_names(d, old, i));
        break;
    case AG_FIELD_QNAME: {
        AgQname *name = slot;
        if (names_function(old, field))
            *name = ag_diff_object_name(d, AG_KIND_FUNCTION, *name);
        else if (strcmp(field->name, "references") == 0 ||
                 old->info->kind == AG_KIND_PUBLISHED_TABLE || old->info->kind == AG_KIND_TABLE)
            *name = ag_diff_object_name(d, AG_KIND_TABLE, *name);
        else if (old->info->kind == AG_KIND_STATISTICS)
            *name = ag_diff_object_name(d, looked_at(d, *name), *name);
        else if (strcmp(field->name, "family") == 0 || strcmp(field->name, "order-by") == 0)
            *name = ag_diff_object_name(d, AG_KIND_OPERATOR_FAMILY, *name);
        else if (strcmp(field->name, "collation") == 0)
            *name = ag_diff_object_name(d, AG_KIND_COLLATION, *name);
        else
            name->schema = ag_diff_schema_name(d, name->schema);
        break;
    }
    case AG_FIELD_COLUMN:
        *(AgColumnName *)slot = respell_column_name(d, *(AgColumnName *)slot);
        break;
    case AG_FIELD_TYPE:
    case AG_FIELD_EXPR:
        if (old->info->kind == AG_KIND_RULE) {
            *(AgSql *)slot = respell_rule(d, *(AgSql *)slot, old->parent);
            break;
        }
        *(AgSql *)slot =
            respell_sql_field(d, *(AgSql *)slot,
                              old->info->kind == AG_KIND_TABLE ? old : table_of(d, old),
                              field->type == AG_FIELD_TYPE);
        if (old->info->kind == AG_KIND_COLUMN && i == AG_COLUMN_DEFAULT_SQL)
            respell_default(d, (const AgColumn *)old, slot);
        break;
    case AG_FIELD_PARTS:
        if (*(GPtrArray **)slot != NULL)
            *(GPtrArray **)slot = respell_parts(d, *(GPtrArray **)slot, table_of(d, old));
        break;
    case AG_FIELD_ARGUMENTS:
        if (*(GPtrArray **)slot != NULL)
            *(GPtrArray **)slot = respell_arguments(d, *(GPtrArray **)slot);
        break;
    case AG_FIELD_NAME:
        if (old->info->kind == AG_KIND_EXTENSION || strcmp(field->name, "in-schema") == 0)
            *(const char **)slot = ag_diff_schema_name(d, *(const char **)slot);
        else if (strcmp(field->name, "server") == 0)
            *(const char **)slot = global_name(d, AG_KIND_SERVER, *(const char **)slot);
        else if (strcmp(field->name, "wrapper") == 0)
            *(const char **)slot =
                global_name(d, AG_KIND_FOREIGN_DATA_WRAPPER, *(const char **)slot);
        break;
    case AG_FIELD_SET:
        if (old->info->kind == AG_KIND_PUBLICATION && i == AG_PUBLICATION_SCHEMAS)
            *(GPtrArray **)slot = respell_schemas(d, *(GPtrArray **)slot);
        break;
    case AG_FIELD_BOOL:
    case AG_FIELD_INT:
    case AG_FIELD_WORD:
    case AG_FIELD_TEXT:
    case AG_FIELD_OPTIONS:
    case AG_FIELD_VALUES:
    case AG_FIELD_TEXTS:
    case AG_FIELD_BODY:
        break;
    }
}

const AgObject *ag_diff_respell(const AgDiffing *d, const AgObject *old)
{
    /* SQLite rewrites no arguments of modules: they go on with the old names. */
    if (!d->any_renames || old->info->kind == AG_KIND_VIRTUAL_TABLE)
        return old;
    AgObject *copy = ag_pool_alloc(d->pool, old->info->size);
    memcpy(copy, old, old->info->size);
    for (unsigned i = 0; i < old->info->n_fields; i++)
        respell_field(d, old, copy, i);
    return copy;
}
