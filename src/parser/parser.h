/* SPDX-License-Identifier: MIT */
/* Model files in, schema out; and the way back. */
#pragma once

#include "dialect/dialect.h"
#include "model/schema.h"

/* The schema that all *.xml below the directories describe, for one dialect: includes followed,
 * mixins expanded, dialect limits and variants applied, names given by the naming templates,
 * references resolved, everything checked. All mistakes of the whole set are reported. A missing
 * directory is a FILE_MISSING problem; one without model files is only remarked (n_files is 0),
 * and models without any object give an empty schema. NULL after a problem. */
AgSchema *ag_models_load(AgPool *pool, GPtrArray *directories, AgDialectId dialect, AgDiag *diag);

/* The same in two steps, for a caller who has something to do as soon as the files are read: the
 * first never fails, the second says what either found. Between them it is known which schemas the
 * objects name (sorted; not where mixins or partitions lead elsewhere; NULL for SQLite, and when a
 * file could not be read). */
typedef struct AgModels AgModels;
AgModels *ag_models_read(AgPool *pool, GPtrArray *directories, AgDialectId dialect);
GPtrArray *ag_models_schemas(const AgModels *models);
/* Whether all files could be read; if not, the second step is going to fail. */
bool ag_models_are_read(const AgModels *models);
/* The dialects that the files name, as ag_models_dialects; 0 without files. */
unsigned ag_models_spoken(const AgModels *models);
AgSchema *ag_models_build(AgModels *models, AgDiag *diag);
void ag_models_free(AgModels *models);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AgModels, ag_models_free)

/* Likewise from one text (tests, stdin); `file` names it in messages. */
AgSchema *ag_models_parse(AgPool *pool, const char *text, const char *file, AgDialectId dialect,
                          AgDiag *diag);

/* The dialects that the models name (bit set of AG_IN), over all files. What stands below their
 * root elements need not be looked at, mistakes included. 0 after a problem. */
unsigned ag_models_dialects(AgPool *pool, GPtrArray *directories, AgDiag *diag);
