/* SPDX-License-Identifier: MIT */
/* Lines of a revision file that speak to autogen. Private to revision. */
#pragma once

#include "base/pool.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    AG_DIRECTIVE_UPGRADE,
    AG_DIRECTIVE_DOWNGRADE,
    AG_DIRECTIVE_STEP,
    AG_DIRECTIVE_SET,
    AG_DIRECTIVE_HAZARD,
    AG_DIRECTIVE_ALLOW,
    AG_DIRECTIVE_IRREVERSIBLE,
    AG_DIRECTIVE_REVIEWED,
    AG_DIRECTIVE_END,
    AG_DIRECTIVE_UNKNOWN,
} AgDirectiveId;

typedef struct {
    AgDirectiveId id;
    const char *word;     /* in the pool */
    const char *argument; /* the rest of the line without blanks around; "" when there is none */
} AgDirective;

/* The words, NULL-terminated, in the order of the enumeration. */
extern const char *const ag_directive_words[];

/* What a line says after its `--`, without blanks around; in the pool. NULL: not such a line. */
char *ag_comment_text(AgPool *pool, const char *line, size_t length);

/* Reads a comment `-- autogen:WORD ARGUMENT`; false when it is an ordinary comment. Blanks may
 * stand around and the case of `autogen` does not count, so that no slip makes a directive vanish.
 */
bool ag_directive_parse(AgPool *pool, const char *comment, size_t length, AgDirective *out);

/* Cuts the first word off `text` (which moves on behind the blanks); "" at the end. In the pool. */
char *ag_next_word(AgPool *pool, const char **text);
