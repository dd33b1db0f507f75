/* SPDX-License-Identifier: MIT */
/* From names to what they name. */
#include "base/text.h"
#include "parser/naming.h"
#include "parser/parse.h"

#include <string.h>

/* --- tables and their columns --- */

static char *fold_key(const AgParse *parse, const char *name)
{
    return parse->sqlite ? g_ascii_strdown(name, -1) : g_strdup(name);
}

static GHashTable *columns_of(AgParse *parse, const AgObject *table)
{
    GHashTable *columns = g_hash_table_lookup(parse->columns, table);
    if (columns != NULL)
        return columns;
    columns = ag_pool_table(parse->trees, g_str_hash, g_str_equal);
    g_hash_table_insert(parse->columns, (gpointer)(guintptr)table, columns);
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        AgObject *part = g_ptr_array_index(table->parts, i);
        if (part->info->kind != AG_KIND_COLUMN || part->name == NULL)
            continue;
        g_autofree char *key = fold_key(parse, part->name);
        if (!g_hash_table_contains(columns, key))
            g_hash_table_insert(columns, ag_pool_text(parse->trees, key), part);
    }
    return columns;
}

/* Up to here comparing with each part is cheaper than a table of hashes. */
enum { FEW_PARTS = 48 };

AgColumn *ag_parse_column(AgParse *parse, const AgObject *table, const char *name)
{
    if (table->parts == NULL)
        return NULL;
    for (guint i = 0; table->parts->len <= FEW_PARTS && i < table->parts->len; i++) {
        AgObject *part = g_ptr_array_index(table->parts, i);
        if (part->info->kind == AG_KIND_COLUMN && ag_name_same(part->name, name, parse->sqlite))
            return (AgColumn *)part;
    }
    if (table->parts->len <= FEW_PARTS)
        return NULL;
    g_autofree char *key = fold_key(parse, name);
    return g_hash_table_lookup(columns_of(parse, table), key);
}

static void add_tables(AgParse *parse)
{
    for (guint i = 0; i < parse->tables->len; i++) {
        AgObject *table = g_ptr_array_index(parse->tables, i);
        if (ag_schema_add(parse->schema, table))
            continue;
        const AgObject *first =
            ag_schema_find(parse->schema, AG_KIND_TABLE, table->schema, table->name);
        const AgElement *one = ag_parse_element(parse, first),
                        *two = ag_parse_element(parse, table);
        ag_fail(parse->diag, AG_PROBLEM_DUPLICATE, table->place, "table '%s' is defined twice",
                ag_object_label(parse->trees, table));
        ag_also(parse->diag, first->place);
        if (parse->sqlite &&
            g_strcmp0(ag_element_value(one, "schema"), ag_element_value(two, "schema")) != 0)
            ag_hint(parse->diag, "SQLite has no schemas: tables of all schemas share their names");
    }
}

/* --- foreign keys --- */

/* An unqualified name is looked for in the table's own schema, the file's, then public. */
static AgObject *resolve_relation(const AgParse *parse, const AgObject *from, AgQname name,
                                  AgKind kind)
{
    if (parse->sqlite)
        return ag_schema_find(parse->schema, kind, NULL, name.name);
    if (name.schema != NULL)
        return ag_schema_find(parse->schema, kind, name.schema, name.name);
    const AgDocument *document = g_hash_table_lookup(parse->homes, from);
    const char *schemas[] = {from->schema, document == NULL ? NULL : document->schema,
                             parse->dialect->default_schema};
    for (size_t i = 0; i < G_N_ELEMENTS(schemas); i++) {
        AgObject *found =
            schemas[i] == NULL ? NULL : ag_schema_find(parse->schema, kind, schemas[i], name.name);
        if (found != NULL)
            return found;
    }
    return NULL;
}

AgObject *ag_resolve_table(const AgParse *parse, const AgObject *from, AgQname name)
{
    return resolve_relation(parse, from, name, AG_KIND_TABLE);
}

