/* SPDX-License-Identifier: MIT */
/* A random schema as a model file. */
#include "support/random_schema.h"

#include <string.h>

typedef struct {
    const RandomSchema *schema;
    AgPool *pool;
    GString *out;
} Writing;

/* --- names --- */

static const char *schema_name(const Writing *w, int place)
{
    if (w->schema->dialect == AG_DIALECT_SQLITE)
        return NULL;
    const RandomName *name = g_ptr_array_index(w->schema->schemas, (guint)place);
    return place == 0 ? "public" : name->name;
}

/* As SQL writes it. */
static const char *sql_name(const Writing *w, const char *schema, const char *name)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_qname(ag_dialect(w->schema->dialect), out, schema, name);
    return ag_pool_text(w->pool, out->str);
}

static const char *qualified(const Writing *w, const RandomName *name)
{
    return sql_name(w, schema_name(w, name->schema), name->name);
}

static const char *model_name(const Writing *w, const RandomName *name)
{
    return ag_qname_text(w->pool, (AgQname){schema_name(w, name->schema), name->name});
}

static const char *column_names(const Writing *w, const RandomTable *table, const int *ids, int n)
{
    GPtrArray *names = ag_pool_array(w->pool);
    for (int i = 0; i < n; i++)
        g_ptr_array_add(names, (gpointer)(guintptr)random_column_of(table, ids[i])->name.name);
    return ag_names_join(w->pool, names);
}

/* --- XML --- */

static void put_attribute(Writing *w, const char *name, const char *value)
{
    if (value == NULL)
        return;
    g_autoptr(GString) text = g_string_new(NULL);
    for (const char *p = value; *p != '\0'; p++) {
        g_autofree char *escaped = *p == '\n'   ? g_strdup("&#10;")
                                   : *p == '\t' ? g_strdup("&#9;")
                                                : NULL;
        if (escaped != NULL)
            g_string_append(text, escaped);
        else if (strchr("<&\"", *p) != NULL)
            g_string_append(text, *p == '<' ? "&lt;" : *p == '&' ? "&amp;" : "&quot;");
        else
            g_string_append_c(text, *p);
    }
    g_string_append_printf(w->out, " %s=\"%s\"", name, text->str);
}

static void put_number(Writing *w, const char *name, int value)
{
    if (value != 0)
        g_string_append_printf(w->out, " %s=\"%d\"", name, value);
}

static void put_flag(Writing *w, const char *name, bool value)
{
    if (value)
        g_string_append_printf(w->out, " %s=\"true\"", name);
}

static void put_element(Writing *w, const char *name, const char *text)
{
    g_autofree char *escaped = g_markup_escape_text(text, -1);
    g_string_append_printf(w->out, "<%s>%s</%s>", name, escaped, name);
}

static void put_head(Writing *w, const char *element, const RandomName *name, bool stands)
{
    g_string_append_printf(w->out, "<%s", element);
    if (stands && name->schema != 0)
        put_attribute(w, "schema", schema_name(w, name->schema));
    put_attribute(w, "name", name->name);
    if (name->former != NULL) {
        AgQname former = {NULL, name->former};
        if (stands && name->former_schema != name->schema)
            former.schema = schema_name(w, name->former_schema);
        put_attribute(w, "renamed-from", ag_qname_text(w->pool, former));
    }
    put_attribute(w, "comment", name->comment);
}

/* --- expressions --- */

static const char *type_text(const Writing *w, const RandomColumn *column)
{
    int count;
    const RandomEnum *type =
        column->enum_id == NO_ID ? NULL : random_enum_of(w->schema, column->enum_id);
    if (type == NULL)
        return random_types(w->schema->dialect, &count)[column->type].name;
    return ag_pool_printf(w->pool, "%s%s", qualified(w, &type->name),
                          column->enum_list ? "[]" : "");
}

static const char *literal(const Writing *w, const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL);
    ag_quote_text(out, text);
    return ag_pool_text(w->pool, out->str);
}

static const char *label(const Writing *w, const RandomEnum *type, unsigned choice)
{
    const RandomLabel *found = g_ptr_array_index(type->labels, choice % type->labels->len);
    return literal(w, found->name);
}

/* '@' stands for the column. */
static const char *about(const Writing *w, const RandomColumn *column, const char *pattern)
{
    g_autoptr(GString) out = g_string_new(pattern);
    g_string_replace(out, "@", sql_name(w, NULL, column->name.name), 0);
    return ag_pool_text(w->pool, out->str);
}

