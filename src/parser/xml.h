/* SPDX-License-Identifier: MIT */
/* The only reader of XML. UTF-8 without DOCTYPE, entities or inclusion; every mistake that libxml2
 * reports is fatal; places are exact. */
#pragma once

#include "parser/element.h"

#define AG_MODEL_NAMESPACE "urn:autogen:model:1"

/* The root element of the text, or NULL after a problem. `file` names it in places and has to live
 * as long as the pool. Elements and attributes of foreign namespaces are left out. */
AgElement *ag_xml_parse(AgPool *pool, const char *text, size_t length, const char *file,
                        AgDiag *diag);
/* Likewise, but the element has no children: nothing behind its start tag is looked at. */
AgElement *ag_xml_parse_root(AgPool *pool, const char *text, size_t length, const char *file,
                             AgDiag *diag);
/* What libxml2 alone reads, for tests: ag_xml_parse gives the same, but leaves files to it only
 * where plain.h does not do. */
AgElement *ag_xml_parse_by_library(AgPool *pool, const char *text, size_t length, const char *file,
                                   AgDiag *diag);
