/* SPDX-License-Identifier: MIT */
#include "order/graph.h"

#define NONE G_MAXUINT

struct AgGraph {
    AgPool *pool;
    guint n_nodes;
    GPtrArray **out; /* per node: of AgEdge *, or NULL */
};

AgGraph *ag_graph_new(AgPool *pool, guint n_nodes)
{
    AgGraph *graph = ag_pool_new0(pool, AgGraph);
    graph->pool = pool;
    graph->n_nodes = n_nodes;
    graph->out = ag_pool_alloc(pool, (n_nodes + 1) * sizeof(GPtrArray *));
    return graph;
}

void ag_graph_add(AgGraph *graph, guint before, guint after, AgEdgeStrength strength)
{
    g_assert(before < graph->n_nodes && after < graph->n_nodes);
    if (before == after)
        return;
    if (graph->out[before] == NULL)
        graph->out[before] = ag_pool_array(graph->pool);
    AgEdge *edge = ag_pool_new0(graph->pool, AgEdge);
    *edge = (AgEdge){.before = before, .after = after, .strength = strength};
    g_ptr_array_add(graph->out[before], edge);
}

static guint n_out(const AgGraph *graph, guint node)
{
    return graph->out[node] == NULL ? 0 : graph->out[node]->len;
}

static AgEdge *edge_at(const AgGraph *graph, guint node, guint i)
{
    return g_ptr_array_index(graph->out[node], i);
}

/* --- a heap of numbers, the lowest on top --- */

static void push(GArray *heap, guint value)
{
    g_array_append_val(heap, value);
    guint *a = (guint *)(void *)heap->data;
    guint i = heap->len - 1;
    while (i > 0 && a[(i - 1) / 2] > value) {
        a[i] = a[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    a[i] = value;
}

static guint pop(GArray *heap)
{
    guint *a = (guint *)(void *)heap->data;
    guint top = a[0], last = a[heap->len - 1];
    g_array_set_size(heap, heap->len - 1);
    guint i = 0;
    for (guint child = 1; child < heap->len; child = 2 * i + 1) {
        if (child + 1 < heap->len && a[child + 1] < a[child])
            child++;
        if (a[child] >= last)
            break;
        a[i] = a[child];
        i = child;
    }
    if (heap->len > 0)
        a[i] = last;
    return top;
}

GArray *ag_graph_sort(const AgGraph *graph)
{
    guint n = graph->n_nodes;
    g_autofree guint *waits_for = g_new0(guint, n + 1);
    for (guint node = 0; node < n; node++) {
        for (guint i = 0; i < n_out(graph, node); i++) {
            if (!edge_at(graph, node, i)->cut)
                waits_for[edge_at(graph, node, i)->after]++;
        }
    }
    GArray *order = g_array_sized_new(FALSE, FALSE, sizeof(guint), n);
    g_autoptr(GArray) heap = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint node = 0; node < n; node++) {
        if (waits_for[node] == 0)
            push(heap, node);
    }
    while (heap->len > 0) {
        guint node = pop(heap);
        g_array_append_val(order, node);
        for (guint i = 0; i < n_out(graph, node); i++) {
            const AgEdge *edge = edge_at(graph, node, i);
            if (!edge->cut && --waits_for[edge->after] == 0)
                push(heap, edge->after);
        }
    }
    return order;
}

/* --- strongly connected components: Tarjan's algorithm with a stack of its own --- */

typedef struct {
    const AgGraph *graph;
    guint *seen, *low, *next_edge;
    bool *on_stack;
    GArray *stack, *calls, *components;
    guint counter, n_components;
} Tarjan;

static void enter(Tarjan *t, guint node)
{
    t->seen[node] = t->low[node] = ++t->counter;
    t->on_stack[node] = true;
    g_array_append_val(t->stack, node);
    g_array_append_val(t->calls, node);
}

static void leave(Tarjan *t, guint node)
{
    g_array_set_size(t->calls, t->calls->len - 1);
    if (t->calls->len > 0) {
        guint caller = g_array_index(t->calls, guint, t->calls->len - 1);
        t->low[caller] = MIN(t->low[caller], t->low[node]);
    }
    if (t->low[node] != t->seen[node])
        return;
    for (guint member = NONE; member != node;) {
        member = g_array_index(t->stack, guint, t->stack->len - 1);
        g_array_set_size(t->stack, t->stack->len - 1);
        t->on_stack[member] = false;
        g_array_index(t->components, guint, member) = t->n_components;
    }
    t->n_components++;
}

static void visit(Tarjan *t, guint start)
{
    enter(t, start);
    while (t->calls->len > 0) {
        guint node = g_array_index(t->calls, guint, t->calls->len - 1);
        if (t->next_edge[node] == n_out(t->graph, node)) {
            leave(t, node);
            continue;
        }
        const AgEdge *edge = edge_at(t->graph, node, t->next_edge[node]++);
        if (edge->cut)
            continue;
        if (t->seen[edge->after] == 0)
            enter(t, edge->after);
        else if (t->on_stack[edge->after])
            t->low[node] = MIN(t->low[node], t->seen[edge->after]);
    }
}

GArray *ag_graph_components(const AgGraph *graph)
{
    guint n = graph->n_nodes;
    g_autofree guint *seen = g_new0(guint, n + 1);
    g_autofree guint *low = g_new0(guint, n + 1);
    g_autofree guint *next_edge = g_new0(guint, n + 1);
    g_autofree bool *on_stack = g_new0(bool, n + 1);
    g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GArray) calls = g_array_new(FALSE, FALSE, sizeof(guint));
    GArray *components = g_array_sized_new(FALSE, TRUE, sizeof(guint), n);
    g_array_set_size(components, n);
    Tarjan t = {.graph = graph, .seen = seen, .low = low, .next_edge = next_edge};
    t.on_stack = on_stack;
    t.stack = stack;
    t.calls = calls;
    t.components = components;
    for (guint node = 0; node < n; node++) {
        if (seen[node] == 0)
            visit(&t, node);
    }
    return components;
}