void ag_resolve_report(AgParse *parse, const AgObject *part, AgQname name, const char *attribute)
{
    if (parse->partial)
        return;
    ag_fail(parse->diag, AG_PROBLEM_DANGLING_REFERENCE, ag_parse_place(parse, part, attribute),
            "no model defines table '%s'", ag_qname_text(parse->trees, name));
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < parse->schema->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(parse->schema->objects, i);
        if (object->info->kind != AG_KIND_TABLE)
            continue;
        bool other_schema = name.schema == NULL && strcmp(object->name, name.name) == 0;
        const char *full = other_schema || name.schema != NULL
                               ? ag_object_label(parse->trees, object)
                               : object->name;
        if (other_schema) {
            ag_hint(parse->diag, "did you mean '%s'?", full);
            return;
        }
        g_ptr_array_add(names, (gpointer)(guintptr)full);
    }
    g_ptr_array_add(names, NULL);
    ag_hint_nearest(parse->diag, ag_qname_text(parse->trees, name),
                    (const char *const *)names->pdata);
}

static void resolve_foreign_key(AgParse *parse, AgForeignKey *key)
{
    AgObject *object = &key->object;
    if (key->references.name == NULL)
        return;
    if (parse->sqlite)
        key->references.schema = NULL;
    const AgObject *target = ag_resolve_table(parse, object->parent, key->references);
    if (target == NULL) {
        ag_resolve_report(parse, object, key->references, "references");
        return;
    }
    /* SQLite keeps the spelling of the reference, which may differ in case from the table's. */
    if (!parse->sqlite)
        key->references = (AgQname){target->schema, target->name};
    if (key->ref_columns != NULL)
        return;
    const AgKey *primary = (const AgKey *)ag_object_first(target, AG_KIND_PRIMARY_KEY);
    /* A partition has its parent's key. */
    enum { MOST_LEVELS = 100 };
    const AgObject *t = target;
    for (guint level = 0; primary == NULL && t != NULL && level < MOST_LEVELS; level++) {
        AgQname parent = ((const AgTable *)t)->partition_of;
        t = parent.name == NULL ? NULL : ag_resolve_table(parse, t, parent);
        if (t != NULL)
            primary = (const AgKey *)ag_object_first(t, AG_KIND_PRIMARY_KEY);
    }
    if (primary == NULL) {
        ag_fail(parse->diag, AG_PROBLEM_MISSING_PRIMARY_KEY,
                ag_parse_place(parse, object, "references"), "table '%s' has no primary key",
                ag_object_label(parse->trees, target));
        ag_also(parse->diag, target->place);
        ag_hint(parse->diag, "give it one, or name the columns with ref-columns");
        return;
    }
    key->ref_columns = primary->columns;
    key->ref_columns_implied = true;
}

/* The function of a trigger is one of the models', or any other of the database. */
static void resolve_function(AgParse *parse, AgTrigger *trigger)
{
    const AgObject *table = trigger->object.parent;
    const AgDocument *document = g_hash_table_lookup(parse->homes, table);
    const char *schemas[] = {table->schema, document == NULL ? NULL : document->schema,
                             parse->dialect->default_schema};
    for (size_t i = 0; i < G_N_ELEMENTS(schemas) && trigger->function.schema == NULL; i++) {
        if (schemas[i] != NULL && trigger->function.name != NULL &&
            ag_schema_find_signed(parse->schema, AG_KIND_FUNCTION, schemas[i],
                                  trigger->function.name, "") != NULL)
            trigger->function.schema = ag_pool_name(parse->pool, schemas[i]);
    }
}

static void resolve_trigger(AgParse *parse, AgTrigger *trigger)
{
    resolve_function(parse, trigger);
    if (trigger->references.name == NULL)
        return;
    const AgObject *target = ag_resolve_table(parse, trigger->object.parent, trigger->references);
    if (target == NULL)
        ag_resolve_report(parse, &trigger->object, trigger->references, "references");
    else
        trigger->references = (AgQname){target->schema, target->name};
}

