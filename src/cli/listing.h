/* SPDX-License-Identifier: MIT */
/* Lists of revisions, for branches, current, heads and history. */
#pragma once

#include "cli/output.h"
#include "cli/standing.h"

typedef struct {
    AgPool *pool;
    const AgDag *dag;
    GPtrArray *revisions;     /* of const AgRevision *, in the order to be shown */
    const GPtrArray *current; /* of const char *: marked so; NULL: not known */
    const GPtrArray *heads;   /* filled in by rendering */
    bool children;            /* those built on each are shown below it */
    const char *none;         /* what is said about an empty list; NULL: nothing */
} AgListing;

/* An AgRender over an AgListing: human and json. */
void ag_listing_render(GString *out, const AgLook *look, const void *data);
