/* SPDX-License-Identifier: MIT */
#include "model/index.h"

#include "emit/postgres/postgres.h"

#include <string.h>

static AgStrategy choose_strategy(const AgChange *change)
{
    AgFieldSet in_place = AG_FIELD_BIT(AG_INDEX_PARAMS) | AG_FIELD_BIT(AG_INDEX_TABLESPACE);
    if (ag_index_keeps_parts((const AgIndex *)change->old, (const AgIndex *)change->new))
        in_place |= AG_FIELD_BIT(AG_INDEX_PARTS);
    return (change->changed & ~in_place) == 0 ? AG_IN_PLACE : AG_RECREATE;
}

const char *ag_postgres_index(AgWriting *w, const AgObject *object)
{
    const AgObject *table = ag_writing_current(w, object->parent);
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_qname(w->dialect, out, ag_writing_schema(w, ag_writing_side(w, table), table->schema),
                   ag_writing_current(w, object)->name);
    return ag_pool_text(w->pool, out->str);
}

static void put_qname(AgWriting *w, GString *out, const char *before, AgQname name)
{
    if (name.name == NULL)
        return;
    g_string_append(out, before);
    ag_quote_qname(w->dialect, out, name.schema, name.name);
}

/* A step outside transactions has no search path of its own, so that the server's print, which
 * needs none, is the better text there. */
static AgSql text_for(const AgObject *object, AgSql sql, const AgWriting *w)
{
    if (sql.canonical != NULL && ag_postgres_is_concurrent(w, object))
        sql.written = sql.canonical;
    return sql;
}

static const char *expression_of(AgWriting *w, const AgObject *object, AgSql sql)
{
    sql = text_for(object, sql, w);
    return ag_postgres_is_call(w, sql.written) ? ag_postgres_expression(w, object, sql)
                                               : ag_postgres_wrapped(w, object, sql);
}

/* Parameters stand behind the name of a class, and the catalogue leaves out the default one's.
 * These are all default classes that take parameters; a text's is that of to_tsvector(). */
static AgQname class_with_params(AgWriting *w, const AgIndex *index, const AgPart *part)
{
    static const char *const defaults[][2] = {{"tsvector", "tsvector_ops"},
                                              {"hstore", "gist_hstore_ops"},
                                              {"ltree", "gist_ltree_ops"},
                                              {"ltree[]", "gist__ltree_ops"},
                                              {"integer[]", "gist__int_ops"}};
    const AgColumn *column =
        part->column == NULL
            ? NULL
            : (const AgColumn *)ag_object_part(index->object.parent, AG_KIND_COLUMN, part->column);
    const char *type = column == NULL ? "tsvector" : ag_postgres_print(w, column->type);
    const char *bare = strrchr(type, '.') != NULL ? strrchr(type, '.') + 1 : type;
    for (size_t i = 0; g_str_equal(ag_index_method(index), "gist") && i < G_N_ELEMENTS(defaults);
         i++)
        if (g_str_equal(bare, defaults[i][0]))
            return (AgQname){NULL, defaults[i][1]};
    return (AgQname){NULL, NULL};
}

static bool put_opclass(AgWriting *w, GString *out, const AgIndex *index, const AgPart *part)
{
    AgQname name = part->opclass;
    if (name.name == NULL && part->opclass_params != NULL) {
        name = class_with_params(w, index, part);
        if (name.name == NULL) {
            ag_fail(w->diag, AG_PROBLEM_UNSUPPORTED, part->place,
                    "index '%s': parameters '%s' of an operator class that is not named",
                    index->object.name, part->opclass_params);
            ag_hint(w->diag, "name the operator class with opclass=\"...\"");
            return false;
        }
    }
    put_qname(w, out, " ", name);
    if (name.name != NULL && name.schema == NULL && !g_str_equal(name.name, "tsvector_ops"))
        ag_postgres_want_path(w, &index->object);
    if (part->opclass_params != NULL)
        g_string_append_printf(out, " (%s)", part->opclass_params);
    return true;
}

/* Of an exclusion constraint: "&&", or "schema.&&". */
static void put_operator(AgWriting *w, GString *out, const char *with)
{
    const char *dot = with == NULL ? NULL : strrchr(with, '.');
    if (dot != NULL) {
        g_autofree char *schema = g_strndup(with, (gsize)(dot - with));
        g_string_append_printf(out, " WITH OPERATOR(%s.%s)", ag_writing_name(w, schema), dot + 1);
    } else if (with != NULL) {
        g_string_append_printf(out, " WITH %s", with);
    }
}

static bool put_part(AgWriting *w, GString *out, const AgObject *object, const AgPart *part)
{
    if (part->column != NULL)
        g_string_append(out, ag_postgres_column(w, object->parent, part->column));
    else
        g_string_append(out, expression_of(w, object, part->expression));
    ag_postgres_put_collation(w, out, object, part->collation);
    if (!put_opclass(w, out, (const AgIndex *)object, part))
        return false;
    if (g_strcmp0(part->order, "desc") == 0)
        g_string_append(out, " DESC");
    if (g_strcmp0(part->nulls, "first") == 0)
        g_string_append(out, " NULLS FIRST");
    else if (g_strcmp0(part->nulls, "last") == 0)
        g_string_append(out, " NULLS LAST");
    put_operator(w, out, part->with);
    return true;
}

