/* SPDX-License-Identifier: MIT */
/* Walks the bytes of a model file in step with the XML parser, because libxml2 tells no places that
 * are good enough. It sees only what libxml2 has found well-formed (or is about to refuse), UTF-8
 * with LF line ends. */
#pragma once

#include "base/diag.h"
#include "base/pool.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    const char *at, *end;
    AgPlace place; /* of `at` */
} AgScan;

void ag_scan_init(AgScan *scan, const char *text, size_t length, const char *file);
/* Moves forward to `target`, counting lines and characters. */
void ag_scan_to(AgScan *scan, const char *target);

/* Moves to the `<` of the next start tag, past end tags, comments, CDATA sections and processing
 * instructions. False (at the end) when there is none. */
bool ag_scan_next_tag(AgScan *scan);
/* Moves to the `<` of the next processing instruction `<?` or of `<!DOCTYPE`, past comments and
 * CDATA sections. */
bool ag_scan_next_special(AgScan *scan);
/* From the `<?` of a processing instruction to behind its end. */
void ag_scan_instruction(AgScan *scan);

/* One attribute of a start tag as written. */
typedef struct {
    const char *name, *value; /* into the file; value without its quotes */
    size_t name_length, value_length;
    AgPlace name_place, value_place;
} AgScanAttribute;

/* From the `<` of a start tag to behind its name. */
void ag_scan_tag_name(AgScan *scan);
/* The next attribute of the tag; false at its end, `at` then stands behind the `>` (or at the end
 * of the text when it is cut off). */
bool ag_scan_attribute(AgScan *scan, AgScanAttribute *out);

/* The value with references decoded and blanks made plain. In the pool. */
char *ag_scan_decode(AgPool *pool, const char *raw, size_t length);

/* The place of byte `offset` of decoded text that begins at `raw`. */
AgPlace ag_scan_text_place(const char *raw, AgPlace start, size_t offset);
AgPlace ag_scan_value_place(const char *raw, AgPlace start, size_t offset);
