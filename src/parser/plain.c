/* SPDX-License-Identifier: MIT */
#include "parser/plain.h"

#include "base/limits.h"
#include "parser/scan.h"
#include "parser/xml.h"

#include <string.h>

/* libxml2 has limits of its own far above. */
enum { LARGEST = 1024 * 1024, MOST_ATTRIBUTES = 40 };

/* An element whose end has not come. */
typedef struct {
    AgElement *element;
    const char *run; /* its text while that is one piece of the file, */
    size_t length;
    GString *pieces; /* and when it is not */
} Open;

typedef struct {
    AgPool *pool;
    AgScan scan; /* at the last start tag or attribute */
    const char *end;
    AgElement *root;
    Open opened[AG_LIMIT_XML_DEPTH + 1];
    int depth;
    bool root_only;
} Plain;

/* --- characters --- */

enum { BLANK = 1, IN_NAME = 2, STARTS_NAME = 4 };

/* Looked up, as every byte of a file is asked. */
#define LETTER (STARTS_NAME | IN_NAME)
static const unsigned char classes[256] = {
    [' '] = BLANK,   ['\t'] = BLANK,  ['\n'] = BLANK,  ['-'] = IN_NAME, ['.'] = IN_NAME,
    ['0'] = IN_NAME, ['1'] = IN_NAME, ['2'] = IN_NAME, ['3'] = IN_NAME, ['4'] = IN_NAME,
    ['5'] = IN_NAME, ['6'] = IN_NAME, ['7'] = IN_NAME, ['8'] = IN_NAME, ['9'] = IN_NAME,
    ['A'] = LETTER,  ['B'] = LETTER,  ['C'] = LETTER,  ['D'] = LETTER,  ['E'] = LETTER,
    ['F'] = LETTER,  ['G'] = LETTER,  ['H'] = LETTER,  ['I'] = LETTER,  ['J'] = LETTER,
    ['K'] = LETTER,  ['L'] = LETTER,  ['M'] = LETTER,  ['N'] = LETTER,  ['O'] = LETTER,
    ['P'] = LETTER,  ['Q'] = LETTER,  ['R'] = LETTER,  ['S'] = LETTER,  ['T'] = LETTER,
    ['U'] = LETTER,  ['V'] = LETTER,  ['W'] = LETTER,  ['X'] = LETTER,  ['Y'] = LETTER,
    ['Z'] = LETTER,  ['_'] = LETTER,  ['a'] = LETTER,  ['b'] = LETTER,  ['c'] = LETTER,
    ['d'] = LETTER,  ['e'] = LETTER,  ['f'] = LETTER,  ['g'] = LETTER,  ['h'] = LETTER,
    ['i'] = LETTER,  ['j'] = LETTER,  ['k'] = LETTER,  ['l'] = LETTER,  ['m'] = LETTER,
    ['n'] = LETTER,  ['o'] = LETTER,  ['p'] = LETTER,  ['q'] = LETTER,  ['r'] = LETTER,
    ['s'] = LETTER,  ['t'] = LETTER,  ['u'] = LETTER,  ['v'] = LETTER,  ['w'] = LETTER,
    ['x'] = LETTER,  ['y'] = LETTER,  ['z'] = LETTER,
};

static int class_of(char c)
{
    return classes[(unsigned char)c];
}

static const char *skip(const char *p, int class)
{
    while ((class_of(*p) & class) != 0)
        p++;
    return p;
}

static bool is_blank(const char *run, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (class_of(run[i]) != BLANK)
            return false;
    return true;
}

/* Behind one of the five references that need no declaration, or NULL. */
static const char *skip_reference(const char *p)
{
    static const char *const known[] = {"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"};
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        if (strncmp(p, known[i], strlen(known[i])) == 0)
            return p + strlen(known[i]);
    return NULL;
}

/* Whether every `&` begins one of those. */
static bool has_known_references(const char *run, size_t length)
{
    const char *end = run + length, *p = run;
    while ((p = memchr(p, '&', (size_t)(end - p))) != NULL) {
        p = skip_reference(p);
        if (p == NULL)
            return false;
    }
    return true;
}

/* --- text --- */

static GString *pieces_of(Open *open)
{
    if (open->pieces == NULL)
        open->pieces = g_string_new_len(open->run, (gssize)open->length);
    return open->pieces;
}

static void add_decoded(GString *out, const char *run, size_t length)
{
    for (const char *p = run, *next; p < run + length; p = next) {
        next = *p == '&' ? skip_reference(p) : p + 1;
        char c = *p;
        if (c == '&')
            c = p[1] == 'l'   ? '<'
                : p[1] == 'g' ? '>'
                : p[1] == 'q' ? '"'
                : p[2] == 'm' ? '&'
                              : '\'';
        g_string_append_c(out, c);
    }
}