/* --- loops --- */

static guint component(const GArray *components, guint node)
{
    return g_array_index(components, guint, node);
}

/* The lowest node of the component that shares it with another. */
static guint first_on_loop(const AgGraph *graph, const GArray *components)
{
    g_autofree guint *sizes = g_new0(guint, graph->n_nodes + 1);
    for (guint node = 0; node < graph->n_nodes; node++)
        sizes[component(components, node)]++;
    for (guint node = 0; node < graph->n_nodes; node++) {
        if (sizes[component(components, node)] > 1)
            return node;
    }
    return NONE;
}

static GPtrArray *path_back(AgEdge **came_by, guint start, AgEdge *closing)
{
    GPtrArray *reversed = g_ptr_array_new();
    g_ptr_array_add(reversed, closing);
    for (guint node = closing->before; node != start; node = came_by[node]->before)
        g_ptr_array_add(reversed, came_by[node]);
    for (guint i = 0; i < reversed->len / 2; i++) {
        gpointer swap = reversed->pdata[i];
        reversed->pdata[i] = reversed->pdata[reversed->len - 1 - i];
        reversed->pdata[reversed->len - 1 - i] = swap;
    }
    return reversed;
}

/* A breadth-first search inside the component finds a shortest loop through `start`. */
static GPtrArray *loop_through(const AgGraph *graph, const GArray *components, guint start)
{
    g_autofree AgEdge **came_by = g_new0(AgEdge *, graph->n_nodes);
    g_autoptr(GArray) queue = g_array_new(FALSE, FALSE, sizeof(guint));
    g_array_append_val(queue, start);
    for (guint head = 0; head < queue->len; head++) {
        guint node = g_array_index(queue, guint, head);
        for (guint i = 0; i < n_out(graph, node); i++) {
            AgEdge *edge = edge_at(graph, node, i);
            if (edge->cut || component(components, edge->after) != component(components, start))
                continue;
            if (edge->after == start)
                return path_back(came_by, start, edge);
            if (came_by[edge->after] != NULL)
                continue;
            came_by[edge->after] = edge;
            g_array_append_val(queue, edge->after);
        }
    }
    return NULL;
}

GPtrArray *ag_graph_loop(AgGraph *graph, const GArray *components)
{
    guint start = first_on_loop(graph, components);
    return start == NONE ? NULL : loop_through(graph, components, start);
}

static AgEdge *weakest(const GPtrArray *loop)
{
    AgEdge *found = g_ptr_array_index(loop, 0);
    for (guint i = 1; i < loop->len; i++) {
        AgEdge *edge = g_ptr_array_index(loop, i);
        if (edge->strength < found->strength)
            found = edge;
    }
    return found;
}

bool ag_graph_break(AgGraph *graph, GPtrArray **left)
{
    for (;;) {
        g_autoptr(GArray) components = ag_graph_components(graph);
        GPtrArray *loop = ag_graph_loop(graph, components);
        if (loop == NULL)
            return true;
        AgEdge *edge = weakest(loop);
        if (edge->strength == AG_EDGE_MUST) {
            if (left != NULL)
                *left = loop;
            else
                g_ptr_array_free(loop, TRUE);
            return false;
        }
        edge->cut = true;
        g_ptr_array_free(loop, TRUE);
    }
}
