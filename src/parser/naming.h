/* SPDX-License-Identifier: MIT */
/* The names PostgreSQL gives to what has none (indexcmds.c ChooseIndexName, pg_constraint.c
 * ChooseConstraintName). Shared by the parser, which gives them, and the writer, which leaves them
 * out. */
#pragma once

#include "dialect/dialect.h"

/* The default name of a key, check, foreign key or index before anything is known about clashes;
 * NULL where it has none (an index over expressions; constraints on SQLite). */
char *ag_naming_default(AgPool *pool, AgDialectId dialect, const AgObject *part);
