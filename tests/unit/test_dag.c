/* SPDX-License-Identifier: MIT */
/* The revision graph: loading, identifiers, ways up and down, the recorded state. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "dag_maker.h"

/* --- loading --- */

static void test_order_and_heads(void **state)
{
    AgDag *dag = load(*state, "c<b a b<a");
    assert_string_equal(join_revisions(*state, dag->revisions), "a b c");
    assert_string_equal(join_revisions(*state, ag_dag_heads(dag)), "c");
    /* One branch as a whole before the next. */
    dag = load(*state, "a b<a c1<b c2<b d1<c1 d2<c2");
    assert_string_equal(join_revisions(*state, dag->revisions), "a b c1 d1 c2 d2");
    assert_string_equal(join_revisions(*state, ag_dag_heads(dag)), "d1 d2");
    /* A diamond; two roots; a need that orders what parents do not. */
    dag = load(*state, "m<b1,b2 b1<a b2<a a");
    assert_string_equal(join_revisions(*state, dag->revisions), "a b1 b2 m");
    dag = load(*state, "a:z z b<a");
    assert_string_equal(join_revisions(*state, dag->revisions), "z a b");
    assert_string_equal(join_revisions(*state, ag_dag_heads(dag)), "b z");
    assert_null(ag_dag_find(dag, "q"));
    assert_string_equal(ag_dag_find(dag, "b")->id, "b");
}

static void test_empty(void **state)
{
    Fixture *fixture = *state;
    AgDag *dag =
        ag_dag_load(fixture->pool, ids_of(fixture, "/nonexistent/revisions"), fixture->diag);
    assert_non_null(dag);
    assert_int_equal(ag_dag_heads(dag)->len, 0);
    GPtrArray *head = ag_dag_resolve(dag, "head", ids_of(fixture, ""), AG_UPGRADE, fixture->diag);
    assert_int_equal(head->len, 0);
    assert_int_equal(ag_dag_path(dag, ids_of(fixture, ""), head, AG_UPGRADE, fixture->diag)->len,
                     0);
}

static void expect_load_problem(Fixture *fixture, const char *graph, AgProblemId id,
                                const char *message)
{
    ag_diag_rewind(fixture->diag, 0);
    assert_null(load(fixture, graph));
    const AgProblem *problem = ag_diag_problem(fixture->diag, 0);
    assert_int_equal(problem->id, id);
    assert_non_null(problem->hint);
    assert_true(g_str_has_suffix(problem->place.file, ".sql"));
    if (strstr(problem->message, message) == NULL)
        fail_msg("%s", problem->message);
}

static void test_load_problems(void **state)
{
    Fixture *fixture = *state;
    expect_load_problem(fixture, "a b<a b<a", AG_PROBLEM_REVISION_DUPLICATE,
                        "revision 'b' is in two files, here and in '");
    assert_non_null(ag_diag_last(fixture->diag)->other.file);
    expect_load_problem(fixture, "b<a", AG_PROBLEM_REVISION_PARENT,
                        "revision 'b' has the parent 'a', which no revision file has");
    assert_int_equal(ag_diag_last(fixture->diag)->place.line, 3);
    expect_load_problem(fixture, "abcdef b<abcd", AG_PROBLEM_REVISION_PARENT, "the parent 'abcd'");
    assert_string_equal(ag_diag_last(fixture->diag)->hint, "write the whole id: 'abcdef'");
    expect_load_problem(fixture, "b:x", AG_PROBLEM_REVISION_PARENT, "revision 'b' depends on 'x'");
    expect_load_problem(fixture, "a<a", AG_PROBLEM_REVISION_CYCLE, "revision 'a' names itself");
    expect_load_problem(fixture, "a:a", AG_PROBLEM_REVISION_CYCLE, "revision 'a' names itself");
    expect_load_problem(fixture, "a b<a,d c<b d<c e<d", AG_PROBLEM_REVISION_CYCLE,
                        "'b' -> 'd' -> 'c' -> 'b'");
    assert_non_null(strstr(ag_diag_last(fixture->diag)->hint, ".sql"));
    expect_load_problem(fixture, "a:b b<a", AG_PROBLEM_REVISION_CYCLE, "'a' -> 'b' -> 'a'");
    expect_load_problem(fixture, "a#x b<a#x", AG_PROBLEM_REVISION_DUPLICATE,
                        "label 'x' is also a label of revision 'a'");
    expect_load_problem(fixture, "a b<a#a", AG_PROBLEM_REVISION_DUPLICATE,
                        "label 'a' is also the id of revision 'a'");
}

