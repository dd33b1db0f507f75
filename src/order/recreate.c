/* SPDX-License-Identifier: MIT */
/* What cannot stay as it is while something else changes (PostgreSQL): it is dropped before and
 * made again after. Of SQLite see texts.c. */
#include "order/order_private.h"

#include "model/column.h"
#include "model/composite.h"
#include "model/domain.h"
#include "model/index.h"
#include "model/operator_class.h"
#include "model/range.h"
#include "model/sequence.h"
#include "model/table.h"
#include "model/type_name.h"

#include <string.h>

typedef struct {
    const AgObject *old, *new;
    bool renamed;
    bool hazard;       /* holds data that is lost */
    bool for_itself;   /* asked for by more than a type that is made anew, or a change of its own */
    GPtrArray *causes; /* of const AgChange *: it has to be away while these are made */
} Again;

typedef struct {
    AgOrdering *o;
    AgTwins *twins;
    GPtrArray *again;        /* of Again *; grows while it is worked through */
    GHashTable *asked;       /* old objects in `again` -> Again * */
    GHashTable *renames;     /* old object that is renamed */
    GHashTable *freed;       /* generated columns that become plain ones, which needs no column */
    AgNameTable *referrers;  /* (schema, table) of `from` -> places in foreign_keys */
    GPtrArray *foreign_keys; /* of AgObject * */
    AgMentions *mentions;    /* who names whom in `from`; made when first asked for */
    AgMentions *coming;      /* the same in `to` */
    GHashTable *makers;      /* new object -> AgChange *: what creates or alters it */
    GPtrArray *defaults;     /* of AgObject *: columns and domains whose default goes and comes
                              * again */
    GHashTable *waits;       /* of those: column -> GPtrArray * of AgChange *: its default cannot be
                              * there while they are made */
    GHashTable *types;       /* types that are made anew under their users */
    const AgChange *cause;   /* the change whose dependants are asked for; NULL: others of them */
} Recreating;

static const AgObject *rebuilt_type(const AgChange *change);

static void note_cause(Recreating *r, Again *again)
{
    bool own = r->cause != NULL && r->cause->old == again->old;
    if (r->cause == NULL || (!own && rebuilt_type(r->cause) == NULL))
        again->for_itself = true;
    if (r->cause == NULL || own)
        return;
    if (again->causes == NULL)
        again->causes = ag_pool_array(r->o->pool);
    guint n = again->causes->len;
    if (n == 0 || g_ptr_array_index(again->causes, n - 1) != r->cause)
        g_ptr_array_add(again->causes, (gpointer)(guintptr)r->cause);
}

/* A check of a domain that is made anew with the type is written there, as it is to be. */
static bool comes_with_domain(const Recreating *r, const Again *again)
{
    return again->old->info->kind == AG_KIND_DOMAIN_CHECK && !again->for_itself &&
           g_hash_table_contains(r->types, again->old->parent);
}

static bool is_own_column(const AgObject *object)
{
    return object->info->kind == AG_KIND_COLUMN && ag_column_has_own((const AgColumn *)object);
}

static void ask_one(Recreating *r, const AgObject *old)
{
    Again *known = g_hash_table_lookup(r->asked, old);
    if (known != NULL)
        note_cause(r, known);
    if ((old->inherited && !is_own_column(old)) || known != NULL ||
        g_hash_table_contains(r->freed, old))
        return;
    const AgObject *twin = ag_twins_find(r->twins, old);
    if (twin == NULL)
        return;
    Again *again = ag_pool_new0(r->o->pool, Again);
    again->old = old;
    again->new = twin;
    again->renamed = g_hash_table_contains(r->renames, old);
    again->hazard =
        old->info->kind == AG_KIND_COLUMN && ((const AgColumn *)old)->generated.written == NULL;
    note_cause(r, again);
    g_hash_table_insert(r->asked, (gpointer)(guintptr)old, again);
    g_ptr_array_add(r->again, again);
}

/* What hangs on a view goes with it. */
static void ask(Recreating *r, const AgObject *old)
{
    ask_one(r, old);
    for (guint i = 0; old->parts != NULL && i < old->parts->len; i++)
        ask_one(r, g_ptr_array_index(old->parts, i));
}