static void resolve_owner(AgParse *parse, AgSequence *sequence)
{
    AgObject *object = &sequence->object;
    if (sequence->owned_by.column == NULL || ag_parse_element(parse, object) == NULL)
        return;
    AgQname name = sequence->owned_by.table;
    if (name.schema == NULL)
        name.schema = object->schema;
    const AgObject *table = ag_schema_find(parse->schema, AG_KIND_TABLE, name.schema, name.name);
    if (table == NULL) {
        ag_resolve_report(parse, object, name, "owned-by");
        return;
    }
    sequence->owned_by.table = (AgQname){table->schema, table->name};
    if (ag_parse_column(parse, table, sequence->owned_by.column) == NULL)
        ag_fail(parse->diag, AG_PROBLEM_UNKNOWN_COLUMN, ag_parse_place(parse, object, "owned-by"),
                "table '%s' has no column '%s'", ag_object_label(parse->trees, table),
                sequence->owned_by.column);
}

/* What statistics look at. Names of columns are checked here, since only here their table is known.
 */
static void resolve_statistics(AgParse *parse, AgStatistics *statistics)
{
    AgObject *object = &statistics->object;
    if (statistics->table.name == NULL)
        return;
    const AgObject *table = ag_resolve_table(parse, object, statistics->table);
    if (table == NULL)
        table = resolve_relation(parse, object, statistics->table, AG_KIND_MATERIALIZED_VIEW);
    if (table == NULL) {
        ag_resolve_report(parse, object, statistics->table, "table");
        return;
    }
    statistics->table = (AgQname){table->schema, table->name};
    statistics->measures = ag_statistics_settle(statistics->measures);
    guint n = statistics->expressions == NULL ? 0 : statistics->expressions->len;
    for (guint i = 0; statistics->columns != NULL && i < statistics->columns->len; i++, n++) {
        const char *column = g_ptr_array_index(statistics->columns, i);
        bool known = table->info->kind == AG_KIND_TABLE; /* those of a query are the server's */
        if (known && ag_parse_column(parse, table, column) == NULL)
            ag_fail(parse->diag, AG_PROBLEM_UNKNOWN_COLUMN,
                    ag_parse_place(parse, object, "columns"), "table '%s' has no column '%s'",
                    ag_object_label(parse->trees, table), column);
    }
    bool lone = n == 1 && statistics->columns == NULL;
    if (n < 2 && !lone)
        ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, object->place,
                "statistics '%s' need two columns, or an expression", object->name);
    else if (lone && statistics->measures != NULL)
        ag_fail(parse->diag, AG_PROBLEM_EXCLUSIVE, ag_parse_place(parse, object, "kinds"),
                "statistics '%s' on one expression have no kinds", object->name);
}

/* --- collations --- */

/* A collation of the models gets its schema; others are the server's. */
static void resolve_collation(AgParse *parse, const AgObject *top, AgQname *name)
{
    const AgDocument *document = g_hash_table_lookup(parse->homes, top);
    const char *schemas[] = {top->schema, document == NULL ? NULL : document->schema,
                             parse->dialect->default_schema};
    for (size_t i = 0; name->name != NULL && name->schema == NULL && i < G_N_ELEMENTS(schemas); i++)
        if (schemas[i] != NULL &&
            ag_schema_find(parse->schema, AG_KIND_COLLATION, schemas[i], name->name) != NULL)
            name->schema = ag_pool_name(parse->pool, schemas[i]);
}