static void test_all_broken_files_are_named(void **state)
{
    Fixture *fixture = *state;
    const char *texts[] = {"SELECT 1;\n",
                           "-- autogen revision\n-- id: a\n-- x: y\n\n-- autogen:end\n"};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *path = g_strdup_printf("%s/%zu.sql", fixture->directory, i);
        assert_true(g_file_set_contents(path, texts[i], -1, NULL));
    }
    assert_null(ag_dag_load(fixture->pool, ids_of(fixture, fixture->directory), fixture->diag));
    assert_int_equal(ag_diag_errors(fixture->diag), 2);
}

static void test_directory_twice(void **state)
{
    Fixture *fixture = *state;
    load(fixture, "a b<a");
    g_autofree char *both = g_strdup_printf("%s %s/0", fixture->directory, fixture->directory);
    AgDag *dag = ag_dag_load(fixture->pool, ids_of(fixture, both), fixture->diag);
    assert_non_null(dag);
    assert_int_equal(dag->revisions->len, 2);
}

/* --- what is known by content --- */

static AgDag *load_known(Fixture *fixture, const char *directory, const char *key)
{
    const char *path = ag_pool_printf(fixture->pool, "%s/known", fixture->directory);
    AgKnown *known = ag_known_load(fixture->pool, path, key);
    return ag_dag_load_known(fixture->pool, ids_of(fixture, directory), known, fixture->diag);
}

