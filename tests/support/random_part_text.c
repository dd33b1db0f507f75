/* SPDX-License-Identifier: MIT */
/* The parts of a random table in its model file: keys, checks, indexes, triggers, policies, rules.
 */
#include "support/random_text.h"

#include <string.h>

/* --- parts --- */

static const char *const deferrables[] = {NULL, "initially-immediate", "initially-deferred"};

void random_put_fillfactor(RandomWriting *w, int fillfactor)
{
    if (fillfactor != 0)
        g_string_append_printf(w->out, "<param name=\"fillfactor\" value=\"%d\"/>", fillfactor);
}

static void put_include(RandomWriting *w, const RandomTable *table, const RandomPart *part)
{
    if (part->include != NO_ID)
        random_put(w, "include", random_column_names(w, table, &part->include, 1));
}

bool random_has_version(const RandomWriting *w, long version)
{
    return w->schema->server_version == 0 || w->schema->server_version >= version;
}

static void put_exclude(RandomWriting *w, const RandomTable *table, const RandomPart *part)
{
    random_put_head(w, "exclude", &part->name, false);
    random_put(w, "using", "btree");
    random_put(w, "deferrable", deferrables[part->deferrable]);
    put_include(w, table, part);
    g_string_append_c(w->out, '>');
    for (int i = 0; i < part->n_columns; i++) {
        g_string_append(w->out, "<column");
        random_put(w, "name", random_column_of(table, part->columns[i])->name.name);
        random_put(w, "order", i == 0 && part->choice % 3 == 0 ? "desc" : NULL);
        g_string_append(w->out, " with=\"=\"/>");
    }
    random_put_fillfactor(w, part->fillfactor);
    if (part->choice % 2 == 0) {
        g_autofree char *text =
            g_markup_escape_text(random_condition(w, random_column_of(table, part->columns[0]),
                                                  part->choice, part->function),
                                 -1);
        g_string_append_printf(w->out, "<where>%s</where>", text);
    }
    g_string_append(w->out, "</exclude>\n");
}

static void put_key(RandomWriting *w, const RandomTable *table, const RandomPart *part)
{
    if (part->exclude) {
        put_exclude(w, table, part);
        return;
    }
    const char *element = part->primary ? "primary-key" : "unique";
    random_put_head(w, element, &part->name, false);
    random_put(w, "columns", random_column_names(w, table, part->columns, part->n_columns));
    random_put(w, "deferrable", deferrables[part->deferrable]);
    random_put_flag(w, "nulls-not-distinct",
                    !part->primary && part->flag && random_has_version(w, 150000));
    put_include(w, table, part);
    g_string_append_c(w->out, '>');
    random_put_fillfactor(w, part->fillfactor);
    g_string_append_printf(w->out, "</%s>\n", element);
}

static void put_check(RandomWriting *w, const RandomTable *table, const RandomPart *part)
{
    random_put_head(w, "check", &part->name, false);
    random_put_flag(w, "no-inherit", part->flag);
    random_put_flag(w, "not-valid", part->not_valid);
    g_autofree char *text =
        g_markup_escape_text(random_condition(w, random_column_of(table, part->about), part->choice,
                                              part->function),
                             -1);
    g_string_append_printf(w->out, ">%s</check>\n", text);
}

static void put_foreign_key(RandomWriting *w, const RandomTable *table, const RandomPart *part)
{
    static const char *const actions[] = {NULL, "cascade", "restrict", "set-null", "set-default"};
    const RandomTable *target = random_table_of(w->schema, part->target);
    random_put_head(w, "foreign-key", &part->name, false);
    random_put(w, "columns", random_column_names(w, table, part->columns, part->n_columns));
    random_put(w, "references", random_model_name(w, &target->name));
    random_put(w, "ref-columns",
               random_column_names(w, target, part->target_columns, part->n_columns));
    random_put(w, "on-delete", actions[part->on_delete]);
    random_put(w, "on-update", actions[part->on_update]);
    random_put(w, "deferrable", deferrables[part->deferrable]);
    random_put(w, "match", part->match_full ? "full" : NULL);
    random_put_flag(w, "not-valid", part->not_valid);
    g_string_append(w->out, "/>\n");
}

