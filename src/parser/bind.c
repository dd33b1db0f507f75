/* SPDX-License-Identifier: MIT */
/* From elements to objects: what stands directly below <model>, and tables with their parts. */
#include "parser/parse.h"

#include <string.h>

const AgElement *ag_parse_element(const AgParse *parse, const AgObject *object)
{
    return g_hash_table_lookup(parse->elements, object);
}

AgPlace ag_parse_place(const AgParse *parse, const AgObject *object, const char *attribute)
{
    const AgElement *element = ag_parse_element(parse, object);
    const AgAttribute *found = element == NULL ? NULL : ag_element_attribute(element, attribute);
    return found == NULL ? object->place : found->value_place;
}

const char *ag_bind_name(AgParse *parse, const AgElement *element, const AgKindInfo *info)
{
    const AgAttribute *attribute = ag_element_attribute(element, "name");
    if (info->derive_name != NULL)
        return NULL;
    if (attribute == NULL) {
        if (!info->name_optional)
            ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, element->place,
                    "<%s> needs attribute 'name'", element->name);
        return NULL;
    }
    if (!ag_word_name(parse, attribute->value, info->noun, attribute->value_place))
        return NULL;
    return attribute->value;
}

/* The schema an object stands in. On SQLite it tells enums apart and is dropped afterwards. */
static const char *schema_of(AgParse *parse, const AgElement *element, const AgDocument *document)
{
    const AgAttribute *attribute = ag_element_attribute(element, "schema");
    if (attribute != NULL) {
        ag_word_name(parse, attribute->value, "schema", attribute->value_place);
        if (element->dialects == AG_IN(SQLITE))
            ag_word_not_in(parse, element, attribute, AG_IN(SQLITE));
        return attribute->value;
    }
    if (document->schema != NULL)
        return document->schema;
    return ag_dialect_postgres.default_schema;
}

static const char *owner_of(AgParse *parse, const AgElement *element, const AgDocument *document)
{
    const AgAttribute *attribute = ag_element_attribute(element, "owner");
    if (attribute != NULL) {
        ag_word_name(parse, attribute->value, "owner", attribute->value_place);
        if (element->dialects == AG_IN(SQLITE))
            ag_word_not_in(parse, element, attribute, AG_IN(SQLITE));
    }
    if (parse->sqlite)
        return NULL;
    return attribute != NULL ? attribute->value : document->owner;
}

/* The name that its fields make; a table without schema is one of the file's. */
static void derive_name(AgParse *parse, AgObject *object, const AgDocument *document)
{
    if (object->info->kind == AG_KIND_PUBLISHED_TABLE) {
        AgQname *table = &((AgPublishedTable *)object)->table;
        const char *schema =
            document->schema != NULL ? document->schema : ag_dialect_postgres.default_schema;
        if (table->name != NULL && table->schema == NULL)
            table->schema = ag_pool_name(parse->pool, schema);
    }
    object->name = ag_pool_name(parse->pool, object->info->derive_name(parse->trees, object));
}

/* Types that SQLite has in another shape: columns of them get checks. */
static bool is_inlined(const AgKindInfo *info)
{
    return info->kind == AG_KIND_ENUM || info->kind == AG_KIND_DOMAIN ||
           info->kind == AG_KIND_DOMAIN_CHECK;
}

/* What is told apart by types: "int" and "integer" are the same. */
static void sign(AgParse *parse, AgObject *object)
{
    for (unsigned i = 0; i < object->info->n_fields; i++) {
        AgSql *type = ag_field_slot(object, &object->info->fields[i]);
        if (object->info->fields[i].type == AG_FIELD_TYPE && type->written != NULL)
            type->canonical = ag_dialect_postgres.canonical_type(parse->pool, type->written);
    }
    const char *signature = object->info->kind == AG_KIND_CAST
                                ? ag_type_cast_signature(parse->trees, (const AgTypeCast *)object)
                                : ag_operator_signature(parse->trees, (const AgOperator *)object);
    object->signature = ag_pool_name(parse->pool, signature);
}