static void put(const char *path, const char *message, const char *sql)
{
    g_autofree char *text = g_strdup_printf("-- autogen revision\n-- id: a\n-- message: %s\n\n"
                                            "-- autogen:upgrade sqlite\n%s\n-- autogen:end\n",
                                            message, sql);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* The second time only the header is read, and nobody can tell; other bytes are read anew. */
static void test_known(void **state)
{
    Fixture *fixture = *state;
    const char *directory = ag_pool_printf(fixture->pool, "%s/files", fixture->directory);
    const char *file = ag_pool_printf(fixture->pool, "%s/a.sql", directory);
    g_mkdir(directory, 0777);
    put(file, "one", "SELECT 1;");
    const AgRevision *first = ag_dag_find(load_known(fixture, directory, "k"), "a");
    const AgRevision *second = ag_dag_find(load_known(fixture, directory, "k"), "a");
    assert_null(first->unread);
    assert_non_null(second->unread);
    assert_string_equal(second->message, "one");
    assert_true(ag_revision_has_blocks(second));
    assert_false(ag_revision_lacks(second, AG_DIALECT_SQLITE));
    assert_true(ag_revision_lacks(second, AG_DIALECT_POSTGRESQL));
    assert_null(ag_revision_checksum(fixture->pool, second, AG_DIALECT_POSTGRESQL));
    const char *sum = ag_revision_checksum(fixture->pool, second, AG_DIALECT_SQLITE);
    assert_string_equal(sum, ag_revision_checksum(fixture->pool, first, AG_DIALECT_SQLITE));
    assert_non_null(second->unread);
    assert_int_equal(ag_revision_block(second, AG_DIALECT_SQLITE, AG_UPGRADE)->steps->len, 1);
    assert_null(ag_revision_block(second, AG_DIALECT_SQLITE, AG_DOWNGRADE));
    assert_string_equal(sum, ag_revision_checksum(fixture->pool, second, AG_DIALECT_SQLITE));
    assert_string_equal(ag_revision_text(fixture->pool, first),
                        ag_revision_text(fixture->pool, second));
    /* Another program trusts nothing of it; an edited file is looked at; a broken one is told. */
    assert_null(ag_dag_find(load_known(fixture, directory, "other"), "a")->unread);
    put(file, "one", "SELECT 2;");
    first = ag_dag_find(load_known(fixture, directory, "k"), "a");
    assert_null(first->unread);
    assert_string_not_equal(sum, ag_revision_checksum(fixture->pool, first, AG_DIALECT_SQLITE));
    put(file, "one", "SELECT '1;");
    for (int i = 0; i < 2; i++) {
        assert_null(load_known(fixture, directory, "k"));
        assert_int_equal(ag_diag_last(fixture->diag)->id, AG_PROBLEM_BAD_REVISION);
    }
}

/* A file that nobody has written to since is not opened, until its blocks are wanted. */
static void test_known_state(void **state)
{
    Fixture *fixture = *state;
    const char *directory = ag_pool_printf(fixture->pool, "%s/files", fixture->directory);
    const char *file = ag_pool_printf(fixture->pool, "%s/a.sql", directory);
    g_mkdir(directory, 0777);
    put(file, "one", "SELECT 1;");
    const AgRevision *first = ag_dag_find(load_known(fixture, directory, "k"), "a");
    /* What was written just now may be written again without a trace. */
    assert_false(ag_dag_find(load_known(fixture, directory, "k"), "a")->is_closed);
    g_usleep(3100000);
    assert_false(ag_dag_find(load_known(fixture, directory, "k"), "a")->is_closed);
    AgDag *dag = load_known(fixture, directory, "k");
    const AgRevision *closed = ag_dag_find(dag, "a");
    assert_true(closed->is_closed);
    assert_string_equal(closed->message, "one");
    assert_true(ag_revision_has_blocks(closed));
    assert_true(ag_revision_lacks(closed, AG_DIALECT_POSTGRESQL));
    assert_string_equal(ag_revision_checksum(fixture->pool, closed, AG_DIALECT_SQLITE),
                        ag_revision_checksum(fixture->pool, first, AG_DIALECT_SQLITE));
    assert_true(closed->is_closed);
    assert_true(ag_dag_open(dag, NULL, fixture->diag));
    assert_false(closed->is_closed);
    assert_string_equal(ag_revision_text(fixture->pool, closed),
                        ag_revision_text(fixture->pool, first));

    /* Another text of the same length under the same times of writing is another state. */
    dag = load_known(fixture, directory, "k");
    assert_true(ag_dag_find(dag, "a")->is_closed);
    struct stat before;
    assert_int_equal(stat(file, &before), 0);
    put(file, "one", "SELECT 2;");
    struct timespec times[] = {before.st_atim, before.st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, file, times, 0), 0);
    assert_false(ag_dag_find(load_known(fixture, directory, "k"), "a")->is_closed);
    assert_false(ag_dag_open(dag, NULL, fixture->diag));
    assert_int_equal(ag_diag_last(fixture->diag)->id, AG_PROBLEM_BAD_REVISION);
    /* And one that is gone is told. */
    assert_int_equal(g_unlink(file), 0);
    assert_false(ag_dag_open(dag, NULL, fixture->diag));
    assert_int_equal(ag_diag_last(fixture->diag)->id, AG_PROBLEM_FILE_MISSING);
}

/* --- identifiers --- */

static void resolve(Fixture *fixture, const AgDag *dag, AgDirection direction, const char *current,
                    const char *text, const char *expected)
{
    GPtrArray *ids = ag_dag_resolve(dag, text, ids_of(fixture, current), direction, fixture->diag);
    if (ids == NULL)
        fail_msg("%s: %s", text, ag_diag_last(fixture->diag)->message);
    assert_string_equal(join(fixture, ids), expected);
}

