/* SPDX-License-Identifier: MIT */
/* What few schemas have: operators and their classes, casts, foreign tables, default privileges. */
#include "support/random_text.h"

#define CHOOSE(choice, ...)                                                                        \
    choose(choice, (const char *const[]){__VA_ARGS__},                                             \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static const char *choose(unsigned choice, const char *const *list, size_t n)
{
    return list[choice % n];
}

/* Of its number, so that no two have the same. */
static const char *operator_name(const RandomWriting *w, const RandomThing *thing)
{
    static const char signs[] = "<>#&|%";
    g_autoptr(GString) out = g_string_new("@");
    for (int id = thing->name.id; id > 0; id /= 6)
        g_string_append_c(out, signs[id % 6]);
    return ag_pool_text(w->pool, out->str);
}

static const char *qualified_operator(const RandomWriting *w, const RandomThing *thing)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append_printf(out, "%s.%s",
                           random_sql_name(w, NULL, random_schema_name(w, thing->name.schema)),
                           operator_name(w, thing));
    return ag_pool_text(w->pool, out->str);
}

/* Operators are not renamed. */
static void put_plain_head(RandomWriting *w, const char *element, const RandomThing *thing,
                           const char *name)
{
    RandomName plain = thing->name;
    plain.name = name;
    plain.former = NULL;
    random_put_head(w, element, &plain, true);
}

void random_operator_text(RandomWriting *w, const RandomThing *thing)
{
    const RandomThing *function = random_thing_of(w->schema, thing->about);
    put_plain_head(w, "operator", thing, operator_name(w, thing));
    random_put(w, "left", "double precision");
    random_put(w, "right", "double precision");
    random_put(w, "function", random_model_name(w, &function->name));
    random_put(w, "commutator", thing->choices[0] % 2 == 0 ? qualified_operator(w, thing) : NULL);
    g_string_append(w->out, "/>\n");
}

void random_operator_class_text(RandomWriting *w, const RandomThing *thing)
{
    static const char *const names[] = {"&lt;", "&lt;=", "=", "&gt;=", "&gt;"};
    bool hash = thing->choices[0] % 3 == 0;
    random_put_head(w, "operator-class", &thing->name, true);
    random_put(w, "using", hash ? "hash" : "btree");
    random_put(w, "type", CHOOSE(thing->choices[1], "double precision", "float8"));
    g_string_append(w->out, ">\n");
    for (int i = 0; i < 5; i++)
        if (hash ? i == 2 : thing->choices[2 + i] % 3 != 0)
            g_string_append_printf(w->out,
                                   "  <strategy number=\"%d\" operator=\"pg_catalog.%s\"/>\n",
                                   hash ? 1 : i + 1, names[i]);
    g_string_append_printf(w->out, "  <support number=\"1\" function=\"pg_catalog.%s\"/>\n",
                           hash ? "hashfloat8" : "btfloat8cmp");
    g_string_append(w->out, "</operator-class>\n");
}

void random_foreign_table_text(RandomWriting *w, const RandomThing *thing)
{
    random_put_head(w, "foreign-table", &thing->name, true);
    random_put(w, "server", random_thing_of(w->schema, thing->about)->name.name);
    g_string_append(w->out, ">\n");
    for (guint i = 0; i < thing->columns->len; i++) {
        const RandomColumn *column = g_ptr_array_index(thing->columns, i);
        g_string_append(w->out, "  ");
        random_put_head(w, "column", &column->name, false);
        random_put(w, "type", random_type_text(w, column));
        random_put_flag(w, "null", column->null);
        random_put(w, "collation", random_collation_of(w, column));
        g_string_append_printf(w->out,
                               column->storage % 3 == 0
                                   ? "><option name=\"c\" value=\"%u\"/></column>\n"
                                   : "/>\n",
                               column->storage % 7);
    }
    if (thing->choices[0] % 2 == 0)
        g_string_append_printf(w->out, "  <option name=\"file\" value=\"%u\"/>\n",
                               thing->choices[1] % 4);
    g_string_append(w->out, "</foreign-table>\n");
}

void random_typed_table_text(RandomWriting *w, const RandomThing *thing)
{
    const RandomThing *type = random_thing_of(w->schema, thing->about);
    random_put_head(w, "table", &thing->name, true);
    random_put(w, "of", random_qualified(w, &type->name));
    random_put_flag(w, "unlogged", thing->choices[0] % 3 == 0);
    g_string_append(w->out, ">\n");
    for (guint i = 0; i < type->columns->len; i++) {
        const RandomColumn *field = g_ptr_array_index(type->columns, i);
        RandomName name = field->name;
        name.comment = NULL;
        g_string_append(w->out, "  ");
        random_put_head(w, "column", &name, false);
        random_put(w, "type", random_type_text(w, field));
        random_put(w, "collation", random_collation_of(w, field));
        random_put_flag(w, "null", (thing->choices[1] >> i) % 2 == 0);
        g_string_append(w->out, "/>\n");
    }
    g_string_append(w->out, "</table>\n");
}

void random_conversion_text(RandomWriting *w, const RandomThing *thing)
{
    bool western = thing->choices[0] % 2 == 0;
    random_put_head(w, "conversion", &thing->name, true);
    random_put(w, "from-encoding", "UTF8");
    random_put(w, "to-encoding", western ? "LATIN1" : "LATIN2");
    random_put(w, "function",
               western ? "pg_catalog.utf8_to_iso8859_1" : "pg_catalog.utf8_to_iso8859");
    g_string_append(w->out, "/>\n");
}

void random_cast_text(RandomWriting *w, const RandomThing *thing)
{
    const RandomThing *type = random_thing_of(w->schema, thing->about);
    g_string_append(w->out, "<cast");
    random_put(w, "source", random_qualified(w, &type->name));
    random_put(w, "target", CHOOSE(thing->choices[0], "integer", "date"));
    random_put_flag(w, "inout", true);
    random_put(w, "as", CHOOSE(thing->choices[1], NULL, "assignment", "implicit"));
    random_put(w, "comment", thing->name.comment);
    g_string_append(w->out, "/>\n");
}

/* Of a role that makes nothing here. */
void random_defaults_text(RandomWriting *w, const RandomThing *thing)
{
    bool tables = thing->choices[0] % 2 == 0;
    g_string_append(w->out, "<default-privileges role=\"pg_monitor\"");
    random_put(w, "objects", tables ? "tables" : "sequences");
    random_put(w, "in-schema",
               thing->choices[1] % 2 == 0 ? random_schema_name(w, thing->name.schema) : NULL);
    g_string_append(w->out, "><grant to=\"public\"");
    random_put(w, "privileges",
               tables ? CHOOSE(thing->choices[2], "select", "insert update", "trigger") : "usage");
    g_string_append(w->out, "/></default-privileges>\n");
}
