/* SPDX-License-Identifier: MIT */
/* Complaints about single words of a model: attributes, elements, values, names. */
#include "base/text.h"
#include "parser/parse.h"

#include <string.h>

/* Words of the format that this version has no kind for. They shrink as kinds are added. */
static const char *const later_elements[] = {"sql", NULL};
static const char *const later_attributes[] = {"exclude", NULL};

static bool is_in(const char *const *words, const char *word)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (ag_text_same(words[i], word))
            return true;
    }
    return false;
}

static char *shown(AgParse *parse, const char *text)
{
    g_autofree char *printable = ag_text_printable(text);
    return ag_pool_text(parse->trees, printable);
}

bool ag_word_bool(AgParse *parse, const AgElement *element, const char *name)
{
    const AgAttribute *attribute = ag_element_attribute(element, name);
    if (attribute == NULL || strcmp(attribute->value, "false") == 0)
        return false;
    if (strcmp(attribute->value, "true") == 0)
        return true;
    ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, attribute->value_place,
            "'%s' is neither true nor false", shown(parse, attribute->value));
    return false;
}

const char *ag_word_of(AgParse *parse, const AgAttribute *attribute, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], attribute->value) == 0)
            return words[i];
    }
    ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, attribute->value_place,
            "'%s' is not a value of '%s'", shown(parse, attribute->value), attribute->name);
    g_autofree char *all = g_strjoinv(", ", (char **)(guintptr)words);
    ag_hint_nearest(parse->diag, attribute->value, words);
    ag_hint(parse->diag, "one of: %s", all);
    return NULL;
}

void ag_word_unknown_attribute(AgParse *parse, const AgElement *element,
                               const AgAttribute *attribute, const char *const *known)
{
    if (is_in(later_attributes, attribute->name)) {
        ag_fail(parse->diag, AG_PROBLEM_UNKNOWN_ATTRIBUTE, attribute->place,
                "this version cannot carry attribute '%s' on <%s> yet", attribute->name,
                element->name);
        return;
    }
    ag_fail(parse->diag, AG_PROBLEM_UNKNOWN_ATTRIBUTE, attribute->place,
            "unknown attribute '%s' on <%s>", attribute->name, element->name);
    ag_hint_nearest(parse->diag, attribute->name, known);
}

void ag_word_unknown_element(AgParse *parse, const AgElement *element, const char *const *known)
{
    const char *parent = element->parent == NULL ? "model" : element->parent->name;
    if (is_in(later_elements, element->name)) {
        ag_fail(parse->diag, AG_PROBLEM_UNKNOWN_ELEMENT, element->place,
                "this version cannot carry <%s> yet", element->name);
        return;
    }
    ag_fail(parse->diag, AG_PROBLEM_UNKNOWN_ELEMENT, element->place, "unknown element <%s> in <%s>",
            element->name, parent);
    ag_hint_nearest(parse->diag, element->name, known);
}

void ag_word_attributes(AgParse *parse, const AgElement *element, const char *const *known)
{
    static const char *const unlimited[] = {"model", "mixin", "include", NULL};
    bool limitable = !is_in(unlimited, element->name);
    for (guint i = 0; i < element->n_attributes; i++) {
        const char *name = element->attributes[i].name;
        if (!is_in(known, name) && !(limitable && strcmp(name, "dialect") == 0))
            ag_word_unknown_attribute(parse, element, &element->attributes[i], known);
    }
}

void ag_word_no_children(AgParse *parse, const AgElement *element)
{
    static const char *const none[] = {NULL};
    for (guint i = 0; i < ag_element_count(element); i++)
        ag_word_unknown_element(parse, ag_element_child(element, i), none);
}

void ag_word_no_text(AgParse *parse, const AgElement *element)
{
    size_t blanks = strspn(element->text, " \t\r\n");
    if (element->text[blanks] == '\0')
        return;
    ag_fail(parse->diag, AG_PROBLEM_BAD_VALUE, ag_element_text_place(element, blanks),
            "text is not allowed in <%s>", element->name);
}