static void refuse(Fixture *fixture, const AgDag *dag, AgDirection direction, const char *current,
                   const char *text, AgProblemId id)
{
    guint before = ag_diag_errors(fixture->diag);
    GPtrArray *ids = ag_dag_resolve(dag, text, ids_of(fixture, current), direction, fixture->diag);
    if (ids != NULL)
        fail_msg("%s gives %s", text, join(fixture, ids));
    assert_int_equal(ag_diag_errors(fixture->diag), before + 1);
    assert_int_equal(ag_diag_last(fixture->diag)->id, id);
    assert_non_null(ag_diag_last(fixture->diag)->hint);
}

static void test_symbols(void **state)
{
    AgDag *dag = load(*state, "aaaa1 aaaa2<aaaa1 bbbb3<aaaa2#shop xyz<bbbb3");
    const AgDirection up = AG_UPGRADE;
    resolve(*state, dag, up, "", "head", "xyz");
    resolve(*state, dag, up, "", "heads", "xyz");
    resolve(*state, dag, up, "", "base", "");
    resolve(*state, dag, up, "aaaa2", "current", "aaaa2");
    resolve(*state, dag, up, "", "aaaa2", "aaaa2");
    resolve(*state, dag, up, "", "bbbb", "bbbb3");
    resolve(*state, dag, up, "", "xyz", "xyz");
    resolve(*state, dag, up, "", "shop", "bbbb3");
    resolve(*state, dag, up, "", "shop@head", "xyz");
    resolve(*state, dag, up, "", "bbbb@aaaa2", "aaaa2");
    refuse(*state, dag, up, "", "aaaa", AG_PROBLEM_REVISION_AMBIGUOUS);
    assert_non_null(strstr(ag_diag_last(((Fixture *)*state)->diag)->hint, "aaaa1"));
    assert_non_null(strstr(ag_diag_last(((Fixture *)*state)->diag)->hint, "aaaa2"));
    refuse(*state, dag, up, "", "bbb", AG_PROBLEM_REVISION_UNKNOWN);
    assert_non_null(strstr(ag_diag_last(((Fixture *)*state)->diag)->hint, "at least 4"));
    refuse(*state, dag, up, "", "bbbb4", AG_PROBLEM_REVISION_UNKNOWN);
    assert_non_null(strstr(ag_diag_last(((Fixture *)*state)->diag)->hint, "did you mean 'bbbb3'?"));
    refuse(*state, dag, up, "", "", AG_PROBLEM_REVISION_UNKNOWN);
}

static void test_steps(void **state)
{
    AgDag *dag = load(*state, "a b<a c<b d<c e<d");
    const AgDirection up = AG_UPGRADE, down = AG_DOWNGRADE;
    resolve(*state, dag, up, "", "+1", "a");
    resolve(*state, dag, up, "b", "+2", "d");
    resolve(*state, dag, up, "b", "+0", "b");
    resolve(*state, dag, up, "", "c+2", "e");
    resolve(*state, dag, up, "", "c-2", "a");
    resolve(*state, dag, up, "", "base+2", "b");
    resolve(*state, dag, up, "", "head-1", "d");
    refuse(*state, dag, up, "c", "+3", AG_PROBLEM_REVISION_UNKNOWN);
    assert_string_equal(ag_diag_last(((Fixture *)*state)->diag)->hint, "there are 2 steps to go");
    refuse(*state, dag, up, "c", "-1", AG_PROBLEM_REVISION_UNKNOWN);
    refuse(*state, dag, up, "", "head+1", AG_PROBLEM_REVISION_UNKNOWN);
    refuse(*state, dag, up, "", "+1zzz", AG_PROBLEM_REVISION_UNKNOWN);
    refuse(*state, dag, up, "", "+", AG_PROBLEM_REVISION_UNKNOWN);
    refuse(*state, dag, up, "", "+99999999999999999999999", AG_PROBLEM_REVISION_UNKNOWN);
    resolve(*state, dag, down, "e", "-1", "d");
    resolve(*state, dag, down, "e", "-4", "a");
    resolve(*state, dag, down, "a", "-1", "");
    resolve(*state, dag, down, "e", "-5", "");
    refuse(*state, dag, down, "e", "-6", AG_PROBLEM_REVISION_UNKNOWN);
    refuse(*state, dag, down, "", "-1", AG_PROBLEM_REVISION_UNKNOWN);
    refuse(*state, dag, down, "c", "+1", AG_PROBLEM_REVISION_UNKNOWN);
    refuse(*state, dag, down, "zzzz", "-1", AG_PROBLEM_REVISION_UNKNOWN);
}

