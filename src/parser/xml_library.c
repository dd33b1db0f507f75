/* SPDX-License-Identifier: MIT */
/* libxml2 is not linked but loaded when a file needs it (plain.h), as libpq is: the functions that
 * xml.c calls are defined here and lead to the library. */
#include "parser/xml_library.h"

#include <dlfcn.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

static struct {
    void *library;
    __typeof__(xmlByteConsumed) *xmlByteConsumed;
    __typeof__(xmlCreateMemoryParserCtxt) *xmlCreateMemoryParserCtxt;
    __typeof__(xmlCtxtUseOptions) *xmlCtxtUseOptions;
    __typeof__(xmlFreeParserCtxt) *xmlFreeParserCtxt;
    __typeof__(xmlParseDocument) *xmlParseDocument;
    __typeof__(xmlStopParser) *xmlStopParser;
} libxml;

static bool find(void *library, const char *name, void *function)
{
    void *symbol = dlsym(library, name);
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

/* libxml2 wants to be told once, before it is used by several threads (xmlsoft.org/threads.html).
 */
static bool find_all(void *library)
{
    void (*init)(void) = NULL;
    if (library == NULL || !find(library, "xmlInitParser", &init) ||
        !find(library, "xmlByteConsumed", &libxml.xmlByteConsumed) ||
        !find(library, "xmlCreateMemoryParserCtxt", &libxml.xmlCreateMemoryParserCtxt) ||
        !find(library, "xmlCtxtUseOptions", &libxml.xmlCtxtUseOptions) ||
        !find(library, "xmlFreeParserCtxt", &libxml.xmlFreeParserCtxt) ||
        !find(library, "xmlParseDocument", &libxml.xmlParseDocument) ||
        !find(library, "xmlStopParser", &libxml.xmlStopParser))
        return false;
    init();
    return true;
}

bool ag_libxml_load(AgDiag *diag)
{
    static GMutex mutex;
    g_autoptr(GMutexLocker) locked = g_mutex_locker_new(&mutex);
    (void)locked;
    if (libxml.library != NULL)
        return true;
    void *library = dlopen(AUTOGEN_LIBXML, RTLD_LAZY | RTLD_LOCAL);
    if (find_all(library)) {
        libxml.library = library;
        return true;
    }
    ag_fail(diag, AG_PROBLEM_INTERNAL, AG_NOWHERE, "libxml2 cannot be loaded: %s", dlerror());
    ag_hint(diag, "install %s", AUTOGEN_LIBXML);
    return false;
}

long xmlByteConsumed(xmlParserCtxtPtr ctxt)
{
    return libxml.xmlByteConsumed(ctxt);
}

xmlParserCtxtPtr xmlCreateMemoryParserCtxt(const char *buffer, int size)
{
    return libxml.xmlCreateMemoryParserCtxt(buffer, size);
}

int xmlCtxtUseOptions(xmlParserCtxtPtr ctxt, int options)
{
    return libxml.xmlCtxtUseOptions(ctxt, options);
}

void xmlFreeParserCtxt(xmlParserCtxtPtr ctxt)
{
    libxml.xmlFreeParserCtxt(ctxt);
}

int xmlParseDocument(xmlParserCtxtPtr ctxt)
{
    return libxml.xmlParseDocument(ctxt);
}

void xmlStopParser(xmlParserCtxtPtr ctxt)
{
    libxml.xmlStopParser(ctxt);
}
