/* SPDX-License-Identifier: MIT */
/* A command and its run. A command returns false after a recorded error; findings (exit 2) are no
 * errors and are marked in the run. */
#pragma once

#include "base/diag.h"
#include "base/pool.h"
#include "cli/config.h"
#include "cli/options.h"
#include "revision/dag.h"

typedef enum {
    AG_FORMAT_HUMAN,
    AG_FORMAT_JSON,
    AG_FORMAT_SQL,
    AG_FORMAT_MARKDOWN,
    AG_FORMAT_GITHUB,
} AgFormat;

enum { AG_N_FORMATS = 5 };
#define AG_CAN(FORMAT) (1u << AG_FORMAT_##FORMAT)

/* How a result is to look. */
typedef struct {
    AgFormat format;
    bool color;
    bool verbose;
} AgLook;

typedef struct AgCommand AgCommand;

typedef struct {
    AgPool *pool;
    const AgCommand *command;
    AgOptions *options;
    AgConfig *config;  /* NULL for commands that need none */
    AgDag *dag;        /* the revision files, once they were asked for */
    AgLook look;       /* of stdout */
    GPtrArray *copies; /* --output: of AgCopy * */
    bool color_errors; /* whether stderr takes colours */
    bool quiet, verbose;
    bool echoing;            /* statements are printed now, when --echo was given */
    bool findings;           /* exit 2 when nothing failed */
    unsigned spoken;         /* bit set of the dialects the models name, once they were looked at */
    guint n_told;            /* problems already printed */
    guint applied;           /* revisions that were run */
    int code;                /* the exit code of many targets; 0: as findings and problems say */
    struct AgStatus *status; /* what `status` found out */
} AgRun;

/* One --output FORMAT=PATH. */
typedef struct {
    AgFormat format;
    const char *path;
} AgCopy;

struct AgCommand {
    const char *name;
    const char *alias;           /* another word for it, or NULL */
    const char *words;           /* what may follow, for the help: "[REV]" */
    int min_words, max_words;    /* how many may follow */
    const char *example;         /* words that may follow, for who gave none; NULL: none needed */
    const char *summary;         /* one line, lower case */
    const char *about;           /* the help's paragraphs */
    const AgOptionInfo *options; /* its own; never NULL */
    unsigned formats;            /* of AG_CAN; 0: the option --format is refused */
    AgFormat format;             /* the one used unless --format names another */
    bool configured;             /* reads autogen.ini first */
    bool many;                   /* can be run on many targets (targets.h) */
    bool (*run)(AgRun *run, AgDiag *diag);
};

#define AG_COMMAND(name) extern const AgCommand ag_command_##name;
#include "cli/commands.def"
#undef AG_COMMAND

/* The options that every command takes, and the table of a command that has no others. */
extern const AgOptionInfo ag_global_options[], ag_no_options[];
/* The options of commands that can be run on many targets. */
extern const AgOptionInfo ag_target_options[];

/* All commands, NULL-terminated; the one of that name or alias, or NULL. */
const AgCommand *const *ag_commands(void);
const AgCommand *ag_command_find(const char *name);
/* Adds "did you mean" for a word that is no command. */
void ag_command_hint(const char *word, AgDiag *diag);

/* The i-th word after the command word, or NULL. */
const char *ag_run_word(const AgRun *run, guint i);

const char *ag_format_name(AgFormat format);

/* The help of the program and of one command, appended. */
void ag_help_overview(GString *out);
void ag_help_command(GString *out, const AgCommand *command);
void ag_help_exit_codes(GString *out);