static const char *enum_condition(const Writing *w, const RandomColumn *column, unsigned choice)
{
    const RandomEnum *type = random_enum_of(w->schema, column->enum_id);
    const char *name = sql_name(w, NULL, column->name.name);
    const char *one = label(w, type, choice / 4);
    switch (choice % 4) {
    case 0:
        return ag_pool_printf(w->pool, "%s <> %s", name, one);
    case 1:
        return ag_pool_printf(w->pool, "%s IN (%s, %s)", name, one, label(w, type, choice / 4 + 1));
    case 2:
        return ag_pool_printf(w->pool, "%s = %s::%s", name, one, qualified(w, &type->name));
    default:
        return ag_pool_printf(w->pool, "%s IS NULL OR %s > CAST(%s AS %s)", name, name, one,
                              qualified(w, &type->name));
    }
}

static const char *condition(const Writing *w, const RandomColumn *column, unsigned choice)
{
    static const char *const numbers[] = {"@ > 0", "@ BETWEEN 1 AND 100", "@ IN (1, 2, 3)",
                                          "@ <> 5 OR @ IS NULL", "(@ + 1) * 2 < 1000"};
    static const char *const texts[] = {"@ <> ''", "length(@) < 10", "@ IN ('a', 'b')",
                                        "@ LIKE 'a%'", "@ IS NOT NULL AND upper(@) = @"};
    switch (random_class_of(w->schema, column)) {
    case CLASS_NUMBER:
        return about(w, column, numbers[choice % G_N_ELEMENTS(numbers)]);
    case CLASS_TEXT:
        /* What the server prints of IN over varchar is printed otherwise when it is loaded again,
         * which the witness sees. */
        if (choice % G_N_ELEMENTS(texts) == 2 && strcmp(type_text(w, column), "text") != 0)
            return about(w, column, "@ = 'a'");
        return about(w, column, texts[choice % G_N_ELEMENTS(texts)]);
    case CLASS_BOOLEAN:
        return about(w, column, choice % 2 == 0 ? "@" : "NOT @");
    case CLASS_DATE:
        return about(w, column, "@ > '2000-01-01'");
    case CLASS_ENUM:
        return enum_condition(w, column, choice);
    case CLASS_JSON:
    case CLASS_OTHER:
        return about(w, column, "@ IS NOT NULL");
    }
    g_assert_not_reached();
}

static const char *computed(const Writing *w, const RandomColumn *column, unsigned choice)
{
    bool number = random_class_of(w->schema, column) == CLASS_NUMBER;
    static const char *const numbers[] = {"@ + 1", "abs(@)", "@ * 2 - 1"};
    static const char *const texts[] = {"upper(@)", "lower(@) || 'x'", "replace(@, 'a', 'b')"};
    return about(w, column, number ? numbers[choice % 3] : texts[choice % 3]);
}

/* --- what stands on its own --- */

/* To everybody, and of the owner, so that no roles have to be there. `column` NULL: none. */
static void put_grants(Writing *w, const char *const privileges[2], const RandomName *name,
                       const char *column)
{
    for (int i = 0; i < 2; i++) {
        if ((name->grants & (1u << i)) == 0)
            continue;
        g_string_append(w->out, "  <grant");
        put_attribute(w, "privileges", privileges[i]);
        put_attribute(w, "to", "public");
        put_attribute(w, "columns", column);
        g_string_append(w->out, "/>\n");
    }
}

static void put_enum(Writing *w, const RandomEnum *type)
{
    put_head(w, "enum", &type->name, true);
    g_string_append(w->out, ">\n");
    for (guint i = 0; i < type->labels->len; i++) {
        const RandomLabel *one = g_ptr_array_index(type->labels, i);
        g_string_append(w->out, "  <value");
        put_attribute(w, "name", one->name);
        if (one->former != NULL) {
            GPtrArray *former = ag_pool_array(w->pool);
            g_ptr_array_add(former, (gpointer)(guintptr)one->former);
            put_attribute(w, "renamed-from", ag_names_join(w->pool, former));
        }
        g_string_append(w->out, "/>\n");
    }
    if (type->name.grants % 2 == 1)
        g_string_append(w->out, "  <revoke privileges=\"usage\" from=\"public\"/>\n");
    g_string_append(w->out, "</enum>\n");
}

