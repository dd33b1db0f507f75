/* SPDX-License-Identifier: MIT */
#include "model/text_search.h"

#include "model/needs.h"

/* --- dictionaries --- */

static const AgField dictionary_fields[] = {
    [AG_TEXT_SEARCH_DICTIONARY_TEMPLATE] = {.name = "template",
                                            AG_FIELD_OF(AgTextSearchDictionary, tpl, QNAME),
                                            .flags = AG_FIELD_REQUIRED,
                                            .about = "Its template: simple, snowball, ispell, "
                                                     "synonym, thesaurus."},
    [AG_TEXT_SEARCH_DICTIONARY_OPTIONS] = {.name = "option",
                                           AG_FIELD_OF(AgTextSearchDictionary, options, OPTIONS),
                                           .form = AG_FORM_CHILDREN,
                                           .about = "Options of the template."},
};

const AgKindInfo ag_kind_text_search_dictionary = {
    .kind = AG_KIND_TEXT_SEARCH_DICTIONARY,
    .noun = "text search dictionary",
    .element = "text-search-dictionary",
    .in_schema = true,
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgTextSearchDictionary),
    .fields = dictionary_fields,
    .n_fields = G_N_ELEMENTS(dictionary_fields),
    .about = "A text search dictionary.",
};

/* --- configurations --- */

static const AgField configuration_fields[] = {
    [AG_TEXT_SEARCH_CONFIGURATION_PARSER] = {.name = "parser",
                                             AG_FIELD_OF(AgTextSearchConfiguration, parser, QNAME),
                                             .about = "Its parser; absent: the default one."},
};

const AgKindInfo ag_kind_text_search_configuration = {
    .kind = AG_KIND_TEXT_SEARCH_CONFIGURATION,
    .noun = "text search configuration",
    .element = "text-search-configuration",
    .in_schema = true,
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgTextSearchConfiguration),
    .fields = configuration_fields,
    .n_fields = G_N_ELEMENTS(configuration_fields),
    .about = "A text search configuration.",
};

/* --- mappings --- */

static const AgField mapping_fields[] = {
    [AG_TEXT_SEARCH_MAPPING_TOKEN] = {.name = "token",
                                      AG_FIELD_OF(AgTextSearchMapping, token, NAME),
                                      .flags = AG_FIELD_REQUIRED,
                                      .about = "The type of token, a word of the parser: "
                                               "asciiword, word, email."},
    [AG_TEXT_SEARCH_MAPPING_DICTIONARIES] = {.name = "dictionaries",
                                             AG_FIELD_OF(AgTextSearchMapping, dictionaries, NAMES),
                                             .flags = AG_FIELD_REQUIRED,
                                             .about = "The dictionaries that look at it, in "
                                                      "order: [schema.]name."},
};

static const char *derive_name(AgPool *pool, const AgObject *object)
{
    (void)pool;
    return ((const AgTextSearchMapping *)object)->token;
}

static bool check(const AgObject *object, AgDialectId dialect, AgDiag *diag)
{
    (void)dialect;
    return object->comment == NULL || ag_fail(diag, AG_PROBLEM_UNSUPPORTED, object->place,
                                              "mapping '%s': PostgreSQL keeps no comment of it",
                                              object->name == NULL ? "" : object->name);
}

static void collect_needs(const AgObject *object, AgNeeds *needs)
{
    const GPtrArray *list = ((const AgTextSearchMapping *)object)->dictionaries;
    AgQname name;
    for (guint i = 0; list != NULL && i < list->len; i++)
        if (ag_qname_split(needs->pool, g_ptr_array_index(list, i), &name))
            ag_needs_object(needs, AG_KIND_TEXT_SEARCH_DICTIONARY, name.schema, name.name);
}

const AgKindInfo ag_kind_text_search_mapping = {
    .kind = AG_KIND_TEXT_SEARCH_MAPPING,
    .noun = "mapping",
    .element = "mapping",
    .parents = (const AgKindInfo *const[]){&ag_kind_text_search_configuration, NULL},
    .dialects = AG_IN(POSTGRESQL),
    .size = sizeof(AgTextSearchMapping),
    .fields = mapping_fields,
    .n_fields = G_N_ELEMENTS(mapping_fields),
    .about = "Which dictionaries look at a type of token.",
    .check = check,
    .derive_name = derive_name,
    .needs = collect_needs,
};
