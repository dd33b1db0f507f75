/* SPDX-License-Identifier: MIT */
#include "parser/scan.h"

#include <string.h>

void ag_scan_init(AgScan *scan, const char *text, size_t length, const char *file)
{
    *scan = (AgScan){.at = text, .end = text + length, .place = {file, 1, 1}};
}

/* Whether eight bytes are ASCII, and none a line end. */
static bool is_plain_run(const char *p)
{
    const guint64 ones = G_GUINT64_CONSTANT(0x0101010101010101);
    guint64 word, newlines;
    memcpy(&word, p, sizeof(word));
    newlines = word ^ (ones * '\n');
    return ((word | ((newlines - ones) & ~newlines)) & (ones * 0x80)) == 0;
}

void ag_scan_to(AgScan *scan, const char *target)
{
    const char *p = scan->at;
    target = MIN(target, scan->end);
    for (; target - p >= 8 && is_plain_run(p); p += 8)
        scan->place.column += 8;
    for (; p < target; p++) {
        if (*p == '\n') {
            scan->place.line++;
            scan->place.column = 1;
        } else if (((unsigned char)*p & 0xc0) != 0x80) {
            scan->place.column++;
        }
    }
    scan->at = p;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Behind the next `mark`, or the end. */
static const char *behind(const char *text, const char *end, const char *mark)
{
    const char *found = strstr(text, mark);
    return found == NULL ? end : found + strlen(mark);
}

/* Behind a comment or CDATA section that begins at `p`; NULL when none does. */
static const char *skip_opaque(const char *p, const char *end)
{
    if (p[1] != '!')
        return NULL;
    if (begins(p, "<!--"))
        return behind(p + 4, end, "-->");
    if (begins(p, "<![CDATA["))
        return behind(p + 9, end, "]]>");
    return NULL;
}

bool ag_scan_next_tag(AgScan *scan)
{
    const char *p = scan->at;
    for (;;) {
        const char *tag = memchr(p, '<', (size_t)(scan->end - p));
        if (tag == NULL) {
            ag_scan_to(scan, scan->end);
            return false;
        }
        const char *next = skip_opaque(tag, scan->end);
        if (next == NULL && tag[1] == '?')
            next = behind(tag + 2, scan->end, "?>");
        if (next == NULL && tag[1] == '/')
            next = tag + 2;
        if (next == NULL) {
            ag_scan_to(scan, tag);
            return true;
        }
        p = next;
    }
}

bool ag_scan_next_special(AgScan *scan)
{
    const char *p = scan->at;
    for (;;) {
        const char *tag = memchr(p, '<', (size_t)(scan->end - p));
        if (tag == NULL) {
            ag_scan_to(scan, scan->end);
            return false;
        }
        const char *next = skip_opaque(tag, scan->end);
        if (next == NULL && (tag[1] == '?' || begins(tag, "<!DOCTYPE"))) {
            ag_scan_to(scan, tag);
            return true;
        }
        p = next == NULL ? tag + 1 : next;
    }
}

void ag_scan_instruction(AgScan *scan)
{
    ag_scan_to(scan, behind(scan->at + 2, scan->end, "?>"));
}

/* Looked up, as every byte of a file is asked. */
enum { BLANK = 1, ENDS_NAME = 2 };
static const unsigned char classes[256] = {
    [' '] = BLANK | ENDS_NAME,  ['\t'] = BLANK | ENDS_NAME, ['\n'] = BLANK | ENDS_NAME,
    ['\r'] = BLANK | ENDS_NAME, ['='] = ENDS_NAME,          ['>'] = ENDS_NAME,
    ['/'] = ENDS_NAME,          ['\0'] = ENDS_NAME,
};

static bool is_blank(char c)
{
    return (classes[(unsigned char)c] & BLANK) != 0;
}

static bool ends_name(char c)
{
    return (classes[(unsigned char)c] & ENDS_NAME) != 0;
}

void ag_scan_tag_name(AgScan *scan)
{
    const char *p = scan->at + 1;
    while (p < scan->end && !ends_name(*p))
        p++;
    ag_scan_to(scan, p);
}

static void skip_blanks(AgScan *scan)
{
    const char *p = scan->at;
    while (p < scan->end && is_blank(*p))
        p++;
    ag_scan_to(scan, p);
}

bool ag_scan_attribute(AgScan *scan, AgScanAttribute *out)
{
    skip_blanks(scan);
    if (scan->at < scan->end && *scan->at == '/')
        ag_scan_to(scan, scan->at + 1);
    if (scan->at >= scan->end || *scan->at == '>') {
        ag_scan_to(scan, scan->at + 1);
        return false;
    }
    *out = (AgScanAttribute){.name = scan->at, .name_place = scan->place};
    ag_scan_tag_name(scan);
    out->name_length = (size_t)(scan->at - out->name);
    skip_blanks(scan);
    if (scan->at < scan->end && *scan->at == '=')
        ag_scan_to(scan, scan->at + 1);
    skip_blanks(scan);
    const char *quote = scan->at;
    const char *close = scan->at >= scan->end || (*quote != '"' && *quote != '\'')
                            ? NULL
                            : memchr(quote + 1, *quote, (size_t)(scan->end - quote - 1));
    if (close == NULL) {
        ag_scan_to(scan, scan->end);
        return false;
    }
    ag_scan_to(scan, quote + 1);
    out->value = scan->at;
    out->value_place = scan->place;
    out->value_length = (size_t)(close - scan->at);
    ag_scan_to(scan, close + 1);
    return true;
}

typedef struct {
    const char *name;
    char c;
} Entity;

static const Entity entities[] = {
    {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};

/* Decodes one character or reference at `*p` into `out` (6 bytes) and moves behind it. */
static size_t decode_one(const char **p, char *out)
{
    const char *at = *p;
    *p = at + 1;
    out[0] = *at;
    if (*at != '&')
        return 1;
    for (size_t i = 0; i < G_N_ELEMENTS(entities); i++) {
        if (begins(at, entities[i].name)) {
            *p = at + strlen(entities[i].name);
            out[0] = entities[i].c;
            return 1;
        }
    }
    if (at[1] != '#')
        return 1;
    bool hex = at[2] == 'x';
    char *end = NULL;
    guint64 c = g_ascii_strtoull(at + (hex ? 3 : 2), &end, hex ? 16 : 10);
    if (*end != ';' || c > 0x10ffff)
        return 1;
    *p = end + 1;
    return (size_t)g_unichar_to_utf8((gunichar)c, out);
}

/* Whether it decodes to itself. */
static bool is_plain(const char *raw, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (raw[i] == '&' || (raw[i] != ' ' && is_blank(raw[i])))
            return false;
    }
    return true;
}

char *ag_scan_decode(AgPool *pool, const char *raw, size_t length)
{
    if (is_plain(raw, length))
        return ag_pool_text_n(pool, raw, length);
    g_autoptr(GString) out = g_string_sized_new(length);
    for (const char *p = raw; p < raw + length;) {
        char bytes[6];
        bool plain = *p != '&';
        size_t n = decode_one(&p, bytes);
        if (plain && is_blank(bytes[0]))
            bytes[0] = ' ';
        g_string_append_len(out, bytes, (gssize)n);
    }
    return ag_pool_text_n(pool, out->str, out->len);
}

/* Behind the tag that begins at `p`; `depth` follows. */
static const char *skip_tag(const char *p, int *depth)
{
    bool closing = p[1] == '/';
    char quote = '\0';
    const char *at = p + 1;
    for (; *at != '\0' && (quote != '\0' || *at != '>'); at++) {
        if (quote != '\0')
            quote = *at == quote ? '\0' : quote;
        else if (*at == '"' || *at == '\'')
            quote = *at;
    }
    if (closing)
        (*depth)--;
    else if (at[-1] != '/')
        (*depth)++;
    return *at == '\0' ? at : at + 1;
}

/* The start of the character that gives byte `offset` of the decoded text. */
static const char *find_text(const char *raw, size_t offset)
{
    int depth = 0;
    const char *end = raw + strlen(raw), *p = raw, *cdata_end = NULL;
    while (p < end) {
        if (p == cdata_end) {
            p += 3;
            cdata_end = NULL;
        } else if (cdata_end == NULL && begins(p, "<![CDATA[")) {
            cdata_end = strstr(p, "]]>");
            p += 9;
        } else if (cdata_end == NULL && (begins(p, "<!--") || begins(p, "<?"))) {
            p = behind(p + 2, end, begins(p, "<?") ? "?>" : "-->");
        } else if (cdata_end == NULL && *p == '<') {
            if (depth == 0 && p[1] == '/')
                return p;
            p = skip_tag(p, &depth);
        } else {
            char bytes[6];
            const char *next = p;
            size_t n = cdata_end != NULL ? (next++, 1) : decode_one(&next, bytes);
            if (depth == 0 && offset < n)
                return p;
            offset -= depth == 0 ? n : 0;
            p = next;
        }
    }
    return end;
}

static AgPlace place_of(const char *raw, AgPlace start, const char *target)
{
    AgScan scan = {.at = raw, .end = target, .place = start};
    ag_scan_to(&scan, target);
    return scan.place;
}

AgPlace ag_scan_text_place(const char *raw, AgPlace start, size_t offset)
{
    return place_of(raw, start, find_text(raw, offset));
}

AgPlace ag_scan_value_place(const char *raw, AgPlace start, size_t offset)
{
    const char *p = raw;
    while (*p != '\0') {
        char bytes[6];
        const char *next = p;
        size_t n = decode_one(&next, bytes);
        if (offset < n)
            break;
        offset -= n;
        p = next;
    }
    return place_of(raw, start, p);
}