static void put_sequence(Writing *w, const RandomSequence *sequence)
{
    static const char *const types[] = {NULL, "integer", "smallint"};
    put_head(w, "sequence", &sequence->name, true);
    put_attribute(w, "type", types[sequence->type]);
    put_number(w, "start", sequence->start);
    put_number(w, "increment", sequence->increment);
    put_number(w, "min", sequence->min);
    put_number(w, "max", sequence->max);
    put_number(w, "cache", sequence->cache);
    put_flag(w, "cycle", sequence->cycle);
    if (sequence->owner_table != NO_ID) {
        const RandomTable *table = random_table_of(w->schema, sequence->owner_table);
        const RandomColumn *column = random_column_of(table, sequence->owner_column);
        const char *name = ag_qname_text(w->pool, (AgQname){NULL, column->name.name});
        put_attribute(w, "owned-by",
                      ag_pool_printf(w->pool, "%s.%s", model_name(w, &table->name), name));
    }
    static const char *const privileges[] = {"usage", "select"};
    g_string_append(w->out, ">\n");
    put_grants(w, privileges, &sequence->name, NULL);
    g_string_append(w->out, "</sequence>\n");
}

/* --- columns --- */

static const char *default_text(const Writing *w, const RandomColumn *column)
{
    int count, n = 0;
    unsigned choice = column->default_choice;
    if (column->default_kind == DEFAULT_SEQUENCE) {
        const RandomSequence *sequence = random_sequence_of(w->schema, (int)choice);
        return ag_pool_printf(w->pool, "nextval(%s::regclass)",
                              literal(w, qualified(w, &sequence->name)));
    }
    if (column->enum_id != NO_ID) {
        const RandomEnum *type = random_enum_of(w->schema, column->enum_id);
        const char *one = label(w, type, choice / 2);
        if (column->enum_list)
            return choice % 2 == 0
                       ? "'{}'"
                       : ag_pool_printf(w->pool, "ARRAY[%s]::%s[]", one, qualified(w, &type->name));
        return choice % 2 == 0 ? one
                               : ag_pool_printf(w->pool, "%s::%s", one, qualified(w, &type->name));
    }
    const RandomType *type = &random_types(w->schema->dialect, &count)[column->type];
    while (n < 4 && type->defaults[n] != NULL)
        n++;
    return type->defaults[choice % (unsigned)n];
}

static const char *collation_of(const Writing *w, const RandomColumn *column)
{
    if (random_class_of(w->schema, column) != CLASS_TEXT || column->collation == 0)
        return NULL;
    if (w->schema->dialect == AG_DIALECT_SQLITE)
        return column->collation == 1 ? "NOCASE" : "RTRIM";
    return column->collation == 1 ? "C" : "POSIX";
}

static void put_column(Writing *w, const RandomTable *table, const RandomColumn *column)
{
    static const char *const identities[] = {NULL, "always", "by-default"};
    g_string_append(w->out, "  ");
    put_head(w, "column", &column->name, false);
    put_attribute(w, "type", type_text(w, column));
    put_flag(w, "null", column->null);
    put_attribute(w, "identity", identities[column->identity]);
    put_attribute(w, "collation", collation_of(w, column));
    if (column->default_kind != DEFAULT_NONE)
        put_attribute(w, "default-sql", default_text(w, column));
    g_string_append_c(w->out, '>');
    if (column->identity != 0) {
        g_string_append(w->out, "<identity");
        put_number(w, "start", column->start);
        put_number(w, "increment", column->increment);
        put_number(w, "min", column->min);
        put_number(w, "max", column->max);
        put_number(w, "cache", column->cache);
        put_flag(w, "cycle", column->cycle);
        g_string_append(w->out, "/>");
    }
    if (column->generated_from != NO_ID) {
        g_autofree char *text =
            g_markup_escape_text(computed(w, random_column_of(table, column->generated_from),
                                          column->default_choice),
                                 -1);
        g_string_append_printf(w->out, "<generated%s>%s</generated>",
                               column->is_virtual ? " kind=\"virtual\"" : "", text);
    }
    g_string_append(w->out, "</column>\n");
}

/* --- parts --- */

static const char *const deferrables[] = {NULL, "initially-immediate", "initially-deferred"};

