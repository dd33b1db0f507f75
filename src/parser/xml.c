/* SPDX-License-Identifier: MIT */
#include "parser/xml.h"

#include "base/limits.h"
#include "base/text.h"
#include "parser/plain.h"
#include "parser/scan.h"
#include "parser/xml_bytes.h"
#include "parser/xml_library.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

#define XINCLUDE_NAMESPACE "http://www.w3.org/2001/XInclude"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlParserCtxt, xmlFreeParserCtxt)

/* One run of the parser. `scan` is always at or behind the last event. */
typedef struct {
    AgPool *pool;
    AgDiag *diag;
    const char *text, *file;
    size_t length;
    AgScan scan;
    xmlParserCtxt *ctxt;
    AgElement *root, *current;
    GString *texts[AG_LIMIT_XML_DEPTH + 1]; /* what the open elements hold so far */
    AgPlace opened[AG_LIMIT_XML_DEPTH + 1]; /* the start tags of all open elements */
    int depth;                              /* of all open elements, foreign ones included */
    int foreign;                            /* how many of them are foreign */
    bool root_only;                         /* what stands in the root is not asked for */
    bool stopped;
} Run;

static void stop(Run *run)
{
    run->stopped = true;
    xmlStopParser(run->ctxt);
}

/* --- places of what libxml2 complains about --- */

static AgPlace place_at(const Run *run, size_t offset)
{
    AgScan scan;
    ag_scan_init(&scan, run->text, run->length, run->file);
    ag_scan_to(&scan, run->text + MIN(offset, run->length));
    return scan.place;
}

static size_t offset_of_error(const Run *run)
{
    long consumed = run->ctxt->input == NULL ? -1 : xmlByteConsumed(run->ctxt);
    return consumed < 0 ? run->length : MIN((size_t)consumed, run->length);
}

/* The `<` of the tag in which the parser stopped. */
static size_t tag_before(const Run *run, size_t offset)
{
    while (offset > 0 && run->text[offset - 1] != '<')
        offset--;
    return offset == 0 ? 0 : offset - 1;
}

static void report_mismatch(const Run *run, size_t offset)
{
    size_t tag = tag_before(run, offset);
    size_t name = tag + (run->text[tag + 1] == '/' ? 2 : 1);
    g_autofree char *closing = g_strndup(run->text + name, strcspn(run->text + name, " \t\n/><"));
    ag_fail(run->diag, AG_PROBLEM_MALFORMED_XML, place_at(run, tag),
            "closing tag </%s> does not fit the open element", closing);
    if (run->depth > 0)
        ag_also(run->diag, run->opened[run->depth]);
    ag_hint(run->diag, "the closing tag of the element opened there is missing or misspelt");
}

static void report_unclosed(const Run *run, size_t offset)
{
    ag_fail(run->diag, AG_PROBLEM_MALFORMED_XML, place_at(run, offset),
            "the file ends inside an element");
    if (run->depth > 0)
        ag_also(run->diag, run->opened[run->depth]);
    ag_hint(run->diag, "the closing tag of the element opened there is missing");
}

static bool same_name(AgScanAttribute a, AgScanAttribute b)
{
    return a.name_length == b.name_length && memcmp(a.name, b.name, a.name_length) == 0;
}

/* Finds the pair again, because libxml2 does not say where the first one stands. */
static void report_attribute_twice(Run *run)
{
    AgScan scan = run->scan;
    ag_scan_next_tag(&scan);
    ag_scan_tag_name(&scan);
    g_autoptr(GArray) seen = g_array_new(FALSE, FALSE, sizeof(AgScanAttribute));
    AgScanAttribute now;
    while (ag_scan_attribute(&scan, &now)) {
        for (guint i = 0; i < seen->len; i++) {
            AgScanAttribute before = g_array_index(seen, AgScanAttribute, i);
            if (!same_name(before, now))
                continue;
            ag_fail(run->diag, AG_PROBLEM_DUPLICATE, now.name_place,
                    "attribute '%.*s' stands twice in one element", (int)now.name_length, now.name);
            ag_also(run->diag, before.name_place);
            return;
        }
        g_array_append_val(seen, now);
    }
    ag_fail(run->diag, AG_PROBLEM_MALFORMED_XML, run->scan.place,
            "an attribute stands twice in one element");
}

