/* SPDX-License-Identifier: MIT */
/* A directed graph of numbered nodes: which must come before which. Among nodes that nothing orders
 * the lower number comes first. */
#pragma once

#include "base/pool.h"

#include <stdbool.h>

/* How much it takes to give an edge up. */
typedef enum {
    AG_EDGE_WISH,  /* a nicety: cut first */
    AG_EDGE_PLAIN, /* names read better in that order; both orders can be written */
    AG_EDGE_TEXT,  /* found in SQL text, where a name may mean something else */
    AG_EDGE_MUST,  /* never cut */
} AgEdgeStrength;

typedef struct {
    guint before, after;
    AgEdgeStrength strength;
    bool cut;
} AgEdge;

typedef struct AgGraph AgGraph;

AgGraph *ag_graph_new(AgPool *pool, guint n_nodes);
/* Edges from a node to itself are left out. */
void ag_graph_add(AgGraph *graph, guint before, guint after, AgEdgeStrength strength);
/* All nodes in order (of guint), O((n + e) log n); shorter than n_nodes when there is a loop. The
 * caller frees. */
GArray *ag_graph_sort(const AgGraph *graph);
/* For each node the number of its strongly connected component. The caller frees. */
GArray *ag_graph_components(const AgGraph *graph);
/* The edges (of AgEdge *) of one shortest loop through the lowest-numbered node that lies on one;
 * `components` as computed. NULL when there is no loop. The caller frees. */
GPtrArray *ag_graph_loop(AgGraph *graph, const GArray *components);
/* Cuts the weakest edge of each loop until none is left; true. Edges that must stay are not cut:
 * false, and `left` (may be NULL) is a loop of such edges as of ag_graph_loop. */
bool ag_graph_break(AgGraph *graph, GPtrArray **left);
