/* SPDX-License-Identifier: MIT */
#include "parser/xml_bytes.h"

#include "base/text.h"
#include "parser/scan.h"

#include <string.h>

typedef struct {
    const char *bytes;
    size_t length;
    const char *name;
} Magic;

static const Magic compressions[] = {{"\x1f\x8b", 2, "gzip"},
                                     {"BZh", 3, "bzip2"},
                                     {"\xfd\x37zXZ", 5, "xz"},
                                     {"\x28\xb5\x2f\xfd", 4, "zstd"},
                                     {"PK\x03\x04", 4, "zip"}};

/* With or without byte order mark. UTF-32 begins like UTF-16 and stands first. */
static const Magic encodings[] = {{"\xff\xfe\x00\x00", 4, "UTF-32"},
                                  {"\x00\x00\xfe\xff", 4, "UTF-32"},
                                  {"<\x00\x00\x00", 4, "UTF-32"},
                                  {"\x00\x00\x00<", 4, "UTF-32"},
                                  {"\xff\xfe", 2, "UTF-16"},
                                  {"\xfe\xff", 2, "UTF-16"},
                                  {"<\x00", 2, "UTF-16"},
                                  {"\x00<", 2, "UTF-16"}};

static const char *magic_of(const Magic *magics, size_t n, const char *bytes, size_t length)
{
    for (size_t i = 0; i < n; i++) {
        if (length >= magics[i].length && memcmp(bytes, magics[i].bytes, magics[i].length) == 0)
            return magics[i].name;
    }
    return NULL;
}

static AgPlace place_at(const char *text, size_t offset, const char *file)
{
    AgScan scan;
    ag_scan_init(&scan, text, offset, file);
    ag_scan_to(&scan, text + offset);
    return scan.place;
}

static bool check_utf8(const char *text, size_t length, const char *file, AgDiag *diag)
{
    gssize offset = ag_text_invalid_utf8(text, length);
    if (offset < 0)
        return true;
    AgPlace place = place_at(text, (size_t)offset, file);
    if (text[offset] == '\0')
        return ag_fail(diag, AG_PROBLEM_MALFORMED_XML, place,
                       "a NUL byte at offset %" G_GSSIZE_FORMAT, offset);
    ag_fail(diag, AG_PROBLEM_ENCODING, place,
            "byte 0x%02x at offset %" G_GSSIZE_FORMAT " is not valid UTF-8",
            (unsigned char)text[offset], offset);
    ag_hint(diag, "only UTF-8 is accepted; convert the file with iconv");
    return false;
}

/* The encoding that an XML declaration names, in the pool; NULL when there is none. */
static char *declared_encoding(AgPool *pool, const char *text)
{
    if (strncmp(text, "<?xml", 5) != 0 || strchr(" \t\r\n", text[5]) == NULL)
        return NULL;
    const char *end = strstr(text, "?>");
    const char *word = strstr(text, "encoding");
    if (end == NULL || word == NULL || word > end)
        return NULL;
    const char *quote = word + strlen("encoding");
    quote += strspn(quote, " \t\r\n=");
    if (*quote != '"' && *quote != '\'')
        return NULL;
    const char *close = strchr(quote + 1, *quote);
    return close == NULL || close > end
               ? NULL
               : ag_pool_text_n(pool, quote + 1, (size_t)(close - quote - 1));
}

static bool check_encoding(AgPool *pool, const char *text, const char *file, AgDiag *diag)
{
    const char *declared = declared_encoding(pool, text);
    if (declared == NULL || g_ascii_strcasecmp(declared, "UTF-8") == 0)
        return true;
    g_autofree char *shown = ag_text_printable(declared);
    ag_fail(diag, AG_PROBLEM_ENCODING, (AgPlace){file, 1, 1},
            "only UTF-8 is accepted, the file says '%s'", shown);
    ag_hint(diag, "convert the file to UTF-8 and write encoding=\"UTF-8\"");
    return false;
}

/* Done before parsing, so that lines are counted alike whatever ends them. */
static char *with_line_feeds(AgPool *pool, const char *text, size_t *length)
{
    if (memchr(text, '\r', *length) == NULL)
        return ag_pool_text_n(pool, text, *length);
    char *out = ag_pool_alloc(pool, *length + 1), *to = out;
    for (size_t i = 0; i < *length; i++) {
        if (text[i] != '\r')
            *to++ = text[i];
        else if (text[i + 1] != '\n')
            *to++ = '\n';
    }
    *length = (size_t)(to - out);
    return out;
}

/* Behind as many groups of eight bytes over 0x1f as there are. */
static size_t skip_printable(const char *text, size_t i, size_t length)
{
    const guint64 ones = G_GUINT64_CONSTANT(0x0101010101010101);
    guint64 word;
    for (; i + sizeof(word) <= length; i += sizeof(word)) {
        memcpy(&word, text + i, sizeof(word));
        if (((word - ones * 0x20) & ~word & (ones * 0x80)) != 0)
            break;
    }
    return i;
}

static bool check_controls(const char *text, size_t length, const char *file, AgDiag *diag)
{
    for (size_t i = skip_printable(text, 0, length); i < length;
         i = i % 8 == 7 ? skip_printable(text, i + 1, length) : i + 1) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20 && c != '\t' && c != '\n')
            return ag_fail(diag, AG_PROBLEM_MALFORMED_XML, place_at(text, i, file),
                           "control character \\x%02x is not allowed in XML", c);
    }
    return true;
}

char *ag_xml_bytes(AgPool *pool, const char *bytes, size_t *length, const char *file, AgDiag *diag)
{
    const AgPlace start = {file, 1, 1};
    const char *name = magic_of(compressions, G_N_ELEMENTS(compressions), bytes, *length);
    if (name != NULL) {
        ag_fail(diag, AG_PROBLEM_ENCODING, start, "the file is compressed (%s)", name);
        ag_hint(diag, "model files are plain text: unpack it");
        return NULL;
    }
    name = magic_of(encodings, G_N_ELEMENTS(encodings), bytes, *length);
    if (name != NULL) {
        ag_fail(diag, AG_PROBLEM_ENCODING, start, "only UTF-8 is accepted, the file is %s", name);
        ag_hint(diag, "convert it: iconv -f %s -t UTF-8", name);
        return NULL;
    }
    if (*length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        *length -= 3;
    }
    if (!check_encoding(pool, bytes, file, diag) || !check_utf8(bytes, *length, file, diag))
        return NULL;
    char *text = with_line_feeds(pool, bytes, length);
    return check_controls(text, *length, file, diag) ? text : NULL;
}