static void index_foreign_keys(Recreating *r)
{
    r->referrers = ag_name_table_new(r->o->pool, false);
    r->foreign_keys = ag_pool_array(r->o->pool);
    for (guint i = 0; i < r->o->from->objects->len; i++) {
        const AgObject *table = g_ptr_array_index(r->o->from->objects, i);
        for (guint j = 0; table->parts != NULL && j < table->parts->len; j++) {
            AgObject *part = g_ptr_array_index(table->parts, j);
            if (part->info->kind != AG_KIND_FOREIGN_KEY)
                continue;
            AgQname target = ((const AgForeignKey *)part)->references;
            AgNameKey key = {AG_KIND_TABLE, target.schema, target.name, NULL};
            ag_name_table_add(r->referrers, key, r->foreign_keys->len);
            g_ptr_array_add(r->foreign_keys, part);
        }
    }
}

static bool has_name(const GPtrArray *names, const char *name)
{
    for (guint i = 0; names != NULL && i < names->len; i++) {
        if (strcmp(g_ptr_array_index(names, i), name) == 0)
            return true;
    }
    return false;
}

/* Foreign keys that refer to one column, or to exactly these columns, of an old table. */
static void ask_referrers(Recreating *r, const AgObject *table, const char *column,
                          const GPtrArray *columns)
{
    if (r->referrers == NULL)
        index_foreign_keys(r);
    const char *wanted = columns == NULL ? NULL : ag_columns_text(r->o->pool, columns);
    for (const AgNameEntry *entry = ag_name_table_find(r->referrers, ag_object_key(table));
         entry != NULL; entry = entry->next) {
        const AgObject *object = g_ptr_array_index(r->foreign_keys, entry->node);
        const GPtrArray *used = ((const AgForeignKey *)object)->ref_columns;
        if (column != NULL ? has_name(used, column)
                           : used == NULL || strcmp(ag_columns_text(r->o->pool, used), wanted) == 0)
            ask(r, object);
    }
}

/* Parts that list a column and do not bear another type of it. */
static bool is_bound_to_types(const AgObject *part)
{
    return part->info->kind == AG_KIND_FOREIGN_KEY || part->info->kind == AG_KIND_TRIGGER;
}

/* The commands of a rule may read and write its own table, like any other. */
static bool is_column_name(const char *name, const char *column)
{
    return strcmp(name, column) == 0 || strcmp(name, "*") == 0;
}

/* How a part mentions a column: as one of its columns, or in its SQL text. */
static void find_mentions(Recreating *r, const AgObject *part, const char *column, bool *listed,
                          bool *in_text)
{
    GPtrArray *needs = ag_ordering_needs(r->o, part);
    for (guint i = 0; i < needs->len; i++) {
        const AgNeed *need = g_ptr_array_index(needs, i);
        if (need->any && part->info->kind == AG_KIND_RULE && is_column_name(need->name, column))
            *in_text = true;
        if (need->any || need->kind != AG_KIND_COLUMN || strcmp(need->part, column) != 0 ||
            strcmp(need->name, part->parent->name) != 0 ||
            g_strcmp0(need->schema, part->parent->schema) != 0)
            continue;
        *(need->soft ? in_text : listed) = true;
    }
}

static AgMentions *mentions(Recreating *r)
{
    if (r->mentions == NULL)
        r->mentions = ag_mentions_new(r->o, r->o->from);
    return r->mentions;
}

/* A default does not need its column to be made anew: it is dropped and set again. */
static void ask_default(Recreating *r, const AgObject *column)
{
    if (!g_ptr_array_find(r->defaults, column, NULL) && ag_twins_find(r->twins, column) != NULL)
        g_ptr_array_add(r->defaults, (gpointer)(guintptr)column);
}

static bool is_plain_column(const AgObject *object)
{
    return object->info->kind == AG_KIND_COLUMN &&
           ((const AgColumn *)object)->generated.written == NULL;
}

/* Those that name the column from outside its table: views and the like. */
static void ask_outsiders(Recreating *r, const AgObject *column)
{
    const GPtrArray *holders = ag_mentions_of(mentions(r), column->parent);
    for (guint i = 0; holders != NULL && i < holders->len; i++) {
        const AgObject *holder = g_ptr_array_index(holders, i);
        if (holder->parent != column->parent && !is_plain_column(holder) &&
            holder->info->kind != AG_KIND_SEQUENCE &&
            ag_mentions_column(mentions(r), holder, column))
            ask(r, holder);
    }
}