void ag_word_not_in(AgParse *parse, const AgElement *element, const AgAttribute *attribute,
                    unsigned missing)
{
    bool without_sqlite = (missing & AG_IN(SQLITE)) != 0;
    const char *name = ag_dialect(without_sqlite ? AG_DIALECT_SQLITE : AG_DIALECT_POSTGRESQL)->name;
    const char *other =
        ag_dialect_id_name(without_sqlite ? AG_DIALECT_POSTGRESQL : AG_DIALECT_SQLITE);
    if (attribute != NULL)
        ag_fail(parse->diag, AG_PROBLEM_NOT_IN_DIALECT, attribute->place,
                "%s does not have '%s' of <%s>", name, attribute->name, element->name);
    else
        ag_fail(parse->diag, AG_PROBLEM_NOT_IN_DIALECT, element->place, "%s does not have <%s>",
                name, element->name);
    if (element->dialects == AG_IN_ALL)
        ag_hint(parse->diag, "limit the element with dialect=\"%s\"", other);
    else
        ag_hint(parse->diag, "the element is meant for %s", ag_dialect_id_name(parse->id));
}

static bool has_control(const char *name)
{
    if (ag_text_is_plain(name))
        return false;
    g_autofree char *printable = ag_text_printable(name);
    return strcmp(printable, name) != 0;
}

/* What PostgreSQL gives every table. */
static const char *const system_columns[] = {"tableoid", "xmin", "cmin", "xmax",
                                             "cmax",     "ctid", NULL};

static bool is_own_table(const char *name)
{
    return g_ascii_strcasecmp(name, "autogen_version") == 0 ||
           g_ascii_strcasecmp(name, "autogen_log") == 0;
}

static bool check_reserved(AgParse *parse, const char *name, const char *what, AgPlace place)
{
    const char *prefix = NULL;
    bool relation = strcmp(what, "table") == 0 || strcmp(what, "index") == 0;
    if (g_ascii_strncasecmp(name, "__ag_", 5) == 0)
        prefix = "__ag_";
    else if (parse->sqlite && relation && g_ascii_strncasecmp(name, "sqlite_", 7) == 0)
        prefix = "sqlite_";
    else if (!parse->sqlite && strcmp(what, "schema") == 0 && strncmp(name, "pg_", 3) == 0)
        prefix = "pg_";
    if (prefix != NULL)
        return ag_fail(parse->diag, AG_PROBLEM_BAD_NAME, place,
                       "%s name '%s' begins with the reserved '%s'", what, name, prefix);
    if (relation && is_own_table(name))
        return ag_fail(parse->diag, AG_PROBLEM_BAD_NAME, place, "%s name '%s' is autogen's own",
                       what, name);
    if (!parse->sqlite && strcmp(what, "schema") == 0 && strcmp(name, "information_schema") == 0)
        return ag_fail(parse->diag, AG_PROBLEM_BAD_NAME, place,
                       "schema 'information_schema' belongs to the server");
    if (!parse->sqlite && strcmp(what, "column") == 0 && is_in(system_columns, name))
        return ag_fail(parse->diag, AG_PROBLEM_BAD_NAME, place,
                       "column name '%s' is that of a system column", name);
    return true;
}

bool ag_word_name(AgParse *parse, const char *name, const char *what, AgPlace place)
{
    if (name[strspn(name, " \t\n\r")] == '\0')
        return ag_fail(parse->diag, AG_PROBLEM_BAD_NAME, place, "%s name is empty", what);
    if (has_control(name)) {
        ag_fail(parse->diag, AG_PROBLEM_BAD_NAME, place,
                "%s name '%s' holds control characters or bidirectional marks", what,
                shown(parse, name));
        return false;
    }
    size_t bytes = strlen(name), limit = parse->dialect->name_bytes;
    if (limit > 0 && bytes > limit) {
        ag_fail(parse->diag, AG_PROBLEM_BAD_NAME, place,
                "%s name '%s' has %zu bytes; %s allows %zu", what, name, bytes,
                parse->dialect->name, limit);
        return false;
    }
    return check_reserved(parse, name, what, place);
}