/* A class says the types of what belongs to it; "int" and "integer" are the same. */
static void settle_member(AgParse *parse, AgClassMember *member)
{
    const AgObject *holder = member->object.parent;
    if (member->left.written == NULL && holder->info == &ag_kind_operator_class)
        member->left = ((const AgOperatorClass *)holder)->type;
    if (member->right.written == NULL)
        member->right = member->left;
    AgSql *types[] = {&member->left, &member->right};
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
        if (types[i]->written != NULL)
            types[i]->canonical =
                ag_dialect_postgres.canonical_type(parse->pool, types[i]->written);
}

/* Operator classes and families of several index methods may have one name. */
static void note_method(AgParse *parse, AgObject *object)
{
    AgOperatorClass *c = (AgOperatorClass *)object;
    object->signature = object->info == &ag_kind_operator_class
                            ? c->method
                            : ((const AgOperatorFamily *)object)->method;
    if (object->info == &ag_kind_operator_class && c->type.written != NULL)
        c->type.canonical = ag_dialect_postgres.canonical_type(parse->pool, c->type.written);
}

static AgObject *make(AgParse *parse, const AgElement *element, const AgKindInfo *info,
                      AgObject *parent, const AgDocument *document)
{
    const char *name = ag_bind_name(parse, element, info);
    const char *schema = info->in_schema ? schema_of(parse, element, document) : NULL;
    bool keep_schema = !parse->sqlite || is_inlined(info);
    AgObject *object = ag_object_new(parse->pool, info, parent, keep_schema ? schema : NULL, name);
    object->place = element->place;
    object->mixin = ag_pool_name(parse->pool, element->mixin);
    if (ag_kind_is_owned(info))
        object->owner = ag_pool_name(parse->pool, owner_of(parse, element, document));
    g_hash_table_insert(parse->elements, object, (gpointer)(guintptr)element);
    ag_bind_fields(parse, element, object);
    if (ag_object_is_class_member(object))
        settle_member(parse, (AgClassMember *)object);
    if (info == &ag_kind_operator_class || info == &ag_kind_operator_family)
        note_method(parse, object);
    if (info->derive_name != NULL)
        derive_name(parse, object, document);
    if (info->kind == AG_KIND_OPERATOR || info->kind == AG_KIND_CAST)
        sign(parse, object);
    return object;
}

/* Whether the databases the element is meant for have the kind. What SQLite has in another shape
 * (enums, domains) or does without (schemas, extensions, sequences) may stand in files for both. */
static bool kind_fits(AgParse *parse, const AgElement *element, const AgKindInfo *info)
{
    unsigned missing = element->dialects & ~info->dialects;
    bool skipped = info->kind == AG_KIND_NAMESPACE || info->kind == AG_KIND_EXTENSION ||
                   info->kind == AG_KIND_SEQUENCE || info->kind == AG_KIND_STATISTICS;
    if (missing == 0 || is_inlined(info) || (skipped && element->dialects == AG_IN_ALL))
        return true;
    ag_word_not_in(parse, element, NULL, missing);
    return false;
}

static const char *const table_words[] = {"column",       "primary-key", "unique",
                                          "check",        "foreign-key", "index",
                                          "use",          "param",       "option",
                                          "partition-by", "comment",     "grant",
                                          "revoke",       NULL};

/* What hangs below a view and the like; unknown children have been complained about already. */
static void bind_parts(AgParse *parse, const AgElement *element, AgObject *object,
                       const AgDocument *document)
{
    for (guint i = 0; i < ag_element_count(element); i++) {
        const AgElement *child = ag_element_child(element, i);
        const AgKindInfo *info = ag_kind_by_element(child->name, object->info);
        if (info != NULL && kind_fits(parse, child, info))
            make(parse, child, info, object, document);
    }
}

static void bind_partition(AgParse *parse, const AgElement *element, AgTable *parent);