static void report_no_root(const Run *run)
{
    ag_fail(run->diag, AG_PROBLEM_MALFORMED_XML, (AgPlace){run->file, 1, 1},
            "there is no root element");
    ag_hint(run->diag, "a model file holds <model xmlns=\"" AG_MODEL_NAMESPACE "\">");
}

static void report_other(const Run *run, size_t offset, const char *message)
{
    g_autofree char *text = g_strdup(message == NULL ? "not well-formed" : message);
    g_strchomp(text);
    /* "xmlParseCharRef: invalid xmlChar value 1" */
    char *start = g_str_has_prefix(text, "xml") ? strstr(text, ": ") : NULL;
    start = start == NULL ? text : start + 2;
    start[0] = g_ascii_tolower(start[0]);
    g_autofree char *shown = ag_text_printable(start);
    ag_fail(run->diag, AG_PROBLEM_MALFORMED_XML, place_at(run, offset), "%s", shown);
}

#if LIBXML_VERSION >= 21200
static void on_error(void *data, const xmlError *error)
#else
static void on_error(void *data, xmlError *error)
#endif
{
    Run *run = data;
    if (run->stopped || error->level < XML_ERR_ERROR)
        return;
    size_t offset = offset_of_error(run);
    switch (error->code) {
    case XML_ERR_DOCUMENT_EMPTY:
        report_no_root(run);
        break;
    case XML_ERR_TAG_NAME_MISMATCH:
        if (memchr(run->text + tag_before(run, offset), '>',
                   run->length - tag_before(run, offset)) == NULL)
            report_unclosed(run, run->length);
        else
            report_mismatch(run, offset);
        break;
    case XML_ERR_TAG_NOT_FINISHED:
        report_unclosed(run, offset);
        break;
    case XML_ERR_ATTRIBUTE_REDEFINED:
        report_attribute_twice(run);
        break;
    case XML_ERR_DOCUMENT_END:
        ag_fail(run->diag, AG_PROBLEM_MALFORMED_XML, place_at(run, offset),
                "there is something behind the end of the root element");
        ag_hint(run->diag, "a file holds one <model>");
        break;
    case XML_ERR_INVALID_CHAR:
        ag_fail(run->diag, AG_PROBLEM_MALFORMED_XML, place_at(run, offset),
                "a character that XML does not allow");
        break;
    default:
        report_other(run, offset, error->message);
        break;
    }
    stop(run);
}

/* --- events --- */

static void on_doctype(void *data, const xmlChar *name, const xmlChar *id, const xmlChar *url)
{
    (void)name, (void)id, (void)url;
    Run *run = data;
    ag_scan_next_special(&run->scan);
    while (run->scan.at < run->scan.end && run->scan.at[1] == '?') {
        ag_scan_instruction(&run->scan);
        ag_scan_next_special(&run->scan);
    }
    ag_fail(run->diag, AG_PROBLEM_FORBIDDEN_XML, run->scan.place, "a DOCTYPE is not allowed");
    ag_hint(run->diag, "remove it: models are plain XML without entities");
    stop(run);
}

static void on_instruction(void *data, const xmlChar *target, const xmlChar *content)
{
    (void)content;
    Run *run = data;
    if (run->stopped)
        return;
    while (ag_scan_next_special(&run->scan)) {
        AgPlace place = run->scan.place;
        const char *name = run->scan.at + 2;
        ag_scan_instruction(&run->scan);
        /* The XML declaration looks like an instruction and is none. */
        if (strncmp(name, "xml", 3) == 0 && strchr(" \t\n?", name[3]) != NULL)
            continue;
        if (strcmp((const char *)target, "xml-model") == 0)
            return;
        ag_fail(run->diag, AG_PROBLEM_FORBIDDEN_XML, place,
                "processing instruction <?%s?> is not allowed", (const char *)target);
        ag_hint(run->diag, "only <?xml-model?> may stand in a model file");
        stop(run);
        return;
    }
}

/* Past the attributes of a start tag that nobody reads. */
static void skip_attributes(Run *run)
{
    AgScanAttribute ignored;
    ag_scan_tag_name(&run->scan);
    while (ag_scan_attribute(&run->scan, &ignored))
        ;
}

