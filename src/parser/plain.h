/* SPDX-License-Identifier: MIT */
/* Reads model files that hold nothing unusual, which are nearly all of them, without libxml2:
 * loading that library and its dozen takes longer than a whole check of a small SQLite file. It
 * knows less than XML and says nothing: whatever it is not sure of, mistakes first of all, is left
 * to xml.c, which reads the file from its beginning. What it does read it reads alike. */
#pragma once

#include "parser/element.h"

/* The root element of a text that ag_xml_bytes has let through; NULL: not plain. With `root_only`
 * nothing behind the root's start tag is looked at. */
AgElement *ag_plain_parse(AgPool *pool, const char *text, size_t length, const char *file,
                          bool root_only);
