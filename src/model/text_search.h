/* SPDX-License-Identifier: MIT */
/* How texts become words that can be searched: dictionaries, and configurations, which say for each
 * type of token which dictionaries look at it. Parsers and templates are written in C and no matter
 * of models. */
#pragma once

#include "model/object.h"

typedef struct {
    AgObject object;
    AgQname tpl;        /* XML `template` */
    GPtrArray *options; /* of AgOption *; XML <option>; NULL: none */
} AgTextSearchDictionary;
enum {
    AG_TEXT_SEARCH_DICTIONARY_TEMPLATE,
    AG_TEXT_SEARCH_DICTIONARY_OPTIONS,
};

typedef struct {
    AgObject object;
    AgQname parser; /* name NULL: the default one */
} AgTextSearchConfiguration;
enum {
    AG_TEXT_SEARCH_CONFIGURATION_PARSER,
};

/* One type of token of a configuration, by whose name it is known; <mapping> in XML. */
typedef struct {
    AgObject object;
    const char *token;
    GPtrArray *dictionaries; /* of const char *: [schema.]name, in the order they are asked; those
                              * of the server without a schema */
} AgTextSearchMapping;
enum {
    AG_TEXT_SEARCH_MAPPING_TOKEN,
    AG_TEXT_SEARCH_MAPPING_DICTIONARIES,
};