static void test_branches(void **state)
{
    AgDag *dag = load(*state, "a b<a c1<b#one c2<b#two d1<c1 d2<c2");
    const AgDirection up = AG_UPGRADE, down = AG_DOWNGRADE;
    refuse(*state, dag, up, "", "head", AG_PROBLEM_REVISION_HEADS);
    const char *hint = ag_diag_last(((Fixture *)*state)->diag)->hint;
    assert_non_null(strstr(hint, "autogen merge d1 d2 -m"));
    resolve(*state, dag, up, "", "heads", "d1 d2");
    resolve(*state, dag, up, "", "one@head", "d1");
    resolve(*state, dag, up, "", "c2@head", "d2");
    resolve(*state, dag, up, "", "one@heads", "d1");
    resolve(*state, dag, up, "", "one@b", "b");
    resolve(*state, dag, up, "", "one@base", "");
    refuse(*state, dag, up, "", "a@head", AG_PROBLEM_REVISION_HEADS);
    refuse(*state, dag, up, "", "one@c2", AG_PROBLEM_REVISION_UNKNOWN);
    refuse(*state, dag, up, "", "three@head", AG_PROBLEM_REVISION_UNKNOWN);
    refuse(*state, dag, up, "b", "+1", AG_PROBLEM_REVISION_HEADS);
    refuse(*state, dag, up, "c1 c2", "+1", AG_PROBLEM_REVISION_HEADS);
    assert_non_null(strstr(ag_diag_last(((Fixture *)*state)->diag)->hint, "'c1@+1'"));
    resolve(*state, dag, up, "c1 c2", "one@+1", "d1");
    resolve(*state, dag, up, "c2", "one@+1", "c1");
    resolve(*state, dag, up, "", "one@base+3", "c1");
    resolve(*state, dag, up, "", "one@head-1", "c1");
    refuse(*state, dag, down, "d1 d2", "-1", AG_PROBLEM_REVISION_HEADS);
    resolve(*state, dag, down, "d1 d2", "two@-1", "c2@c2");
    resolve(*state, dag, down, "d1 d2", "one@base", "c1@base");
    resolve(*state, dag, down, "d1 d2", "d1-2", "d1@b");
}

static void test_merges(void **state)
{
    AgDag *dag = load(*state, "a b1<a b2<a m<b1,b2 n<m");
    const AgDirection up = AG_UPGRADE, down = AG_DOWNGRADE;
    resolve(*state, dag, up, "", "head", "n");
    resolve(*state, dag, down, "n", "-1", "m");
    refuse(*state, dag, down, "m", "-1", AG_PROBLEM_REVISION_HEADS);
    resolve(*state, dag, down, "m", "b1@-1", "b1@b1");
    resolve(*state, dag, up, "b1", "+1", "m");
    refuse(*state, dag, up, "a", "+1", AG_PROBLEM_REVISION_HEADS);
}

/* A head that another one depends on does not count where one head is asked for. */
static void test_needed_head(void **state)
{
    AgDag *dag = load(*state, "a z b<a:z");
    resolve(*state, dag, AG_UPGRADE, "", "head", "b");
    assert_string_equal(join_revisions(*state, ag_dag_heads(dag)), "b z");
}

/* --- ways --- */