static bool is_declaration(AgScanAttribute raw)
{
    return strncmp(raw.name, "xmlns", 5) == 0 && (raw.name_length == 5 || raw.name[5] == ':');
}

/* libxml2 gives the names with their namespaces in the order of the file; the scan gives values and
 * places. */
static void read_attributes(Run *run, AgElement *element, int n, const xmlChar **attributes)
{
    element->attributes = ag_pool_alloc(run->pool, (size_t)MAX(1, n) * sizeof(AgAttribute));
    ag_scan_tag_name(&run->scan);
    AgScanAttribute raw;
    for (int i = 0; ag_scan_attribute(&run->scan, &raw);) {
        if (is_declaration(raw))
            continue;
        g_assert(i < n);
        const char *name = (const char *)attributes[5 * i],
                   *uri = (const char *)attributes[5 * i + 2];
        i++;
        if (g_strcmp0(uri, (const char *)XML_XML_NAMESPACE) == 0 && strcmp(name, "base") == 0) {
            ag_fail(run->diag, AG_PROBLEM_FORBIDDEN_XML, raw.name_place, "xml:base is not allowed");
            ag_hint(run->diag, "href and src are relative to their own file");
        }
        if (uri != NULL && strcmp(uri, AG_MODEL_NAMESPACE) != 0)
            continue;
        element->attributes[element->n_attributes++] = (AgAttribute){
            .name = ag_pool_name(run->pool, name),
            .value = ag_scan_decode(run->pool, raw.value, raw.value_length),
            .raw = raw.value,
            .place = raw.name_place,
            .value_place = raw.value_place,
        };
    }
}

/* Whether the element is one of ours; complains about those that should be. */
static bool is_ours(Run *run, const char *name, const char *uri)
{
    if (g_strcmp0(uri, AG_MODEL_NAMESPACE) == 0)
        return true;
    if (g_strcmp0(uri, XINCLUDE_NAMESPACE) == 0) {
        ag_fail(run->diag, AG_PROBLEM_FORBIDDEN_XML, run->scan.place, "XInclude is not allowed");
        ag_hint(run->diag, "use <include href=\"...\"/>");
        return false;
    }
    if (uri != NULL && run->depth > 1)
        return false;
    if (uri == NULL)
        ag_fail(run->diag, AG_PROBLEM_UNKNOWN_ELEMENT, run->scan.place,
                "element <%s> has no namespace", name);
    else
        ag_fail(run->diag, AG_PROBLEM_UNKNOWN_ELEMENT, run->scan.place,
                "element <%s> is of another namespace, '%s'", name, uri);
    ag_hint(run->diag, "write <model xmlns=\"" AG_MODEL_NAMESPACE "\">");
    if (run->depth == 1)
        stop(run);
    return false;
}

static void on_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int n_namespaces, const xmlChar **namespaces, int n_attributes,
                     int n_defaulted, const xmlChar **attributes)
{
    (void)prefix, (void)n_namespaces, (void)namespaces, (void)n_defaulted;
    Run *run = data;
    if (run->stopped)
        return;
    ag_scan_next_tag(&run->scan);
    if (++run->depth > AG_LIMIT_XML_DEPTH) {
        ag_fail(run->diag, AG_PROBLEM_TOO_LARGE, run->scan.place,
                "elements are nested more than %d deep", AG_LIMIT_XML_DEPTH);
        stop(run);
        return;
    }
    run->opened[run->depth] = run->scan.place;
    if (run->foreign > 0 || !is_ours(run, (const char *)name, (const char *)uri)) {
        run->foreign++;
        skip_attributes(run);
        return;
    }
    AgElement *element = ag_element_new(run->pool, (const char *)name, run->current);
    element->place = run->scan.place;
    read_attributes(run, element, n_attributes, attributes);
    element->content = run->scan.at;
    element->content_place = run->scan.place;
    if (run->current == NULL)
        run->root = element;
    else
        ag_element_add(run->pool, run->current, element);
    run->current = element;
    if (run->root_only) {
        stop(run);
        return;
    }
    if (run->texts[run->depth] == NULL)
        run->texts[run->depth] = g_string_new(NULL);
    g_string_truncate(run->texts[run->depth], 0);
}

