/* SPDX-License-Identifier: MIT */
#include "emit/postgres/postgres.h"
#include "model/range.h"
#include "model/type_name.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

/* --- tokens --- */

static bool is_name(AgToken token)
{
    return token.type == AG_TOKEN_WORD || token.type == AG_TOKEN_QUOTED;
}

static const char *name_of(AgWriting *w, AgToken token)
{
    return ag_sql_token_name(w->pool, AG_DIALECT_POSTGRESQL, token.text, token.length);
}

static void begin(AgLexer *lexer, const char *text)
{
    ag_lexer_init(lexer, AG_DIALECT_POSTGRESQL, text, strlen(text));
}

/* The names in front of a dot ("shop" in shop.f()), strings that hold a dot included: what a text
 * says about schemas. */
static GHashTable *qualifiers(AgWriting *w, const char *text)
{
    GHashTable *found = ag_pool_table(w->pool, g_str_hash, g_str_equal);
    AgLexer lexer;
    begin(&lexer, text);
    const char *before = NULL;
    for (AgToken token = ag_lexer_next_solid(&lexer); token.type != AG_TOKEN_END;
         token = ag_lexer_next_solid(&lexer)) {
        if (before != NULL && ag_token_is(token, "."))
            g_hash_table_add(found, ag_as_key(before));
        before = is_name(token) ? name_of(w, token) : NULL;
        const char *dot =
            token.type == AG_TOKEN_STRING ? memchr(token.text, '.', token.length) : NULL;
        if (dot != NULL)
            g_hash_table_add(found, ag_pool_text_n(w->pool, token.text + 1,
                                                   (size_t)(dot - token.text - 1)));
    }
    return found;
}

/* --- the search path --- */

static bool has_path(const AgSchema *schema)
{
    const GPtrArray *path = schema->search_path;
    return path != NULL && (path->len > 1 ||
                            (path->len == 1 && !g_str_equal(g_ptr_array_index(path, 0), "public")));
}

/* The server's print has every name that is not built in qualified. */
static bool leaves_out_schemas(AgWriting *w, AgSql sql)
{
    if (g_str_equal(sql.written, sql.canonical))
        return false;
    GHashTable *have = qualifiers(w, sql.written);
    GHashTableIter iter;
    gpointer name;
    g_hash_table_iter_init(&iter, qualifiers(w, sql.canonical));
    while (g_hash_table_iter_next(&iter, &name, NULL))
        if (!g_hash_table_contains(have, name))
            return true;
    return false;
}

/* nextval('numbers') looks a name up as well. */
static bool is_open_sequence(AgToken function, AgToken before, AgToken token)
{
    return token.type == AG_TOKEN_STRING && memchr(token.text, '.', token.length) == NULL &&
           ag_token_is(before, "(") &&
           (ag_token_is(function, "nextval") || ag_token_is(function, "currval") ||
            ag_token_is(function, "setval"));
}

static bool is_known_name(AgWriting *w, const AgObject *table, const char *name)
{
    bool is_value = table->info->kind == AG_KIND_DOMAIN && g_str_equal(name, "value");
    return is_value || ag_object_part(table, AG_KIND_COLUMN, name) != NULL ||
           w->dialect->is_keyword(name) || ag_postgres_is_well_known(name);
}

/* Whether there is a name that is neither a column nor known to be built in, and has no schema
 * before it. */
static bool has_foreign_names(AgWriting *w, const AgObject *object, const char *text)
{
    const AgObject *table = object->parent != NULL ? object->parent : object;
    AgToken function = {.type = AG_TOKEN_END}, before = function;
    AgLexer lexer;
    begin(&lexer, text);
    AgToken token = ag_lexer_next_solid(&lexer);
    while (token.type != AG_TOKEN_END) {
        AgToken next = ag_lexer_next_solid(&lexer);
        bool is_open = is_name(token) && !ag_token_is(before, ".") && !ag_token_is(next, ".");
        if ((is_open && !is_known_name(w, table, name_of(w, token))) ||
            is_open_sequence(function, before, token))
            return true;
        function = before;
        before = token;
        token = next;
    }
    return false;
}