/* What is created comes after the change of the column's type. What is altered where it is could
 * have to come before that, too, for what it used: it is made anew. */
static void ask_newcomer(Recreating *r, const AgObject *holder, const AgObject *column)
{
    const AgChange *change = g_hash_table_lookup(r->makers, holder);
    if (change == NULL || is_plain_column(holder) || holder->info->kind == AG_KIND_SEQUENCE)
        return;
    if (change->verb == AG_ALTER)
        ask(r, change->old);
    else if (r->cause != NULL && r->cause->old != column)
        ag_ordering_pair(r->o, r->cause, change);
}

static void index_coming(Recreating *r)
{
    r->coming = ag_mentions_new(r->o, r->o->to);
    r->makers = ag_pool_table(r->o->pool, NULL, NULL);
    for (guint i = 0; i < r->o->changes->len; i++) {
        AgChange *change = g_ptr_array_index(r->o->changes, i);
        if (change->verb == AG_ALTER || change->verb == AG_CREATE)
            g_hash_table_insert(r->makers, (gpointer)(guintptr)change->new, change);
    }
}

/* Those that begin to use the column. */
static void ask_newcomers(Recreating *r, const AgObject *column)
{
    const AgObject *twin = ag_twins_find(r->twins, column);
    if (twin == NULL)
        return;
    if (r->coming == NULL)
        index_coming(r);
    for (guint i = 0; i < twin->parent->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(twin->parent->parts, i);
        bool listed = false, in_text = false;
        const AgChange *change = g_hash_table_lookup(r->makers, part);
        if (part == twin || change == NULL)
            continue;
        find_mentions(r, part, twin->name, &listed, &in_text);
        if (in_text || (listed && (change->verb == AG_CREATE || is_bound_to_types(part))))
            ask_newcomer(r, part, column);
    }
    const GPtrArray *holders = ag_mentions_of(r->coming, twin->parent);
    for (guint i = 0; holders != NULL && i < holders->len; i++) {
        const AgObject *holder = g_ptr_array_index(holders, i);
        if (holder->parent != twin->parent && ag_mentions_column(r->coming, holder, twin))
            ask_newcomer(r, holder, column);
    }
}

static void ask_dependants(Recreating *r, const AgObject *column, bool gone);

/* Partitions and children get the other type with their parent. */
static void ask_below(Recreating *r, const AgObject *column, bool gone)
{
    const GPtrArray *children = ag_ordering_children(r->o, column->parent, true);
    for (guint i = 0; children != NULL && i < children->len; i++) {
        const AgObject *child =
            ag_object_part(g_ptr_array_index(children, i), AG_KIND_COLUMN, column->name);
        if (child != NULL && gone && child->inherited)
            ask_one(r, child);
        if (child != NULL)
            ask_dependants(r, child, gone);
    }
}

/* The server makes an index over a retyped column anew by itself, and forgets the statistics
 * targets of its expressions. */
static bool has_targets(const AgObject *part)
{
    if (part->info->kind != AG_KIND_INDEX && part->info->kind != AG_KIND_EXCLUDE)
        return false;
    const GPtrArray *parts = ((const AgIndex *)part)->parts;
    for (guint i = 0; parts != NULL && i < parts->len; i++)
        if (((const AgPart *)g_ptr_array_index(parts, i))->statistics != NULL)
            return true;
    return false;
}

/* The parts of the column's table that cannot stay while it gets another type, or (`gone`) while it
 * is away: then keys and plain indexes go too. */
static void ask_dependants(Recreating *r, const AgObject *column, bool gone)
{
    const AgObject *table = column->parent;
    for (guint i = 0; i < table->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(table->parts, i);
        bool listed = false, in_text = false;
        if (part == column)
            continue;
        find_mentions(r, part, column->name, &listed, &in_text);
        if (in_text || (listed && (gone || is_bound_to_types(part) || has_targets(part))))
            ask(r, part);
    }
    ask_referrers(r, table, column->name, NULL);
    ask_outsiders(r, column);
    ask_newcomers(r, column);
    ask_below(r, column, gone);
}

