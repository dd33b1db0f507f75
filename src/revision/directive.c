/* SPDX-License-Identifier: MIT */
#include "revision/directive.h"

#include <string.h>

static const char blanks[] = " \t\r\f\v";
static const char prefix[] = "autogen:";

const char *const ag_directive_words[] = {
    [AG_DIRECTIVE_UPGRADE] = "upgrade",
    [AG_DIRECTIVE_DOWNGRADE] = "downgrade",
    [AG_DIRECTIVE_STEP] = "step",
    [AG_DIRECTIVE_SET] = "set",
    [AG_DIRECTIVE_HAZARD] = "hazard",
    [AG_DIRECTIVE_ALLOW] = "allow",
    [AG_DIRECTIVE_IRREVERSIBLE] = "irreversible",
    [AG_DIRECTIVE_REVIEWED] = "reviewed",
    [AG_DIRECTIVE_END] = "end",
    [AG_DIRECTIVE_UNKNOWN] = NULL,
};

/* Moves both ends inwards over blanks. */
static const char *trim(const char *text, size_t *length)
{
    while (*length > 0 && memchr(blanks, *text, sizeof blanks - 1) != NULL) {
        text++;
        (*length)--;
    }
    while (*length > 0 && memchr(blanks, text[*length - 1], sizeof blanks - 1) != NULL)
        (*length)--;
    return text;
}

/* What follows the dashes, not copied; NULL when the line does not begin with them. */
static const char *behind_dashes(const char *line, size_t *length)
{
    line = trim(line, length);
    if (*length < 2 || line[0] != '-' || line[1] != '-')
        return NULL;
    *length -= 2;
    return trim(line + 2, length);
}

char *ag_comment_text(AgPool *pool, const char *line, size_t length)
{
    const char *text = behind_dashes(line, &length);
    return text == NULL ? NULL : ag_pool_text_n(pool, text, length);
}

bool ag_directive_parse(AgPool *pool, const char *comment, size_t length, AgDirective *out)
{
    const char *text = behind_dashes(comment, &length);
    size_t skip = sizeof prefix - 1;
    if (text == NULL || length < skip || g_ascii_strncasecmp(text, prefix, skip) != 0)
        return false;
    const char *rest = ag_pool_text_n(pool, text + skip, length - skip);
    out->word = ag_next_word(pool, &rest);
    out->argument = rest;
    out->id = AG_DIRECTIVE_UPGRADE;
    while (out->id != AG_DIRECTIVE_UNKNOWN && strcmp(ag_directive_words[out->id], out->word) != 0)
        out->id++;
    return true;
}

char *ag_next_word(AgPool *pool, const char **text)
{
    const char *start = *text + strspn(*text, blanks);
    size_t length = strcspn(start, blanks);
    *text = start + length + strspn(start + length, blanks);
    return ag_pool_text_n(pool, start, length);
}
