/* SPDX-License-Identifier: MIT */
/* Partitions, and tables that inherit: what they have from their parents. */
#include "parser/naming.h"
#include "parser/parse.h"

#include <string.h>

static AgObject *find_parent(AgParse *parse, const AgObject *table, AgQname name,
                             const char *attribute)
{
    AgObject *parent = ag_resolve_table(parse, table, name);
    if (parent == NULL)
        ag_resolve_report(parse, table, name, attribute);
    return parent;
}

static void resolve_parents(AgParse *parse, AgTable *table)
{
    AgQname name = table->partition_of;
    if (name.name != NULL) {
        const AgObject *parent = find_parent(parse, &table->object, name, "partition-of");
        if (parent != NULL)
            table->partition_of = (AgQname){parent->schema, parent->name};
        if (parent != NULL && ((const AgTable *)parent)->partition_by.written == NULL)
            ag_fail(parse->diag, AG_PROBLEM_DANGLING_REFERENCE,
                    ag_parse_place(parse, &table->object, "partition-of"),
                    "table '%s' is not partitioned", ag_object_label(parse->trees, parent));
    }
    for (guint i = 0; table->inherits != NULL && i < table->inherits->len; i++) {
        const char **text = (const char **)&g_ptr_array_index(table->inherits, i);
        if (!ag_qname_split(parse->pool, *text, &name))
            continue;
        const AgObject *parent = find_parent(parse, &table->object, name, "inherits");
        if (parent != NULL)
            *text = ag_qname_text(parse->pool, (AgQname){parent->schema, parent->name});
    }
}

/* What a new child takes from its parent's column. */
static AgColumn taken_from(const AgObject *table, const AgObject *column)
{
    AgColumn copy = *(const AgColumn *)column;
    copy.object.parent = (AgObject *)(guintptr)table;
    copy.object.inherited = true;
    copy.object.comment = NULL;
    copy.object.former = NULL;
    copy.not_null_name = copy.not_null_comment = NULL;
    copy.not_null_not_valid = copy.not_null_no_inherit = false;
    /* What a parent keeps to itself its children do not have. */
    copy.null = copy.null || ((const AgColumn *)column)->not_null_no_inherit;
    copy.statistics = AG_INT_UNSET;
    copy.params = NULL;
    copy.options = NULL;
    copy.identity = NULL;
    copy.identity_sequence = NULL;
    copy.own = 0;
    return copy;
}

/* --- what a column says beside its parent's --- */

static bool has_default(const AgElement *element)
{
    static const char *const names[] = {"default", "default-sql", "default-fn"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (ag_element_attribute(element, names[i]) != NULL)
            return true;
    return ag_element_find(element, "default") != NULL;
}

static bool may_be_own(unsigned field)
{
    for (guint i = 0; i < ag_n_column_own_fields; i++)
        if (ag_column_own_fields[i].field == field)
            return true;
    return false;
}

/* Type, collation and the like are the parent's. */
static void check_own(AgParse *parse, const AgColumn *column, const AgObject *from)
{
    const AgObject *object = &column->object;
    bool wrong = object->former != NULL;
    for (unsigned i = 0; i < object->info->n_fields; i++)
        wrong = wrong || (!may_be_own(i) && ag_field_is_set(object, &object->info->fields[i]));
    if (!wrong)
        return;
    ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE, object->place, "column '%s' comes from table '%s'",
            object->name, ag_object_label(parse->trees, from->parent));
    ag_hint(parse->diag,
            "its own can be default, null, not-null, storage, compression, statistics, param, "
            "option, comment and grants");
}

static bool is_null(AgSql sql)
{
    return sql.written != NULL && g_ascii_strcasecmp(sql.written, "null") == 0;
}

/* A <column> without a type says what is different from the parent's. */
static void merge_column(AgParse *parse, AgColumn *column, const AgObject *from)
{
    const AgElement *element = ag_parse_element(parse, &column->object);
    AgColumn merged = taken_from(column->object.parent, from);
    check_own(parse, column, from);
    AgObject object = column->object;
    object.inherited = true;
    column->type = merged.type;
    g_hash_table_insert(parse->enum_of, column,
                        g_hash_table_lookup(parse->enum_of, (gpointer)(guintptr)from));
    if (has_default(element)) {
        ag_bind_default(parse, element, column);
        merged.default_sql = is_null(column->default_sql) ? (AgSql){0} : column->default_sql;
    }
    if (ag_element_attribute(element, "null") != NULL)
        merged.null = column->null;
    merged.not_null_name = column->not_null_name;
    merged.not_null_comment = column->not_null_comment;
    merged.not_null_not_valid = column->not_null_not_valid;
    merged.not_null_no_inherit = column->not_null_no_inherit;
    if (column->storage != NULL)
        merged.storage = column->storage;
    if (column->compression != NULL)
        merged.compression = column->compression;
    merged.statistics = column->statistics;
    merged.params = column->params;
    merged.options = column->options;
    merged.object = object;
    *column = merged;
}

/* Inherited columns stand first, in the order of their parent. */
static void put_first(AgObject *table, AgObject *column, guint *place)
{
    if (table->parts == NULL)
        return;
    g_ptr_array_remove(table->parts, column);
    g_ptr_array_insert(table->parts, (gint)(*place)++, column);
}

