/* SPDX-License-Identifier: MIT */
/* Data types: built-in ones, those of the models, serial, and SQLite's names for the
 * portable ones. */
#include "base/text.h"
#include "model/type_name.h"
#include "parser/parse.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

/* "shop.status[]": names, and what follows them. */
typedef struct {
    const char *schema, *name; /* as SQL reads them */
    const char *exact;         /* the last name as written, without quotes */
    const char *rest;
    bool quoted;
} TypeName;

static bool is_name(AgToken token)
{
    return token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_QUOTED;
}

static const char *exact_name(AgParse *parse, AgToken token)
{
    if (token.type == AG_TOKEN_WORD)
        return ag_pool_text_n(parse->trees, token.text, token.length);
    return ag_sql_token_name(parse->trees, parse->id, token.text, token.length);
}

static bool split_type(AgParse *parse, const char *text, TypeName *out)
{
    AgLexer lexer;
    ag_lexer_init(&lexer, parse->id, text, strlen(text));
    AgToken token = ag_lexer_next_solid(&lexer);
    *out = (TypeName){NULL};
    if (!is_name(token))
        return false;
    out->name = ag_sql_token_name(parse->trees, parse->id, token.text, token.length);
    out->exact = exact_name(parse, token);
    out->quoted = token.type == AG_TOKEN_QUOTED;
    out->rest = text + lexer.offset;
    token = ag_lexer_next_solid(&lexer);
    if (!ag_token_is(token, "."))
        return true;
    token = ag_lexer_next_solid(&lexer);
    if (!is_name(token))
        return false;
    out->schema = out->name;
    out->name = ag_sql_token_name(parse->trees, parse->id, token.text, token.length);
    out->exact = exact_name(parse, token);
    out->quoted = token.type == AG_TOKEN_QUOTED;
    out->rest = text + lexer.offset;
    return true;
}

/* A type is names, numbers and brackets; anything else would break out of the statement. */
static bool is_type_text(AgParse *parse, const char *text)
{
    AgLexer lexer;
    int depth = 0;
    ag_lexer_init(&lexer, parse->id, text, strlen(text));
    for (;;) {
        AgToken token = ag_lexer_next(&lexer);
        if (token.type == AG_TOKEN_END)
            return depth == 0;
        bool sign = token.type == AG_TOKEN_OPERATOR && token.length == 1 &&
                    strchr("+-", token.text[0]) != NULL;
        if (ag_token_is(token, "(") || ag_token_is(token, "["))
            depth++;
        else if ((ag_token_is(token, ")") || ag_token_is(token, "]")) && --depth < 0)
            return false;
        else if (ag_token_is(token, ",") && depth == 0)
            return false;
        else if (ag_token_is(token, ";") ||
                 (!is_name(token) && !sign && token.type != AG_TOKEN_NUMBER &&
                  token.type != AG_TOKEN_PUNCT && token.type != AG_TOKEN_SPACE))
            return false;
    }
}

static const AgTypeText *look_at(AgParse *parse, const char *text)
{
    AgTypeText *known = g_hash_table_lookup(parse->types, text);
    if (known != NULL)
        return known;
    known = ag_pool_new0(parse->trees, AgTypeText);
    known->safe = is_type_text(parse, text);
    if (known->safe)
        known->canonical = parse->dialect->canonical_type(parse->pool, text);
    g_hash_table_insert(parse->types, (gpointer)(guintptr)text, known);
    return known;
}

bool ag_types_is_safe(AgParse *parse, const char *text)
{
    return text[strspn(text, " ")] != '\0' && look_at(parse, text)->safe;
}

static const AgObject *type_among(const GPtrArray *list, const char *schema, const char *name)
{
    for (guint i = 0; i < list->len; i++) {
        const AgObject *object = g_ptr_array_index(list, i);
        if (ag_object_is_type(object) && strcmp(object->name, name) == 0 &&
            (schema == NULL || g_strcmp0(object->schema, schema) == 0))
            return object;
    }
    return NULL;
}

/* The type of that name; `schema` NULL: in whatever schema. On SQLite there are but enums and
 * domains, which are no objects of the schema. */
static const AgObject *type_in(const AgParse *parse, const char *schema, const char *name)
{
    if (!parse->sqlite)
        return schema != NULL ? ag_schema_type_in(parse->schema, schema, name)
                              : type_among(parse->schema->objects, schema, name);
    const AgObject *found = type_among(parse->enums, schema, name);
    return found != NULL ? found : type_among(parse->domains, schema, name);
}