static void resolve_collations(AgParse *parse, AgObject *object)
{
    const AgObject *top = object->parent != NULL ? object->parent : object;
    for (unsigned i = 0; i < object->info->n_fields; i++) {
        const AgField *field = &object->info->fields[i];
        void *slot = ag_field_slot(object, field);
        if (field->type == AG_FIELD_QNAME && strcmp(field->name, "collation") == 0)
            resolve_collation(parse, top, slot);
        GPtrArray *parts = field->type == AG_FIELD_PARTS ? *(GPtrArray **)slot : NULL;
        for (guint j = 0; parts != NULL && j < parts->len; j++)
            resolve_collation(parse, top, &((AgPart *)g_ptr_array_index(parts, j))->collation);
    }
    for (guint i = 0; object->parts != NULL && i < object->parts->len; i++)
        resolve_collations(parse, g_ptr_array_index(object->parts, i));
}

static bool has_collations(const AgSchema *schema)
{
    for (guint i = 0; i < schema->objects->len; i++)
        if (((AgObject *)g_ptr_array_index(schema->objects, i))->info->kind == AG_KIND_COLLATION)
            return true;
    return false;
}

/* --- schemas --- */

static bool is_system(const char *name)
{
    return strncmp(name, "pg_", 3) == 0 || strcmp(name, "information_schema") == 0;
}

/* A schema that is used and not declared comes into being all the same: a fresh database works. */
static void need_namespace(AgParse *parse, const char *name, AgPlace place)
{
    if (name == NULL || strcmp(name, parse->dialect->default_schema) == 0 || is_system(name) ||
        ag_schema_find(parse->schema, AG_KIND_NAMESPACE, NULL, name) != NULL)
        return;
    AgObject *implicit = ag_object_new(parse->pool, &ag_kind_namespace, NULL, NULL, name);
    implicit->place = place;
    ag_schema_add(parse->schema, implicit);
}

static void note_schema(GHashTable *seen, GPtrArray *names, const char *name)
{
    if (name != NULL && g_hash_table_add(seen, (gpointer)(guintptr)name))
        g_ptr_array_add(names, (gpointer)(guintptr)name);
}

/* The schema an extension lives in is none that the models manage: only its own objects are meant
 * to be there. */
static void collect_namespaces(AgParse *parse)
{
    AgSchema *schema = parse->schema;
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    guint n = schema->objects->len;
    for (guint i = 0; i < n; i++) {
        const AgObject *object = g_ptr_array_index(schema->objects, i);
        const char *name = object->info->kind == AG_KIND_NAMESPACE ? object->name : object->schema;
        if (object->info->kind == AG_KIND_DEFAULT_PRIVILEGES)
            name = ((const AgDefaultPrivileges *)object)->in_schema;
        note_schema(seen, schema->namespaces, name);
        need_namespace(parse, name, object->place);
        if (object->info->kind == AG_KIND_EXTENSION)
            need_namespace(parse, ((const AgExtension *)object)->in, object->place);
    }
    g_ptr_array_sort(schema->namespaces, ag_text_order);
    for (guint i = 0; i < schema->namespaces->len; i++) {
        char *name = g_ptr_array_index(schema->namespaces, i);
        if (strcmp(name, parse->dialect->default_schema) != 0)
            g_ptr_array_add(schema->search_path, name);
    }
    g_ptr_array_add(schema->search_path,
                    (gpointer)(guintptr)ag_pool_name(parse->pool, parse->dialect->default_schema));
}

static void resolve_parts(AgParse *parse, AgObject *holder)
{
    for (guint i = 0; holder->parts != NULL && i < holder->parts->len; i++) {
        AgObject *part = g_ptr_array_index(holder->parts, i);
        if (part->info->kind == AG_KIND_FOREIGN_KEY)
            resolve_foreign_key(parse, (AgForeignKey *)part);
        else if (part->info->kind == AG_KIND_TRIGGER)
            resolve_trigger(parse, (AgTrigger *)part);
    }
}

