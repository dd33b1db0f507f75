/* SPDX-License-Identifier: MIT */
/* What url.c and url_keywords.c share. */
#pragma once

#include "db/url.h"

/* Records AG_PROBLEM_BAD_URL and returns false. `problem` never holds text of the URL. */
bool ag_url_fail(AgDiag *diag, const char *problem);
bool ag_url_is_keyword(const char *name);
const char *const *ag_url_keywords(void);
/* Sets or replaces a keyword; `value` is in the pool already. */
void ag_url_set(AgPool *pool, AgUrl *url, const char *name, const char *value);
const char *ag_url_get(const AgUrl *url, const char *name);
/* "key=value key='other value'" */
bool ag_url_parse_keywords(AgPool *pool, AgUrl *url, const char *text, AgDiag *diag);
