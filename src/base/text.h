/* SPDX-License-Identifier: MIT */
/* Small questions about text that several layers ask. */
#pragma once

#include "base/pool.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* The word of the NULL-terminated list that is nearest to `word` (edit distance, at most a third
 * of its length and never over 3; case does not count), or NULL. */
const char *ag_text_nearest(const char *word, const char *const *words);

/* Equal texts; faster than strcmp where most differ in their first byte. */
static inline bool ag_text_same(const char *a, const char *b)
{
    return a[0] == b[0] && strcmp(a, b) == 0;
}

/* For g_ptr_array_sort of texts. */
gint ag_text_order(gconstpointer a, gconstpointer b);

/* Whether the text holds nothing but printable ASCII: no control character, no byte over 0x7e. */
bool ag_text_is_plain(const char *text);

/* SQL text of an XML element: leading and trailing blank lines dropped, the indentation common to
 * all lines that are not blank removed, CRLF and CR turned into LF, trailing blanks of the last
 * line removed. In the pool. */
char *ag_text_dedent(AgPool *pool, const char *text);

/* Escapes what a terminal or a one-line comment must not see: control characters, line ends,
 * bidirectional marks become \xNN or \u{...}; invalid UTF-8 becomes \xNN. Caller frees. */
char *ag_text_printable(const char *text);

/* The offset of the first byte that is not valid UTF-8 (overlong forms, surrogates and
 * U+FFFE/U+FFFF included), or -1. */
gssize ag_text_invalid_utf8(const char *text, size_t length);
