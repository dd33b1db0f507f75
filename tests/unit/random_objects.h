/* SPDX-License-Identifier: MIT */
/* Random objects that stand beside tables, for test_model_write.c, whose helpers it uses. */
#pragma once

static void add_enum(Maker *m, const char *schema, AgObject *user)
{
    static const char *const values[] = {"on", "off", "it's", "two words", "<&>\"", "\n"};
    AgEnum *type = (AgEnum *)add(m, &ag_kind_enum, NULL, schema, new_name(m, "e"));
    type->values = ag_pool_array(m->pool);
    for (int i = 0; i < 1 + pick(m, (int)G_N_ELEMENTS(values)); i++) {
        AgEnumValue *value = ag_pool_new0(m->pool, AgEnumValue);
        value->name = values[i];
        if (chance(m, 20)) {
            value->former = ag_pool_array(m->pool);
            g_ptr_array_add(value->former, (gpointer)(uintptr_t) "former one");
        }
        g_ptr_array_add(type->values, value);
    }
    assert_true(ag_schema_add(m->schema, &type->object));
    AgColumn *column = (AgColumn *)add(m, &ag_kind_column, user, NULL, new_name(m, "s"));
    g_autoptr(GString) name = g_string_new(NULL);
    ag_quote_qname(ag_dialect(m->id), name, schema, type->object.name);
    const char *suffix = chance(m, 30) ? "[]" : "";
    column->type = sql_of(ag_pool_printf(m->pool, "%s%s", name->str, suffix));
    if (suffix[0] == '\0')
        column->default_sql = sql_of(ag_pool_printf(m->pool, "'on'::%s", name->str));
}

static void add_sequence(Maker *m, const char *schema, const AgObject *table)
{
    AgSequence *sequence = (AgSequence *)add(m, &ag_kind_sequence, NULL, schema, new_name(m, "q"));
    int64_t *const numbers[5] = {&sequence->start, &sequence->increment, &sequence->min,
                                 &sequence->max, &sequence->cache};
    set_counter(m, numbers, &sequence->cycle);
    if (chance(m, 40))
        sequence->type = sql_of(chance(m, 50) ? "integer" : "smallint");
    if (chance(m, 50))
        sequence->owned_by = (AgColumnName){{table->schema, table->name},
                                            ((AgObject *)g_ptr_array_index(table->parts, 0))->name};
    assert_true(ag_schema_add(m->schema, &sequence->object));
}

static GPtrArray *some_arguments(Maker *m, int n_modes)
{
    static const char *const modes[] = {NULL, "variadic", "inout"};
    static const char *const types[] = {"integer", "text[]", "anyelement", "\"any\"",
                                        "\"Odd schema\".\"<type>\""};
    GPtrArray *arguments = ag_pool_array(m->pool);
    int n = pick(m, 4);
    for (int i = 0; i < n; i++) {
        AgArgument *argument = ag_pool_new0(m->pool, AgArgument);
        argument->name = chance(m, 70) ? new_name(m, "a") : NULL;
        argument->mode = modes[pick(m, n_modes)];
        argument->type = sql_of(PICK(m, types));
        if (ag_argument_is_input(argument) && chance(m, 30))
            argument->default_sql = sql_of("(1 & 3)");
        g_ptr_array_add(arguments, argument);
    }
    return n == 0 ? NULL : arguments;
}

static const char *some_body(Maker *m)
{
    static const char *const bodies[] = {"SELECT 1",
                                         "\nBEGIN\n  RETURN 1;\nEND\n",
                                         "  SELECT 1\n",
                                         "\n\n  SELECT 1\n",
                                         "SELECT ']]>';",
                                         "SELECT '<a>' & 1;\r\n",
                                         " ",
                                         "SELECT 1 ",
                                         "\n  a\n b\n",
                                         "\n\ta\n\t\tb < 1\n",
                                         "a\n  \nb",
                                         "\nSELECT $$<$$\n"};
    return PICK(m, bodies);
}

static void fill_function(Maker *m, AgRoutine *function)
{
    static const char *const types[] = {"integer", "SETOF text", "void"};
    function->returns = sql_of(PICK(m, types));
    if (chance(m, 50))
        function->volatility = chance(m, 50) ? "stable" : "immutable";
    if (chance(m, 50))
        function->parallel = chance(m, 50) ? "restricted" : "safe";
    function->strict = chance(m, 30);
    function->leakproof = chance(m, 30);
    function->window = chance(m, 30);
    function->cost = chance(m, 30) ? "0.5" : NULL;
    function->rows = chance(m, 30) ? "7" : NULL;
    if (chance(m, 30))
        function->support = (AgQname){chance(m, 50) ? "a b" : NULL, "helper"};
}

