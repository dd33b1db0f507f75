/* SPDX-License-Identifier: MIT */
/* What `status` finds out. */
#pragma once

#include "cli/standing.h"

typedef struct AgStatus {
    AgPool *pool;
    const char *database;
    bool connected;
    AgStanding state;        /* current and pending are NULL when not connected */
    const char *last, *when; /* the revision applied last and its time; NULL: none */
} AgStatus;