/* What refers to a key or a unique index that goes. */
static void ask_behind_key(Recreating *r, const AgObject *old)
{
    const GPtrArray *columns = old->parent == NULL ? NULL : ag_unique_columns(r->o->pool, old);
    if (columns != NULL)
        ask_referrers(r, old->parent, NULL, columns);
}

bool ag_ordering_is_of_type(AgOrdering *o, const AgObject *object, const AgObject *type)
{
    AgNeeds needs;
    ag_needs_init(&needs, o->pool);
    for (unsigned i = 0; i < object->info->n_fields; i++) {
        const AgField *field = &object->info->fields[i];
        const void *slot = ag_field_at(object, field);
        if (field->type == AG_FIELD_TYPE)
            ag_needs_type(&needs, object, *(const AgSql *)slot);
        else if (field->type == AG_FIELD_QNAME && strcmp(field->name, "collation") == 0)
            ag_needs_collation(&needs, *(const AgQname *)slot);
    }
    for (guint i = 0; i < needs.list->len; i++) {
        if (ag_need_means(g_ptr_array_index(needs.list, i), type))
            return true;
    }
    return false;
}

static void ask_users(Recreating *r, const AgObject *object, bool still);

static const AgObject *under_name(Recreating *r, const AgObject *object, const char *name)
{
    AgObject *copy = ag_ordering_copy(r->o, object);
    copy->name = name;
    return copy;
}

/* A type that is made of one that is made anew is made anew with it; its users are asked for. */
static void ask_type(Recreating *r, const AgObject *type)
{
    if (g_hash_table_add(r->types, (gpointer)(guintptr)type))
        ask_users(r, type, false);
}

/* The columns of a type are converted by whoever writes the change of the type. */
static void ask_user(Recreating *r, const AgObject *holder, const AgObject *object)
{
    const AgObject *type = holder->info->kind == AG_KIND_COMPOSITE_FIELD ? holder->parent : holder;
    bool of_type = ag_ordering_is_of_type(r->o, holder, object);
    /* A typed table is untied while its type changes. */
    if (holder->info->kind == AG_KIND_TABLE && of_type)
        return;
    if (is_plain_column(holder) && of_type)
        ask_dependants(r, holder, false);
    else if (is_plain_column(holder) || (holder->info->kind == AG_KIND_DOMAIN && !of_type))
        ask_default(r, holder);
    else if (of_type && ag_object_is_type(type))
        ask_type(r, type);
    else
        ask(r, holder);
}

/* Everything that names the object, which goes away for a while or for good. `still`: only those
 * that will name it afterwards too. */
static void ask_namers(Recreating *r, const AgObject *object, bool still)
{
    const GPtrArray *holders = ag_mentions_of(mentions(r), object);
    for (guint i = 0; holders != NULL && i < holders->len; i++) {
        const AgObject *holder = g_ptr_array_index(holders, i);
        const AgObject *twin = still ? ag_twins_find(r->twins, holder) : NULL;
        if (holder == object || holder->parent == object ||
            (still && (twin == NULL || !ag_object_mentions(r->o, twin, object))))
            continue;
        ask_user(r, holder, object);
    }
}

/* A range type goes by two names. */
static void ask_users(Recreating *r, const AgObject *object, bool still)
{
    ask_namers(r, object, still);
    if (object->info->kind != AG_KIND_RANGE)
        return;
    const char *multirange = ag_range_multirange(r->o->pool, (const AgRange *)object);
    if (strcmp(multirange, object->name) != 0)
        ask_namers(r, under_name(r, object, multirange), still);
}

/* The type (or collation) that an ALTER makes anew under its users; NULL: it does not. */
static const AgObject *rebuilt_type(const AgChange *change)
{
    const AgObject *old = change->old;
    AgFieldSet fields = 0;
    if (change->verb != AG_ALTER)
        return NULL;
    if (old->info->kind == AG_KIND_ENUM)
        return ag_change_rebuilds_enum(change) ? old : NULL;
    if (old->info->kind == AG_KIND_DOMAIN)
        fields = AG_FIELD_BIT(AG_DOMAIN_TYPE) | AG_FIELD_BIT(AG_DOMAIN_COLLATION);
    else if (old->info->kind == AG_KIND_COMPOSITE_FIELD)
        fields = AG_FIELD_BIT(AG_COMPOSITE_FIELD_TYPE) | AG_FIELD_BIT(AG_COMPOSITE_FIELD_COLLATION);
    else if (old->info->kind == AG_KIND_RANGE)
        fields = ~(AG_FIELD_COMMON | AG_FIELD_BIT(AG_RANGE_MULTIRANGE));
    else if (old->info->kind == AG_KIND_COLLATION)
        fields = ~AG_FIELD_COMMON;
    if ((change->changed & fields) == 0)
        return NULL;
    return old->parent != NULL ? old->parent : old;
}

