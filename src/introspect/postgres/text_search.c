/* SPDX-License-Identifier: MIT */
#include "model/text_search.h"

#include "introspect/postgres/catalog.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

static AgObject *new_object(AgCatalog *catalog, const AgKindInfo *info, const AgRows *rows,
                            guint row)
{
    return ag_catalog_new_type(catalog, info, rows, row);
}

enum { OID, NAMESPACE, NAME, LAST };

/* --- dictionaries --- */

static const char *dictionaries_sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT d.oid, d.dictnamespace, d.dictname, d.dictinitoption, n.nspname, t.tmplname,"
           " pg_catalog.pg_get_userbyid(d.dictowner) AS owner FROM pg_catalog.pg_ts_dict d"
           " JOIN pg_catalog.pg_ts_template t ON t.oid = d.dicttemplate"
           " JOIN pg_catalog.pg_namespace n ON n.oid = t.tmplnamespace"
           " WHERE " AG_PG_MANAGED("d.dictnamespace") " AND " AG_PG_NOT_MEMBER("d.oid",
                                                                               AG_PG_TS_DICT);
}

enum { OPTIONS = LAST, TEMPLATE_SCHEMA, TEMPLATE };

/* 'it''s', or E'a\\b' where there are backslashes, which are doubled (serialize_deflist of
 * tsearchcmds.c). */
static char *value_of(AgPool *pool, AgToken token)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (token.type != AG_TOKEN_STRING)
        return ag_pool_text_n(pool, token.text, token.length);
    bool escapes = *token.text == 'E';
    for (size_t i = escapes ? 2 : 1; i + 1 < token.length; i++) {
        char c = token.text[i];
        if (c == '\'' || (escapes && c == '\\'))
            i++;
        g_string_append_c(out, c);
    }
    return ag_pool_text(pool, out->str);
}

/* "language = 'english', maxlen = -1" */
static GPtrArray *options_of(AgPool *pool, const char *text)
{
    if (text == NULL || *text == '\0')
        return NULL;
    GPtrArray *options = ag_pool_array(pool);
    g_autoptr(GArray) tokens = ag_lexer_solid_tokens(AG_DIALECT_POSTGRESQL, text);
    for (guint i = 0; i + 2 < tokens->len; i++) {
        AgOption *option = ag_pool_new0(pool, AgOption);
        option->name = ag_sql_token_name(pool, AG_DIALECT_POSTGRESQL, ag_token_at(tokens, i).text,
                                         ag_token_at(tokens, i).length);
        i += 2;
        bool minus = ag_token_is(ag_token_at(tokens, i), "-");
        const char *value = value_of(pool, ag_token_at(tokens, minus ? ++i : i));
        option->value = minus ? ag_pool_printf(pool, "-%s", value) : value;
        g_ptr_array_add(options, option);
        i++; /* the comma */
    }
    return options;
}

static bool take_dictionaries(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    AgPool *pool = catalog->pool;
    ag_binding_init(&binding, &ag_kind_text_search_dictionary, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgObject *object = new_object(catalog, &ag_kind_text_search_dictionary, rows, row);
        AgTextSearchDictionary *dictionary = (AgTextSearchDictionary *)object;
        if (object == NULL)
            continue;
        if (!ag_bind_row(&binding, pool, object, rows, row, diag))
            return false;
        const char *schema = ag_rows_get(rows, row, TEMPLATE_SCHEMA);
        dictionary->tpl.schema =
            strcmp(schema, "pg_catalog") == 0 ? NULL : ag_pool_name(pool, schema);
        dictionary->tpl.name = ag_pool_name(pool, ag_rows_get(rows, row, TEMPLATE));
        dictionary->options = options_of(pool, ag_rows_get(rows, row, OPTIONS));
        ag_catalog_describe(catalog, object, 3600, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
        ag_schema_add(catalog->schema, object);
    }
    return true;
}

const AgPgReader ag_pg_read_dictionaries = {.sql = dictionaries_sql_of, .take = take_dictionaries};

/* --- configurations --- */

static const char *configurations_sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT c.oid, c.cfgnamespace, c.cfgname, n.nspname, p.prsname,"
           " pg_catalog.pg_get_userbyid(c.cfgowner) AS owner FROM pg_catalog.pg_ts_config c"
           " JOIN pg_catalog.pg_ts_parser p ON p.oid = c.cfgparser"
           " JOIN pg_catalog.pg_namespace n ON n.oid = p.prsnamespace"
           " WHERE " AG_PG_MANAGED("c.cfgnamespace") " AND " AG_PG_NOT_MEMBER("c.oid",
                                                                              AG_PG_TS_CONFIG);
}

