/* SPDX-License-Identifier: MIT */
/* Elements as text, in the canonical layout: two blanks a level, one element a line up to 110
 * columns, then attributes below each other. */
#pragma once

#include "parser/element.h"

/* Appends the element and a line end. What XML cannot carry must have been refused before, or is
 * written as \xNN. */
void ag_xml_print(GString *out, const AgElement *element, int level);

/* Whether the bytes can stand in XML 1.0 at all. */
bool ag_xml_can_carry(const char *text);
/* Whether the text comes back unchanged from an element of its own (indentation, line ends and
 * blank lines at its ends do not always). */
bool ag_xml_survives(const char *text);
