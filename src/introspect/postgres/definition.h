/* SPDX-License-Identifier: MIT */
/* Pieces of what the server prints with pg_get_triggerdef and pg_get_ruledef, where no function
 * prints them alone. */
#pragma once

#include "base/pool.h"

/* The condition behind WHEN, without its parentheses; NULL when there is none. */
char *ag_pg_trigger_condition(AgPool *pool, const char *definition);
/* The arguments of the function, as texts; NULL when there are none. */
GPtrArray *ag_pg_trigger_arguments(AgPool *pool, const char *definition);
/* The condition of a rule; NULL when there is none. */
char *ag_pg_rule_condition(AgPool *pool, const char *definition);
/* Its commands, with semicolons between; NULL for NOTHING. */
char *ag_pg_rule_commands(AgPool *pool, const char *definition);
