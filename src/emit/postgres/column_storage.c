/* SPDX-License-Identifier: MIT */
/* How a column is kept: storage, compression, statistics and options. */
#include "emit/postgres/postgres.h"

#include <inttypes.h>
#include <string.h>

static const char *head(AgWriting *w, const AgObject *column)
{
    return ag_pool_printf(w->pool, "ALTER TABLE %s ALTER COLUMN %s", ag_writing_qname(w, column),
                          ag_writing_name(w, ag_writing_current(w, column)->name));
}

/* What the server takes for its own types: of fixed length, or numbers, or long values. */
static const char *storage_of_type(const char *type)
{
    static const char *const plain[] = {
        "smallint", "integer", "bigint", "real", "double precision", "boolean",
        "date",     "uuid",    "money",  "oid",  "macaddr",          "macaddr8",
        "point",    "line",    "lseg",   "box",  "circle",           "interval",
        "name",     "tsquery", NULL};
    static const char *const main_types[] = {"numeric", "inet", "cidr", NULL};
    g_autofree char *base = g_strndup(type, strcspn(type, "("));
    if (g_str_has_suffix(type, "[]"))
        return "extended";
    if (g_strv_contains(plain, base) || g_str_has_prefix(type, "time"))
        return "plain";
    return g_strv_contains(main_types, base) ? "main" : "extended";
}

/* PostgreSQL 16 knows the word DEFAULT. */
static const char *storage_word(AgWriting *w, const AgColumn *column)
{
    if (column->storage != NULL && strcmp(column->storage, "default") != 0)
        return column->storage;
    if (w->options->server_version >= 160000)
        return "default";
    return column->type_storage != NULL ? column->type_storage
                                        : storage_of_type(ag_postgres_print(w, column->type));
}

static void set_storage(AgWriting *w, const AgChange *change)
{
    g_autofree char *word = g_ascii_strup(storage_word(w, (const AgColumn *)change->new), -1);
    ag_write(w, change, "%s SET STORAGE %s", head(w, change->new), word);
}

static bool set_compression(AgWriting *w, const AgChange *change)
{
    const char *word = ((const AgColumn *)change->new)->compression;
    if (!ag_postgres_needs(w, change->new, 140000, "compression"))
        return false;
    ag_write(w, change, "%s SET COMPRESSION %s", head(w, change->new),
             word == NULL ? "default" : word);
    return true;
}

static void set_statistics(AgWriting *w, const AgChange *change)
{
    int64_t target = ((const AgColumn *)change->new)->statistics;
    ag_write(w, change, "%s SET STATISTICS %" PRId64, head(w, change->new),
             target == AG_INT_UNSET ? -1 : target);
}

static void set_params(AgWriting *w, const AgChange *change, const GPtrArray *old)
{
    const char *name =
        ag_pool_printf(w->pool, "%s ALTER COLUMN %s", ag_writing_qname(w, change->new),
                       ag_writing_name(w, ag_writing_current(w, change->new)->name));
    ag_postgres_alter_options(w, change, "TABLE", name, old,
                              ((const AgColumn *)change->new)->params);
}

bool ag_postgres_create_column_rest(AgWriting *w, const AgChange *change)
{
    const AgColumn *column = (const AgColumn *)change->new;
    if (column->storage != NULL && strcmp(column->storage, "default") != 0)
        set_storage(w, change);
    bool compressed = column->compression != NULL && strcmp(column->compression, "default") != 0;
    if (compressed && !set_compression(w, change))
        return false;
    if (column->statistics != AG_INT_UNSET)
        set_statistics(w, change);
    if (column->params != NULL)
        set_params(w, change, NULL);
    return ag_postgres_create_not_null_rest(w, change);
}

/* A new type takes storage and compression along: what the model says of them is said again. */
AgFieldSet ag_postgres_alter_column_rest(AgWriting *w, const AgChange *change)
{
    const AgColumn *old = (const AgColumn *)change->old, *new = (const AgColumn *)change->new;
    AgFieldSet handled = 0;
    bool retyped =
        (change->changed & (AG_FIELD_BIT(AG_COLUMN_TYPE) | AG_FIELD_BIT(AG_COLUMN_COLLATION))) != 0;
    if (ag_postgres_take(change, AG_COLUMN_STORAGE, &handled) || (retyped && new->storage != NULL))
        set_storage(w, change);
    if (ag_postgres_take(change, AG_COLUMN_COMPRESSION, &handled) ||
        (retyped && new->compression != NULL))
        set_compression(w, change);
    if (ag_postgres_take(change, AG_COLUMN_STATISTICS, &handled))
        set_statistics(w, change);
    if (ag_postgres_take(change, AG_COLUMN_PARAMS, &handled))
        set_params(w, change, old->params);
    if (ag_postgres_take(change, AG_COLUMN_OPTIONS, &handled))
        ag_write(w, change, "ALTER FOREIGN TABLE %s ALTER COLUMN %s %s",
                 ag_writing_qname(w, change->new),
                 ag_writing_name(w, ag_writing_current(w, change->new)->name),
                 ag_postgres_foreign_options(w, old->options, new->options));
    return handled;
}