/* Text beside children is left to xml.c. */
static bool add_text(Plain *plain, const char *run, size_t length, bool is_cdata)
{
    Open *open = &plain->opened[plain->depth];
    if (length == 0)
        return true;
    if (open->element->children != NULL)
        return !is_cdata && is_blank(run, length);
    if (!is_cdata &&
        (g_strstr_len(run, (gssize)length, "]]>") != NULL || !has_known_references(run, length)))
        return false;
    bool decode = !is_cdata && memchr(run, '&', length) != NULL;
    if (open->length == 0 && open->pieces == NULL && !decode) {
        open->run = run;
        open->length = length;
    } else if (decode) {
        add_decoded(pieces_of(open), run, length);
    } else {
        g_string_append_len(pieces_of(open), run, (gssize)length);
    }
    return true;
}

static bool has_blank_text(const Open *open)
{
    return open->pieces == NULL ? is_blank(open->run, open->length)
                                : is_blank(open->pieces->str, open->pieces->len);
}

/* --- tags --- */

/* One attribute as it stands in the file. */
typedef struct {
    const char *name, *value;
    size_t name_length, value_length;
} Written;

/* From the name of an attribute to behind its value; NULL: not plain. */
static const char *read_written(const Plain *plain, const char *name, Written *out)
{
    const char *behind = skip(name, IN_NAME), *equals = skip(behind, BLANK);
    if ((class_of(*name) & STARTS_NAME) == 0 || *equals != '=')
        return NULL;
    const char *quote = skip(equals + 1, BLANK);
    bool quoted = *quote == '"' || *quote == '\'';
    const char *close = quoted ? memchr(quote + 1, *quote, (size_t)(plain->end - quote - 1)) : NULL;
    if (close == NULL)
        return NULL;
    *out = (Written){name, quote + 1, (size_t)(behind - name), (size_t)(close - quote - 1)};
    bool good = memchr(out->value, '<', out->value_length) == NULL &&
                has_known_references(out->value, out->value_length);
    return good ? close + 1 : NULL;
}

static bool is(const char *text, size_t length, const char *word)
{
    return length == strlen(word) && memcmp(text, word, length) == 0;
}

static AgAttribute attribute_of(Plain *plain, const Written *written)
{
    AgAttribute attribute = {.name =
                                 ag_pool_name_n(plain->pool, written->name, written->name_length),
                             .value =
                                 ag_scan_decode(plain->pool, written->value, written->value_length),
                             .raw = written->value};
    ag_scan_to(&plain->scan, written->name);
    attribute.place = plain->scan.place;
    ag_scan_to(&plain->scan, written->value);
    attribute.value_place = plain->scan.place;
    return attribute;
}

static bool has_twice(const AgAttribute *attributes, guint n)
{
    for (guint i = 0; i + 1 < n; i++)
        if (attributes[i].name == attributes[n - 1].name)
            return true;
    return false;
}

/* From behind the name of a tag to its `>` or `/`; NULL: not plain. The one namespace is declared
 * at the root. */
static const char *read_attributes(Plain *plain, const char *at, AgElement *element)
{
    AgAttribute found[MOST_ATTRIBUTES];
    guint n = 0;
    bool declared = plain->depth > 0;
    for (;;) {
        const char *name = skip(at, BLANK);
        Written written;
        if (*name == '>' || *name == '/') {
            at = name;
            break;
        }
        const char *next = name == at ? NULL : read_written(plain, name, &written);
        if (next == NULL)
            return NULL;
        at = next;
        if (is(written.name, written.name_length, "xmlns")) {
            if (declared || !is(written.value, written.value_length, AG_MODEL_NAMESPACE))
                return NULL;
            declared = true;
            continue;
        }
        if (n == MOST_ATTRIBUTES)
            return NULL;
        found[n++] = attribute_of(plain, &written);
        if (has_twice(found, n))
            return NULL;
    }
    element->n_attributes = n;
    element->attributes = ag_pool_alloc(plain->pool, MAX(1, n) * sizeof(AgAttribute));
    for (guint i = 0; i < n; i++)
        element->attributes[i] = found[i];
    return declared ? at : NULL;
}

static void close_element(Plain *plain)
{
    Open *open = &plain->opened[plain->depth--];
    AgElement *element = open->element;
    if (open->pieces != NULL && open->pieces->len > 0)
        element->text = ag_pool_text_n(plain->pool, open->pieces->str, open->pieces->len);
    else if (open->length > 0 && element->children == NULL)
        element->text = ag_pool_text_n(plain->pool, open->run, open->length);
    if (open->pieces != NULL)
        g_string_free(open->pieces, TRUE);
    open->pieces = NULL;
}

