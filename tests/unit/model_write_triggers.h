/* SPDX-License-Identifier: MIT */
/* Random triggers, policies and rules of test_model_write.c, which includes this once. */
#pragma once

static GPtrArray *texts(Maker *m, int n, const char *const *list)
{
    GPtrArray *array = ag_pool_array(m->pool);
    for (int i = 0; i < n; i++)
        g_ptr_array_add(array, (gpointer)(guintptr)list[i]);
    return array;
}

/* Each of the kinds of trigger that can be. */
static void add_trigger(Maker *m, AgObject *table)
{
    static const char *const states[] = {"disabled", "replica", "always"};
    static const char *const deferrables[] = {"initially-immediate", "initially-deferred"};
    static const char *const odd[] = {"",    " two words ", "it's \"quoted\"",
                                      "a.b", "1\n\t2\r3",   "\\"};
    static const char *const events[] = {"insert", "update"};
    AgTrigger *trigger = (AgTrigger *)add(m, &ag_kind_trigger, table, NULL, new_name(m, "t"));
    trigger->function = (AgQname){chance(m, 50) ? "odd schema" : NULL, new_name(m, "f")};
    trigger->events = texts(m, 1 + pick(m, 2), events);
    trigger->timing = chance(m, 50) ? "after" : NULL;
    if (chance(m, 40))
        trigger->arguments = texts(m, 1 + pick(m, 6), odd);
    if (chance(m, 40))
        trigger->when = sql_of(some_expression(m));
    if (chance(m, 30))
        trigger->enabled = PICK(m, states);
    if (chance(m, 20))
        trigger->with_extensions = texts(m, 2, (const char *const[]){"an extension", "b"});
    trigger->constraint = trigger->timing != NULL && chance(m, 40);
    if (trigger->constraint && chance(m, 50))
        trigger->references = (AgQname){table->schema, table->name};
    if (trigger->constraint)
        trigger->deferrable = chance(m, 50) ? PICK(m, deferrables) : NULL;
    else if (chance(m, 40))
        trigger->level = "statement";
    bool transition = trigger->timing != NULL && !trigger->constraint && chance(m, 50);
    if (transition) {
        trigger->events = texts(m, 1, &events[1]);
        trigger->old_table = "old rows";
        trigger->new_table = chance(m, 50) ? "fresh" : NULL;
    } else if (trigger->events->len == 2 && chance(m, 50)) {
        trigger->update_of = some_columns(m, table, 2);
    }
}

/* Of a table or a view. */
static void add_sqlite_trigger(Maker *m, AgObject *holder)
{
    static const char *const events[] = {"insert", "update", "delete"};
    static const char *const bodies[] = {
        "BEGIN SELECT 1; END", "BEGIN\n    SELECT ';' -- <&>\n    WHERE 1;\n  SELECT CASE 1 WHEN 2 "
                               "THEN 3 END;\nEND"};
    bool table = holder->info->kind == AG_KIND_TABLE;
    AgTrigger *trigger = (AgTrigger *)add(m, &ag_kind_trigger, holder, NULL, new_name(m, "t"));
    trigger->timing = !table ? "instead-of" : chance(m, 50) ? "after" : NULL;
    trigger->events = texts(m, 1, &events[pick(m, 3)]);
    trigger->level = chance(m, 30) ? "row" : NULL;
    if (table && chance(m, 60))
        trigger->events = texts(m, 1, &events[1]);
    if (table && chance(m, 60) && ag_trigger_has_event(trigger, "update"))
        trigger->update_of = some_columns(m, holder, 2);
    if (chance(m, 40))
        trigger->when = sql_of(some_expression(m));
    trigger->body = sql_of(PICK(m, bodies));
    trigger->object.comment = some_comment(m);
}

static void add_rule(Maker *m, AgObject *table)
{
    static const char *const events[] = {"insert", "update", "delete"};
    static const char *const states[] = {"disabled", "replica", "always"};
    AgRule *rule = (AgRule *)add(m, &ag_kind_rule, table, NULL, new_name(m, "r"));
    rule->event = PICK(m, events);
    rule->instead = chance(m, 40);
    if (chance(m, 40))
        rule->where = sql_of(some_expression(m));
    if (chance(m, 60))
        rule->commands = sql_of(chance(m, 50) ? "NOTIFY x" : "NOTIFY x; DELETE FROM t\n;");
    if (table->info == &ag_kind_table && chance(m, 30))
        rule->enabled = PICK(m, states);
}

static void add_policy(Maker *m, AgObject *table)
{
    static const char *const commands[] = {"select", "insert", "update", "delete"};
    AgPolicy *policy = (AgPolicy *)add(m, &ag_kind_policy, table, NULL, new_name(m, "p"));
    policy->command = chance(m, 50) ? PICK(m, commands) : NULL;
    policy->restrictive = chance(m, 30);
    if (chance(m, 50))
        policy->roles = texts(m, 2, (const char *const[]){"a role", "b"});
    bool writes = policy->command == NULL || g_str_equal(policy->command, "update");
    if (g_strcmp0(policy->command, "insert") != 0)
        policy->using_rows = sql_of(some_expression(m));
    if (writes || g_strcmp0(policy->command, "insert") == 0)
        policy->with_check = sql_of(some_expression(m));
}