static void way(Fixture *fixture, const AgDag *dag, AgDirection direction, const char *current,
                const char *text, const char *expected)
{
    GPtrArray *now = ids_of(fixture, current);
    GPtrArray *target = ag_dag_resolve(dag, text, now, direction, fixture->diag);
    assert_non_null(target);
    GPtrArray *path = ag_dag_path(dag, now, target, direction, fixture->diag);
    if (path == NULL)
        fail_msg("%s: %s", text, ag_diag_last(fixture->diag)->message);
    assert_string_equal(join_revisions(fixture, path), expected);
}

static void no_way(Fixture *fixture, const AgDag *dag, AgDirection direction, const char *current,
                   const char *target, AgProblemId id)
{
    assert_null(ag_dag_path(dag, ids_of(fixture, current), ids_of(fixture, target), direction,
                            fixture->diag));
    assert_int_equal(ag_diag_last(fixture->diag)->id, id);
    assert_non_null(ag_diag_last(fixture->diag)->hint);
}

static void test_linear_ways(void **state)
{
    AgDag *dag = load(*state, "a b<a c<b d<c e<d");
    const AgDirection up = AG_UPGRADE, down = AG_DOWNGRADE;
    way(*state, dag, up, "c", "e", "d e");
    way(*state, dag, up, "", "c", "a b c");
    way(*state, dag, up, "", "head", "a b c d e");
    way(*state, dag, up, "e", "head", "");
    way(*state, dag, up, "e", "b", "");
    way(*state, dag, down, "e", "c", "e d");
    way(*state, dag, down, "c", "base", "c b a");
    way(*state, dag, down, "", "base", "");
    way(*state, dag, down, "c", "c", "");
    no_way(*state, dag, down, "b", "c", AG_PROBLEM_REVISION_UNKNOWN);
    no_way(*state, dag, down, "", "c", AG_PROBLEM_REVISION_UNKNOWN);
    no_way(*state, dag, up, "gone", "c", AG_PROBLEM_REVISION_UNKNOWN);
    no_way(*state, dag, down, "e", "b c", AG_PROBLEM_REVISION_AMBIGUOUS);
}

static void test_branched_ways(void **state)
{
    AgDag *dag = load(*state, "a b<a c1<b#one c2<b#two d1<c1 d2<c2");
    const AgDirection up = AG_UPGRADE, down = AG_DOWNGRADE;
    way(*state, dag, up, "b", "d1", "c1 d1");
    way(*state, dag, up, "a", "heads", "b c1 d1 c2 d2");
    way(*state, dag, up, "d1", "heads", "c2 d2");
    way(*state, dag, down, "d1 d2", "a", "d2 c2 d1 c1 b");
    way(*state, dag, down, "d1 d2", "b", "d2 c2 d1 c1");
    way(*state, dag, down, "d1 d2", "c1", "d1");
    way(*state, dag, down, "d1 d2", "one@b", "d1 c1");
    way(*state, dag, down, "d1 d2", "one@base", "d1 c1");
    way(*state, dag, down, "d1", "one@base", "d1 c1 b a");
    way(*state, dag, down, "d1 d2", "one@-1", "d1");
    way(*state, dag, down, "d1 d2", "d2-2", "d2 c2");
    way(*state, dag, down, "d1 d2", "base", "d2 c2 d1 c1 b a");
    no_way(*state, dag, down, "d1 d2", "c1@a", AG_PROBLEM_REVISION_HEADS);
}

static void test_merged_ways(void **state)
{
    AgDag *dag = load(*state, "a b1<a b2<a c1<b1 m<c1,b2");
    const AgDirection up = AG_UPGRADE, down = AG_DOWNGRADE;
    way(*state, dag, up, "c1", "head", "b2 m");
    way(*state, dag, up, "", "m", "a b1 c1 b2 m");
    way(*state, dag, down, "m", "b1", "m c1");
    way(*state, dag, down, "m", "a", "m b2 c1 b1");
    way(*state, dag, down, "m", "base", "m b2 c1 b1 a");
}