static void put_fillfactor(Writing *w, int fillfactor)
{
    if (fillfactor != 0)
        g_string_append_printf(w->out, "<param name=\"fillfactor\" value=\"%d\"/>", fillfactor);
}

static void put_include(Writing *w, const RandomTable *table, const RandomPart *part)
{
    if (part->include != NO_ID)
        put_attribute(w, "include", column_names(w, table, &part->include, 1));
}

static bool has_version(const Writing *w, long version)
{
    return w->schema->server_version == 0 || w->schema->server_version >= version;
}

static void put_exclude(Writing *w, const RandomTable *table, const RandomPart *part)
{
    put_head(w, "exclude", &part->name, false);
    put_attribute(w, "using", "btree");
    put_attribute(w, "deferrable", deferrables[part->deferrable]);
    put_include(w, table, part);
    g_string_append_c(w->out, '>');
    for (int i = 0; i < part->n_columns; i++) {
        g_string_append(w->out, "<column");
        put_attribute(w, "name", random_column_of(table, part->columns[i])->name.name);
        put_attribute(w, "order", i == 0 && part->choice % 3 == 0 ? "desc" : NULL);
        g_string_append(w->out, " with=\"=\"/>");
    }
    put_fillfactor(w, part->fillfactor);
    if (part->choice % 2 == 0) {
        g_autofree char *text = g_markup_escape_text(
            condition(w, random_column_of(table, part->columns[0]), part->choice), -1);
        g_string_append_printf(w->out, "<where>%s</where>", text);
    }
    g_string_append(w->out, "</exclude>\n");
}

static void put_key(Writing *w, const RandomTable *table, const RandomPart *part)
{
    if (part->exclude) {
        put_exclude(w, table, part);
        return;
    }
    const char *element = part->primary ? "primary-key" : "unique";
    put_head(w, element, &part->name, false);
    put_attribute(w, "columns", column_names(w, table, part->columns, part->n_columns));
    put_attribute(w, "deferrable", deferrables[part->deferrable]);
    put_flag(w, "nulls-not-distinct", !part->primary && part->flag && has_version(w, 150000));
    put_include(w, table, part);
    g_string_append_c(w->out, '>');
    put_fillfactor(w, part->fillfactor);
    g_string_append_printf(w->out, "</%s>\n", element);
}

static void put_check(Writing *w, const RandomTable *table, const RandomPart *part)
{
    put_head(w, "check", &part->name, false);
    put_flag(w, "no-inherit", part->flag);
    put_flag(w, "not-valid", part->not_valid);
    g_autofree char *text =
        g_markup_escape_text(condition(w, random_column_of(table, part->about), part->choice), -1);
    g_string_append_printf(w->out, ">%s</check>\n", text);
}

static void put_foreign_key(Writing *w, const RandomTable *table, const RandomPart *part)
{
    static const char *const actions[] = {NULL, "cascade", "restrict", "set-null", "set-default"};
    const RandomTable *target = random_table_of(w->schema, part->target);
    put_head(w, "foreign-key", &part->name, false);
    put_attribute(w, "columns", column_names(w, table, part->columns, part->n_columns));
    put_attribute(w, "references", model_name(w, &target->name));
    put_attribute(w, "ref-columns", column_names(w, target, part->target_columns, part->n_columns));
    put_attribute(w, "on-delete", actions[part->on_delete]);
    put_attribute(w, "on-update", actions[part->on_update]);
    put_attribute(w, "deferrable", deferrables[part->deferrable]);
    put_attribute(w, "match", part->match_full ? "full" : NULL);
    put_flag(w, "not-valid", part->not_valid);
    g_string_append(w->out, "/>\n");
}

static void put_index(Writing *w, const RandomTable *table, const RandomPart *part)
{
    static const char *const methods[] = {NULL, "hash", "brin"};
    const RandomColumn *column = part->about == NO_ID ? NULL : random_column_of(table, part->about);
    put_head(w, "index", &part->name, false);
    put_flag(w, "unique", part->unique);
    put_flag(w, "nulls-not-distinct", part->unique && part->flag && has_version(w, 150000));
    put_attribute(w, "using", methods[part->method]);
    put_include(w, table, part);
    g_string_append_c(w->out, '>');
    for (int i = 0; i < part->n_columns; i++) {
        g_string_append(w->out, "<column");
        put_attribute(w, "name", random_column_of(table, part->columns[i])->name.name);
        put_attribute(w, "order", i == 0 && part->descending ? "desc" : NULL);
        g_string_append(w->out, "/>");
    }
    if (part->expression)
        put_element(w, "expression", computed(w, column, part->choice));
    if (part->predicate)
        put_element(w, "where", condition(w, column, part->choice));
    put_fillfactor(w, part->fillfactor);
    g_string_append(w->out, "</index>\n");
}

