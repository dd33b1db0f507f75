/* SPDX-License-Identifier: MIT */
/* The property of all revisions: from any schema to any other and back, whatever they are. */
#pragma once

#include "dialect/dialect.h"

/* Plays `pairs` pairs of random schemas; AUTOGEN_PROPERTY_SEED (the first one's seed) and
 * AUTOGEN_PROPERTY_PAIRS override. The number of pairs that fail; each prints its seed and why.
 * `server`: URL of a PostgreSQL superuser, or NULL. */
unsigned property_play(AgDialectId dialect, const char *server, unsigned pairs);