void ag_postgres_want_path(AgWriting *w, const AgObject *object)
{
    const AgSchema *side = ag_writing_side(w, object);
    if (has_path(side))
        w->state->path = side;
}

static void note_names(AgWriting *w, const AgObject *object, AgSql sql)
{
    if (has_foreign_names(w, object, sql.written) &&
        (sql.canonical == NULL || leaves_out_schemas(w, sql)))
        ag_postgres_want_path(w, object);
}

/* --- types --- */

/* A type under its current name; `name`: which of the two names of a range type is meant. */
static const char *current_type(AgWriting *w, const AgObject *type, const char *name)
{
    if (!ag_type_is_multirange(type, name))
        return ag_writing_qname(w, type);
    const AgObject *now = ag_writing_current(w, type);
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_qname(w->dialect, out, ag_writing_schema(w, ag_writing_side(w, now), now->schema),
                   ag_range_multirange(w->pool, (const AgRange *)now));
    return ag_pool_text(w->pool, out->str);
}

const AgObject *ag_postgres_type_of(AgWriting *w, const AgObject *object, AgSql type,
                                    const char **rest)
{
    AgTypeName split;
    ag_type_name_split(w->pool, type.canonical != NULL ? type.canonical : type.written, &split);
    *rest = split.rest;
    return ag_schema_type(ag_writing_side(w, object), NULL, split.name);
}

const char *ag_postgres_type(AgWriting *w, const AgObject *object, AgSql type)
{
    if (w->dialect->canonical_type(w->pool, type.written) != NULL)
        return type.written;
    const char *text = type.canonical != NULL ? type.canonical : type.written;
    AgTypeName split;
    ag_type_name_split(w->pool, text, &split);
    const AgObject *known = ag_schema_type(ag_writing_side(w, object), NULL, split.name);
    if (known != NULL)
        return ag_pool_printf(w->pool, "%s%s", current_type(w, known, split.name.name), split.rest);
    if (split.name.schema != NULL)
        return text;
    ag_postgres_want_path(w, object);
    return type.written;
}

void ag_postgres_put_collation(AgWriting *w, GString *out, const AgObject *object, AgQname name)
{
    if (name.name == NULL)
        return;
    const AgObject *known =
        name.schema == NULL
            ? NULL
            : ag_schema_find(ag_writing_side(w, object), AG_KIND_COLLATION, name.schema, name.name);
    g_string_append(out, " COLLATE ");
    if (known != NULL)
        g_string_append(out, ag_writing_qname(w, known));
    else
        ag_quote_qname(w->dialect, out, name.schema, name.name);
}

const char *ag_postgres_print(AgWriting *w, AgSql type)
{
    if (type.canonical != NULL)
        return type.canonical;
    const char *text = w->dialect->canonical_type(w->pool, type.written);
    return text != NULL ? text : type.written;
}

/* --- expressions --- */

/* A pending or executed rename: the texts of the object's side still speak of the other name. */
static bool is_called_otherwise(AgWriting *w, const AgObject *object)
{
    const AgObject *now = ag_writing_current(w, object);
    const AgSchema *side = ag_writing_side(w, object);
    return !g_str_equal(now->name, object->name) || g_strcmp0(now->schema, object->schema) != 0 ||
           g_strcmp0(ag_writing_schema(w, side, object->schema), object->schema) != 0;
}

/* Few, and asked for at every text. */
static const GPtrArray *types_and_sequences(AgWriting *w, const AgSchema *side)
{
    GPtrArray **named = &w->state->named[side == w->to];
    if (*named != NULL)
        return *named;
    *named = ag_pool_array(w->pool);
    for (guint i = 0; i < side->objects->len; i++) {
        AgObject *object = g_ptr_array_index(side->objects, i);
        if (ag_object_is_type(object) || object->info->kind == AG_KIND_SEQUENCE)
            g_ptr_array_add(*named, object);
    }
    return *named;
}