static void put_statistics(Writing *w, const RandomTable *table, const RandomPart *part)
{
    static const char *const kinds[] = {NULL, "mcv", "ndistinct dependencies", "mcv ndistinct"};
    const RandomColumn *column = part->about == NO_ID ? NULL : random_column_of(table, part->about);
    RandomName name = part->name;
    name.schema = name.former_schema = table->name.schema;
    put_head(w, "statistics", &name, true);
    put_attribute(w, "table", model_name(w, &table->name));
    if (part->n_columns > 0)
        put_attribute(w, "columns", column_names(w, table, part->columns, part->n_columns));
    if (part->n_columns > 0)
        put_attribute(w, "kinds", kinds[part->choice % G_N_ELEMENTS(kinds)]);
    put_attribute(w, "target", part->choice % 3 == 0 ? "50" : NULL);
    g_string_append_c(w->out, '>');
    if (part->expression)
        put_element(w, "expression", computed(w, column, part->choice));
    g_string_append(w->out, "</statistics>\n");
}

/* What tells something of a table and stands beside it. */
static void put_beside(Writing *w, const RandomTable *table)
{
    for (guint i = 0; i < table->parts->len; i++) {
        const RandomPart *part = g_ptr_array_index(table->parts, i);
        if (part->kind == PART_STATISTICS)
            put_statistics(w, table, part);
    }
}

/* A function that every database has; it is never called. */
static void put_trigger(Writing *w, const RandomTable *table, const RandomPart *part)
{
    static const char *const events[] = {"update", "insert update", "delete", "update delete"};
    static const char *const states[] = {NULL, NULL, "disabled", "replica", "always"};
    static const char *const arguments[] = {NULL, NULL, "a &quot;&quot; &quot;it's&quot;"};
    const char *event = events[part->expression ? 0 : part->choice % G_N_ELEMENTS(events)];
    put_head(w, "trigger", &part->name, false);
    put_attribute(w, "timing", part->expression || part->flag ? "after" : "before");
    put_attribute(w, "events", event);
    put_attribute(w, "for-each", !part->expression && part->not_valid ? "statement" : NULL);
    if (part->n_columns > 0 && strstr(event, "update") != NULL)
        put_attribute(w, "update-of", column_names(w, table, part->columns, part->n_columns));
    put_attribute(w, "function", "suppress_redundant_updates_trigger");
    const char *argument = arguments[part->choice / 5 % G_N_ELEMENTS(arguments)];
    if (argument != NULL)
        g_string_append_printf(w->out, " arguments=\"%s\"", argument);
    put_attribute(w, "enabled", states[part->choice / 7 % G_N_ELEMENTS(states)]);
    g_string_append_c(w->out, '>');
    if (part->expression)
        put_element(w, "when",
                    about(w, random_column_of(table, part->about),
                          part->choice % 2 == 0 ? "NEW.@ IS NULL OR OLD.@ IS NOT NULL"
                                                : "NOT (OLD.@ IS NULL)"));
    g_string_append(w->out, "</trigger>\n");
}

static void put_policy(Writing *w, const RandomTable *table, const RandomPart *part)
{
    static const char *const commands[] = {NULL, NULL, "select", "insert", "update", "delete"};
    static const char *const roles[] = {NULL, NULL, "pg_monitor", "pg_signal_backend pg_monitor"};
    const char *command = commands[part->choice / 3 % G_N_ELEMENTS(commands)];
    bool inserts = g_strcmp0(command, "insert") == 0;
    bool writes = command == NULL || inserts || g_strcmp0(command, "update") == 0;
    const char *text = condition(w, random_column_of(table, part->about), part->choice);
    put_head(w, "policy", &part->name, false);
    put_attribute(w, "command", command);
    put_attribute(w, "to", roles[part->choice / 11 % G_N_ELEMENTS(roles)]);
    put_flag(w, "restrictive", part->flag);
    g_string_append_c(w->out, '>');
    if (!inserts)
        put_element(w, "using", text);
    if (inserts || (writes && part->not_valid))
        put_element(w, "with-check", text);
    g_string_append(w->out, "</policy>\n");
}