static void add_routine(Maker *m, const char *schema)
{
    bool procedure = chance(m, 40);
    AgObject *object =
        add(m, procedure ? &ag_kind_procedure : &ag_kind_function, NULL, schema, new_name(m, "f"));
    AgRoutine *routine = (AgRoutine *)object;
    routine->arguments = some_arguments(m, procedure ? 3 : 2);
    routine->security_definer = chance(m, 30);
    if (chance(m, 40))
        routine->params = some_options(m);
    if (!procedure)
        fill_function(m, routine);
    if (chance(m, 30)) {
        routine->language = "c";
        routine->object_file = "$libdir/x";
        routine->link_symbol = chance(m, 50) ? "a symbol" : NULL;
    } else if (chance(m, 40)) {
        routine->standard = true;
        routine->body = sql_of("BEGIN ATOMIC\n SELECT 1;\nEND");
    } else {
        routine->body = sql_of(some_body(m));
    }
    object->signature = ag_routine_signature(m->pool, routine->arguments);
    assert_true(ag_schema_add(m->schema, object));
}

static AgQname some_function(Maker *m)
{
    return chance(m, 50) ? (AgQname){NULL, NULL}
                         : (AgQname){chance(m, 50) ? "a b" : NULL, new_name(m, "g")};
}

static void add_aggregate(Maker *m, const char *schema)
{
    AgObject *object = add(m, &ag_kind_aggregate, NULL, schema, new_name(m, "ag"));
    AgAggregate *a = (AgAggregate *)object;
    AgQname *const functions[] = {&a->finalfunc, &a->combinefunc, &a->serialfunc, &a->deserialfunc,
                                  &a->msfunc,    &a->minvfunc,    &a->mfinalfunc};
    for (size_t i = 0; i < G_N_ELEMENTS(functions); i++)
        *functions[i] = some_function(m);
    a->arguments = some_arguments(m, 2);
    for (guint i = 0; a->arguments != NULL && i < a->arguments->len; i++)
        ((AgArgument *)g_ptr_array_index(a->arguments, i))->default_sql = (AgSql){NULL};
    a->sfunc = (AgQname){NULL, "take"};
    a->stype = sql_of("internal");
    a->mstype = chance(m, 50) ? sql_of("bigint") : (AgSql){NULL};
    a->sspace = chance(m, 30) ? 8 : AG_INT_UNSET;
    a->msspace = chance(m, 30) ? 16 : AG_INT_UNSET;
    a->finalfunc_extra = chance(m, 30);
    a->mfinalfunc_extra = chance(m, 30);
    a->finalfunc_modify = chance(m, 30) ? "shareable" : NULL;
    a->mfinalfunc_modify = chance(m, 30) ? "shareable" : NULL;
    a->initcond = chance(m, 50) ? "" : NULL;
    a->minitcond = chance(m, 50) ? "{0,\"<a>\"}" : NULL;
    a->sortop = chance(m, 30) ? (AgQname){"a b", "<<"} : (AgQname){NULL, NULL};
    a->parallel = chance(m, 30) ? "safe" : NULL;
    if (chance(m, 40)) {
        a->set = chance(m, 50) ? "ordered" : "hypothetical";
        a->direct = a->arguments == NULL ? 0 : pick(m, (int)a->arguments->len + 1);
    }
    object->signature = ag_routine_signature(m->pool, a->arguments);
    assert_true(ag_schema_add(m->schema, object));
}

/* An expression, and columns where the table has two of them. */
static void add_statistics(Maker *m, const char *schema, const AgObject *table)
{
    AgStatistics *statistics =
        (AgStatistics *)add(m, &ag_kind_statistics, NULL, schema, new_name(m, "st"));
    AgPart *part = ag_pool_new0(m->pool, AgPart);
    part->expression = sql_of(some_expression(m));
    statistics->table = (AgQname){table->schema, table->name};
    statistics->columns = some_columns(m, table, 3);
    statistics->expressions = ag_pool_array(m->pool);
    g_ptr_array_add(statistics->expressions, part);
    if (chance(m, 50)) {
        statistics->measures = ag_pool_array(m->pool);
        g_ptr_array_add(statistics->measures, (gpointer)(uintptr_t)ag_statistics_measures[1]);
    }
    if (chance(m, 50))
        statistics->target = pick(m, 100);
    assert_true(ag_schema_add(m->schema, &statistics->object));
}

