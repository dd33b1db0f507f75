/* SPDX-License-Identifier: MIT */
/* Plays one case: offline from its two models, live against a real database. */
#pragma once

#include "emit/emit.h"
#include "model/change.h"
#include "support/case_file.h"
#include "support/database.h"

typedef struct {
    AgPool *pool;
    CaseFile *file;
    AgDialectId dialect;
    bool update;          /* rewrite the expected sections instead of comparing */
    GString *failures;    /* one line each; empty: the case holds */
    GHashTable *coverage; /* keys "dialect kind verb [field]", pool-less copies; may be NULL */
} Case;

/* A whole model text from a section: wrapped in <model> when it is a fragment. */
const char *case_model(Case *play, const char *section);

/* What the case's options say about planning. */
TestPlanOptions case_plan_options(const Case *play);

/* The script as it stands in a case: statements with semicolons, step and set lines. */
char *case_script_text(AgPool *pool, const AgScript *script);

/* Before -> after gives exactly the sections; after -> after gives nothing. */
void case_play_offline(Case *play);
/* The version that the case needs (option `postgresql=18`), as a server tells it: 180000; 0: any.
 */
long case_needs_version(const Case *play);

/* Create before, upgrade, downgrade, compare with databases built directly; `server` is the URL of
 * a PostgreSQL superuser or NULL. False when the server is older than the case needs. */
bool case_play_live(Case *play, const char *server);

void case_fail(Case *play, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Appends the diag's errors as one failure each, prefixed. */
void case_fail_diag(Case *play, const char *what, const AgDiag *diag);