static bool is_blank(const GString *text)
{
    return text->str[strspn(text->str, " \t\r\n")] == '\0';
}

static void on_end(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)name, (void)prefix, (void)uri;
    Run *run = data;
    if (run->stopped)
        return;
    if (run->foreign > 0) {
        run->foreign--;
    } else {
        const GString *text = run->texts[run->depth];
        /* Indentation between children is not worth keeping. */
        if (text->len > 0 && (run->current->children == NULL || !is_blank(text)))
            run->current->text = ag_pool_text_n(run->pool, text->str, text->len);
        run->current = (AgElement *)(guintptr)run->current->parent;
    }
    run->depth--;
}

static void on_text(void *data, const xmlChar *text, int length)
{
    Run *run = data;
    if (!run->stopped && run->foreign == 0 && run->current != NULL)
        g_string_append_len(run->texts[run->depth], (const char *)text, length);
}

static void free_texts(Run *run)
{
    for (int i = 0; i <= AG_LIMIT_XML_DEPTH; i++) {
        if (run->texts[i] != NULL)
            g_string_free(run->texts[i], TRUE);
    }
}

static void set_up(Run *run, xmlParserCtxt *ctxt)
{
    xmlCtxtUseOptions(ctxt, XML_PARSE_NONET | XML_PARSE_NOCDATA);
    *ctxt->sax = (xmlSAXHandler){
        .initialized = XML_SAX2_MAGIC,
        .internalSubset = on_doctype,
        .processingInstruction = on_instruction,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_text,
        .serror = on_error,
    };
#if LIBXML_VERSION < 21200
    /* The whole text is there: otherwise each token near its end asks for more. */
    ctxt->input->buf->readcallback = NULL;
#endif
    ctxt->userData = run;
    run->ctxt = ctxt;
}

static AgElement *parse(Run *run)
{
    guint errors = ag_diag_errors(run->diag);
    if (strspn(run->text, " \t\n") == run->length) {
        report_no_root(run);
        return NULL;
    }
    ag_scan_init(&run->scan, run->text, run->length, run->file);
    g_autoptr(xmlParserCtxt) ctxt = xmlCreateMemoryParserCtxt(run->text, (int)run->length);
    g_assert(ctxt != NULL);
    set_up(run, ctxt);
    xmlParseDocument(ctxt);
    free_texts(run);
    bool complete = run->root != NULL && (run->root_only || ctxt->wellFormed);
    if (ag_diag_errors(run->diag) == errors && !complete)
        ag_fail(run->diag, AG_PROBLEM_MALFORMED_XML, (AgPlace){run->file, 1, 1},
                "not well-formed XML");
    return ag_diag_errors(run->diag) == errors ? run->root : NULL;
}

/* `text` has been through ag_xml_bytes. */
static AgElement *parse_by_library(AgPool *pool, const char *text, size_t length, const char *file,
                                   bool root_only, AgDiag *diag)
{
    Run run = {.pool = pool, .diag = diag, .text = text, .file = file, .length = length};
    run.root_only = root_only;
    return ag_libxml_load(diag) ? parse(&run) : NULL;
}

static AgElement *parse_either(AgPool *pool, const char *text, size_t length, const char *file,
                               bool root_only, AgDiag *diag)
{
    char *clean = ag_xml_bytes(pool, text, &length, file, diag);
    if (clean == NULL)
        return NULL;
    AgElement *root = ag_plain_parse(pool, clean, length, file, root_only);
    return root != NULL ? root : parse_by_library(pool, clean, length, file, root_only, diag);
}

AgElement *ag_xml_parse(AgPool *pool, const char *text, size_t length, const char *file,
                        AgDiag *diag)
{
    return parse_either(pool, text, length, file, false, diag);
}

AgElement *ag_xml_parse_root(AgPool *pool, const char *text, size_t length, const char *file,
                             AgDiag *diag)
{
    return parse_either(pool, text, length, file, true, diag);
}

AgElement *ag_xml_parse_by_library(AgPool *pool, const char *text, size_t length, const char *file,
                                   AgDiag *diag)
{
    char *clean = ag_xml_bytes(pool, text, &length, file, diag);
    return clean == NULL ? NULL : parse_by_library(pool, clean, length, file, false, diag);
}