static void add_view_column(Maker *m, AgObject *view)
{
    AgObject *object = ag_object_new(m->pool, &ag_kind_view_column, view, NULL, new_name(m, "vc"));
    object->comment = some_comment(m);
    if (view->info == &ag_kind_view && chance(m, 60))
        ((AgViewColumn *)object)->default_sql = sql_of(some_expression(m));
    else if (object->comment == NULL)
        object->comment = "of a column";
}

static void add_view_trigger(Maker *m, AgObject *view)
{
    static const char *const events[] = {"insert", "update"};
    if (m->id == AG_DIALECT_SQLITE) {
        add_sqlite_trigger(m, view);
        return;
    }
    AgTrigger *trigger = (AgTrigger *)add(m, &ag_kind_trigger, view, NULL, new_name(m, "t"));
    trigger->function = (AgQname){chance(m, 50) ? "odd schema" : NULL, new_name(m, "f")};
    trigger->timing = chance(m, 50) ? "instead-of" : NULL;
    trigger->level = trigger->timing == NULL ? "statement" : NULL;
    trigger->events = ag_pool_array(m->pool);
    g_ptr_array_add(trigger->events, (gpointer)(uintptr_t)PICK(m, events));
    trigger->object.comment = some_comment(m);
}

static void add_view(Maker *m, const char *schema, bool materialized)
{
    static const char *const checks[] = {"local", "cascaded"};
    const AgKindInfo *info = materialized ? &ag_kind_materialized_view : &ag_kind_view;
    AgView *view = (AgView *)add(m, info, NULL, schema, new_name(m, "v"));
    view->query = sql_of(ag_pool_printf(m->pool, "SELECT %s", some_expression(m)));
    view->object.comment = some_comment(m);
    if (chance(m, 40))
        view->columns = ag_names_split(m->pool, "a \"b c\"");
    if (chance(m, 40))
        view->depends_on = ag_names_split(m->pool, "shop.f other");
    if (materialized) {
        view->method = chance(m, 40) ? "heap" : NULL;
        view->tablespace = chance(m, 40) ? "fast disk" : NULL;
        view->params = chance(m, 40) ? some_options(m) : NULL;
        view->with_no_data = chance(m, 40);
    } else if (m->id == AG_DIALECT_POSTGRESQL) {
        view->security_invoker = chance(m, 40);
        view->security_barrier = chance(m, 40);
        view->check_option = chance(m, 40) ? PICK(m, checks) : NULL;
    }
    if (m->id == AG_DIALECT_POSTGRESQL && chance(m, 60))
        add_view_column(m, &view->object);
    if (!materialized && chance(m, 50))
        add_view_trigger(m, &view->object);
    assert_true(ag_schema_add(m->schema, &view->object));
}

static void add_virtual_table(Maker *m)
{
    static const char *const modules[] = {"fts5", "rtree", "Odd module"};
    AgVirtualTable *table =
        (AgVirtualTable *)add(m, &ag_kind_virtual_table, NULL, NULL, new_name(m, "vt"));
    table->module = PICK(m, modules);
    table->arguments =
        chance(m, 80) ? sql_of("a, \"b c\", content='t', prefix='2 3'") : sql_of(NULL);
    assert_true(ag_schema_add(m->schema, &table->object));
}

static void add_event_trigger(Maker *m, const char *schema)
{
    static const char *const events[] = {NULL, "ddl-command-end", "sql-drop"};
    AgEventTrigger *trigger =
        (AgEventTrigger *)add(m, &ag_kind_event_trigger, NULL, NULL, new_name(m, "et"));
    trigger->event = PICK(m, events);
    trigger->tags = chance(m, 50) ? ag_names_split(m->pool, "alter-table create-table") : NULL;
    trigger->function = (AgQname){schema, "g"};
    trigger->enabled = chance(m, 30) ? "always" : NULL;
    assert_true(ag_schema_add(m->schema, &trigger->object));
}