static void put_index(RandomWriting *w, const RandomTable *table, const RandomPart *part)
{
    static const char *const methods[] = {NULL, "hash", "brin"};
    static const char *const nulls[] = {NULL, "first", "last"};
    bool postgres = w->schema->dialect == AG_DIALECT_POSTGRESQL;
    const RandomColumn *column = part->about == NO_ID ? NULL : random_column_of(table, part->about);
    random_put_head(w, "index", &part->name, false);
    random_put_flag(w, "unique", part->unique);
    random_put_flag(w, "nulls-not-distinct",
                    part->unique && part->flag && random_has_version(w, 150000));
    random_put(w, "using", methods[part->method]);
    put_include(w, table, part);
    g_string_append_c(w->out, '>');
    for (int i = 0; i < part->n_columns; i++) {
        g_string_append(w->out, "<column");
        random_put(w, "name", random_column_of(table, part->columns[i])->name.name);
        random_put(w, "order", i == 0 && part->descending ? "desc" : NULL);
        if (postgres && part->method == 0)
            random_put(w, "nulls", nulls[(part->choice + (unsigned)i) % G_N_ELEMENTS(nulls)]);
        g_string_append(w->out, "/>");
    }
    if (part->expression)
        random_put_element(w, "expression",
                           random_computed(w, column, part->choice, part->function));
    if (part->predicate)
        random_put_element(w, "where", random_condition(w, column, part->choice, part->function));
    random_put_fillfactor(w, part->fillfactor);
    g_string_append(w->out, "</index>\n");
}

static void put_statistics(RandomWriting *w, const RandomTable *table, const RandomPart *part)
{
    static const char *const kinds[] = {NULL, "mcv", "ndistinct dependencies", "mcv ndistinct"};
    const RandomColumn *column = part->about == NO_ID ? NULL : random_column_of(table, part->about);
    RandomName name = part->name;
    name.schema = name.former_schema = table->name.schema;
    random_put_head(w, "statistics", &name, true);
    random_put(w, "table", random_model_name(w, &table->name));
    if (part->n_columns > 0)
        random_put(w, "columns", random_column_names(w, table, part->columns, part->n_columns));
    if (part->n_columns > 0)
        random_put(w, "kinds", kinds[part->choice % G_N_ELEMENTS(kinds)]);
    random_put(w, "target", part->choice % 3 == 0 ? "50" : NULL);
    g_string_append_c(w->out, '>');
    if (part->expression)
        random_put_element(w, "expression",
                           random_computed(w, column, part->choice, part->function));
    g_string_append(w->out, "</statistics>\n");
}

/* What tells something of a table and stands beside it. */
void random_put_beside(RandomWriting *w, const RandomTable *table)
{
    for (guint i = 0; i < table->parts->len; i++) {
        const RandomPart *part = g_ptr_array_index(table->parts, i);
        if (part->kind == PART_STATISTICS)
            put_statistics(w, table, part);
    }
}

/* A function that every database has; it is never called. */
static void put_trigger(RandomWriting *w, const RandomTable *table, const RandomPart *part)
{
    bool is_view = table->form == FORM_VIEW;
    static const char *const events[] = {"update", "insert update", "delete", "update delete"};
    static const char *const states[] = {NULL, NULL, "disabled", "replica", "always"};
    static const char *const arguments[] = {NULL, NULL, "a &quot;&quot; &quot;it's&quot;"};
    const char *event = events[part->expression ? 0 : part->choice % G_N_ELEMENTS(events)];
    random_put_head(w, "trigger", &part->name, false);
    random_put(w, "timing",
               is_view                          ? "instead-of"
               : part->expression || part->flag ? "after"
                                                : "before");
    random_put(w, "events", event);
    random_put(w, "for-each",
               !is_view && !part->expression && part->not_valid ? "statement" : NULL);
    if (!is_view && part->n_columns > 0 && strstr(event, "update") != NULL)
        random_put(w, "update-of", random_column_names(w, table, part->columns, part->n_columns));
    const RandomThing *function = random_thing_of(w->schema, part->function);
    random_put(w, "function",
               function == NULL || function->shape != SHAPE_TRIGGER
                   ? "suppress_redundant_updates_trigger"
                   : random_model_name(w, &function->name));
    const char *argument = arguments[part->choice / 5 % G_N_ELEMENTS(arguments)];
    if (argument != NULL)
        g_string_append_printf(w->out, " arguments=\"%s\"", argument);
    if (!is_view)
        random_put(w, "enabled", states[part->choice / 7 % G_N_ELEMENTS(states)]);
    g_string_append_c(w->out, '>');
    if (part->expression && !is_view)
        random_put_element(w, "when",
                           random_about(w, random_column_of(table, part->about),
                                        part->choice % 2 == 0 ? "NEW.@ IS NULL OR OLD.@ IS NOT NULL"
                                                              : "NOT (OLD.@ IS NULL)"));
    g_string_append(w->out, "</trigger>\n");
}