static bool has_renamed(AgWriting *w, const AgObject *object)
{
    const GPtrArray *parts = object->parent == NULL ? NULL : object->parent->parts;
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        const AgObject *part = g_ptr_array_index(parts, i);
        if (part->info->kind == AG_KIND_COLUMN &&
            !g_str_equal(ag_writing_current(w, part)->name, part->name))
            return true;
    }
    const GPtrArray *objects = types_and_sequences(w, ag_writing_side(w, object));
    for (guint i = 0; i < objects->len; i++)
        if (is_called_otherwise(w, g_ptr_array_index(objects, i)))
            return true;
    return false;
}

/* A text token by token, under the names in force. */
typedef struct {
    AgWriting *w;
    const AgObject *object;
    AgLexer lexer;
    GString *out;
    AgToken before, beyond; /* the solid tokens in front: the last one, and the one before it */
} Renaming;

static AgToken peek(const Renaming *r, AgQname *name)
{
    AgLexer ahead = r->lexer;
    AgToken next = ag_lexer_next_solid(&ahead);
    if (!ag_token_is(next, "."))
        return next;
    AgToken last = ag_lexer_next_solid(&ahead);
    if (is_name(last)) {
        name->schema = name->name;
        name->name = name_of(r->w, last);
    }
    return ag_lexer_next_solid(&ahead);
}

/* The type that a name means where a type may stand: behind a cast, or with its schema. */
static const AgObject *type_here(const Renaming *r, AgToken token)
{
    AgQname name = {NULL, name_of(r->w, token)};
    AgToken next = peek(r, &name);
    bool is_type = ag_token_is(r->before, "::") || ag_token_is(r->before, "as") ||
                   next.type == AG_TOKEN_STRING;
    if (ag_token_is(r->before, ".") || !is_type)
        return NULL;
    return ag_schema_type(ag_writing_side(r->w, r->object), NULL, name);
}

/* OLD and NEW in the condition of a trigger. */
static bool is_row_name(AgToken token)
{
    return ag_token_is(token, "old") || ag_token_is(token, "new");
}

/* Names that are followed by a parenthesis are functions, those behind a dot count only when it is
 * the table that is in front of it. */
static const AgObject *column_here(const Renaming *r, AgToken token)
{
    AgQname ignored = {NULL, ""};
    const AgObject *table = r->object->parent;
    if (table == NULL)
        return NULL;
    bool of_row = ag_token_is(r->before, ".") && is_row_name(r->beyond);
    if (r->object->info->kind == AG_KIND_RULE && !of_row)
        return NULL;
    bool behind_other = ag_token_is(r->before, ".") && is_name(r->beyond) && !of_row &&
                        !g_str_equal(name_of(r->w, r->beyond), table->name);
    if (behind_other || ag_token_is(r->before, "::") || ag_token_is(peek(r, &ignored), "("))
        return NULL;
    return ag_object_part(table, AG_KIND_COLUMN, name_of(r->w, token));
}

const AgObject *ag_postgres_sequence_of(AgWriting *w, const AgObject *object, const char *literal,
                                        size_t length)
{
    AgQname name;
    if (length < 2 || literal[0] != '\'')
        return NULL;
    g_autoptr(GString) text = g_string_new_len(literal + 1, (gssize)length - 2);
    g_string_replace(text, "\'\'", "\'", 0);
    AgTypeName split;
    if (!ag_type_name_split(w->pool, text->str, &split) || split.rest[0] != '\0')
        return NULL;
    name = split.name;
    const AgSchema *side = ag_writing_side(w, object);
    return ag_schema_find(side, AG_KIND_SEQUENCE, name.schema != NULL ? name.schema : "public",
                          name.name);
}

/* 'shop.orders_seq' in nextval() or before ::regclass. */
static void put_string_token(Renaming *r, AgToken token)
{
    AgLexer ahead = r->lexer;
    bool cast = ag_token_is(ag_lexer_next_solid(&ahead), "::") &&
                ag_token_is(ag_lexer_next_solid(&ahead), "regclass");
    const AgObject *sequence =
        cast || is_open_sequence(r->beyond, r->before, token) ||
                (ag_token_is(r->before, "(") && ag_token_is(r->beyond, "nextval"))
            ? ag_postgres_sequence_of(r->w, r->object, token.text, token.length)
            : NULL;
    if (sequence == NULL)
        g_string_append_len(r->out, token.text, (gssize)token.length);
    else
        ag_quote_text(r->out, ag_writing_qname(r->w, sequence));
}