/* The schema of the table in the models, on SQLite too. */
static const char *model_schema(const AgParse *parse, const AgObject *table)
{
    const AgElement *element = ag_parse_element(parse, table);
    const AgDocument *document = g_hash_table_lookup(parse->homes, table);
    const char *schema = ag_element_value(element, "schema");
    if (schema == NULL && document != NULL)
        schema = document->schema;
    return schema == NULL ? ag_dialect_postgres.default_schema : schema;
}

/* Unqualified names are looked for in the schema of the object (a table, a domain), the file's,
 * public, then anywhere. */
static const AgObject *find_type(const AgParse *parse, const TypeName *type, const AgObject *top)
{
    const AgDocument *document = g_hash_table_lookup(parse->homes, top);
    const char *schemas[] = {model_schema(parse, top), document == NULL ? NULL : document->schema,
                             ag_dialect_postgres.default_schema, NULL};
    const char *names[] = {type->exact, type->quoted ? NULL : type->name};
    for (size_t n = 0; n < G_N_ELEMENTS(names) && names[n] != NULL; n++) {
        if (type->schema != NULL) {
            const AgObject *found = type_in(parse, type->schema, names[n]);
            if (found != NULL)
                return found;
            continue;
        }
        for (size_t s = 0; s < G_N_ELEMENTS(schemas); s++) {
            const AgObject *found = type_in(parse, schemas[s], names[n]);
            if (found != NULL && (schemas[s] != NULL || s + 1 == G_N_ELEMENTS(schemas)))
                return found;
        }
    }
    return NULL;
}

/* --- problems --- */

static void report_unknown(AgParse *parse, const AgObject *object, const AgSql *type,
                           const char *nearest)
{
    g_autofree char *shown = ag_text_printable(type->written);
    ag_fail(parse->diag, AG_PROBLEM_UNKNOWN_TYPE, type->place, "unknown type '%s' for %s '%s'",
            shown, object->info->noun, object->name);
    if (nearest != NULL)
        ag_hint(parse->diag, "did you mean '%s'?", nearest);
}

static const char *nearest_type(AgParse *parse, const TypeName *type)
{
    const char *const *built_in = parse->dialect->type_names;
    g_autoptr(GPtrArray) backwards = g_ptr_array_new();
    /* Of two that are equally near the longer stands later: timestampz is timestamptz. */
    for (guint n = g_strv_length((char **)(guintptr)built_in); n > 0; n--)
        g_ptr_array_add(backwards, (gpointer)(guintptr)built_in[n - 1]);
    g_ptr_array_add(backwards, NULL);
    const char *near = ag_text_nearest(type->name, (const char *const *)backwards->pdata);
    if (near != NULL)
        return near;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const GPtrArray *list = parse->sqlite ? parse->enums : parse->schema->objects;
    for (guint i = 0; i < list->len; i++) {
        const AgObject *object = g_ptr_array_index(list, i);
        if (ag_object_is_type(object))
            g_ptr_array_add(names, (gpointer)(guintptr)object->name);
    }
    g_ptr_array_add(names, NULL);
    return ag_text_nearest(type->name, (const char *const *)names->pdata);
}

/* Tables come after everything else; their rows are types too. */
static bool is_row_type(const AgParse *parse, const TypeName *type)
{
    for (guint i = 0; i < parse->documents->len; i++) {
        const AgDocument *document = g_ptr_array_index(parse->documents, i);
        for (guint j = 0; j < ag_element_count(document->root); j++) {
            const AgElement *element = ag_element_child(document->root, j);
            const char *name = ag_kind_by_element(element->name, NULL) != &ag_kind_table
                                   ? NULL
                                   : ag_element_value(element, "name");
            if (name != NULL && (strcmp(name, type->exact) == 0 || strcmp(name, type->name) == 0))
                return true;
        }
    }
    return false;
}

/* A built-in name whose modifiers the database refuses: varchar(0), numeric(2000). */
static bool has_bad_modifiers(AgParse *parse, const char *text)
{
    const char *open = strchr(text, '(');
    if (open == NULL)
        return false;
    const char *close = strrchr(open, ')');
    g_autofree char *plain =
        g_strdup_printf("%.*s%s", (int)(open - text), text, close == NULL ? "" : close + 1);
    return parse->dialect->canonical_type(parse->trees, plain) != NULL;
}

/* --- PostgreSQL --- */

typedef struct {
    const char *word, *type;
} Serial;

static const Serial serials[] = {{"serial", "integer"},       {"serial4", "integer"},
                                 {"bigserial", "bigint"},     {"serial8", "bigint"},
                                 {"smallserial", "smallint"}, {"serial2", "smallint"}};

