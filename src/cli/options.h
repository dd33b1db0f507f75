/* SPDX-License-Identifier: MIT */
/* The command line, by tables of options. Options and words may stand in any order; "-1" is a word,
 * never an option; "--" ends the options. Every option that is given must be asked for by somebody:
 * ag_options_unused names those that were not. */
#pragma once

#include "base/diag.h"
#include "base/pool.h"

typedef enum {
    AG_OPTION_FLAG,
    AG_OPTION_TEXT, /* one value; the last one given counts */
    AG_OPTION_LIST, /* may be repeated */
} AgOptionType;

typedef struct {
    const char *name; /* without the dashes; NULL ends a table */
    char letter;      /* 0: no short form */
    AgOptionType type;
    bool secret;       /* the value is wiped from the process title */
    const char *value; /* the value's word in the help: "FILE" */
    const char *about;
} AgOptionInfo;

typedef struct AgOptions AgOptions;

/* The options of a run; `tables` is a NULL-terminated list of tables and must stay. */
AgOptions *ag_options_new(AgPool *pool, const AgOptionInfo *const *tables);

/* Reads argv[1..argc-1]. All mistakes are reported (USAGE, with the nearest option). */
bool ag_options_parse(AgOptions *options, int argc, char **argv, AgDiag *diag);

/* The index in argv of the first word that is no option and no option's value; 0 when there is
 * none. Unknown options count as flags. */
int ag_options_first_word(const AgOptionInfo *const *tables, int argc, char **argv);

/* Whether it was given; its last value or NULL; all values (never NULL). An option that no table
 * has was not given. */
bool ag_options_has(AgOptions *options, const char *name);
const char *ag_options_text(AgOptions *options, const char *name);
const GPtrArray *ag_options_list(AgOptions *options, const char *name);

/* The words, command word included; of const char *. */
const GPtrArray *ag_options_words(const AgOptions *options);

/* The names of options that were given and never asked for; of const char *. */
GPtrArray *ag_options_unused(const AgOptions *options);

/* The same command line once more without those options (NULL-terminated names): what was given as
 * --name=value, then the words behind "--"; of char *, in the pool. */
GPtrArray *ag_options_line(const AgOptions *options, const char *const *except);

/* The option of that name in the tables, or NULL. */
const AgOptionInfo *ag_option_find(const AgOptionInfo *const *tables, const char *name,
                                   size_t length);
