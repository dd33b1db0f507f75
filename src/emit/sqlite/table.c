/* SPDX-License-Identifier: MIT */
#include "model/table.h"

#include "emit/sqlite/sqlite.h"

static void put_part(AgWriting *w, GString *out, const AgObject *part, const AgKey *inline_key)
{
    switch (part->info->kind) {
    case AG_KIND_COLUMN: {
        bool is_key = inline_key != NULL && ag_sqlite_has_name(inline_key->columns, part->name);
        ag_sqlite_put_column(w, out, (const AgColumn *)part, is_key ? inline_key : NULL);
        return;
    }
    case AG_KIND_PRIMARY_KEY:
    case AG_KIND_UNIQUE:
        ag_sqlite_put_key(w, out, (const AgKey *)part);
        return;
    case AG_KIND_CHECK:
        ag_sqlite_put_check(w, out, (const AgCheck *)part);
        return;
    case AG_KIND_FOREIGN_KEY:
        ag_sqlite_put_foreign_key(w, out, (const AgForeignKey *)part);
        return;
    case AG_KIND_INDEX:
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
    case AG_KIND_EXCLUDE:
    case AG_KIND_TRIGGER:
    case AG_KIND_POLICY:
    case AG_KIND_RULE:
    case AG_KIND_STATISTICS:
    case AG_KIND_FUNCTION:
    case AG_KIND_PROCEDURE:
    case AG_KIND_AGGREGATE:
    case AG_KIND_TABLE:
        break;
    }
    g_assert_not_reached();
}

char *ag_sqlite_create_table(AgWriting *w, const AgTable *table, const GPtrArray *parts,
                             const char *name)
{
    static const AgKind kinds[] = {AG_KIND_COLUMN, AG_KIND_PRIMARY_KEY, AG_KIND_UNIQUE,
                                   AG_KIND_CHECK, AG_KIND_FOREIGN_KEY};
    const AgKey *inline_key = ag_sqlite_inline_key(parts);
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append_printf(out, "CREATE TABLE %s (", name);
    const char *separator = "\n    ";
    for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++) {
        for (guint i = 0; i < parts->len; i++) {
            const AgObject *part = g_ptr_array_index(parts, i);
            if (part->info->kind != kinds[k] || part == (const AgObject *)inline_key)
                continue;
            g_string_append(out, separator);
            put_part(w, out, part, inline_key);
            separator = ",\n    ";
        }
    }
    g_string_append(out, "\n)");
    if (table->strict)
        g_string_append(out, " STRICT");
    if (table->without_rowid)
        g_string_append(out, table->strict ? ", WITHOUT ROWID" : " WITHOUT ROWID");
    return ag_pool_text(w->pool, out->str);
}

static AgStrategy strategy(const AgChange *change)
{
    switch (change->verb) {
    case AG_CREATE:
    case AG_RENAME:
    case AG_DROP:
        return AG_IN_PLACE;
    case AG_ALTER:
        return AG_REBUILD_TABLE;
    }
    g_assert_not_reached();
}

/* All keys, checks and foreign keys of the table are written here, folded or not: SQLite does not
 * mind a reference to a table that is still to come. */
bool ag_sqlite_can_be_strict(AgWriting *w, const AgTable *table)
{
    enum { FIRST = 3037000 };
    long version = w->options->server_version;
    if (!table->strict || version == 0 || version >= FIRST)
        return true;
    ag_fail(w->diag, AG_PROBLEM_UNSUPPORTED, table->object.place,
            "table '%s': STRICT needs SQLite 3.37, this is SQLite %ld.%ld.%ld",
            ag_object_label(w->pool, &table->object), version / 1000000, version / 1000 % 1000,
            version % 1000);
    ag_hint(w->diag, "leave out strict=\"true\", or use a newer SQLite library");
    return false;
}

static bool create(AgWriting *w, const AgChange *change)
{
    const AgTable *table = (const AgTable *)change->new;
    if (!ag_sqlite_can_be_strict(w, table))
        return false;
    const char *name = ag_writing_qname(w, change->new);
    ag_write(w, change, "%s", ag_sqlite_create_table(w, table, table->object.parts, name));
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++) {
        const AgChange *part = g_ptr_array_index(change->folded, i);
        if (part->new != NULL && part->new->info->kind == AG_KIND_INDEX)
            ag_write(w, part, "%s", ag_sqlite_create_index(w, (const AgIndex *)part->new, name));
    }
    return true;
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    AgFieldSet fields = change->changed & ~AG_FIELD_COMMON;
    return ag_sqlite_rebuild(w, change) ? fields : 0;
}

static bool rename_table(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "ALTER TABLE %s RENAME TO %s", ag_writing_qname(w, change->old),
             ag_writing_name(w, change->new->name));
    return true;
}

/* With foreign keys on, DROP TABLE first deletes the rows, and the rows of others by cascade. */
static bool drop(AgWriting *w, const AgChange *change)
{
    AgStatement *statement = ag_write(w, change, "DROP TABLE %s", ag_writing_qname(w, change->old));
    ag_sqlite_set(w, "foreign_keys", "off");
    if (!change->recreate)
        ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_DELETES_DATA, change->old);
    ag_sqlite_warn_mentions(w, change->old, NULL);
    return true;
}

const AgKindWriter ag_sqlite_table = {
    .strategy = strategy,
    .create = create,
    .alter = alter,
    .rename = rename_table,
    .drop = drop,
};
