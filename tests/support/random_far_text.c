/* SPDX-License-Identifier: MIT */
/* Text search and what stands for other databases, as they stand in a model. */
#include "support/random_text.h"

#define CHOOSE(choice, ...)                                                                        \
    choose(choice, (const char *const[]){__VA_ARGS__},                                             \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static const char *choose(unsigned choice, const char *const *list, size_t n)
{
    return list[choice % n];
}

static void put_option(RandomWriting *w, const char *name, const char *value)
{
    if (value == NULL)
        return;
    g_string_append(w->out, "  <option");
    random_put(w, "name", name);
    random_put(w, "value", value);
    g_string_append(w->out, "/>\n");
}

void random_dictionary_text(RandomWriting *w, const RandomThing *thing)
{
    const unsigned *choices = thing->choices;
    bool stems = choices[0] % 2 == 0;
    random_put_head(w, "text-search-dictionary", &thing->name, true);
    random_put(w, "template", stems ? "snowball" : "simple");
    g_string_append(w->out, ">\n");
    put_option(w, "language", stems ? CHOOSE(choices[1], "english", "german", "italian") : NULL);
    put_option(w, "accept", stems ? NULL : CHOOSE(choices[1], NULL, "false", "true"));
    g_string_append(w->out, "</text-search-dictionary>\n");
}

static void put_mapping(RandomWriting *w, const RandomThing *thing, const char *token, bool more)
{
    const RandomThing *own = random_thing_of(w->schema, thing->about);
    const char *name = own == NULL ? NULL : random_model_name(w, &own->name);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    if (name != NULL)
        g_ptr_array_add(names, (gpointer)(guintptr)name);
    if (name == NULL || more)
        g_ptr_array_add(names, (gpointer)(guintptr) "simple");
    g_string_append(w->out, "  <mapping");
    random_put(w, "token", token);
    random_put(w, "dictionaries", ag_names_join(w->pool, names));
    g_string_append(w->out, "/>\n");
}

void random_configuration_text(RandomWriting *w, const RandomThing *thing)
{
    static const char *const tokens[] = {"asciiword", "email", "word", "int"};
    random_put_head(w, "text-search-configuration", &thing->name, true);
    g_string_append(w->out, ">\n");
    for (size_t i = 0; i < G_N_ELEMENTS(tokens); i++)
        if (thing->choices[i] % 2 == 0)
            put_mapping(w, thing, tokens[i], thing->choices[i] % 4 == 0);
    g_string_append(w->out, "</text-search-configuration>\n");
}

void random_wrapper_text(RandomWriting *w, const RandomThing *thing)
{
    static const char *const usage[] = {"usage", "usage"};
    random_put_head(w, "foreign-data-wrapper", &thing->name, false);
    g_string_append(w->out, ">\n");
    put_option(w, "speed", CHOOSE(thing->choices[0], NULL, "high", "it's \"low\""));
    put_option(w, "Odd name", CHOOSE(thing->choices[1], NULL, "x"));
    if (thing->name.grants == 1)
        random_put_grants(w, usage, &thing->name, NULL);
    g_string_append(w->out, "</foreign-data-wrapper>\n");
}

void random_server_text(RandomWriting *w, const RandomThing *thing)
{
    static const char *const usage[] = {"usage", "usage"};
    const unsigned *choices = thing->choices;
    const RandomThing *wrapper = random_thing_of(w->schema, thing->about);
    random_put_head(w, "server", &thing->name, false);
    random_put(w, "wrapper", wrapper->name.name);
    random_put(w, "type", CHOOSE(choices[0], NULL, NULL, "warehouse"));
    random_put(w, "version", CHOOSE(choices[1], NULL, "9.5", "10"));
    g_string_append(w->out, ">\n");
    put_option(w, "host", CHOOSE(choices[2], NULL, "a.example", "b.example"));
    if (thing->name.grants == 1)
        random_put_grants(w, usage, &thing->name, NULL);
    g_string_append(w->out, "</server>\n");
    if (choices[3] % 2 == 0)
        return;
    g_string_append(w->out, "<user-mapping user=\"public\"");
    random_put(w, "server", thing->name.name);
    g_string_append(w->out, ">\n");
    put_option(w, "user", CHOOSE(choices[4], NULL, "bob", "eve"));
    g_string_append(w->out, "</user-mapping>\n");
}
