/* SPDX-License-Identifier: MIT */
/* Answers of a server about expressions, kept from run to run in one file. Only an answer, never a
 * verdict: a question whose cached answer says "different" is put to the server again. A file that
 * cannot be read or is damaged counts as empty; damage to one line loses that line. */
#pragma once

#include "base/diag.h"
#include "base/pool.h"

typedef struct AgCache AgCache;

/* `directory` NULL: nothing is kept. Never fails. */
AgCache *ag_cache_open(const char *directory);
void ag_cache_free(AgCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AgCache, ag_cache_free)

/* The answer under a key (64 hexadecimal digits), or NULL. Valid until the cache is freed. */
const char *ag_cache_get(AgCache *cache, const char *key);
void ag_cache_put(AgCache *cache, const char *key, const char *answer);
/* Writes the file when something was added; what this run used is kept first. A failure is a
 * notice. */
void ag_cache_save(AgCache *cache, AgDiag *diag);