static const char *serial_type(const char *text)
{
    for (size_t i = 0; i < G_N_ELEMENTS(serials); i++) {
        if (g_ascii_strcasecmp(serials[i].word, text) == 0)
            return serials[i].type;
    }
    return NULL;
}

static void become_serial(AgParse *parse, AgColumn *column, const char *type)
{
    AgObject *table = column->object.parent;
    column->type.written = column->type.canonical = type;
    AgSequence *sequence =
        (AgSequence *)ag_object_new(parse->pool, &ag_kind_sequence, NULL, table->schema, NULL);
    sequence->object.place = column->object.place;
    sequence->object.owner = table->owner;
    sequence->object.mixin = column->object.mixin;
    if (strcmp(type, "bigint") != 0)
        sequence->type = (AgSql){.written = type, .canonical = type, .place = column->type.place};
    sequence->owned_by = (AgColumnName){{table->schema, table->name}, column->object.name};
    AgSerial *serial = ag_pool_new0(parse->trees, AgSerial);
    *serial = (AgSerial){column, sequence};
    g_ptr_array_add(parse->sequences, serial);
    if (column->null)
        ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE, column->object.place,
                "column '%s' is serial and cannot accept NULL", column->object.name);
}

static bool ends_as_array(const char *rest)
{
    rest += strspn(rest, " ");
    return *rest == '\0' || *rest == '[';
}

static void take_name(AgParse *parse, AgSql *type, const AgObject *named, const TypeName *written)
{
    g_autoptr(GString) out = g_string_new(NULL);
    bool multirange = ag_type_is_multirange(named, written->name);
    ag_quote_qname(parse->dialect, out, named->schema, multirange ? written->name : named->name);
    if (written->rest[strspn(written->rest, " ")] == '[')
        g_string_append(out, "[]");
    type->written = type->canonical = ag_pool_text(parse->pool, out->str);
}

/* Settles a type of the object: a built-in one, or one of the models, which then has its schema
 * before it. What is neither is left to the server, unless it is near enough to one of them to be
 * a slip. Returns the object that the text names. */
static const AgObject *settle_type(AgParse *parse, const AgObject *object, AgSql *type)
{
    const AgObject *top = object->parent != NULL ? object->parent : object;
    TypeName name;
    type->canonical = look_at(parse, type->written)->canonical;
    if (type->canonical != NULL)
        return NULL;
    if (!split_type(parse, type->written, &name)) {
        report_unknown(parse, object, type, NULL);
        return NULL;
    }
    const AgObject *found = find_type(parse, &name, top);
    if (found != NULL && ends_as_array(name.rest)) {
        take_name(parse, type, found, &name);
        return found;
    }
    if (has_bad_modifiers(parse, type->written)) {
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, type->place,
                "type '%s' of %s '%s' has modifiers that are out of range", type->written,
                object->info->noun, object->name);
    } else if (name.schema == NULL && !parse->has_extensions && !parse->partial) {
        const char *near = nearest_type(parse, &name);
        if (near != NULL && !is_row_type(parse, &name))
            report_unknown(parse, object, type, near);
    }
    return NULL;
}

static void postgres_type(AgParse *parse, AgColumn *column)
{
    const char *serial = serial_type(column->type.written);
    if (serial != NULL) {
        become_serial(parse, column, serial);
        return;
    }
    const AgObject *found = settle_type(parse, &column->object, &column->type);
    if (found != NULL && found->info->kind == AG_KIND_ENUM &&
        !g_str_has_suffix(column->type.written, "[]"))
        g_hash_table_insert(parse->enum_of, column, (gpointer)(guintptr)found);
}

static void settle_types_of(AgParse *parse, AgObject *object)
{
    for (unsigned i = 0; i < object->info->n_fields; i++) {
        const AgField *field = &object->info->fields[i];
        AgSql *type = ag_field_slot(object, field);
        if (field->type != AG_FIELD_TYPE || type->written == NULL || type->written[0] == '\0')
            continue;
        if (look_at(parse, type->written)->safe)
            settle_type(parse, object, type);
        else
            report_unknown(parse, object, type, NULL);
    }
}

void ag_types_settle(AgParse *parse)
{
    for (guint i = 0; i < parse->schema->objects->len; i++) {
        AgObject *object = g_ptr_array_index(parse->schema->objects, i);
        AgKind kind = object->info->kind;
        if (kind == AG_KIND_SEQUENCE || kind == AG_KIND_FUNCTION || kind == AG_KIND_PROCEDURE ||
            kind == AG_KIND_AGGREGATE)
            continue; /* have types of their own */
        settle_types_of(parse, object);
        for (guint j = 0; object->parts != NULL && j < object->parts->len; j++)
            settle_types_of(parse, g_ptr_array_index(object->parts, j));
    }
}

