/* SPDX-License-Identifier: MIT */
/* Time and randomness, fixed by AUTOGEN_NOW (ISO 8601) and AUTOGEN_SEED in tests. */
#pragma once

#include "base/pool.h"

#include <stdint.h>

/* Seconds since 1970, UTC. */
int64_t ag_clock_now(void);
/* Milliseconds of a clock that never goes back, for durations. */
int64_t ag_clock_monotonic_ms(void);
/* "2026-11-20T14:03:11Z" */
char *ag_clock_iso(AgPool *pool, int64_t seconds);
/* `digits` random hexadecimal digits (at most 32). */
char *ag_clock_random_hex(AgPool *pool, int digits);