static bool is_retyped(const AgChange *change)
{
    return change->verb == AG_ALTER && change->new->info->kind == AG_KIND_COLUMN &&
           (change->changed & (AG_FIELD_BIT(AG_COLUMN_TYPE) | AG_FIELD_BIT(AG_COLUMN_COLLATION))) !=
               0;
}

/* Whether something else of the same name may take the place of what is dropped, under those that
 * use it: another overload of a function, a view instead of a table. */
static bool is_used_by_name(const AgObject *object)
{
    return object->info->in_schema && object->info->kind != AG_KIND_SEQUENCE;
}

/* The server drops no expression of a column that grandchildren have as well. */
static bool is_refused(Recreating *r, const AgChange *change)
{
    const GPtrArray *children = ag_change_drops_expression(change)
                                    ? ag_ordering_children(r->o, change->old->parent, true)
                                    : NULL;
    for (guint i = 0; children != NULL && i < children->len; i++)
        if (ag_ordering_children(r->o, g_ptr_array_index(children, i), true) != NULL)
            return true;
    return false;
}

static bool sets_default(const Recreating *r, const AgObject *column)
{
    for (guint i = 0; i < r->o->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(r->o->changes, i);
        if (change->verb == AG_ALTER && change->old == column)
            return (change->changed & AG_FIELD_BIT(AG_COLUMN_DEFAULT_SQL)) != 0;
    }
    return false;
}

/* A literal of a composite type has as many values as the type has attributes: the old one is there
 * before they change, the new one after. */
static void ask_literals(Recreating *r, const AgChange *change)
{
    const AgObject *field = change->verb == AG_CREATE ? change->new : change->old;
    const GPtrArray *holders = ag_mentions_of(mentions(r), field->parent);
    for (guint i = 0; holders != NULL && i < holders->len; i++) {
        const AgObject *holder = g_ptr_array_index(holders, i);
        if (!is_plain_column(holder) || !ag_ordering_is_of_type(r->o, holder, field->parent) ||
            !sets_default(r, holder))
            continue;
        ask_default(r, holder);
        GPtrArray *list = g_hash_table_lookup(r->waits, holder);
        if (list == NULL) {
            list = ag_pool_array(r->o->pool);
            g_hash_table_insert(r->waits, (gpointer)(guintptr)holder, list);
        }
        g_ptr_array_add(list, (gpointer)(guintptr)change);
    }
}

static void ask_for(Recreating *r, const AgChange *change)
{
    if (ag_change_object(change)->info->kind == AG_KIND_COMPOSITE_FIELD &&
        change->verb != AG_RENAME)
        ask_literals(r, change);

    /* What the server binds to an operator class leaves it with the class only. */
    if (change->verb != AG_CREATE && ag_class_member_is_bound(change->old))
        ask(r, change->old->parent);
    else if (!ag_change_in_place(change) || is_refused(r, change))
        ask(r, change->old);
    else if (is_retyped(change))
        ask_dependants(r, change->old, false);
    else if (rebuilt_type(change) != NULL)
        ask_type(r, rebuilt_type(change));
    else if (change->verb == AG_DROP && change->old->parent != NULL)
        ask_behind_key(r, change->old);
    else if (change->verb == AG_DROP && is_used_by_name(change->old))
        ask_users(r, change->old, true);
}

/* Names differ although nothing is renamed: the database kept its own, which on the way back is
 * that of the side to go back to. */
static bool keeps_name(const Again *again)
{
    return !again->renamed && again->old->name != NULL &&
           again->new->name != NULL &&strcmp(again->old->name, again->new->name) != 0;
}

static const AgObject *dropped_before(Recreating *r, const Again *again)
{
    return keeps_name(again) && r->o->back ? under_name(r, again->old, again->new->name)
                                           : again->old;
}