static void put_part(Writing *w, const RandomTable *table, const RandomPart *part)
{
    g_string_append(w->out, "  ");
    switch (part->kind) {
    case PART_KEY:
        put_key(w, table, part);
        return;
    case PART_CHECK:
        put_check(w, table, part);
        return;
    case PART_FOREIGN_KEY:
        put_foreign_key(w, table, part);
        return;
    case PART_INDEX:
        put_index(w, table, part);
        return;
    case PART_TRIGGER:
        if (w->schema->dialect == AG_DIALECT_SQLITE)
            random_trigger_text(w->schema, w->out, table, part);
        else
            put_trigger(w, table, part);
        return;
    case PART_POLICY:
        put_policy(w, table, part);
        return;
    case PART_STATISTICS:
        g_assert_not_reached();
    }
    g_assert_not_reached();
}

static void put_table_grants(Writing *w, const RandomTable *table)
{
    static const char *const of_table[] = {"select insert", "all"};
    static const char *const of_column[] = {"select update", "references"};
    if (w->schema->dialect == AG_DIALECT_SQLITE)
        return;
    if (table->name.grants != 3 && table->name.grants != 7)
        put_grants(w, of_table, &table->name, NULL);
    if (table->name.grants >= 4)
        g_string_append(w->out, "  <revoke privileges=\"truncate\" from=\"{owner}\"/>\n");
    for (guint i = 0; i < table->columns->len; i++) {
        const RandomColumn *column = g_ptr_array_index(table->columns, i);
        GPtrArray *names = ag_pool_array(w->pool);
        g_ptr_array_add(names, (gpointer)(guintptr)column->name.name);
        put_grants(w, of_column, &column->name, ag_names_join(w->pool, names));
    }
}

static const char *const securities[] = {NULL, "on", "forced", "off-forced"};

static void put_table(Writing *w, const RandomTable *table)
{
    put_head(w, "table", &table->name, true);
    put_flag(w, "unlogged", table->unlogged);
    put_flag(w, "strict", table->strict);
    put_flag(w, "without-rowid", table->without_rowid);
    put_attribute(w, "row-security", securities[table->row_security]);
    g_string_append(w->out, ">\n");
    for (guint i = 0; i < table->columns->len; i++)
        put_column(w, table, g_ptr_array_index(table->columns, i));
    for (guint i = 0; i < table->parts->len; i++)
        if (((const RandomPart *)g_ptr_array_index(table->parts, i))->kind != PART_STATISTICS)
            put_part(w, table, g_ptr_array_index(table->parts, i));
    put_table_grants(w, table);
    put_fillfactor(w, table->fillfactor);
    g_string_append(w->out, "</table>\n");
}

char *random_schema_text(const RandomSchema *schema)
{
    g_autoptr(GString) out = g_string_new(NULL);
    Writing w = {.schema = schema, .pool = schema->pool, .out = out};
    g_string_append_printf(out, "<model xmlns=\"urn:autogen:model:1\" dialects=\"%s\">\n",
                           ag_dialect_id_name(schema->dialect));
    if (schema->dialect != AG_DIALECT_SQLITE)
        g_string_append(out, "<managed-roles names=\"public {owner}\"/>\n");
    for (guint i = 1; i < schema->schemas->len; i++) {
        put_head(&w, "schema", g_ptr_array_index(schema->schemas, i), false);
        g_string_append(out, "/>\n");
    }
    for (guint i = 0; i < schema->enums->len; i++)
        put_enum(&w, g_ptr_array_index(schema->enums, i));
    for (guint i = 0; i < schema->sequences->len; i++)
        put_sequence(&w, g_ptr_array_index(schema->sequences, i));
    for (guint i = 0; i < schema->tables->len; i++)
        put_table(&w, g_ptr_array_index(schema->tables, i));
    for (guint i = 0; i < schema->tables->len; i++)
        put_beside(&w, g_ptr_array_index(schema->tables, i));
    for (guint i = 0; i < schema->views->len; i++)
        random_view_text(schema, out, g_ptr_array_index(schema->views, i));
    g_string_append(out, "</model>\n");
    return ag_pool_text(schema->pool, out->str);
}