static void add_publication(Maker *m, const AgObject *table)
{
    static const char *const words[] = {"none", "stored"};
    AgPublication *publication =
        (AgPublication *)add(m, &ag_kind_publication, NULL, NULL, new_name(m, "pub"));
    publication->all_tables = chance(m, 30);
    publication->via_root = chance(m, 30);
    publication->publish = chance(m, 30) ? ag_names_split(m->pool, "insert delete") : NULL;
    publication->generated = chance(m, 30) ? PICK(m, words) : NULL;
    publication->object.comment = some_comment(m);
    if (!publication->all_tables && chance(m, 50))
        publication->schemas = ag_names_split(m->pool, "\"Odd schema\" b");
    assert_true(ag_schema_add(m->schema, &publication->object));
    if (publication->all_tables || chance(m, 50))
        return;
    AgQname name = {table->schema, table->name};
    AgPublishedTable *published =
        (AgPublishedTable *)ag_object_new(m->pool, &ag_kind_published_table, &publication->object,
                                          NULL, ag_qname_text(m->pool, name));
    published->table = name;
    published->columns =
        publication->schemas == NULL && chance(m, 50) ? some_columns(m, table, 3) : NULL;
    if (chance(m, 50))
        published->where = sql_of(some_expression(m));
}

static AgQname some_routine(Maker *m, bool always)
{
    return always || chance(m, 40)
               ? (AgQname){chance(m, 50) ? "Odd schema" : NULL, new_name(m, "f")}
               : (AgQname){NULL, NULL};
}

static void add_cast(Maker *m)
{
    static const char *const contexts[] = {NULL, "assignment", "implicit"};
    AgTypeCast *cast = (AgTypeCast *)add(m, &ag_kind_cast, NULL, NULL, "cast");
    cast->source = sql_of("integer");
    cast->target = sql_of(chance(m, 50) ? "text" : "\"Odd schema\".\"<type>\"");
    cast->function = some_routine(m, false);
    cast->inout = cast->function.name == NULL && chance(m, 50);
    cast->as = contexts[pick(m, 3)];
    cast->object.signature = ag_type_cast_signature(m->pool, cast);
    ag_schema_add(m->schema, &cast->object);
}

static void add_operator(Maker *m, const char *schema)
{
    AgOperator *o = (AgOperator *)add(m, &ag_kind_operator, NULL, schema, "&&<");
    o->object.former = NULL;
    o->left = chance(m, 70) ? sql_of("integer") : (AgSql){0};
    o->right = sql_of("text");
    o->function = some_routine(m, true);
    o->commutator = chance(m, 50) ? (AgQname){schema, "<&&"} : (AgQname){NULL, NULL};
    o->negator = chance(m, 50) ? (AgQname){NULL, "!&"} : (AgQname){NULL, NULL};
    o->restrict_with = some_routine(m, false);
    o->join_with = some_routine(m, false);
    o->hashes = chance(m, 30);
    o->merges = chance(m, 30);
    o->object.signature = ag_operator_signature(m->pool, o);
    ag_schema_add(m->schema, &o->object);
}

static void add_conversion(Maker *m, const char *schema)
{
    AgConversion *conversion =
        (AgConversion *)add(m, &ag_kind_conversion, NULL, schema, new_name(m, "cv"));
    conversion->from = "UTF8";
    conversion->to = chance(m, 50) ? "LATIN1" : "EUC_JP";
    conversion->function = some_routine(m, true);
    conversion->is_default = chance(m, 50);
    assert_true(ag_schema_add(m->schema, &conversion->object));
}

static void add_class_member(Maker *m, AgObject *holder, const AgKindInfo *info)
{
    AgClassMember *member = (AgClassMember *)ag_object_new(m->pool, info, holder, NULL, "x");
    bool crosses = chance(m, 50);
    member->number = 1 + (int64_t)pick(m, 8);
    member->left = sql_of("integer");
    member->right = sql_of(crosses ? "\"Odd schema\".\"<type>\"" : "integer");
    member->member = some_routine(m, true);
    if (info == &ag_kind_class_function)
        member->arguments = chance(m, 50) ? "integer, text" : NULL;
    else {
        member->member.name = "<&&";
        member->order_by = some_routine(m, false);
    }
    member->object.name = ag_class_member_name(m->pool, member);
}