/* `info`: the kind of part that the child is, or NULL. */
static void bind_table_child(AgParse *parse, const AgElement *child, const AgKindInfo *info,
                             AgObject *table, const AgDocument *document)
{
    if (info == NULL && strcmp(child->name, "partition-by") == 0) {
        ag_bind_partition_by(parse, child, (AgTable *)table, bind_partition);
        return;
    }
    if (info == NULL) {
        if (strcmp(child->name, "param") != 0 && strcmp(child->name, "option") != 0 &&
            strcmp(child->name, "comment") != 0 && !ag_bind_is_grant(child))
            ag_word_unknown_element(parse, child, table_words);
        return;
    }
    if (!kind_fits(parse, child, info))
        return;
    AgObject *part = make(parse, child, info, table, document);
    if (info->kind == AG_KIND_COLUMN)
        ag_bind_column(parse, child, (AgColumn *)part);
}

static void bind_table_parts(AgParse *parse, const AgElement *element, AgObject *table,
                             const AgDocument *document)
{
    g_hash_table_insert(parse->homes, table, (gpointer)(guintptr)document);
    ag_bind_bound(parse, element, (AgTable *)table);
    const char *name = NULL;
    const AgKindInfo *info = NULL;
    for (guint i = 0; i < ag_element_count(element); i++) {
        const AgElement *child = ag_element_child(element, i);
        if (child->name != name) /* most are columns */
            info = ag_kind_by_element(child->name, &ag_kind_table);
        name = child->name;
        bind_table_child(parse, child, info, table, document);
    }
    ag_bind_table_end(parse, element, table);
}

/* A table whose element stands in that of its parent. */
static void bind_partition(AgParse *parse, const AgElement *element, AgTable *parent)
{
    const AgDocument *document = g_hash_table_lookup(parse->homes, parent);
    AgObject *table = make(parse, element, &ag_kind_table, NULL, document);
    if (ag_element_attribute(element, "schema") == NULL)
        table->schema = parent->object.schema;
    if (ag_element_attribute(element, "owner") == NULL)
        table->owner = parent->object.owner;
    ((AgTable *)table)->partition_of = (AgQname){parent->object.schema, parent->object.name};
    bind_table_parts(parse, element, table, document);
    if (table->name != NULL)
        g_ptr_array_add(parse->tables, table);
}

/* A <table> has its rows here, a <foreign-table> on a server. */
static void check_element(AgParse *parse, const AgElement *element, const AgTable *table)
{
    bool foreign = strcmp(element->name, ag_kind_table.also) == 0;
    if (foreign && ag_element_attribute(element, "server") == NULL)
        ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, element->place,
                "<foreign-table> needs attribute 'server'");
    else if (!foreign && table->server != NULL)
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, element->place,
                "a table with 'server' is a <foreign-table>");
}

static void bind_table(AgParse *parse, const AgElement *element, const AgDocument *document,
                       bool trial)
{
    AgObject *table = make(parse, element, &ag_kind_table, NULL, document);
    check_element(parse, element, (AgTable *)table);
    guint tables = parse->tables->len;
    bind_table_parts(parse, element, table, document);
    if (trial)
        g_ptr_array_set_size(parse->tables, (gint)tables);
    else if (table->name != NULL)
        g_ptr_array_add(parse->tables, table);
}

/* --- what is no object --- */

static AgElement *only_one(AgParse *parse, AgElement *first, AgElement *element)
{
    if (first == NULL)
        return element;
    ag_fail(parse->diag, AG_PROBLEM_DUPLICATE, element->place, "a second <%s>", element->name);
    ag_also(parse->diag, first->place);
    return first;
}

static const char *const ignore_kinds[] = {"any",
                                           "schema",
                                           "extension",
                                           "enum",
                                           "sequence",
                                           "table",
                                           "column",
                                           "primary-key",
                                           "unique",
                                           "check",
                                           "foreign-key",
                                           "index",
                                           "view",
                                           "materialized-view",
                                           "function",
                                           "procedure",
                                           "domain",
                                           "trigger",
                                           "policy",
                                           "aggregate",
                                           "rule",
                                           "statistics",
                                           "composite-type",
                                           "range-type",
                                           "collation",
                                           "foreign-table",
                                           "event-trigger",
                                           "publication",
                                           "foreign-data-wrapper",
                                           "server",
                                           "user-mapping",
                                           "operator",
                                           "operator-family",
                                           "operator-class",
                                           "text-search-dictionary",
                                           "text-search-configuration",
                                           "cast",
                                           "conversion",
                                           "default-privileges",
                                           NULL};

