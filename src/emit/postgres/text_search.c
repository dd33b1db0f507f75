/* SPDX-License-Identifier: MIT */
#include "model/text_search.h"

#include "emit/postgres/postgres.h"

#include <string.h>

static AgStrategy choose_strategy(const AgChange *change)
{
    bool template = change->new->info->kind == AG_KIND_TEXT_SEARCH_DICTIONARY &&
                    (change->changed & AG_FIELD_BIT(AG_TEXT_SEARCH_DICTIONARY_TEMPLATE)) != 0;
    bool parser = change->new->info->kind == AG_KIND_TEXT_SEARCH_CONFIGURATION &&
                  (change->changed & AG_FIELD_BIT(AG_TEXT_SEARCH_CONFIGURATION_PARSER)) != 0;
    return template || parser ? AG_RECREATE : AG_IN_PLACE;
}

/* --- dictionaries --- */

static bool is_number(const char *text)
{
    const char *digits = text + (*text == '-');
    return *digits != '\0' && digits[strspn(digits, "0123456789")] == '\0';
}

static void put_option(AgWriting *w, GString *out, const AgOption *option)
{
    g_string_append_printf(out, "%s = ", ag_writing_name(w, option->name));
    if (is_number(option->value))
        g_string_append(out, option->value);
    else
        ag_quote_text(out, option->value);
}

static bool create_dictionary(AgWriting *w, const AgChange *change)
{
    const AgTextSearchDictionary *dictionary = (const AgTextSearchDictionary *)change->new;
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append_printf(out, "TEMPLATE = %s",
                           ag_postgres_mention(w, change->new, dictionary->tpl));
    for (guint i = 0; dictionary->options != NULL && i < dictionary->options->len; i++) {
        g_string_append(out, ", ");
        put_option(w, out, g_ptr_array_index(dictionary->options, i));
    }
    ag_write(w, change, "CREATE TEXT SEARCH DICTIONARY %s (%s)", ag_writing_qname(w, change->new),
             out->str);
    return true;
}

static bool has_option(const GPtrArray *options, const AgOption *like, bool same)
{
    for (guint i = 0; options != NULL && i < options->len; i++) {
        const AgOption *option = g_ptr_array_index(options, i);
        if (strcmp(option->name, like->name) == 0)
            return !same || strcmp(option->value, like->value) == 0;
    }
    return false;
}

/* An option without a value goes. */
static AgFieldSet alter_dictionary(AgWriting *w, const AgChange *change)
{
    const GPtrArray *old = ((const AgTextSearchDictionary *)change->old)->options;
    const GPtrArray *new = ((const AgTextSearchDictionary *)change->new)->options;
    AgFieldSet handled = 0;
    g_autoptr(GString) out = g_string_new(NULL);
    if (!ag_postgres_take(change, AG_TEXT_SEARCH_DICTIONARY_OPTIONS, &handled))
        return handled;
    for (guint i = 0; old != NULL && i < old->len; i++) {
        const AgOption *option = g_ptr_array_index(old, i);
        if (!has_option(new, option, false))
            g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "",
                                   ag_writing_name(w, option->name));
    }
    for (guint i = 0; new != NULL &&i < new->len; i++) {
        const AgOption *option = g_ptr_array_index(new, i);
        if (has_option(old, option, true))
            continue;
        g_string_append(out, out->len > 0 ? ", " : "");
        put_option(w, out, option);
    }
    ag_write(w, change, "ALTER TEXT SEARCH DICTIONARY %s (%s)", ag_writing_qname(w, change->old),
             out->str);
    return handled;
}

static bool move_dictionary(AgWriting *w, const AgChange *change)
{
    return ag_postgres_move(w, change, "TEXT SEARCH DICTIONARY");
}

static bool drop_dictionary(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP TEXT SEARCH DICTIONARY %s", ag_writing_qname(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_text_search_dictionary_writer = {
    .strategy = choose_strategy,
    .create = create_dictionary,
    .alter = alter_dictionary,
    .rename = move_dictionary,
    .drop = drop_dictionary,
};

/* --- mappings --- */

static const char *dictionaries_of(AgWriting *w, const AgTextSearchMapping *mapping)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; mapping->dictionaries != NULL && i < mapping->dictionaries->len; i++) {
        AgQname name;
        ag_qname_split(w->pool, g_ptr_array_index(mapping->dictionaries, i), &name);
        const AgObject *known =
            name.schema == NULL
                ? NULL
                : ag_schema_find(ag_writing_side(w, &mapping->object),
                                 AG_KIND_TEXT_SEARCH_DICTIONARY, name.schema, name.name);
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "",
                               known != NULL ? ag_writing_qname(w, known)
                                             : ag_postgres_mention(w, &mapping->object, name));
    }
    return ag_pool_text(w->pool, out->str);
}

