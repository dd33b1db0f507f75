/* SPDX-License-Identifier: MIT */
/* Between the files of the configuration, and for their tests. */
#pragma once

#include "base/diag.h"
#include "base/pool.h"

typedef struct {
    const char *section; /* "autogen", "env:prod" */
    const char *key;     /* NULL: the section's own line */
    const char *value;   /* as written, blanks trimmed */
    AgPlace place;       /* of the key */
} AgConfigLine;

/* The lines of an ini text: of AgConfigLine *. Comments begin with # or ; at the start of a line;
 * an indented line without '=' goes on with the value above. All mistakes are reported. NULL after
 * a problem. */
GPtrArray *ag_config_lines(AgPool *pool, char *text, const char *file, AgDiag *diag);

/* The lines of a .env text: NAME=value, export NAME=value, 'literal', "with \n \" \\ \$", #
 * comment. `section` is NULL. NULL after a problem. */
GPtrArray *ag_env_lines(AgPool *pool, char *text, const char *file, AgDiag *diag);

/* Looks up a variable; NULL when it is not set. */
typedef const char *(*AgLookup)(const char *name, void *data);

/* `text` with ${NAME} and ${NAME:-default} replaced; "$${" is a literal "${". NULL after a problem
 * (BAD_CONFIG at `place`). */
char *ag_config_expand(AgPool *pool, const char *text, AgPlace place, AgLookup lookup, void *data,
                       AgDiag *diag);

/* "500ms", "5s", "5" (seconds), "2min", "1h". False: not understood, or over a day. */
bool ag_duration_parse(const char *text, int *ms);
bool ag_bool_parse(const char *text, bool *out);

/* "autogen.ini", "../autogen.ini", ...: the nearest that exists, or NULL; `above`: it is not in the
 * working directory itself. */
const char *ag_config_find(AgPool *pool, bool *above);
/* Refuses a file of another user than us and root. */
bool ag_config_check_owner(const char *path, AgDiag *diag);