static void bind_ignore(AgParse *parse, const AgElement *element)
{
    static const char *const attributes[] = {"kind", "name", "reason", NULL};
    ag_word_attributes(parse, element, attributes);
    ag_word_no_children(parse, element);
    ag_word_no_text(parse, element);
    const AgAttribute *kind = ag_element_attribute(element, "kind");
    const AgAttribute *name = ag_element_attribute(element, "name");
    if (kind == NULL || name == NULL) {
        ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, element->place,
                "<ignore> needs attribute '%s'", kind == NULL ? "kind" : "name");
        return;
    }
    AgIgnore *ignore = ag_pool_new0(parse->pool, AgIgnore);
    ignore->kinds = ag_pool_array(parse->pool);
    ignore->pattern = ag_pool_text(parse->pool, name->value);
    ignore->place = element->place;
    g_auto(GStrv) words = g_strsplit(kind->value, " ", -1);
    for (size_t i = 0; words[i] != NULL; i++) {
        AgAttribute one = *kind;
        one.value = words[i];
        const char *word = words[i][0] == '\0' ? NULL : ag_word_of(parse, &one, ignore_kinds);
        if (word != NULL)
            g_ptr_array_add(ignore->kinds, (gpointer)(guintptr)word);
    }
    if (name->value[0] == '\0')
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, name->value_place, "the pattern is empty");
    g_ptr_array_add(parse->schema->ignores, ignore);
}

static void bind_roles(AgParse *parse, AgElement *element)
{
    static const char *const attributes[] = {"names", NULL};
    ag_word_attributes(parse, element, attributes);
    ag_word_no_children(parse, element);
    ag_word_no_text(parse, element);
    const AgAttribute *names = ag_element_attribute(element, "names");
    if (names == NULL)
        ag_fail(parse->diag, AG_PROBLEM_MISSING_ATTRIBUTE, element->place,
                "<managed-roles> needs attribute 'names'");
    else if ((parse->schema->roles = ag_names_split(parse->pool, names->value)) == NULL)
        ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, names->value_place,
                "'%s' is not a list of names", names->value);
    parse->roles = only_one(parse, parse->roles, element);
}

static void bind_naming(AgParse *parse, AgElement *element)
{
    static const char *const attributes[] = {"primary-key", "foreign-key", "unique",
                                             "check",       "index",       NULL};
    ag_word_attributes(parse, element, attributes);
    ag_word_no_children(parse, element);
    ag_word_no_text(parse, element);
    parse->naming = only_one(parse, parse->naming, element);
}

static void bind_include(AgParse *parse, const AgElement *element)
{
    static const char *const attributes[] = {"href", NULL};
    ag_word_attributes(parse, element, attributes);
    ag_word_no_children(parse, element);
    ag_word_no_text(parse, element);
}

/* --- objects of their own --- */

static const AgObject *same_type(const GPtrArray *list, const AgObject *object)
{
    for (guint i = 0; i < list->len; i++) {
        const AgObject *other = g_ptr_array_index(list, i);
        if (strcmp(other->name, object->name) == 0 && g_strcmp0(other->schema, object->schema) == 0)
            return other;
    }
    return NULL;
}

