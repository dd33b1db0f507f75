/* SPDX-License-Identifier: MIT */
/* Domains on SQLite, which has none: a column gets the type its domain is based on, and the
 * domain's default, NOT NULL and checks, with VALUE replaced by the column. */
#include <string.h>

#include "parser/parse.h"
#include "sql/lexer.h"

enum { DEEPEST_DOMAIN = 32 };

/* The domain it is based on, or NULL. */
static const AgDomain *domain_below(AgParse *parse, const AgDomain *domain)
{
    const AgObject *found = domain->type.written == NULL
                                ? NULL
                                : ag_types_find(parse, domain->type.written, &domain->object);
    return found != NULL && found->info->kind == AG_KIND_DOMAIN ? (const AgDomain *)found : NULL;
}

const char *ag_domain_base(AgParse *parse, const AgDomain *domain, const AgEnum **base)
{
    for (int depth = 0; depth < DEEPEST_DOMAIN; depth++) {
        if (domain->type.written == NULL)
            return NULL; /* complained about where the domain stands */
        const AgObject *found = ag_types_find(parse, domain->type.written, &domain->object);
        if (found == NULL)
            return domain->type.written;
        if (found->info->kind == AG_KIND_ENUM) {
            *base = (const AgEnum *)found;
            return domain->type.written;
        }
        domain = (const AgDomain *)found;
    }
    ag_fail(parse->diag, AG_PROBLEM_CYCLE, domain->object.place,
            "domain '%s' is based on itself, or on more than %d others", domain->object.name,
            DEEPEST_DOMAIN);
    return NULL;
}

/* The condition over a column instead of VALUE. */
static char *condition(AgParse *parse, const char *sql, const char *column)
{
    AgLexer lexer;
    g_autoptr(GString) out = g_string_new(NULL);
    const char *end = sql;
    ag_lexer_init(&lexer, parse->id, sql, strlen(sql));
    for (AgToken token; (token = ag_lexer_next(&lexer)).type != AG_TOKEN_END;) {
        bool value = token.type == AG_TOKEN_WORD && token.length == 5 &&
                     g_ascii_strncasecmp(token.text, "value", 5) == 0;
        if (value)
            ag_quote_name(parse->dialect, out, column);
        else
            g_string_append_len(out, token.text, (gssize)token.length);
        end = token.text + token.length;
    }
    g_string_append(out, end);
    return ag_pool_text(parse->pool, out->str);
}

static void add_checks(AgParse *parse, AgObject *table, const AgColumn *column,
                       const AgDomain *domain)
{
    const GPtrArray *parts = domain->object.parts;
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        const AgDomainCheck *from = g_ptr_array_index(parts, i);
        if (from->object.info->kind != AG_KIND_DOMAIN_CHECK || from->expression.written == NULL)
            continue;
        AgCheck *check = (AgCheck *)ag_object_new(parse->pool, &ag_kind_check, table, NULL, NULL);
        check->object.place = column->object.place;
        check->object.mixin = column->object.mixin;
        check->expression =
            (AgSql){.written = condition(parse, from->expression.written, column->object.name),
                    .place = from->expression.place};
    }
}

/* A collation of PostgreSQL's that orders otherwise than SQLite would cannot be left out. */
static void check_collation(AgParse *parse, const AgColumn *column, const AgDomain *domain)
{
    static const char *const bytewise[] = {"C", "POSIX", "ucs_basic", NULL};
    const char *name = domain->collation.name;
    if (name == NULL || g_strv_contains(bytewise, name))
        return;
    ag_fail(parse->diag, AG_PROBLEM_NOT_IN_DIALECT, column->object.place,
            "SQLite does not have collation '%s' of domain '%s'", name, domain->object.name);
    ag_hint(parse->diag, "say the column's type with <variant dialect=\"sqlite\" type=\"...\"/>");
}

void ag_domain_column(AgParse *parse, AgObject *table, AgColumn *column)
{
    const AgDomain *domain = g_hash_table_lookup(parse->domain_of, column);
    for (int depth = 0; domain != NULL && depth < DEEPEST_DOMAIN; depth++) {
        if (g_strcmp0(domain->null, "false") == 0)
            column->null = false;
        bool open = column->default_sql.written == NULL && column->identity == NULL &&
                    column->generated.written == NULL;
        if (open && domain->default_sql.written != NULL)
            column->default_sql = domain->default_sql;
        check_collation(parse, column, domain);
        add_checks(parse, table, column, domain);
        domain = domain_below(parse, domain);
    }
}