/* A view's column of which nothing is said is there all the same. */
static void drop_idle_columns(AgObject *view)
{
    for (guint i = view->parts == NULL ? 0 : view->parts->len; i > 0; i--) {
        AgObject *part = g_ptr_array_index(view->parts, i - 1);
        if (part->info->kind != AG_KIND_VIEW_COLUMN)
            continue;
        /* The server keeps nothing of DEFAULT NULL. */
        AgSql *text = &((AgViewColumn *)(void *)part)->default_sql;
        if (text->written != NULL && g_ascii_strcasecmp(text->written, "null") == 0)
            *text = (AgSql){NULL, NULL, AG_NOWHERE};
        if (ag_view_column_is_idle(part))
            g_ptr_array_remove_index(view->parts, i - 1);
    }
}

static void note_former(AgParse *parse, AgObject *object, const char *name)
{
    if (object->former == NULL)
        object->former = ag_pool_array(parse->pool);
    AgQname *former = ag_pool_new0(parse->pool, AgQname);
    former->name = ag_pool_name(parse->pool, name);
    g_ptr_array_add(object->former, former);
}

static void add_former(AgParse *parse, AgObject *object, const char *schema, const char *name)
{
    note_former(parse, object, ag_qname_text(parse->trees, (AgQname){schema, name}));
}

/* What is known by a table's name has been known by its former ones. */
static void note_former_names(AgParse *parse, AgObject *object)
{
    AgQname name = ((const AgPublishedTable *)object)->table;
    const AgObject *table = ag_schema_find(parse->schema, AG_KIND_TABLE, name.schema, name.name);
    const AgObject *schema = ag_schema_find(parse->schema, AG_KIND_NAMESPACE, NULL, name.schema);
    guint n_names = table == NULL || table->former == NULL ? 0 : table->former->len;
    guint n_schemas = schema == NULL || schema->former == NULL ? 0 : schema->former->len;
    for (guint i = 0; i <= n_names; i++) {
        const AgQname *old = i == 0 ? &name : g_ptr_array_index(table->former, i - 1);
        for (guint k = 0; k <= n_schemas; k++) {
            const AgQname *old_schema = k == 0 ? NULL : g_ptr_array_index(schema->former, k - 1);
            const char *in = old_schema != NULL    ? old_schema->name
                             : old->schema != NULL ? old->schema
                                                   : name.schema;
            if (i > 0 || k > 0)
                add_former(parse, object, in, old->name);
        }
    }
}

/* Likewise what is known by a server's. */
static void note_former_servers(AgParse *parse, AgObject *object)
{
    const AgUserMapping *mapping = (const AgUserMapping *)object;
    const AgObject *server = ag_schema_find(parse->schema, AG_KIND_SERVER, NULL, mapping->server);
    for (guint i = 0; server != NULL && server->former != NULL && i < server->former->len; i++) {
        const AgQname *old = g_ptr_array_index(server->former, i);
        note_former(parse, object, ag_user_mapping_name(parse->trees, mapping->user, old->name));
    }
}

/* And what is known by a schema's. */
static void note_former_schemas(AgParse *parse, AgObject *object)
{
    const AgDefaultPrivileges *d = (const AgDefaultPrivileges *)object;
    const AgObject *schema = ag_schema_find(parse->schema, AG_KIND_NAMESPACE, NULL, d->in_schema);
    for (guint i = 0; schema != NULL && schema->former != NULL && i < schema->former->len; i++) {
        const AgQname *old = g_ptr_array_index(schema->former, i);
        note_former(parse, object,
                    ag_default_privileges_name(parse->trees, d->role, old->name, d->objects));
    }
}

static void settle_parser(AgTextSearchConfiguration *configuration)
{
    AgQname *parser = &configuration->parser;
    bool own = parser->schema == NULL || strcmp(parser->schema, "pg_catalog") == 0;
    if (own && g_strcmp0(parser->name, "default") == 0)
        *parser = (AgQname){NULL, NULL};
}