static void add_object(AgParse *parse, AgObject *object)
{
    if (object->name == NULL)
        return;
    const AgObject *first = ag_schema_find_like(parse->schema, object);
    bool inlined = parse->sqlite && is_inlined(object->info);
    if (object->info->kind == AG_KIND_ENUM || inlined) {
        first = same_type(parse->enums, object);
        if (first == NULL)
            first = same_type(parse->domains, object);
        g_ptr_array_add(object->info->kind == AG_KIND_ENUM ? parse->enums : parse->domains, object);
    }
    if (first == NULL && !inlined)
        ag_schema_add(parse->schema, object);
    if (first == NULL)
        return;
    ag_fail(parse->diag, AG_PROBLEM_DUPLICATE, object->place, "%s '%s' is defined twice",
            object->info->noun, ag_object_label(parse->trees, object));
    ag_also(parse->diag, first->place);
}

static void report_unknown_top(AgParse *parse, const AgElement *element)
{
    static const char *const words[] = {"include", "naming", "ignore", "managed-roles", "mixin"};
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        g_ptr_array_add(known, (gpointer)(guintptr)words[i]);
    for (int i = 0; i < AG_N_KINDS; i++)
        if (ag_kind_info((AgKind)i)->parents == NULL)
            g_ptr_array_add(known, (gpointer)(guintptr)ag_kind_info((AgKind)i)->element);
    g_ptr_array_add(known, (gpointer)(guintptr)ag_kind_table.also);
    g_ptr_array_add(known, NULL);
    ag_word_unknown_element(parse, element, (const char *const *)known->pdata);
}

static void bind_top(AgParse *parse, AgElement *element, const AgDocument *document)
{
    const AgKindInfo *info = ag_kind_by_element(element->name, NULL);
    if (strcmp(element->name, "mixin") == 0 || info == &ag_kind_table) {
        return;
    } else if (strcmp(element->name, "include") == 0) {
        bind_include(parse, element);
    } else if (strcmp(element->name, "naming") == 0) {
        bind_naming(parse, element);
    } else if (strcmp(element->name, "ignore") == 0) {
        bind_ignore(parse, element);
    } else if (strcmp(element->name, "managed-roles") == 0) {
        bind_roles(parse, element);
    } else if (info == NULL) {
        report_unknown_top(parse, element);
    } else if (kind_fits(parse, element, info)) {
        bool skipped = parse->sqlite && !is_inlined(info) && info->kind != AG_KIND_VIEW &&
                       info->kind != AG_KIND_VIRTUAL_TABLE;
        AgObject *object = make(parse, element, info, NULL, document);
        bind_parts(parse, element, object, document);
        g_hash_table_insert(parse->homes, object, (gpointer)(guintptr)document);
        if (info->kind == AG_KIND_EXTENSION)
            parse->has_extensions = true;
        if (!skipped)
            add_object(parse, object);
    }
}

/* A mixin that nobody uses is looked at all the same, as if a table had it. */
static void bind_unused_mixins(AgParse *parse)
{
    GPtrArray *trials = ag_mixins_unused(parse);
    guint serials = parse->sequences->len;
    for (guint i = 0; i < trials->len; i++) {
        AgElement *trial = g_ptr_array_index(trials, i);
        for (guint j = 0; j < parse->documents->len; j++) {
            const AgDocument *document = g_ptr_array_index(parse->documents, j);
            if (document->root != trial->parent)
                continue;
            ag_mixins_expand(parse, trial, document);
            bind_table(parse, trial, document, true);
        }
    }
    g_ptr_array_set_size(parse->sequences, (gint)serials);
}

void ag_bind(AgParse *parse)
{
    for (guint i = 0; i < parse->documents->len; i++) {
        const AgDocument *document = g_ptr_array_index(parse->documents, i);
        for (guint j = 0; j < ag_element_count(document->root); j++)
            bind_top(parse, ag_element_child(document->root, j), document);
    }
    ag_types_settle(parse);
    for (guint i = 0; i < parse->documents->len; i++) {
        const AgDocument *document = g_ptr_array_index(parse->documents, i);
        for (guint j = 0; j < ag_element_count(document->root); j++) {
            AgElement *element = ag_element_child(document->root, j);
            if (ag_kind_by_element(element->name, NULL) == &ag_kind_table)
                bind_table(parse, element, document, false);
        }
    }
    bind_unused_mixins(parse);
}