enum { PARSER_SCHEMA = LAST, PARSER };

static bool take_configurations(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgBinding binding;
    AgPool *pool = catalog->pool;
    ag_binding_init(&binding, &ag_kind_text_search_configuration, rows);
    for (guint row = 0; row < rows->n_rows; row++) {
        AgObject *object = new_object(catalog, &ag_kind_text_search_configuration, rows, row);
        AgTextSearchConfiguration *configuration = (AgTextSearchConfiguration *)object;
        if (object == NULL)
            continue;
        if (!ag_bind_row(&binding, pool, object, rows, row, diag))
            return false;
        const char *schema = ag_rows_get(rows, row, PARSER_SCHEMA);
        const char *parser = ag_rows_get(rows, row, PARSER);
        if (strcmp(schema, "pg_catalog") != 0 || strcmp(parser, "default") != 0)
            configuration->parser =
                (AgQname){ag_pool_name(pool, schema), ag_pool_name(pool, parser)};
        ag_catalog_describe(catalog, object, 3602, ag_pg_oid(ag_rows_get(rows, row, OID)), 0);
        ag_schema_add(catalog->schema, object);
    }
    return true;
}

const AgPgReader ag_pg_read_configurations = {.sql = configurations_sql_of,
                                              .take = take_configurations};

/* --- mappings --- */

static const char *mappings_sql_of(AgPool *pool, long version)
{
    (void)pool;
    (void)version;
    return "SELECT c.cfgnamespace, c.cfgname, t.alias AS token,"
           " ARRAY(SELECT CASE WHEN n.nspname = 'pg_catalog' THEN "
           "pg_catalog.quote_ident(d.dictname)"
           " ELSE pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.',"
           " pg_catalog.quote_ident(d.dictname)) END FROM pg_catalog.pg_ts_config_map m"
           " JOIN pg_catalog.pg_ts_dict d ON d.oid = m.mapdict"
           " JOIN pg_catalog.pg_namespace n ON n.oid = d.dictnamespace"
           " WHERE m.mapcfg = c.oid AND m.maptokentype = t.tokid ORDER BY m.mapseqno)"
           " FROM pg_catalog.pg_ts_config c, pg_catalog.ts_token_type(c.cfgparser) t"
           " WHERE " AG_PG_MANAGED(
               "c.cfgnamespace") " AND t.tokid IN (SELECT m.maptokentype FROM "
                                 "pg_catalog.pg_ts_config_map m"
                                 " WHERE m.mapcfg = c.oid) ORDER BY c.oid, t.tokid";
}

enum { MAPPED_NAMESPACE, MAPPED_NAME, TOKEN, DICTIONARIES };

/* The server quotes more names than a model does. */
static GPtrArray *as_models_say(AgPool *pool, const char *text)
{
    GPtrArray *names = ag_pg_array(pool, text);
    for (guint i = 0; i < names->len; i++) {
        AgQname name;
        if (ag_qname_split(pool, g_ptr_array_index(names, i), &name))
            g_ptr_array_index(names, i) = ag_qname_text(pool, name);
    }
    return names;
}

static bool take_mappings(AgCatalog *catalog, const AgRows *rows, AgDiag *diag)
{
    AgPool *pool = catalog->pool;
    (void)diag;
    for (guint row = 0; row < rows->n_rows; row++) {
        const char *schema =
            ag_catalog_namespace(catalog, ag_rows_get(rows, row, MAPPED_NAMESPACE));
        AgObject *holder = schema == NULL
                               ? NULL
                               : ag_schema_find(catalog->schema, AG_KIND_TEXT_SEARCH_CONFIGURATION,
                                                schema, ag_rows_get(rows, row, MAPPED_NAME));
        if (holder == NULL)
            continue;
        const char *token = ag_rows_get(rows, row, TOKEN);
        AgObject *object = ag_object_new(pool, &ag_kind_text_search_mapping, holder, NULL, token);
        AgTextSearchMapping *mapping = (AgTextSearchMapping *)object;
        mapping->token = object->name;
        mapping->dictionaries = as_models_say(pool, ag_rows_get(rows, row, DICTIONARIES));
    }
    return true;
}

const AgPgReader ag_pg_read_mappings = {.sql = mappings_sql_of, .take = take_mappings};