static void test_needs(void **state)
{
    AgDag *dag = load(*state, "r1 s1<r1 r2#lib s2<r2 r3 s3<r3:s2 t3<s3");
    const AgDirection up = AG_UPGRADE, down = AG_DOWNGRADE;
    way(*state, dag, up, "", "s3", "r2 s2 r3 s3");
    way(*state, dag, up, "s2", "t3", "r3 s3 t3");
    way(*state, dag, down, "s1 t3", "r3", "t3 s3");
    way(*state, dag, down, "s1 t3", "r2", "t3 s3 s2");
    way(*state, dag, down, "s1 t3", "lib@base", "t3 s3 s2 r2");
    way(*state, dag, down, "s1 t3", "s1@base", "s1 r1");
    /* A label may stand for the id, and is replaced by it. */
    dag = load(*state, "a#core b:core");
    way(*state, dag, up, "", "b", "a b");
    assert_string_equal(ag_dag_find(dag, "b")->depends->pdata[0], "a");
}

/* --- the recorded state --- */

static void after(Fixture *fixture, const AgDag *dag, AgDirection direction, const char *current,
                  const char *id, const char *expected)
{
    GPtrArray *state =
        ag_dag_after(dag, ids_of(fixture, current), ag_dag_find(dag, id), direction, fixture->pool);
    assert_string_equal(join(fixture, state), expected);
}

static void test_recorded_state(void **state)
{
    AgDag *dag = load(*state, "a b1<a b2<a m<b1,b2 z n<m:z");
    const AgDirection up = AG_UPGRADE, down = AG_DOWNGRADE;
    after(*state, dag, up, "", "a", "a");
    after(*state, dag, up, "a", "b1", "b1");
    after(*state, dag, up, "b1", "b2", "b1 b2");
    after(*state, dag, up, "b1 b2", "m", "m");
    after(*state, dag, up, "m z", "n", "n");
    after(*state, dag, down, "n", "n", "m z");
    after(*state, dag, down, "m z", "m", "z b1 b2");
    after(*state, dag, down, "b1 b2", "b2", "b1");
    after(*state, dag, down, "b1", "b1", "a");
    after(*state, dag, down, "a", "a", "");
}

/* Random graphs of up to eight revisions: whatever way is taken, every step finds what it needs,
 * the recorded state is always exactly the newest of what is applied, and the end is what was
 * asked. */
typedef struct {
    guint n, parents[8], depends[8]; /* bits */
} Small;

static char *small_graph(GRand *rand, Small *small)
{
    GString *text = g_string_new(NULL);
    small->n = (guint)g_rand_int_range(rand, 1, 9);
    for (guint i = 0; i < small->n; i++) {
        small->parents[i] = g_rand_int(rand) & g_rand_int(rand) & ((1u << i) - 1);
        small->depends[i] = g_rand_int(rand) & g_rand_int(rand) & g_rand_int(rand) &
                            ((1u << i) - 1) & ~small->parents[i];
        g_string_append_printf(text, "%sn%u", i > 0 ? " " : "", i);
        for (int kind = 0; kind < 2; kind++) {
            guint bits = kind == 0 ? small->parents[i] : small->depends[i];
            for (guint j = 0, first = 1; j < i; j++)
                if (bits & (1u << j)) {
                    g_string_append_printf(text, "%sn%u", first ? (kind == 0 ? "<" : ":") : ",", j);
                    first = 0;
                }
        }
    }
    return g_string_free(text, FALSE);
}

static guint closure(const Small *small, guint bits)
{
    for (guint i = small->n; i > 0; i--)
        if (bits & (1u << (i - 1)))
            bits |= small->parents[i - 1] | small->depends[i - 1];
    return bits;
}

static guint bits_of(const GPtrArray *ids)
{
    guint bits = 0;
    for (guint i = 0; i < ids->len; i++)
        bits |= 1u << (((const char *)ids->pdata[i])[1] - '0');
    return bits;
}