static bool write_mapping(AgWriting *w, const AgChange *change, const char *verb)
{
    const AgTextSearchMapping *mapping = (const AgTextSearchMapping *)change->new;
    ag_write(w, change, "ALTER TEXT SEARCH CONFIGURATION %s %s MAPPING FOR %s WITH %s",
             ag_writing_qname(w, change->new->parent), verb, ag_writing_name(w, mapping->token),
             dictionaries_of(w, mapping));
    return true;
}

static AgStrategy choose_mapping_strategy(const AgChange *change)
{
    return (change->changed & AG_FIELD_BIT(AG_TEXT_SEARCH_MAPPING_TOKEN)) != 0 ? AG_RECREATE
                                                                               : AG_IN_PLACE;
}

static bool create_mapping(AgWriting *w, const AgChange *change)
{
    return write_mapping(w, change, "ADD");
}

static AgFieldSet alter_mapping(AgWriting *w, const AgChange *change)
{
    AgFieldSet handled = 0;
    if (ag_postgres_take(change, AG_TEXT_SEARCH_MAPPING_DICTIONARIES, &handled))
        write_mapping(w, change, "ALTER");
    return handled;
}

static bool drop_mapping(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "ALTER TEXT SEARCH CONFIGURATION %s DROP MAPPING FOR %s",
             ag_writing_qname(w, change->old->parent),
             ag_writing_name(w, ((const AgTextSearchMapping *)change->old)->token));
    return true;
}

const AgKindWriter ag_postgres_text_search_mapping_writer = {
    .strategy = choose_mapping_strategy,
    .create = create_mapping,
    .alter = alter_mapping,
    .rename = ag_postgres_move_nothing,
    .drop = drop_mapping,
};

/* --- configurations --- */

/* Tokens with the same dictionaries in one statement. */
static void add_mappings(AgWriting *w, const AgChange *change)
{
    g_autoptr(GHashTable) done = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; change->folded != NULL && i < change->folded->len; i++) {
        const AgObject *part = ((const AgChange *)g_ptr_array_index(change->folded, i))->new;
        const char *list = dictionaries_of(w, (const AgTextSearchMapping *)part);
        g_autoptr(GString) tokens = g_string_new(NULL);
        if (!g_hash_table_add(done, (gpointer)(guintptr)list))
            continue;
        for (guint k = i; k < change->folded->len; k++) {
            const AgTextSearchMapping *other =
                (const AgTextSearchMapping *)((const AgChange *)g_ptr_array_index(change->folded,
                                                                                  k))
                    ->new;
            if (strcmp(dictionaries_of(w, other), list) == 0)
                g_string_append_printf(tokens, "%s%s", tokens->len > 0 ? ", " : "",
                                       ag_writing_name(w, other->token));
        }
        ag_write(w, change, "ALTER TEXT SEARCH CONFIGURATION %s\n    ADD MAPPING FOR %s WITH %s",
                 ag_writing_qname(w, change->new), tokens->str, list);
    }
}

static bool create_configuration(AgWriting *w, const AgChange *change)
{
    AgQname parser = ((const AgTextSearchConfiguration *)change->new)->parser;
    if (parser.name == NULL)
        parser = (AgQname){"pg_catalog", "default"};
    ag_write(w, change, "CREATE TEXT SEARCH CONFIGURATION %s (PARSER = %s)",
             ag_writing_qname(w, change->new), ag_postgres_mention(w, change->new, parser));
    add_mappings(w, change);
    return true;
}

static bool move_configuration(AgWriting *w, const AgChange *change)
{
    return ag_postgres_move(w, change, "TEXT SEARCH CONFIGURATION");
}

static bool drop_configuration(AgWriting *w, const AgChange *change)
{
    ag_write(w, change, "DROP TEXT SEARCH CONFIGURATION %s", ag_writing_qname(w, change->old));
    return true;
}

const AgKindWriter ag_postgres_text_search_configuration_writer = {
    .strategy = choose_strategy,
    .create = create_configuration,
    .alter = ag_postgres_alter_nothing,
    .rename = move_configuration,
    .drop = drop_configuration,
};