bool ag_postgres_put_index_key(AgWriting *w, GString *out, const AgIndex *index)
{
    if (index->method != NULL || index->object.info->kind == AG_KIND_EXCLUDE)
        g_string_append_printf(out, " USING %s", ag_writing_name(w, ag_index_method(index)));
    g_string_append(out, " (");
    for (guint i = 0; index->parts != NULL && i < index->parts->len; i++) {
        g_string_append(out, i > 0 ? ", " : "");
        if (!put_part(w, out, &index->object, g_ptr_array_index(index->parts, i)))
            return false;
    }
    g_string_append_c(out, ')');
    if (index->include != NULL && index->include->len > 0) {
        g_string_append(out, " INCLUDE (");
        ag_postgres_put_columns(w, out, index->object.parent, index->include);
        g_string_append_c(out, ')');
    }
    return true;
}

static void put_rest(AgWriting *w, GString *out, const AgIndex *index)
{
    if (index->nulls_not_distinct)
        g_string_append(out, " NULLS NOT DISTINCT");
    if (index->params != NULL && index->params->len > 0) {
        g_string_append(out, " WITH (");
        ag_postgres_put_options(w, out, index->params);
        g_string_append_c(out, ')');
    }
    if (index->tablespace != NULL)
        g_string_append_printf(out, " TABLESPACE %s", ag_writing_name(w, index->tablespace));
    if (index->where.written != NULL)
        g_string_append_printf(out, " WHERE %s",
                               ag_postgres_expression(w, &index->object,
                                                      text_for(&index->object, index->where, w)));
}

static void mark_create(AgWriting *w, AgStatement *statement, const AgChange *change)
{
    const AgObject *object = change->new;
    bool is_new = ag_writing_is_new(w, object);
    /* A materialized view has rows from the start, and nobody else waits for it yet. */
    if (is_new && object->parent->info->kind != AG_KIND_MATERIALIZED_VIEW)
        return;
    if (change->recreate)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_REBUILDS_INDEX, object);
    if (((const AgIndex *)object)->unique)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_MAY_FAIL, object);
    if (!is_new && !ag_postgres_is_concurrent(w, object))
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_LOCKS_TABLE, object->parent);
}

void ag_postgres_index_statistics(AgWriting *w, const AgChange *change)
{
    const GPtrArray *parts = ((const AgIndex *)change->new)->parts;
    const GPtrArray *old = change->verb != AG_ALTER ? NULL : ((const AgIndex *)change->old)->parts;
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        const char *target = ((const AgPart *)g_ptr_array_index(parts, i))->statistics;
        const char *before =
            old == NULL ? NULL : ((const AgPart *)g_ptr_array_index(old, i))->statistics;
        if (g_strcmp0(target, before) != 0)
            ag_write(w, change, "ALTER INDEX %s ALTER COLUMN %u SET STATISTICS %s",
                     ag_postgres_index(w, change->new), i + 1, target == NULL ? "-1" : target);
    }
}

static bool create(AgWriting *w, const AgChange *change)
{
    const AgIndex *index = (const AgIndex *)change->new;
    bool alone = ag_postgres_is_concurrent(w, change->new);
    if (index->nulls_not_distinct &&
        !ag_postgres_needs(w, change->new, 150000, "NULLS NOT DISTINCT"))
        return false;
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append_printf(out, "CREATE %sINDEX %s%s ON %s", index->unique ? "UNIQUE " : "",
                           alone ? "CONCURRENTLY " : "", ag_writing_name(w, change->new->name),
                           ag_writing_qname(w, change->new));
    if (!ag_postgres_put_index_key(w, out, index))
        return false;
    put_rest(w, out, index);
    mark_create(w,
                alone ? ag_write_alone(w, change, "%s", out->str)
                      : ag_write(w, change, "%s", out->str),
                change);
    ag_postgres_index_statistics(w, change);
    ag_postgres_mark_index(w, change);
    return true;
}

void ag_postgres_move_index(AgWriting *w, const AgChange *change, const char *tablespace)
{
    AgStatement *statement =
        ag_write(w, change, "ALTER INDEX %s SET TABLESPACE %s", ag_postgres_index(w, change->old),
                 ag_writing_name(w, tablespace != NULL ? tablespace : "pg_default"));
    ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_LOCKS_TABLE, change->new->parent);
}

void ag_postgres_alter_index(AgWriting *w, const AgChange *change, bool params, bool tablespace)
{
    const AgIndex *old = (const AgIndex *)change->old, *new = (const AgIndex *)change->new;
    const char *name = ag_postgres_index(w, change->old);
    if (params)
        ag_postgres_alter_options(w, change, "INDEX", name, old->params, new->params);
    if (tablespace)
        ag_postgres_move_index(w, change, new->tablespace);
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    AgFieldSet handled = 0;
    bool params = ag_postgres_take(change, AG_INDEX_PARAMS, &handled);
    bool tablespace = ag_postgres_take(change, AG_INDEX_TABLESPACE, &handled);
    ag_postgres_alter_index(w, change, params, tablespace);
    if (ag_postgres_take(change, AG_INDEX_PARTS, &handled))
        ag_postgres_index_statistics(w, change);
    return handled;
}

static bool move(AgWriting *w, const AgChange *change)
{
    if (g_strcmp0(change->old->name, change->new->name) != 0)
        ag_write(w, change, "ALTER INDEX %s RENAME TO %s", ag_postgres_index(w, change->old),
                 ag_writing_name(w, change->new->name));
    return true;
}

static bool drop(AgWriting *w, const AgChange *change)
{
    if (!change->recreate && ag_postgres_key_of_index(w, change->old) != NULL)
        return true;
    if (ag_postgres_is_concurrent(w, change->old))
        ag_write_alone(w, change, "DROP INDEX CONCURRENTLY %s", ag_postgres_index(w, change->old));
    else
        ag_write(w, change, "DROP INDEX %s", ag_postgres_index(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_index_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = drop,
};