static void put_policy(RandomWriting *w, const RandomTable *table, const RandomPart *part)
{
    static const char *const commands[] = {NULL, NULL, "select", "insert", "update", "delete"};
    static const char *const roles[] = {NULL, NULL, "pg_monitor", "pg_signal_backend pg_monitor"};
    const char *command = commands[part->choice / 3 % G_N_ELEMENTS(commands)];
    bool inserts = g_strcmp0(command, "insert") == 0;
    bool writes = command == NULL || inserts || g_strcmp0(command, "update") == 0;
    const char *text =
        random_condition(w, random_column_of(table, part->about), part->choice, part->function);
    random_put_head(w, "policy", &part->name, false);
    random_put(w, "command", command);
    random_put(w, "to", roles[part->choice / 11 % G_N_ELEMENTS(roles)]);
    random_put_flag(w, "restrictive", part->flag);
    g_string_append_c(w->out, '>');
    if (!inserts)
        random_put_element(w, "using", text);
    if (inserts || (writes && part->not_valid))
        random_put_element(w, "with-check", text);
    g_string_append(w->out, "</policy>\n");
}

/* "NULL::type" for each column: what a rule of a view may return. NULL: that is not known. */
static const char *returned(const RandomWriting *w, const RandomTable *table)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < table->columns->len; i++) {
        const RandomColumn *column = g_ptr_array_index(table->columns, i);
        if (random_is_computed(w->schema, table, column))
            return NULL;
        g_string_append_printf(out, "%sNULL::%s", i == 0 ? " RETURNING " : ", ",
                               random_type_text(w, column));
    }
    return ag_pool_text(w->pool, out->str);
}

static const char *commands_of(const RandomWriting *w, const RandomTable *table,
                               const RandomPart *part, const char *row)
{
    const RandomTable *target = random_table_of(w->schema, part->target);
    const char *name = random_qualified(w, &target->name);
    const char *column = random_sql_name(w, NULL, random_column_of(table, part->about)->name.name);
    const RandomColumn *other =
        g_ptr_array_index(target->columns, part->options % target->columns->len);
    const char *rows = table->form == FORM_VIEW && part->flag ? returned(w, table) : "";
    /* No star: the order of columns is not the same everywhere. */
    switch (part->choice / 5 % 6) {
    case 0:
        return NULL;
    case 1:
        return "NOTIFY it";
    case 2:
        return ag_pool_printf(w->pool, "DELETE FROM %s WHERE %s.%s IS NULL%s", name, row, column,
                              rows == NULL ? "" : rows);
    case 3:
        return ag_pool_printf(w->pool, "INSERT INTO %s DEFAULT VALUES; NOTIFY \"It\"", name);
    case 4:
        return ag_pool_printf(w->pool, "UPDATE %s SET %s = DEFAULT WHERE %s IS NULL", name,
                              random_sql_name(w, NULL, other->name.name),
                              random_sql_name(w, NULL, other->name.name));
    default:
        return ag_pool_printf(w->pool, "DELETE FROM %s AS r WHERE r.%s IS NOT NULL", name,
                              random_sql_name(w, NULL, other->name.name));
    }
}

static void put_rule(RandomWriting *w, const RandomTable *table, const RandomPart *part)
{
    static const char *const events[] = {"update", "delete", "insert"};
    static const char *const states[] = {NULL, NULL, NULL, "disabled", "replica", "always"};
    const char *event = events[part->choice % 3];
    const char *row = part->choice % 3 == 1 ? "old" : "new";
    const char *commands = commands_of(w, table, part, row);
    bool returns = commands != NULL && strstr(commands, "RETURNING") != NULL;
    random_put_head(w, "rule", &part->name, false);
    random_put(w, "event", event);
    random_put_flag(w, "instead", part->flag);
    if (table->form != FORM_VIEW)
        random_put(w, "enabled", states[part->options / 7 % G_N_ELEMENTS(states)]);
    g_string_append_c(w->out, '>');
    if (part->not_valid && !returns && (commands == NULL || strstr(commands, "NOTIFY") == NULL)) {
        const char *column =
            random_sql_name(w, NULL, random_column_of(table, part->about)->name.name);
        random_put_element(w, "where", ag_pool_printf(w->pool, "%s.%s IS NOT NULL", row, column));
    }
    if (commands != NULL)
        random_put_element(w, "commands", commands);
    g_string_append(w->out, "</rule>\n");
}

void random_put_part(RandomWriting *w, const RandomTable *table, const RandomPart *part)
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
    case PART_RULE:
        put_rule(w, table, part);
        return;
    case PART_STATISTICS:
    case N_PART_KINDS:
        break;
    }
    g_assert_not_reached();
}