static void note_token(Renaming *r, AgToken token)
{
    if (token.type == AG_TOKEN_SPACE || token.type == AG_TOKEN_COMMENT)
        return;
    r->beyond = r->before;
    r->before = token;
}

static void put_name_token(Renaming *r, AgToken token)
{
    const AgObject *type = type_here(r, token);
    const AgObject *column = type == NULL ? column_here(r, token) : NULL;
    if (type != NULL) {
        AgQname name = {NULL, name_of(r->w, token)};
        peek(r, &name);
        for (int rest = name.schema != NULL ? 2 : 0; rest > 0; rest--)
            note_token(r, ag_lexer_next_solid(&r->lexer));
        g_string_append(r->out, current_type(r->w, type, name.name));
    } else if (column != NULL) {
        ag_quote_name(r->w->dialect, r->out, ag_writing_current(r->w, column)->name);
    } else {
        g_string_append_len(r->out, token.text, (gssize)token.length);
    }
}

static const char *with_current_names(AgWriting *w, const AgObject *object, const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL);
    Renaming r = {.w = w, .object = object, .out = out};
    r.before = r.beyond = (AgToken){.type = AG_TOKEN_END, .text = ""};
    begin(&r.lexer, text);
    for (AgToken token = ag_lexer_next(&r.lexer); token.type != AG_TOKEN_END;
         token = ag_lexer_next(&r.lexer)) {
        if (is_name(token))
            put_name_token(&r, token);
        else if (token.type == AG_TOKEN_STRING)
            put_string_token(&r, token);
        else
            g_string_append_len(out, token.text, (gssize)token.length);
        note_token(&r, token);
    }
    return ag_pool_text(w->pool, out->str);
}

const char *ag_postgres_expression(AgWriting *w, const AgObject *object, AgSql sql)
{
    note_names(w, object, sql);
    if (has_renamed(w, object))
        return with_current_names(w, object, sql.written);
    return sql.written;
}

/* Whether the parenthesis that `lexer` has just passed closes at the very end. */
static bool closes_at_end(AgLexer *lexer)
{
    for (int depth = 1; depth > 0;) {
        AgToken token = ag_lexer_next_solid(lexer);
        if (token.type == AG_TOKEN_END || token.type == AG_TOKEN_BAD)
            return false;
        if (ag_token_is(token, "("))
            depth++;
        else if (ag_token_is(token, ")"))
            depth--;
    }
    return ag_lexer_next_solid(lexer).type == AG_TOKEN_END;
}

static bool is_wrapped(const char *text)
{
    AgLexer lexer;
    begin(&lexer, text);
    return ag_token_is(ag_lexer_next_solid(&lexer), "(") && closes_at_end(&lexer);
}

bool ag_postgres_is_call(AgWriting *w, const char *text)
{
    AgLexer lexer;
    begin(&lexer, text);
    AgToken token = ag_lexer_next_solid(&lexer);
    if (!is_name(token) || w->dialect->is_keyword(name_of(w, token)))
        return false;
    token = ag_lexer_next_solid(&lexer);
    if (ag_token_is(token, ".")) {
        if (!is_name(ag_lexer_next_solid(&lexer)))
            return false;
        token = ag_lexer_next_solid(&lexer);
    }
    return ag_token_is(token, "(") && closes_at_end(&lexer);
}

const char *ag_postgres_wrapped(AgWriting *w, const AgObject *object, AgSql sql)
{
    const char *text = ag_postgres_expression(w, object, sql);
    return is_wrapped(text) ? text : ag_pool_printf(w->pool, "(%s)", text);
}

bool ag_postgres_mentions(AgWriting *w, AgSql sql, const char *name)
{
    if (sql.written == NULL)
        return false;
    const GPtrArray *names = ag_sql_names(w->pool, AG_DIALECT_POSTGRESQL, sql.written);
    for (guint i = 0; i < names->len; i++)
        if (g_str_equal(g_ptr_array_index(names, i), name))
            return true;
    return false;
}