/* --- SQLite --- */

static void check_strict(AgParse *parse, const AgColumn *column)
{
    static const char *const allowed[] = {"INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY", NULL};
    for (size_t i = 0; allowed[i] != NULL; i++) {
        if (g_strcmp0(column->type.canonical, allowed[i]) == 0)
            return;
    }
    report_unknown(parse, &column->object, &column->type,
                   ag_text_nearest(column->type.written, allowed));
    ag_hint(parse->diag, "a STRICT table knows INT, INTEGER, REAL, TEXT, BLOB and ANY");
}

/* A type of PostgreSQL's that SQLite has nothing for, or a slip of the pen. */
static void report_foreign(AgParse *parse, const AgColumn *column, const char *text)
{
    const char *const *names = ag_dialect_postgres.type_names;
    g_autofree char *name = g_strndup(text, strcspn(text, "([ "));
    ag_fail(parse->diag, AG_PROBLEM_UNKNOWN_TYPE, column->type.place,
            "SQLite has no type for '%s' of column '%s'", text, column->object.name);
    const char *near = g_strv_contains(names, name) ? NULL : ag_text_nearest(name, names);
    if (near != NULL && ag_sqlite_portable_type(parse->trees, near, false) != NULL)
        ag_hint(parse->diag, "did you mean '%s'?", near);
    else
        ag_hint(parse->diag, "say it with <variant dialect=\"sqlite\" type=\"...\"/>");
}

const AgObject *ag_types_find(AgParse *parse, const char *text, const AgObject *top)
{
    TypeName type;
    if (parse->sqlite && parse->enums->len == 0 && parse->domains->len == 0)
        return NULL;
    if (!split_type(parse, text, &type) || type.rest[strspn(type.rest, " ")] != '\0')
        return NULL;
    return find_type(parse, &type, top);
}

/* The text of the column's type, of whose enum or domain a note is taken. NULL after a problem. */
static const char *model_type(AgParse *parse, AgColumn *column)
{
    const AgObject *found = ag_types_find(parse, column->type.written, column->object.parent);
    const AgEnum *base = NULL;
    const char *text = column->type.written;
    if (found != NULL && found->info->kind == AG_KIND_DOMAIN) {
        g_hash_table_insert(parse->domain_of, column, (gpointer)(guintptr)found);
        text = ag_domain_base(parse, (const AgDomain *)found, &base);
    } else if (found != NULL) {
        base = (const AgEnum *)found;
    }
    if (base != NULL)
        g_hash_table_insert(parse->enum_of, column, (gpointer)(guintptr)base);
    return text;
}

static void sqlite_type(AgParse *parse, const AgElement *element, AgColumn *column)
{
    bool strict = ((const AgTable *)column->object.parent)->strict;
    bool native = element->native_type || element->dialects == AG_IN(SQLITE);
    const char *text = model_type(parse, column);
    if (text == NULL)
        return;
    if (ag_types_enum_of(parse, column) != NULL) {
        column->type.written = "TEXT";
    } else if (!native || g_hash_table_contains(parse->domain_of, column)) {
        const char *serial = serial_type(text);
        const char *portable =
            ag_sqlite_portable_type(parse->pool, serial != NULL ? serial : text, strict);
        if (portable == NULL) {
            report_foreign(parse, column, text);
            return;
        }
        if (serial != NULL)
            column->identity = "by-default";
        column->type.written = portable;
    }
    column->type.canonical = look_at(parse, column->type.written)->canonical;
    if (strict)
        check_strict(parse, column);
}

void ag_types_column(AgParse *parse, const AgElement *element, AgColumn *column)
{
    if (column->type.written == NULL) {
        if (parse->sqlite && ((const AgTable *)column->object.parent)->strict)
            ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, column->object.place,
                    "column '%s' of a STRICT table has no type", column->object.name);
        return;
    }
    if (column->type.written[0] == '\0')
        return;
    if (!look_at(parse, column->type.written)->safe)
        report_unknown(parse, &column->object, &column->type, NULL);
    else if (parse->sqlite)
        sqlite_type(parse, element, column);
    else
        postgres_type(parse, column);
}

const AgEnum *ag_types_enum_of(const AgParse *parse, const AgColumn *column)
{
    return g_hash_table_lookup(parse->enum_of, column);
}
