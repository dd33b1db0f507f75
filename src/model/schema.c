/* SPDX-License-Identifier: MIT */
#include "model/schema.h"

#include <string.h>

AgSchema *ag_schema_new(AgPool *pool, AgDialectId dialect)
{
    AgSchema *schema = ag_pool_new0(pool, AgSchema);
    schema->pool = pool;
    schema->dialect = dialect;
    schema->objects = ag_pool_array(pool);
    schema->unmanaged = ag_pool_array(pool);
    schema->ignores = ag_pool_array(pool);
    if (dialect != AG_DIALECT_SQLITE) {
        schema->namespaces = ag_pool_array(pool);
        schema->search_path = ag_pool_array(pool);
    }
    schema->ranges = ag_pool_array(pool);
    schema->by_name = ag_pool_table(pool, g_str_hash, g_str_equal);
    return schema;
}

typedef struct {
    AgKind kind;
    const char *schema, *name, *signature;
} Identity;

static Identity identity_of(const AgObject *object)
{
    return (Identity){object->info->kind, object->schema, object->name, object->signature};
}

/* A text that is looked up and, as a rule, short. */
typedef struct {
    char *text, room[160];
} Key;

static void key_clear(Key *key)
{
    if (key->text != key->room)
        g_free(key->text);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Key, key_clear)

/* One text for an identity, kinds beyond ASCII so that folding leaves them: \1 cannot stand in a
 * name that was accepted, and a name that holds it all the same only shares a key with another such
 * name. SQLite's names are folded. */
static void key_init(Key *key, const AgSchema *schema, Identity id)
{
    const char *names[] = {id.schema, id.name, id.signature};
    size_t length = 2;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        length += names[i] == NULL ? 1 : strlen(names[i]) + 1;
    key->text = length > sizeof(key->room) ? g_malloc(length) : key->room;
    char *end = key->text;
    *end++ = (char)(0x80 + (int)id.kind);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (names[i] == NULL && i == 2) /* no signature is another than an empty one */
            break;
        *end++ = '\1';
        end = g_stpcpy(end, names[i] == NULL ? "" : names[i]);
    }
    *end = '\0';
    for (char *p = key->text; schema->dialect == AG_DIALECT_SQLITE && *p != '\0'; p++)
        *p = g_ascii_tolower(*p);
}

bool ag_schema_add(AgSchema *schema, AgObject *object)
{
    g_auto(Key) key;
    key_init(&key, schema, identity_of(object));
    if (g_hash_table_contains(schema->by_name, key.text))
        return false;
    g_hash_table_insert(schema->by_name, ag_pool_text(schema->pool, key.text), object);
    g_ptr_array_add(schema->objects, object);
    if (object->info->kind == AG_KIND_RANGE)
        g_ptr_array_add(schema->ranges, object);
    return true;
}

AgObject *ag_schema_find(const AgSchema *schema, AgKind kind, const char *schema_name,
                         const char *name)
{
    return ag_schema_find_signed(schema, kind, schema_name, name, NULL);
}

AgObject *ag_schema_find_signed(const AgSchema *schema, AgKind kind, const char *schema_name,
                                const char *name, const char *signature)
{
    g_auto(Key) key;
    key_init(&key, schema, (Identity){kind, schema_name, name, signature});
    return g_hash_table_lookup(schema->by_name, key.text);
}

AgObject *ag_schema_find_like(const AgSchema *schema, const AgObject *like)
{
    g_auto(Key) key;
    key_init(&key, schema, identity_of(like));
    return g_hash_table_lookup(schema->by_name, key.text);
}

bool ag_schema_resign(AgSchema *schema, AgObject *object, const char *signature)
{
    Identity id = identity_of(object);
    g_auto(Key) old_key;
    key_init(&old_key, schema, id);
    id.signature = signature;
    g_auto(Key) key;
    key_init(&key, schema, id);
    AgObject *other = g_hash_table_lookup(schema->by_name, key.text);
    if (other != NULL && other != object)
        return false;
    if (g_hash_table_lookup(schema->by_name, old_key.text) == object)
        g_hash_table_remove(schema->by_name, old_key.text);
    object->signature = ag_pool_name(schema->pool, signature);
    g_hash_table_insert(schema->by_name, ag_pool_text(schema->pool, key.text), object);
    return true;
}

static gint by_rank(gconstpointer a, gconstpointer b)
{
    const AgObject *x = *(AgObject *const *)a, *y = *(AgObject *const *)b;
    if (x->info->kind != y->info->kind)
        return x->info->kind < y->info->kind ? -1 : 1;
    int order = g_strcmp0(x->schema, y->schema);
    if (order == 0)
        order = g_strcmp0(x->name, y->name);
    return order != 0 ? order : g_strcmp0(x->signature, y->signature);
}

static gint unmanaged_by_name(gconstpointer a, gconstpointer b)
{
    const AgUnmanaged *x = *(AgUnmanaged *const *)a, *y = *(AgUnmanaged *const *)b;
    int order = g_strcmp0(x->noun, y->noun);
    return order != 0 ? order : g_strcmp0(x->label, y->label);
}

void ag_schema_sort(AgSchema *schema)
{
    g_ptr_array_sort(schema->objects, by_rank);
    g_ptr_array_sort(schema->unmanaged, unmanaged_by_name);
}

void ag_schema_add_unmanaged(AgSchema *schema, const char *noun, const char *label, const char *why)
{
    AgUnmanaged *unmanaged = ag_pool_new0(schema->pool, AgUnmanaged);
    unmanaged->noun = ag_pool_text(schema->pool, noun);
    unmanaged->label = ag_pool_text(schema->pool, label);
    unmanaged->why = ag_pool_text(schema->pool, why);
    g_ptr_array_add(schema->unmanaged, unmanaged);
}

static bool covers_kind(const AgIgnore *ignore, const char *element)
{
    for (guint i = 0; i < ignore->kinds->len; i++) {
        const char *kind = g_ptr_array_index(ignore->kinds, i);
        if (strcmp(kind, "any") == 0 || strcmp(kind, element) == 0)
            return true;
    }
    return false;
}

bool ag_schema_ignores(const AgSchema *schema, const char *element, const char *schema_name,
                       const char *name)
{
    for (guint i = 0; i < schema->ignores->len; i++) {
        const AgIgnore *ignore = g_ptr_array_index(schema->ignores, i);
        if (!covers_kind(ignore, element))
            continue;
        g_autofree char *full =
            schema_name == NULL ? NULL : g_strdup_printf("%s.%s", schema_name, name);
        if (g_pattern_match_simple(ignore->pattern, name) ||
            (full != NULL && g_pattern_match_simple(ignore->pattern, full)))
            return true;
    }
    return false;
}

bool ag_schema_ignores_object(const AgSchema *schema, const AgObject *object)
{
    const char *element = ag_object_element(object);
    if (ag_schema_ignores(schema, element, object->schema, object->name))
        return true;
    if (object->signature == NULL || schema->ignores->len == 0)
        return false;
    g_autofree char *name = g_strdup_printf("%s(%s)", object->name, object->signature);
    return ag_schema_ignores(schema, element, object->schema, name);
}