static const AgObject *made_again(Recreating *r, const Again *again)
{
    return keeps_name(again) && !r->o->back ? under_name(r, again->new, again->old->name)
                                            : again->new;
}

static const AgField *default_field(const AgObject *object)
{
    return &object->info->fields[ag_kind_field(object->info, "default-sql")];
}

static AgFieldSet default_bit(const AgObject *object)
{
    return AG_FIELD_BIT(ag_kind_field(object->info, "default-sql"));
}

/* The column (or domain) as it is while its default is away. */
static const AgObject *without_default(Recreating *r, const AgObject *column)
{
    AgObject *copy = ag_ordering_copy(r->o, column);
    *(AgSql *)ag_field_slot(copy, default_field(copy)) = (AgSql){NULL, NULL, AG_NOWHERE};
    return copy;
}

static AgChange *alter_default(Recreating *r, const AgObject *old, const AgObject *new_object)
{
    AgChange *change = ag_change_new(r->o->pool, AG_ALTER, old, new_object);
    change->changed = default_bit(old);
    g_ptr_array_add(r->o->changes, change);
    return change;
}

/* Other changes of the column come between; that of its default is told by these two. */
static void renew_defaults(Recreating *r)
{
    g_autoptr(GHashTable) replaced = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < r->defaults->len; i++) {
        const AgObject *old = g_ptr_array_index(r->defaults, i);
        const AgObject *twin = ag_twins_find(r->twins, old);
        const AgChange *retyped = NULL;
        if (g_hash_table_contains(r->asked, old))
            continue;
        for (guint k = 0; k < r->o->changes->len; k++) {
            AgChange *change = g_ptr_array_index(r->o->changes, k);
            if (change->verb != AG_ALTER || change->old != old)
                continue;
            AgChange *copy = ag_pool_new0(r->o->pool, AgChange);
            *copy = *change;
            g_hash_table_insert(replaced, change, copy);
            copy->changed &= ~default_bit(old);
            copy->old = without_default(r, old);
            copy->new = without_default(r, twin);
            g_ptr_array_index(r->o->changes, k) = copy;
            if (copy->changed == 0)
                g_ptr_array_remove_index(r->o->changes, k--);
            else if (is_retyped(copy))
                retyped = copy;
        }
        AgChange *drop = alter_default(r, old, without_default(r, old)), *set = NULL;
        const GPtrArray *waits = g_hash_table_lookup(r->waits, old);
        if (ag_field_is_set(twin, default_field(twin)))
            set = alter_default(r, without_default(r, twin), twin);
        if (set != NULL)
            ag_ordering_pair(r->o, drop, set);
        if (retyped != NULL)
            ag_ordering_pair(r->o, drop, retyped);
        if (retyped != NULL && set != NULL)
            ag_ordering_pair(r->o, retyped, set);
        for (guint k = 0; waits != NULL && k < waits->len; k++) {
            ag_ordering_pair(r->o, drop, g_ptr_array_index(waits, k));
            if (set != NULL)
                ag_ordering_pair(r->o, g_ptr_array_index(waits, k), set);
        }
    }
    ag_ordering_replace(r->o, replaced);
}

static AgChange *alter_owner(Recreating *r, GPtrArray *out, const AgObject *old,
                             const AgObject *new_object)
{
    AgChange *change = ag_change_new(r->o->pool, AG_ALTER, old, new_object);
    change->changed = AG_FIELD_BIT(AG_SEQUENCE_OWNED_BY);
    g_ptr_array_add(out, change);
    return change;
}

/* Whether another change lets the sequence go already, or ends it. */
static bool is_let_go(const Recreating *r, const AgObject *sequence)
{
    for (guint i = 0; i < r->o->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(r->o->changes, i);
        if (change->old == sequence &&
            (change->verb != AG_ALTER ||
             (change->changed & AG_FIELD_BIT(AG_SEQUENCE_OWNED_BY)) != 0))
            return true;
    }
    return false;
}