static void add_operator_class(Maker *m, const char *schema)
{
    AgOperatorFamily *family =
        (AgOperatorFamily *)add(m, &ag_kind_operator_family, NULL, schema, new_name(m, "of"));
    family->method = family->object.signature = chance(m, 50) ? "btree" : "odd method";
    add_class_member(m, &family->object, &ag_kind_class_operator);
    assert_true(ag_schema_add(m->schema, &family->object));
    AgOperatorClass *c =
        (AgOperatorClass *)add(m, &ag_kind_operator_class, NULL, schema, new_name(m, "oc"));
    c->method = c->object.signature = family->method;
    c->type = sql_of("integer");
    c->family = (AgQname){schema, family->object.name};
    c->is_default = chance(m, 50);
    c->storage = chance(m, 50) ? sql_of("text") : (AgSql){0};
    add_class_member(m, &c->object, &ag_kind_class_operator);
    add_class_member(m, &c->object, &ag_kind_class_function);
    assert_true(ag_schema_add(m->schema, &c->object));
}

static void add_text_search(Maker *m, const char *schema)
{
    AgTextSearchDictionary *dictionary =
        (AgTextSearchDictionary *)add(m, &ag_kind_text_search_dictionary, NULL, schema,
                                      new_name(m, "d"));
    dictionary->tpl = (AgQname){NULL, "simple"};
    dictionary->options = chance(m, 50) ? some_options(m) : NULL;
    assert_true(ag_schema_add(m->schema, &dictionary->object));
    AgTextSearchConfiguration *configuration =
        (AgTextSearchConfiguration *)add(m, &ag_kind_text_search_configuration, NULL, schema,
                                         new_name(m, "ts"));
    configuration->parser = some_routine(m, false);
    assert_true(ag_schema_add(m->schema, &configuration->object));
    AgTextSearchMapping *mapping =
        (AgTextSearchMapping *)ag_object_new(m->pool, &ag_kind_text_search_mapping,
                                             &configuration->object, NULL, "asciiword");
    mapping->token = "asciiword";
    mapping->dictionaries = ag_pool_array(m->pool);
    g_ptr_array_add(mapping->dictionaries, (gpointer)(uintptr_t) "simple");
    if (chance(m, 50))
        g_ptr_array_add(mapping->dictionaries,
                        ag_qname_text(m->pool, (AgQname){schema, dictionary->object.name}));
}

static void add_default_privileges(Maker *m, const char *schema)
{
    AgDefaultPrivileges *d =
        (AgDefaultPrivileges *)add(m, &ag_kind_default_privileges, NULL, NULL, "x");
    d->object.comment = NULL;
    d->role = new_name(m, "role");
    d->in_schema = chance(m, 50) ? schema : NULL;
    d->objects = chance(m, 50) ? "tables" : "functions";
    d->object.name = ag_default_privileges_name(m->pool, d->role, d->in_schema, d->objects);
    AgGrant *grant = ag_pool_new0(m->pool, AgGrant);
    *grant = (AgGrant){.role = "public",
                       .privilege = d->objects[0] == 't' ? "select" : "execute",
                       .option = d->objects[0] == 't' && chance(m, 50)};
    d->object.grants = ag_pool_array(m->pool);
    g_ptr_array_add(d->object.grants, grant);
    assert_true(ag_schema_add(m->schema, &d->object));
}

/* `server`: its name. */
static void add_server(Maker *m, const char *server)
{
    AgForeignDataWrapper *wrapper =
        (AgForeignDataWrapper *)add(m, &ag_kind_foreign_data_wrapper, NULL, NULL, new_name(m, "w"));
    wrapper->handler = chance(m, 30) ? (AgQname){"Odd schema", "h"} : (AgQname){NULL, NULL};
    wrapper->validator = chance(m, 30) ? (AgQname){NULL, "v"} : (AgQname){NULL, NULL};
    wrapper->options = chance(m, 40) ? some_options(m) : NULL;
    wrapper->object.comment = some_comment(m);
    assert_true(ag_schema_add(m->schema, &wrapper->object));
    AgServer *s = (AgServer *)add(m, &ag_kind_server, NULL, NULL, server);
    s->wrapper = wrapper->object.name;
    s->type = chance(m, 30) ? "it's" : NULL;
    s->version = chance(m, 30) ? "9.5" : NULL;
    s->options = chance(m, 40) ? some_options(m) : NULL;
    assert_true(ag_schema_add(m->schema, &s->object));
    const char *user = chance(m, 50) ? "public" : "odd@role";
    AgUserMapping *mapping = (AgUserMapping *)add(m, &ag_kind_user_mapping, NULL, NULL,
                                                  ag_user_mapping_name(m->pool, user, server));
    mapping->object.comment = NULL;
    mapping->user = user;
    mapping->server = server;
    mapping->options = chance(m, 40) ? some_options(m) : NULL;
    assert_true(ag_schema_add(m->schema, &mapping->object));
}