/* A dictionary without schema is one of the models beside the configuration, or the server's. */
static void resolve_mapping(AgParse *parse, AgTextSearchMapping *mapping)
{
    for (guint i = 0; mapping->dictionaries != NULL && i < mapping->dictionaries->len; i++) {
        const char **text = (const char **)&g_ptr_array_index(mapping->dictionaries, i);
        AgQname name;
        if (!ag_qname_split(parse->pool, *text, &name))
            continue;
        const char *schema = mapping->object.parent->schema;
        if (g_strcmp0(name.schema, "pg_catalog") == 0)
            name.schema = NULL;
        else if (name.schema == NULL &&
                 ag_schema_find(parse->schema, AG_KIND_TEXT_SEARCH_DICTIONARY, schema, name.name) !=
                     NULL)
            name.schema = schema;
        *text = ag_qname_text(parse->pool, name);
    }
}

/* A family that nobody names is made by the server, under the name of its class. */
static void settle_family(AgParse *parse, AgOperatorClass *c)
{
    bool own = c->family.name == NULL;
    if (own)
        c->family = (AgQname){c->object.schema, c->object.name};
    else if (c->family.schema == NULL)
        c->family.schema = c->object.schema;
    if (!own || ag_operator_family_find(parse->schema, c) != NULL || c->method == NULL)
        return;
    AgObject *family = ag_object_new(parse->pool, &ag_kind_operator_family, NULL, c->family.schema,
                                     c->family.name);
    ((AgOperatorFamily *)family)->method = family->signature = c->method;
    family->place = c->object.place;
    family->owner = c->object.owner;
    family->former = c->object.former;
    ag_schema_add(parse->schema, family);
}

void ag_resolve(AgParse *parse)
{
    add_tables(parse);
    ag_inherit_all(parse);
    for (guint i = 0; i < parse->tables->len; i++) {
        AgObject *table = g_ptr_array_index(parse->tables, i);
        ag_resolve_grants(parse, table);
        resolve_parts(parse, table);
    }
    for (guint i = 0; i < parse->schema->objects->len; i++) {
        AgObject *object = g_ptr_array_index(parse->schema->objects, i);
        if (object->info->kind == AG_KIND_VIEW || object->info->kind == AG_KIND_MATERIALIZED_VIEW) {
            ag_resolve_grants(parse, object);
            resolve_parts(parse, object);
            drop_idle_columns(object);
        }
        if (object->info->kind == AG_KIND_TEXT_SEARCH_CONFIGURATION)
            settle_parser((AgTextSearchConfiguration *)object);
        for (guint k = 0; object->info->kind == AG_KIND_TEXT_SEARCH_CONFIGURATION &&
                          object->parts != NULL && k < object->parts->len;
             k++)
            resolve_mapping(parse, g_ptr_array_index(object->parts, k));
        for (guint k = 0; object->info->kind == AG_KIND_PUBLICATION && object->parts != NULL &&
                          k < object->parts->len;
             k++)
            note_former_names(parse, g_ptr_array_index(object->parts, k));
        if (object->info->kind == AG_KIND_DEFAULT_PRIVILEGES)
            note_former_schemas(parse, object);
        if (object->info->kind == AG_KIND_USER_MAPPING)
            note_former_servers(parse, object);
        if (object->info->kind == AG_KIND_OPERATOR_CLASS)
            settle_family(parse, (AgOperatorClass *)object);
        if (object->info->kind == AG_KIND_SEQUENCE)
            resolve_owner(parse, (AgSequence *)object);
        if (object->info->kind == AG_KIND_STATISTICS)
            resolve_statistics(parse, (AgStatistics *)object);
    }
    bool collations = has_collations(parse->schema);
    for (guint i = 0; collations && i < parse->schema->objects->len; i++)
        resolve_collations(parse, g_ptr_array_index(parse->schema->objects, i));
    if (!parse->sqlite)
        collect_namespaces(parse);
}