/* --- names --- */

const char *ag_postgres_column(AgWriting *w, const AgObject *table, const char *name)
{
    const AgObject *column = ag_object_part(table, AG_KIND_COLUMN, name);
    return ag_writing_name(w, column != NULL ? ag_writing_current(w, column)->name : name);
}

void ag_postgres_put_columns(AgWriting *w, GString *out, const AgObject *table,
                             const GPtrArray *names)
{
    for (guint i = 0; names != NULL && i < names->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "",
                               ag_postgres_column(w, table, g_ptr_array_index(names, i)));
}

/* --- storage parameters --- */

static bool is_bare_value(const char *value)
{
    static const char *const words[] = {"true", "false", "on", "off", "auto", NULL};
    return g_strv_contains(words, value) ||
           (value[0] != '\0' && strspn(value, "0123456789") == strlen(value));
}

/* toast.autovacuum_enabled is two names. */
static void put_option_name(AgWriting *w, GString *out, const char *name)
{
    const char *dot = strchr(name, '.');
    if (dot != NULL)
        g_string_append_printf(out, "%s.",
                               ag_writing_name(w, ag_pool_text_n(w->pool, name,
                                                                 (size_t)(dot - name))));
    ag_quote_name(w->dialect, out, dot != NULL ? dot + 1 : name);
}

static void put_option(AgWriting *w, GString *out, const AgOption *option)
{
    put_option_name(w, out, option->name);
    g_string_append(out, " = ");
    if (is_bare_value(option->value))
        g_string_append(out, option->value);
    else
        ag_quote_text(out, option->value);
}

void ag_postgres_put_options(AgWriting *w, GString *out, const GPtrArray *options)
{
    for (guint i = 0; options != NULL && i < options->len; i++) {
        if (i > 0)
            g_string_append(out, ", ");
        put_option(w, out, g_ptr_array_index(options, i));
    }
}

static const AgOption *find_option(const GPtrArray *options, const char *name)
{
    for (guint i = 0; options != NULL && i < options->len; i++) {
        const AgOption *option = g_ptr_array_index(options, i);
        if (g_str_equal(option->name, name))
            return option;
    }
    return NULL;
}

void ag_postgres_alter_options(AgWriting *w, const AgChange *change, const char *what,
                               const char *qname, const GPtrArray *old_options,
                               const GPtrArray *new_options)
{
    g_autoptr(GString) set = g_string_new(NULL);
    g_autoptr(GString) reset = g_string_new(NULL);
    for (guint i = 0; new_options != NULL && i < new_options->len; i++) {
        const AgOption *option = g_ptr_array_index(new_options, i);
        const AgOption *old = find_option(old_options, option->name);
        if (old != NULL && g_str_equal(old->value, option->value))
            continue;
        g_string_append(set, set->len > 0 ? ", " : "");
        put_option(w, set, option);
    }
    for (guint i = 0; old_options != NULL && i < old_options->len; i++) {
        const AgOption *option = g_ptr_array_index(old_options, i);
        if (find_option(new_options, option->name) != NULL)
            continue;
        g_string_append(reset, reset->len > 0 ? ", " : "");
        put_option_name(w, reset, option->name);
    }
    if (set->len > 0)
        ag_write(w, change, "ALTER %s %s SET (%s)", what, qname, set->str);
    if (reset->len > 0)
        ag_write(w, change, "ALTER %s %s RESET (%s)", what, qname, reset->str);
}

/* --- versions --- */

bool ag_postgres_needs(AgWriting *w, const AgObject *object, long version, const char *what)
{
    enum { OLDEST = 130000 };
    long target = w->options->server_version != 0 ? w->options->server_version : OLDEST;
    if (target >= version)
        return true;
    ag_fail(w->diag, AG_PROBLEM_UNSUPPORTED, object->place,
            "%s '%s': %s needs PostgreSQL %ld, the target is PostgreSQL %ld", object->info->noun,
            ag_object_label(w->pool, object), what, version / 10000, target / 10000);
    ag_hint(w->diag, "change the model, or move the database to PostgreSQL %ld", version / 10000);
    return false;
}