static void copy_column(AgParse *parse, AgObject *table, const AgObject *column, guint *place)
{
    AgObject *there = ag_object_part(table, AG_KIND_COLUMN, column->name);
    if (there != NULL && ((const AgColumn *)there)->type.written == NULL) {
        merge_column(parse, (AgColumn *)there, column);
        put_first(table, there, place);
    } else if (there != NULL && !there->inherited &&
               ((const AgTable *)table)->partition_of.name != NULL) {
        ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE, there->place,
                "column '%s' of a partition comes from table '%s'", there->name,
                ag_object_label(parse->trees, column->parent));
        ag_hint(parse->diag, "leave out its type, and say only what differs");
    }
    if (there != NULL)
        return;
    AgColumn *copy = ag_pool_new0(parse->pool, AgColumn);
    *copy = taken_from(table, column);
    if (table->parts == NULL)
        table->parts = ag_pool_array(parse->pool);
    g_ptr_array_insert(table->parts, (gint)(*place)++, copy);
}

/* What the table's own primary key makes NOT NULL. */
static void settle_key(AgObject *table)
{
    const AgKey *key = (const AgKey *)ag_object_first(table, AG_KIND_PRIMARY_KEY);
    for (guint i = 0; key != NULL && key->columns != NULL && i < key->columns->len; i++) {
        AgObject *column =
            ag_object_part(table, AG_KIND_COLUMN, g_ptr_array_index(key->columns, i));
        if (column != NULL && column->inherited)
            ((AgColumn *)column)->null = false;
    }
}

static void note_own(AgObject *table, const AgObject *parent)
{
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        AgObject *part = g_ptr_array_index(table->parts, i);
        const AgObject *from = part->info->kind != AG_KIND_COLUMN || !part->inherited
                                   ? NULL
                                   : ag_object_part(parent, AG_KIND_COLUMN, part->name);
        if (from != NULL)
            ((AgColumn *)part)->own = ag_column_own((const AgColumn *)part, (const AgColumn *)from);
    }
}

/* --- what a table has from its parents --- */

/* Keys, indexes and foreign keys of a partitioned table, and checks. The name is what the server
 * would choose; only a partition that is detached will show its own. */
static void copy_part(AgParse *parse, AgTable *table, const AgObject *part)
{
    AgKind kind = part->info->kind;
    bool check = kind == AG_KIND_CHECK && !((const AgCheck *)part)->no_inherit;
    bool partition = kind == AG_KIND_PRIMARY_KEY || kind == AG_KIND_UNIQUE ||
                     kind == AG_KIND_FOREIGN_KEY || kind == AG_KIND_INDEX;
    if (!check && !(partition && table->partition_of.name != NULL && table->server == NULL))
        return;
    if (check && ag_object_part(&table->object, kind, part->name) != NULL)
        return;
    AgObject *copy = ag_pool_alloc(parse->pool, part->info->size);
    memcpy(copy, part, part->info->size);
    copy->parent = &table->object;
    copy->inherited = true;
    copy->comment = NULL;
    copy->former = NULL;
    copy->name_given = check;
    if (kind != AG_KIND_CHECK && kind != AG_KIND_FOREIGN_KEY) {
        const char *name = ag_naming_default(parse->pool, parse->id, copy);
        copy->name =
            ag_pool_name(parse->pool, name != NULL ? name
                                                   : ag_pool_printf(parse->trees, "%s_expr_idx",
                                                                    table->object.name));
    }
    if (table->object.parts == NULL)
        table->object.parts = ag_pool_array(parse->pool);
    g_ptr_array_add(table->object.parts, copy);
}

/* What a table has from its parents stands in it too, so that keys and the like may speak of it.
 * Parents are filled before their children; who is his own ancestor is told. */
static void inherit(AgParse *parse, AgObject *table, GHashTable *state)
{
    enum { BEGUN = 1, DONE = 2 };
    int now = GPOINTER_TO_INT(g_hash_table_lookup(state, table));
    if (now == BEGUN)
        ag_fail(parse->diag, AG_PROBLEM_CYCLE, table->place, "table '%s' is its own parent",
                ag_object_label(parse->trees, table));
    if (now != 0)
        return;
    g_hash_table_insert(state, table, GINT_TO_POINTER(BEGUN));
    GPtrArray *parents = ag_table_parents(parse->trees, parse->schema, table);
    guint place = 0;
    for (guint i = 0; i < parents->len; i++) {
        AgObject *parent = g_ptr_array_index(parents, i);
        inherit(parse, parent, state);
        for (guint j = 0; parent->parts != NULL && j < parent->parts->len; j++) {
            const AgObject *part = g_ptr_array_index(parent->parts, j);
            if (part->info->kind == AG_KIND_COLUMN && part->name != NULL)
                copy_column(parse, table, part, &place);
            else
                copy_part(parse, (AgTable *)table, part);
        }
    }
    settle_key(table);
    for (guint i = parents->len; i > 0; i--)
        note_own(table, g_ptr_array_index(parents, i - 1));
    g_hash_table_insert(state, table, GINT_TO_POINTER(DONE));
}

void ag_inherit_all(AgParse *parse)
{
    g_autoptr(GHashTable) state = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < parse->tables->len; i++)
        resolve_parents(parse, g_ptr_array_index(parse->tables, i));
    for (guint i = 0; i < parse->tables->len; i++)
        if (ag_table_has_parents(g_ptr_array_index(parse->tables, i)))
            inherit(parse, g_ptr_array_index(parse->tables, i), state);
}
