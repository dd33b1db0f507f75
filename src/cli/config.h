/* SPDX-License-Identifier: MIT */
/* autogen.ini and what may stand above it: option > environment > [env:NAME] > [autogen] >
 * built-in. Every value knows where it came from. Relative paths of values count from the
 * directory of the file, those of options from the working directory. */
#pragma once

#include "base/diag.h"
#include "base/pool.h"

typedef enum {
#define AG_CONFIG_KEY(UPPER, name, TYPE, builtin, words, about) AG_CONFIG_##UPPER,
#include "cli/config_keys.def"
#undef AG_CONFIG_KEY
} AgConfigKey;

enum {
    AG_N_CONFIG_KEYS = 0
#define AG_CONFIG_KEY(UPPER, name, TYPE, builtin, words, about) +1
#include "cli/config_keys.def"
#undef AG_CONFIG_KEY
};

typedef struct {
    const char *text;   /* NULL: not set */
    const char *origin; /* "option --url", "environment AUTOGEN_URL", "autogen.ini:3 [autogen]" */
    AgPlace place;      /* in the file; AG_NOWHERE otherwise */
    const char *directory; /* what its relative paths count from; "" is the working directory */
} AgConfigValue;

typedef struct AgConfig AgConfig;

/* What the command line says. */
typedef struct {
    const char *file;        /* --config; NULL: found upwards from the working directory */
    const char *env;         /* --env; NULL: AUTOGEN_ENV, or none */
    const GPtrArray *assign; /* -x: of const char * "key=value"; NULL: none */
    const char *(*option)(const char *key, void *data); /* the option of that name, or NULL */
    bool alone; /* the env-file's variables stay in this configuration: others are used beside it */
    void *data;
} AgConfigSources;

/* Finds and reads the file and the env-file (whose variables are put into the environment where
 * they are not set), checks every key and every value that is not LATE. Without a file the built-in
 * values hold. NULL after a problem. */
AgConfig *ag_config_load(AgPool *pool, const AgConfigSources *sources, AgDiag *diag);

/* The value in force, ${NAME} and ${NAME:-default} replaced. False: a variable is missing. */
bool ag_config_get(AgConfig *config, AgConfigKey key, AgConfigValue *out, AgDiag *diag);

/* Values of keys that were checked while loading: these cannot fail. Text is NULL when not set;
 * lists are NULL likewise; paths are joined with the value's directory. */
const char *ag_config_text(AgConfig *config, AgConfigKey key);
bool ag_config_bool(AgConfig *config, AgConfigKey key);
int ag_config_ms(AgConfig *config, AgConfigKey key);
int ag_config_count(AgConfig *config, AgConfigKey key);
GPtrArray *ag_config_names(AgConfig *config, AgConfigKey key);
GPtrArray *ag_config_paths(AgConfig *config, AgConfigKey key);

/* The configuration as the file alone gives it for one of its sections: no option, no variable of
 * the environment stands above. `env` NULL: [autogen]. NULL after a problem. */
AgConfig *ag_config_of_env(const AgConfig *config, const char *env, AgDiag *diag);
/* The names of the [env:NAME] that have the key themselves, in the order of the file; NULL stands
 * for [autogen]. */
GPtrArray *ag_config_envs_with(const AgConfig *config, AgConfigKey key);

/* The names of all [env:NAME], in the order of the file. */
GPtrArray *ag_config_envs(const AgConfig *config);

/* [hooks] after-revision, or text NULL. */
bool ag_config_hook(AgConfig *config, AgConfigValue *out, AgDiag *diag);

/* The file in use, or NULL; its directory ("" for the working directory); the chosen environment,
 * or NULL. */
const char *ag_config_file(const AgConfig *config);
const char *ag_config_directory(const AgConfig *config);
const char *ag_config_env(const AgConfig *config);

/* The key's name, explanation, and built-in value or NULL. */
const char *ag_config_key_name(AgConfigKey key);
const char *ag_config_key_builtin(AgConfigKey key);
const char *ag_config_key_about(AgConfigKey key);

/* Keys of -x that nothing has asked for; of const char *. */
GPtrArray *ag_config_unused(const AgConfig *config);
