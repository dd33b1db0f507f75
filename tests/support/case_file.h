/* SPDX-License-Identifier: MIT */
/* A case file: a title, a paragraph, and sections that begin with a line `-- name --`. */
#pragma once

#include "base/diag.h"
#include "base/pool.h"

typedef struct {
    const char *path;
    const char *title;   /* the first line */
    const char *about;   /* the paragraph below it */
    GPtrArray *sections; /* of CaseSection *, in the file's order */
} CaseFile;

typedef struct {
    const char *name;
    const char *text; /* with its last line end; "" when empty */
    int line;         /* of the section's first line of text */
} CaseSection;

CaseFile *case_file_read(AgPool *pool, const char *path, AgDiag *diag);
/* The section's text, or NULL when there is none. */
const char *case_file_section(const CaseFile *file, const char *name);
/* "key=value" of the section `options`, or NULL. In the pool. */
const char *case_file_option(AgPool *pool, const CaseFile *file, const char *key);
/* Replaces a section's text (adds the section at the end when there is none). */
void case_file_set(AgPool *pool, CaseFile *file, const char *name, const char *text);
bool case_file_write(AgPool *pool, const CaseFile *file, AgDiag *diag);
