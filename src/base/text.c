/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <stdint.h>
#include <string.h>

gint ag_text_order(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum { LONGEST_WORD = 64 };

/* Levenshtein distance where exchanging two neighbours counts as one step. */
static size_t distance(const char *a, const char *b)
{
    size_t m = strlen(a), n = strlen(b);
    if (m > LONGEST_WORD || n > LONGEST_WORD)
        return LONGEST_WORD;
    size_t row[3][LONGEST_WORD + 1];
    for (size_t j = 0; j <= n; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= n; j++) {
            char x = g_ascii_tolower(a[i - 1]), y = g_ascii_tolower(b[j - 1]);
            size_t best = last[j - 1] + (x != y);
            best = MIN(best, last[j] + 1);
            best = MIN(best, now[j - 1] + 1);
            if (i > 1 && j > 1 && x == g_ascii_tolower(b[j - 2]) && g_ascii_tolower(a[i - 2]) == y)
                best = MIN(best, before[j - 2] + 1);
            now[j] = best;
        }
    }
    return row[m % 3][n];
}

const char *ag_text_nearest(const char *word, const char *const *words)
{
    size_t limit = MIN(strlen(word) / 3 + (strlen(word) < 3), 3);
    const char *best = NULL;
    for (size_t i = 0; words[i] != NULL; i++) {
        size_t d = distance(word, words[i]);
        if (d <= limit && (best == NULL || d < distance(word, best)))
            best = words[i];
    }
    return best;
}

static bool is_blank(const char *line, size_t length)
{
    return strspn(line, " \t") >= length;
}

/* The longest run of blanks that all lines which are not blank begin with. */
static size_t common_indent(char **lines)
{
    size_t common = SIZE_MAX;
    const char *first = NULL;
    for (size_t i = 0; lines[i] != NULL; i++) {
        if (is_blank(lines[i], strlen(lines[i])))
            continue;
        size_t indent = strspn(lines[i], " \t");
        if (first == NULL)
            first = lines[i];
        size_t same = 0;
        while (same < indent && same < common && lines[i][same] == first[same])
            same++;
        common = MIN(common, same);
    }
    return first == NULL ? 0 : common;
}

static char *with_unix_line_ends(const char *text)
{
    GString *out = g_string_sized_new(strlen(text));
    for (const char *p = text; *p != '\0'; p++) {
        if (*p != '\r')
            g_string_append_c(out, *p);
        else if (p[1] != '\n')
            g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

/* What dedenting makes of one line. */
static char *dedent_line(AgPool *pool, const char *line, size_t length)
{
    size_t start = strspn(line, " \t");
    while (length > start && (line[length - 1] == ' ' || line[length - 1] == '\t'))
        length--;
    return ag_pool_text_n(pool, line + start, length - start);
}

char *ag_text_dedent(AgPool *pool, const char *text)
{
    if (text == NULL)
        return NULL;
    size_t first_line = strcspn(text, "\r\n");
    if (text[first_line] == '\0')
        return dedent_line(pool, text, first_line);
    g_autofree char *unix_text = with_unix_line_ends(text);
    g_auto(GStrv) lines = g_strsplit(unix_text, "\n", -1);
    size_t first = 0, end = g_strv_length(lines);
    while (first < end && is_blank(lines[first], strlen(lines[first])))
        first++;
    while (end > first && is_blank(lines[end - 1], strlen(lines[end - 1])))
        end--;
    size_t indent = common_indent(lines);
    g_autoptr(GString) out = g_string_new(NULL);
    for (size_t i = first; i < end; i++) {
        size_t length = strlen(lines[i]);
        if (i > first)
            g_string_append_c(out, '\n');
        if (length > indent)
            g_string_append(out, lines[i] + indent);
    }
    size_t length = out->len;
    while (length > 0 && (out->str[length - 1] == ' ' || out->str[length - 1] == '\t'))
        length--;
    return ag_pool_text_n(pool, out->str, length);
}

static bool is_bidi_mark(gunichar c)
{
    return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029 || c == 0xfeff;
}

bool ag_text_is_plain(const char *text)
{
    while (*text >= 0x20 && *text <= 0x7e)
        text++;
    return *text == '\0';
}

char *ag_text_printable(const char *text)
{
    if (ag_text_is_plain(text))
        return g_strdup(text);
    GString *out = g_string_new(NULL);
    for (const char *p = text; *p != '\0';) {
        gunichar c = g_utf8_get_char_validated(p, -1);
        if (c == (gunichar)-1 || c == (gunichar)-2) {
            g_string_append_printf(out, "\\x%02x", (unsigned char)*p++);
            continue;
        }
        if (c < 0x20 || c == 0x7f || (c >= 0x80 && c < 0xa0))
            g_string_append_printf(out, "\\x%02x", c);
        else if (is_bidi_mark(c))
            g_string_append_printf(out, "\\u{%x}", c);
        else
            g_string_append_unichar(out, c);
        p += g_utf8_skip[(unsigned char)*p];
    }
    return g_string_free(out, FALSE);
}

/* The first byte over 0x7f, or the end: eight bytes at a time. */
static const char *behind_ascii(const char *p, const char *end)
{
    const guint64 high = G_GUINT64_CONSTANT(0x8080808080808080);
    guint64 word;
    for (; end - p >= (ptrdiff_t)sizeof(word); p += sizeof(word)) {
        memcpy(&word, p, sizeof(word));
        if ((word & high) != 0)
            break;
    }
    while (p < end && (unsigned char)*p < 0x80)
        p++;
    return p;
}

gssize ag_text_invalid_utf8(const char *text, size_t length)
{
    const char *p = text, *end = text + length, *nul = memchr(text, '\0', length);
    if (nul != NULL)
        end = nul;
    while (p < end) {
        if ((unsigned char)*p < 0x80) {
            p = behind_ascii(p, end);
            continue;
        }
        gunichar c = g_utf8_get_char_validated(p, end - p);
        if (c == (gunichar)-1 || c == (gunichar)-2 || c == 0xfffe || c == 0xffff)
            return p - text;
        p += g_utf8_skip[(unsigned char)*p];
    }
    return nul == NULL ? -1 : nul - text;
}
