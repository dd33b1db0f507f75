/* SPDX-License-Identifier: MIT */
#include "order/graph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_order(const AgGraph *graph, const guint *expected, guint n)
{
    g_autoptr(GArray) order = ag_graph_sort(graph);
    assert_int_equal(order->len, n);
    for (guint i = 0; i < n; i++)
        assert_int_equal(g_array_index(order, guint, i), expected[i]);
}

static void test_sort_keeps_the_given_order(void **state)
{
    (void)state;
    g_autoptr(AgPool) pool = ag_pool_new();
    AgGraph *graph = ag_graph_new(pool, 5);
    assert_order(graph, (guint[]){0, 1, 2, 3, 4}, 5);
    ag_graph_add(graph, 4, 1, AG_EDGE_MUST);
    ag_graph_add(graph, 3, 3, AG_EDGE_MUST); /* to itself: no edge */
    assert_order(graph, (guint[]){0, 2, 3, 4, 1}, 5);
    ag_graph_add(graph, 4, 0, AG_EDGE_MUST);
    ag_graph_add(graph, 4, 0, AG_EDGE_MUST); /* twice is once */
    assert_order(graph, (guint[]){2, 3, 4, 0, 1}, 5);
}

static void test_empty(void **state)
{
    (void)state;
    g_autoptr(AgPool) pool = ag_pool_new();
    AgGraph *graph = ag_graph_new(pool, 0);
    assert_order(graph, NULL, 0);
    assert_true(ag_graph_break(graph, NULL));
}

static void test_loop_is_not_sorted(void **state)
{
    (void)state;
    g_autoptr(AgPool) pool = ag_pool_new();
    AgGraph *graph = ag_graph_new(pool, 5);
    ag_graph_add(graph, 1, 2, AG_EDGE_MUST);
    ag_graph_add(graph, 2, 3, AG_EDGE_MUST);
    ag_graph_add(graph, 3, 1, AG_EDGE_MUST);
    ag_graph_add(graph, 3, 4, AG_EDGE_MUST);
    g_autoptr(GArray) order = ag_graph_sort(graph);
    assert_int_equal(order->len, 1); /* only 0 hangs on nothing */
    GPtrArray *left = NULL;
    assert_false(ag_graph_break(graph, &left));
    assert_int_equal(left->len, 3);
    for (guint i = 0; i < 3; i++) {
        const AgEdge *edge = g_ptr_array_index(left, i);
        const AgEdge *next = g_ptr_array_index(left, (i + 1) % 3);
        assert_int_equal(edge->after, next->before);
    }
    assert_int_equal(((AgEdge *)g_ptr_array_index(left, 0))->before, 1);
    g_ptr_array_free(left, TRUE);
}

static void test_weakest_edge_is_cut(void **state)
{
    (void)state;
    g_autoptr(AgPool) pool = ag_pool_new();
    AgGraph *graph = ag_graph_new(pool, 3);
    ag_graph_add(graph, 0, 1, AG_EDGE_TEXT);
    ag_graph_add(graph, 1, 2, AG_EDGE_PLAIN);
    ag_graph_add(graph, 2, 0, AG_EDGE_MUST);
    assert_true(ag_graph_break(graph, NULL));
    assert_order(graph, (guint[]){2, 0, 1}, 3);
}

static void test_edges_off_the_loop_are_kept(void **state)
{
    (void)state;
    g_autoptr(AgPool) pool = ag_pool_new();
    AgGraph *graph = ag_graph_new(pool, 3);
    ag_graph_add(graph, 1, 2, AG_EDGE_WISH);
    ag_graph_add(graph, 2, 1, AG_EDGE_MUST);
    ag_graph_add(graph, 1, 0, AG_EDGE_WISH); /* 0 waits for the loop, and still does */
    assert_true(ag_graph_break(graph, NULL));
    assert_order(graph, (guint[]){2, 1, 0}, 3);
}

static void test_components(void **state)
{
    (void)state;
    g_autoptr(AgPool) pool = ag_pool_new();
    AgGraph *graph = ag_graph_new(pool, 6);
    ag_graph_add(graph, 0, 1, AG_EDGE_MUST);
    ag_graph_add(graph, 1, 0, AG_EDGE_MUST);
    ag_graph_add(graph, 1, 2, AG_EDGE_MUST);
    ag_graph_add(graph, 3, 4, AG_EDGE_MUST);
    ag_graph_add(graph, 4, 5, AG_EDGE_MUST);
    ag_graph_add(graph, 5, 3, AG_EDGE_MUST);
    g_autoptr(GArray) c = ag_graph_components(graph);
    assert_int_equal(g_array_index(c, guint, 0), g_array_index(c, guint, 1));
    assert_int_equal(g_array_index(c, guint, 3), g_array_index(c, guint, 4));
    assert_int_equal(g_array_index(c, guint, 4), g_array_index(c, guint, 5));
    assert_int_not_equal(g_array_index(c, guint, 0), g_array_index(c, guint, 2));
    assert_int_not_equal(g_array_index(c, guint, 0), g_array_index(c, guint, 3));
}

/* A chain of a hundred thousand: no recursion, and not quadratic. */
static void test_long_chain(void **state)
{
    (void)state;
    enum { N = 100000 };
    g_autoptr(AgPool) pool = ag_pool_new();
    AgGraph *graph = ag_graph_new(pool, N);
    for (guint i = 0; i + 1 < N; i++)
        ag_graph_add(graph, i + 1, i, AG_EDGE_MUST);
    g_autoptr(GArray) order = ag_graph_sort(graph);
    assert_int_equal(order->len, N);
    assert_int_equal(g_array_index(order, guint, 0), N - 1);
    assert_int_equal(g_array_index(order, guint, N - 1), 0);
    assert_true(ag_graph_break(graph, NULL));
}

/* Random graphs: after breaking, every edge that was not cut holds. */
static void test_random(void **state)
{
    (void)state;
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    for (int round = 0; round < 200; round++) {
        g_autoptr(AgPool) pool = ag_pool_new();
        guint n = (guint)g_rand_int_range(random, 2, 40);
        AgGraph *graph = ag_graph_new(pool, n);
        g_autofree guint *from = g_new0(guint, 3 * n);
        g_autofree guint *to = g_new0(guint, 3 * n);
        for (guint i = 0; i < 3 * n; i++) {
            from[i] = (guint)g_rand_int_range(random, 0, (gint32)n);
            to[i] = (guint)g_rand_int_range(random, 0, (gint32)n);
            /* what must hold goes upward, so it cannot loop */
            bool up = from[i] < to[i];
            ag_graph_add(graph, from[i], to[i], up ? AG_EDGE_MUST : AG_EDGE_WISH);
        }
        assert_true(ag_graph_break(graph, NULL));
        g_autoptr(GArray) order = ag_graph_sort(graph);
        assert_int_equal(order->len, n);
        g_autofree guint *place = g_new0(guint, n);
        for (guint i = 0; i < n; i++)
            place[g_array_index(order, guint, i)] = i;
        for (guint i = 0; i < 3 * n; i++) {
            if (from[i] < to[i])
                assert_true(place[from[i]] < place[to[i]]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sort_keeps_the_given_order),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_loop_is_not_sorted),
        cmocka_unit_test(test_weakest_edge_is_cut),
        cmocka_unit_test(test_edges_off_the_loop_are_kept),
        cmocka_unit_test(test_components),
        cmocka_unit_test(test_long_chain),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