/* A sequence would go with the column that owns it: it is let go before, and handed over after. */
static void keep_owned(Recreating *r, GPtrArray *out, AgChange *drop, AgChange *create)
{
    const AgObject *table = drop->old->parent;
    for (guint i = 0; i < r->o->from->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(r->o->from->objects, i);
        if (object->info->kind != AG_KIND_SEQUENCE)
            continue;
        const AgColumnName *owner = &((const AgSequence *)object)->owned_by;
        if (g_strcmp0(owner->column, drop->old->name) != 0 ||
            g_strcmp0(owner->table.name, table->name) != 0 ||
            g_strcmp0(owner->table.schema, table->schema) != 0)
            continue;
        const AgObject *twin = ag_twins_find(r->twins, object);
        if (twin == NULL || is_let_go(r, object))
            continue;
        AgObject *free_old = ag_ordering_copy(r->o, object);
        AgObject *free_new = ag_ordering_copy(r->o, twin);
        ((AgSequence *)(void *)free_old)->owned_by = (AgColumnName){{NULL, NULL}, NULL};
        ((AgSequence *)(void *)free_new)->owned_by = (AgColumnName){{NULL, NULL}, NULL};
        ag_ordering_pair(r->o, alter_owner(r, out, object, free_old), drop);
        ag_ordering_pair(r->o, create, alter_owner(r, out, free_new, twin));
    }
}

static void rewrite_list(Recreating *r)
{
    GPtrArray *out = ag_pool_array(r->o->pool);
    for (guint i = 0; i < r->o->changes->len; i++) {
        AgChange *change = g_ptr_array_index(r->o->changes, i);
        bool replaced = (change->verb == AG_ALTER || change->verb == AG_RENAME) &&
                        g_hash_table_contains(r->asked, change->old);
        if (!replaced)
            g_ptr_array_add(out, change);
    }
    for (guint i = 0; i < r->again->len; i++) {
        const Again *again = g_ptr_array_index(r->again, i);
        if (comes_with_domain(r, again))
            continue;
        AgChange *drop = ag_change_new(r->o->pool, AG_DROP, dropped_before(r, again), NULL);
        AgChange *create = ag_change_new(r->o->pool, AG_CREATE, NULL, made_again(r, again));
        drop->recreate = create->recreate = !again->hazard;
        drop->own_only = create->own_only = again->old->inherited;
        g_ptr_array_add(out, drop);
        g_ptr_array_add(out, create);
        ag_ordering_pair(r->o, drop, create);
        for (guint k = 0; again->causes != NULL && k < again->causes->len; k++) {
            const AgChange *cause = g_ptr_array_index(again->causes, k);
            ag_ordering_pair(r->o, drop, cause);
            ag_ordering_pair(r->o, cause, create);
        }
        if (again->old->info->kind == AG_KIND_COLUMN)
            keep_owned(r, out, drop, create);
    }
    r->o->changes = out;
}

void ag_ordering_recreate(AgOrdering *o)
{
    Recreating r = {.o = o, .twins = ag_twins_new(o), .again = ag_pool_array(o->pool)};
    r.asked = ag_pool_table(o->pool, NULL, NULL);
    r.renames = ag_pool_table(o->pool, NULL, NULL);
    r.freed = ag_pool_table(o->pool, NULL, NULL);
    r.defaults = ag_pool_array(o->pool);
    r.waits = ag_pool_table(o->pool, NULL, NULL);
    r.types = ag_pool_table(o->pool, NULL, NULL);
    for (guint i = 0; i < o->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(o->changes, i);
        if (change->verb == AG_RENAME)
            g_hash_table_add(r.renames, (gpointer)(guintptr)change->old);
        if (ag_change_drops_expression(change) && !is_refused(&r, change))
            g_hash_table_add(r.freed, (gpointer)(guintptr)change->old);
    }
    for (guint i = 0; i < o->changes->len; i++) {
        r.cause = g_ptr_array_index(o->changes, i);
        ask_for(&r, r.cause);
    }
    r.cause = NULL;
    /* What is made again has dependants of its own. */
    for (guint i = 0; i < r.again->len; i++) {
        const Again *again = g_ptr_array_index(r.again, i);
        if (again->old->info->kind == AG_KIND_COLUMN)
            ask_dependants(&r, again->old, true);
        else if (again->old->parent != NULL)
            ask_behind_key(&r, again->old);
        else
            ask_users(&r, again->old, false);
    }
    rewrite_list(&r);
    renew_defaults(&r);
}