/* Those of the set that no other of the set needs. */
static guint newest(const Small *small, guint applied)
{
    guint needed = 0;
    for (guint i = 0; i < small->n; i++)
        if (applied & (1u << i))
            needed |= small->parents[i] | small->depends[i];
    return applied & ~needed;
}

static GPtrArray *ids_from(AgPool *pool, guint bits)
{
    GPtrArray *ids = ag_pool_array(pool);
    for (guint i = 0; i < 8; i++)
        if (bits & (1u << i))
            g_ptr_array_add(ids, ag_pool_printf(pool, "n%u", i));
    return ids;
}

static guint walk(const AgDag *dag, const Small *small, AgPool *pool, guint applied,
                  const GPtrArray *path, AgDirection direction)
{
    GPtrArray *state = ids_from(pool, newest(small, applied));
    for (guint i = 0; i < path->len; i++) {
        const AgRevision *revision = path->pdata[i];
        guint at = (guint)(revision->id[1] - '0'), bit = 1u << at;
        guint needs = small->parents[at] | small->depends[at];
        if (direction == AG_UPGRADE) {
            assert_int_equal(applied & bit, 0);
            assert_int_equal(needs & ~applied, 0);
            applied |= bit;
        } else {
            assert_int_equal(newest(small, applied) & bit, bit);
            applied &= ~bit;
        }
        state = ag_dag_after(dag, state, revision, direction, pool);
        assert_int_equal(bits_of(state), newest(small, applied));
    }
    return applied;
}

static void test_random_graphs(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GRand) rand = g_rand_new_with_seed(12);
    for (int round = 0; round < 150; round++) {
        Small small;
        g_autofree char *graph = small_graph(rand, &small);
        AgDag *dag = load(fixture, graph);
        assert_non_null(dag);
        assert_int_equal(dag->revisions->len, small.n);
        for (int way_no = 0; way_no < 20; way_no++) {
            guint all = (1u << small.n) - 1;
            guint applied = closure(&small, g_rand_int(rand) & all);
            guint target = 1u << g_rand_int_range(rand, 0, (gint32)small.n);
            GPtrArray *now = ids_from(fixture->pool, newest(&small, applied));
            GPtrArray *there = ids_from(fixture->pool, target);
            GPtrArray *up = ag_dag_path(dag, now, there, AG_UPGRADE, fixture->diag);
            guint end = walk(dag, &small, fixture->pool, applied, up, AG_UPGRADE);
            assert_int_equal(end, applied | closure(&small, target));
            GPtrArray *down = ag_dag_path(dag, now, there, AG_DOWNGRADE, fixture->diag);
            assert_int_equal(down != NULL, (applied & target) != 0);
            if (down != NULL) {
                end = walk(dag, &small, fixture->pool, applied, down, AG_DOWNGRADE);
                assert_int_equal(end & target, target);
                for (guint i = 0; i < small.n; i++)
                    if (end & (1u << i) & ~target)
                        assert_int_equal(small.parents[i] & target, 0);
            }
            GPtrArray *base =
                ag_dag_path(dag, now, ids_from(fixture->pool, 0), AG_DOWNGRADE, fixture->diag);
            assert_int_equal(walk(dag, &small, fixture->pool, applied, base, AG_DOWNGRADE), 0);
        }
        ag_diag_rewind(fixture->diag, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_order_and_heads), TEST(test_empty),       TEST(test_load_problems),
        TEST(test_directory_twice), TEST(test_symbols),     TEST(test_all_broken_files_are_named),
        TEST(test_steps),           TEST(test_branches),    TEST(test_merges),
        TEST(test_needed_head),     TEST(test_linear_ways), TEST(test_branched_ways),
        TEST(test_merged_ways),     TEST(test_needs),       TEST(test_recorded_state),
        TEST(test_random_graphs),   TEST(test_known),       TEST(test_known_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