static void add_foreign_table(Maker *m, const char *schema)
{
    const char *server = new_name(m, "srv");
    add_server(m, server);
    AgTable *table = (AgTable *)add(m, &ag_kind_table, NULL, schema, new_name(m, "ft"));
    table->server = server;
    table->options = chance(m, 50) ? some_options(m) : NULL;
    AgColumn *column = (AgColumn *)add(m, &ag_kind_column, &table->object, NULL, new_name(m, "c"));
    column->type = sql_of("integer");
    column->options = chance(m, 50) ? some_options(m) : NULL;
    assert_true(ag_schema_add(m->schema, &table->object));
}

static void add_postgres_objects(Maker *m, const char *schema, AgObject *table)
{
    static const char *const unmanaged[] = {"report", "ignore"};
    if (chance(m, 60))
        add_enum(m, schema, table);
    if (chance(m, 60))
        add_sequence(m, schema, table);
    for (int i = 0; i < 2; i++)
        add_routine(m, schema);
    if (chance(m, 60))
        add_aggregate(m, schema);
    if (chance(m, 60))
        add_statistics(m, schema, table);
    if (chance(m, 60))
        add_view(m, schema, chance(m, 50));
    if (chance(m, 30))
        add_event_trigger(m, schema);
    if (chance(m, 30))
        add_publication(m, table);
    if (chance(m, 30))
        add_foreign_table(m, schema);
    if (chance(m, 30))
        add_cast(m);
    if (chance(m, 30))
        add_operator(m, schema);
    if (chance(m, 30))
        add_operator_class(m, schema);
    if (chance(m, 30))
        add_conversion(m, schema);
    if (chance(m, 30))
        add_text_search(m, schema);
    if (chance(m, 30))
        add_default_privileges(m, schema);
    AgExtension *extension =
        (AgExtension *)add(m, &ag_kind_extension, NULL, NULL, new_name(m, "x"));
    extension->in = chance(m, 50) ? "ext schema" : NULL;
    extension->version = chance(m, 50) ? "1.6" : NULL;
    ag_schema_add(m->schema, &extension->object);
    AgNamespace *space =
        (AgNamespace *)ag_object_new(m->pool, &ag_kind_namespace, NULL, NULL, schema);
    space->object.comment = some_comment(m);
    if (chance(m, 40))
        space->unmanaged = PICK(m, unmanaged);
    if (strcmp(schema, "public") != 0)
        ag_schema_add(m->schema, &space->object);
    if (ag_schema_find(m->schema, AG_KIND_NAMESPACE, NULL, "ext schema") == NULL)
        ag_schema_add(m->schema,
                      ag_object_new(m->pool, &ag_kind_namespace, NULL, NULL, "ext schema"));
}

/* Types that STRICT allows, or none of it. */
static void make_strict(Maker *m, AgObject *table)
{
    for (guint i = 0; i < table->parts->len; i++) {
        AgColumn *column = g_ptr_array_index(table->parts, i);
        if (column->object.info->kind != AG_KIND_COLUMN)
            continue;
        column->type = sql_of("TEXT");
        if (column->default_sql.written != NULL)
            column->default_sql = sql_of("'x'");
    }
    ((AgTable *)table)->strict = true;
    (void)m;
}

static void make_autoincrement(Maker *m)
{
    AgObject *table = add(m, &ag_kind_table, NULL, NULL, new_name(m, "t"));
    AgColumn *column = (AgColumn *)add(m, &ag_kind_column, table, NULL, new_name(m, "c"));
    column->type = sql_of("INTEGER");
    column->identity = "always";
    AgKey *key = (AgKey *)ag_object_new(m->pool, &ag_kind_primary_key, table, NULL, NULL);
    key->columns = ag_pool_array(m->pool);
    g_ptr_array_add(key->columns, (gpointer)(uintptr_t)column->object.name);
    assert_true(ag_schema_add(m->schema, table));
}