/* From the `<` of a start tag to behind its `>`; NULL: not plain. */
static const char *read_start(Plain *plain, const char *tag)
{
    const char *behind = skip(tag + 1, IN_NAME);
    Open *outer = plain->depth == 0 ? NULL : &plain->opened[plain->depth];
    bool leaves_text = outer != NULL && outer->element->children == NULL && !has_blank_text(outer);
    if (plain->depth == AG_LIMIT_XML_DEPTH || leaves_text ||
        (class_of(*behind) != BLANK && *behind != '>' && *behind != '/'))
        return NULL;
    AgElement *parent = outer == NULL ? NULL : outer->element;
    AgElement *element = ag_element_new_n(plain->pool, tag + 1, (size_t)(behind - tag - 1), parent);
    ag_scan_to(&plain->scan, tag);
    element->place = plain->scan.place;
    const char *at = read_attributes(plain, behind, element);
    bool empty = at != NULL && *at == '/';
    if (at == NULL || (empty && at[1] != '>'))
        return NULL;
    at += empty ? 2 : 1;
    ag_scan_to(&plain->scan, at);
    element->content = at;
    element->content_place = plain->scan.place;
    if (parent == NULL) {
        plain->root = element;
    } else {
        ag_element_add(plain->pool, parent, element);
        if (outer->pieces != NULL)
            g_string_truncate(outer->pieces, 0);
    }
    plain->opened[++plain->depth] = (Open){.element = element, .run = ""};
    if (empty)
        close_element(plain);
    return at;
}

static const char *read_end(Plain *plain, const char *tag)
{
    const char *name = tag + 2, *open = plain->opened[plain->depth].element->name;
    size_t length = strlen(open);
    if (strncmp(name, open, length) != 0 || (class_of(name[length]) & IN_NAME) != 0)
        return NULL;
    const char *close = skip(name + length, BLANK);
    if (*close != '>')
        return NULL;
    close_element(plain);
    return close + 1;
}

/* From the `<!--` of a comment to behind its end; NULL: no comment, or one that libxml2 may not
 * like. */
static const char *skip_comment(const char *p)
{
    const char *dashes = strncmp(p, "<!--", 4) == 0 ? strstr(p + 4, "--") : NULL;
    return dashes == NULL || dashes[2] != '>' ? NULL : dashes + 3;
}

static const char *read_mark(Plain *plain, const char *p)
{
    static const char cdata[] = "<![CDATA[";
    if (strncmp(p, cdata, strlen(cdata)) != 0)
        return skip_comment(p);
    const char *text = p + strlen(cdata), *close = strstr(text, "]]>");
    bool good = close != NULL && add_text(plain, text, (size_t)(close - text), true);
    return good ? close + 3 : NULL;
}

/* Everything inside of the root, from behind its start tag to behind its end. */
static const char *read_content(Plain *plain, const char *p)
{
    while (p != NULL && plain->depth > 0) {
        const char *tag = memchr(p, '<', (size_t)(plain->end - p));
        if (tag == NULL || !add_text(plain, p, (size_t)(tag - p), false))
            return NULL;
        if (tag[1] == '/')
            p = read_end(plain, tag);
        else if (tag[1] == '!')
            p = read_mark(plain, tag);
        else
            p = (class_of(tag[1]) & STARTS_NAME) != 0 ? read_start(plain, tag) : NULL;
    }
    return p;
}

/* --- the document --- */

static const char *skip_declaration(const char *text)
{
    static const char *const known[] = {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
                                        "<?xml version=\"1.0\"?>"};
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        if (strncmp(text, known[i], strlen(known[i])) == 0)
            return text + strlen(known[i]);
    return text;
}

static const char *skip_misc(const char *p)
{
    p = skip(p, BLANK);
    for (const char *next; (next = skip_comment(p)) != NULL;)
        p = skip(next, BLANK);
    return p;
}

static bool parse(Plain *plain, const char *text)
{
    const char *p = skip_misc(skip_declaration(text));
    if (*p != '<' || (class_of(p[1]) & STARTS_NAME) == 0)
        return false;
    p = read_start(plain, p);
    if (p == NULL || plain->root_only)
        return p != NULL;
    p = read_content(plain, p);
    return p != NULL && skip_misc(p) == plain->end;
}

AgElement *ag_plain_parse(AgPool *pool, const char *text, size_t length, const char *file,
                          bool root_only)
{
    Plain plain = {.pool = pool, .end = text + length, .root_only = root_only};
    /* U+FFFE and U+FFFF are UTF-8 and no XML; all their neighbours are left out with them. */
    if (length > LARGEST || strstr(text, "\xef\xbf") != NULL)
        return NULL;
    ag_scan_init(&plain.scan, text, length, file);
    bool good = parse(&plain, text);
    for (; plain.depth > 0; plain.depth--)
        if (plain.opened[plain.depth].pieces != NULL)
            g_string_free(plain.opened[plain.depth].pieces, TRUE);
    return good ? plain.root : NULL;
}
