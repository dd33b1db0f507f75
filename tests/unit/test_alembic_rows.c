/* SPDX-License-Identifier: MIT */
/* What Alembic's own tests ask of a revision graph, by the numbers of our catalogue of them: one
 * line per situation, with the outcome here. Where the outcome differs on purpose,
 * docs/coming-from-alembic.md says why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "dag_maker.h"

typedef enum { LOAD, FIND, UP, DOWN, STAMP, RANGE } Command;

/* UP and DOWN expect the steps and, behind "->", what is recorded then; "!" begins a part of the
 * message or hint of a refusal. */
typedef struct {
    int row;
    const char *graph;
    Command command;
    const char *current, *target, *expected;
} Row;

#define LINE "a b<a c<b d<c e<d"
#define FORK "a b<a c1<b#one d1<c1 c2<b#two d2<c2"
#define DIAMOND "a b1<a b2<a c1<b1 c2<b2 m<c1,c2 n<m"
#define ROOTS "r1#first s1<r1 r2#second s2<r2 r3 s3<r3"
#define CROSS "r1 s1<r1 r2#lib s2<r2 r3 s3<r3:s2 t3<s3 r4 s4<r4:s2"
#define SIDE "a b1<a b2<a c1<b1 c2<b2 d1<c1,c2 d2<c2"
#define THREE "a b1<a b2<a b3<a m<b1,b2,b3 d1<b1 d2<b2"
#define TWICE "a b1<a b2<a b3<a m1<b1,b2,b3 n1<m1 m2<b1,b2,b3 n2<m2"
#define TREES "a1 b1<a1 c1<a1 m1<b1,c1 a2 b2<a2 c2<a2 m2<b2,c2 a3 b3<a3 c3<a3 m3<b3,c3 z:m1,m2,m3"

/* clang-format off */
static const Row rows[] = {
    /* identifiers and questions about the graph */
    {251, LINE, FIND, "", "head", "e"},
    {251, LINE, FIND, "", "base", ""},
    {252, FORK, FIND, "", "head", "!one of 2 heads"},
    {252, FORK, FIND, "", "heads", "d1 d2"},
    {253, ROOTS, UP, "", "heads", "r1 s1 r2 s2 r3 s3 -> s1 s2 s3"},
    {253, ROOTS, DOWN, "s1 s2 s3", "base", "s3 r3 s2 r2 s1 r1 ->"},
    {254, LINE, FIND, "", "a b", "!no revision 'a b'"},
    {255, "a", FIND, "", "heads", "a"},
    {255, "a b<a", FIND, "", "heads", "b"},
    {255, "a b<a c<a", FIND, "", "heads", "b c"},
    {256, "a#x b<a#x", LOAD, "", "", "!label 'x' is also a label of revision 'a'"},
    {257, FORK, FIND, "", "one@head", "d1"},
    {257, FORK, FIND, "", "one@heads", "d1"},
    {257, FORK, FIND, "", "one@base", ""},
    {257, FORK, FIND, "", "one@c1", "c1"},
    {257, FORK, FIND, "", "one@one", "c1"},
    {258, FORK, FIND, "", "two", "c2"},
    {259, FORK, FIND, "", "c2@base", ""},
    {259, FORK, FIND, "", "c2@head", "d2"},
    {260, "a abcd1<a#one abcd2<a#two", FIND, "", "abcd", "!'abcd' fits 2 revisions"},
    {260, "a abcd1<a#one abcd2<a#two", FIND, "", "two@abcd", "abcd2"},
    {261, "abcdefgh", FIND, "", "xyz", "!at least 4 characters"},
    {261, "abcdefgh", FIND, "", "abc", "!at least 4 characters"},
    {262, "abcdefgh xyz<abcdefgh", FIND, "", "xyz", "xyz"},
    {263, FORK, FIND, "", "one@d2", "!does not belong to the branch of 'c1'"},
    {263, FORK, FIND, "", "three@d2", "!no revision 'three'"},
    {263, FORK, FIND, "", "d3", "!no revision 'd3'"},
    {264, "a bbbb1<a cccc1<bbbb1", FIND, "", "bbbb@head", "cccc1"},
    {264, "a bbbb1<a cccc1<bbbb1", FIND, "", "bbbb1@cccc", "cccc1"},
    {265, FORK, FIND, "", "one@base+2", "b"},
    {265, FORK, FIND, "", "one@head-2", "b"},
    {265, FORK, DOWN, "d1 d2", "one@-2", "d1 c1 -> d2"},
    {266, "a b1<a b2<a c<b1,b2", RANGE, "", ":", "a b1 b2 c"},
    {267, "", FIND, "", "head", ""},
    {267, "", UP, "", "heads", "->"},
    {267, "", RANGE, "", ":", ""},
    {268, DIAMOND, RANGE, "", "a:m", "a b1 c1 b2 c2 m"},
    {269, DIAMOND, RANGE, "", "b1:m", "b1 c1 m"},
    {269, DIAMOND, DOWN, "m", "b1@b1", "m c1 -> b1 c2"},
    {269, DIAMOND, UP, "b1", "m", "c1 b2 c2 m -> m"},
    {270, "a b<a c1<b c2<b d1<c1 d2<c1 e1<d1 e2<d2 e3<c2", RANGE, "", "c1:", "c1 d1 e1 d2 e2"},
    {270, "a b<a c1<b c2<b d1<c1 d2<c1 e1<d1 e2<d2 e3<c2", RANGE, "", "b:heads", "b c1 d1 e1 d2 e2 c2 e3"},
    {271, FORK, RANGE, "", "c1:d2", "!'c1' does not come before its end"},
    {271, LINE, RANGE, "", "c:a", "!'c' does not come before its end"},
    {271, LINE, RANGE, "", "c:base", "!'c' does not come before its end"},
    {272, LINE, DOWN, "e", "b c", "!'c' is named together with one it is built on"},
    {272, LINE, STAMP, "", "b c", "!'b' is named together with one that is built on it"},
    {273, ROOTS, RANGE, "", "base:heads", "r1 s1 r2 s2 r3 s3"},
    {274, ROOTS, UP, "s1", "s2", "r2 s2 -> s1 s2"},
    {274, ROOTS, RANGE, "", "r2:", "r2 s2"},
    {275, CROSS, UP, "", "s3", "r2 s2 r3 s3 -> s3"},
    {276, CROSS, DOWN, "s1 t3", "s1@base", "s1 r1 -> t3"},
    {277, CROSS, DOWN, "s1 t3 s4", "lib@base", "s4 t3 s3 s2 r2 -> r3 r4 s1"},
    {278, "a#core b<a c:core d<c", UP, "", "d", "a c d -> d"},
    {279, "a z b<a:z", FIND, "", "heads", "b"},
    {279, "a z b<a:z", LOAD, "", "", "b z"},
    {280, "a b<a c<b:a", UP, "", "c", "a b c -> c"},
    {280, "a b<a c<b:a", DOWN, "c", "b", "c -> b"},
    {281, "a b<a:a", UP, "", "head", "a b -> b"},
    {282, "1 11<1 111<11 1111<111:11", UP, "", "head", "1 11 111 1111 -> 1111"},
    {283, "a<a", LOAD, "", "", "!revision 'a' names itself"},
    {283, "a b<a,b c<b", LOAD, "", "", "!revision 'b' names itself"},
    {283, "a b<a c<b,c", LOAD, "", "", "!revision 'c' names itself"},
    {283, "a b<a,b c1<b c2<b", LOAD, "", "", "!revision 'b' names itself"},
    {283, "a b1<a b2<a m<b1,b2,m n<m", LOAD, "", "", "!revision 'm' names itself"},
    {284, "a:a", LOAD, "", "", "!revision 'a' names itself"},
    {284, "a:a b<a", LOAD, "", "", "!revision 'a' names itself"},
    {284, "a b<a:b", LOAD, "", "", "!revision 'b' names itself"},
    {284, "a b<a:b c1<b c2<b", LOAD, "", "", "!revision 'b' names itself"},
    {284, "a b1<a b2<a m<b1,b2:m", LOAD, "", "", "!revision 'm' names itself"},
    {285, "a<c b<a c<b", LOAD, "", "", "!'a' -> 'c' -> 'b' -> 'a'"},
    {285, "a<c b<a c<b d<c e<d", LOAD, "", "", "!'a' -> 'c' -> 'b' -> 'a'"},
    {285, "a b<a,d c<b d<c e<a", LOAD, "", "", "!'b' -> 'd' -> 'c' -> 'b'"},
    {285, "z a<z,c b<a c<b", LOAD, "", "", "!'a' -> 'c' -> 'b' -> 'a'"},
    {286, "a:c b<a c<b", LOAD, "", "", "!'a' -> 'c' -> 'b' -> 'a'"},
    {286, "a:c b<a c<b d<c", LOAD, "", "", "!'a' -> 'c' -> 'b' -> 'a'"},
    {286, "a b<a:d c<b d<c e<a", LOAD, "", "", "!'b' -> 'd' -> 'c' -> 'b'"},
    {286, "z a<z:c b<a c<b", LOAD, "", "", "!'a' -> 'c' -> 'b' -> 'a'"},
    {287, "a b<a:gone", LOAD, "", "", "!revision 'b' depends on 'gone'"},

    /* ways up and down */
    {289, LINE, UP, "c", "e", "d e -> e"},
    {289, LINE, UP, "", "c", "a b c -> c"},
    {290, LINE, DOWN, "e", "c", "e d -> c"},
    {290, LINE, DOWN, "c", "base", "c b a ->"},
    {291, LINE, DOWN, "", "base", "->"},
    {292, LINE, DOWN, "c", "c", "-> c"},
    {292, LINE, DOWN, "e", "e", "-> e"},
    {293, LINE, UP, "a", "+1", "b -> b"},
    {293, LINE, UP, "a", "+3", "b c d -> d"},
    {293, LINE, UP, "a", "b+2", "b c d -> d"},
    {293, LINE, UP, "a", "e-2", "b c -> c"},
    {294, LINE, UP, "c", "-2", "!leads the other way"},
    {294, LINE, UP, "c", "+5", "!there are 2 steps to go"},
    {295, LINE, DOWN, "e", "-1", "e -> d"},
    {295, LINE, DOWN, "e", "-3", "e d c -> b"},
    {295, LINE, DOWN, "e", "a+2", "e d -> c"},
    {295, LINE, DOWN, "e", "d-2", "e d c -> b"},
    {296, LINE, DOWN, "b", "-5", "!there are 2 steps to go"},
    {296, LINE, DOWN, "b", "+2", "!leads the other way"},
    {297, LINE, DOWN, "b", "d", "!'d' is not applied"},
    {297, LINE, DOWN, "", "d", "!records no revision at all"},
    {298, LINE, UP, "", "+1", "a -> a"},
    {298, LINE, UP, "", "base+1", "a -> a"},
    {299, LINE, DOWN, "a", "-1", "a ->"},
    {299, LINE, DOWN, "", "-1", "!goes below base"},
    {300, FORK, UP, "b", "d1", "c1 d1 -> d1"},
    {301, FORK, UP, "a", "heads", "b c1 d1 c2 d2 -> d1 d2"},
    {302, FORK, DOWN, "d1 d2", "a", "d2 c2 d1 c1 b -> a"},
    {303, FORK, UP, "b", "one@head-1", "c1 -> c1"},
    {304, FORK, DOWN, "d1 d2", "base+2", "d2 c2 d1 c1 -> b"},
    {305, FORK, DOWN, "d1 d2", "one@base+2", "d1 c1 -> d2"},
    {306, FORK, DOWN, "d1 d2", "one@base+3", "d1 -> c1 d2"},
    {306, FORK, DOWN, "d1 d2", "one@c1", "d1 -> c1 d2"},
    {307, FORK, DOWN, "d1 d2", "-1", "!the database is at 2 revisions"},
    {308, FORK, DOWN, "d1 d2", "one@-1", "d1 -> c1 d2"},
    {308, FORK, DOWN, "d1 d2", "two@-1", "d2 -> c2 d1"},
    {309, FORK, DOWN, "d1 d2", "d1-1", "d1 -> c1 d2"},
    {309, FORK, DOWN, "d2 d1", "d1-1", "d1 -> c1 d2"},
    {310, FORK, DOWN, "d1 d2", "one@b", "d1 c1 -> d2"},
    {310, FORK, DOWN, "d1 d2", "c1@b", "d1 c1 -> d2"},
    {310, FORK, DOWN, "d1 d2", "d1@b", "d1 c1 -> d2"},
    {311, FORK, UP, "d2", "one@+1", "c1 -> c1 d2"},
    {311, FORK, UP, "b", "one@+1", "c1 -> c1"},
    {311, FORK, UP, "c1 c2", "one@+1", "d1 -> c2 d1"},
    {312, FORK, UP, "c1 c2", "+1", "!the database is at 2 revisions"},
    {313, DIAMOND, DOWN, "m", "-1", "!forks at m"},
    {314, FORK, DOWN, "d1 d2", "d1", "-> d1 d2"},
    {315, SIDE, UP, "d2", "d1", "b1 c1 d1 -> d1 d2"},
    {316, SIDE, DOWN, "d1 d2", "b1", "d1 c1 -> b1 d2"},
    {317, THREE, UP, "m", "d1", "d1 -> d1 m"},
    {317, THREE, UP, "d1", "heads", "b2 d2 b3 m -> d1 d2 m"},
    {317, THREE, DOWN, "d1 d2 m", "b3", "m -> b3 d1 d2"},
    {317, THREE, DOWN, "d1 d2 m", "b1", "m d1 -> b1 b3 d2"},
    {317, THREE, DOWN, "d1 m", "d1-1", "d1 -> m"},
    {318, TWICE, UP, "", "heads", "a b1 b2 b3 m1 n1 m2 n2 -> n1 n2"},
    {318, TWICE, UP, "b1 b2 b3", "m1", "m1 -> m1"},
    {318, TWICE, UP, "n1", "m2", "m2 -> m2 n1"},
    {318, TWICE, DOWN, "n1 n2", "m2", "n2 -> m2 n1"},
    {318, TWICE, DOWN, "m2 n1", "n1@m1", "n1 -> m1 m2"},
    {318, TWICE, DOWN, "m1 m2", "m2-1", "!forks at m2"},
    {318, TWICE, DOWN, "m1 m2", "m2@b1", "m2 -> m1"},
    {318, TWICE, DOWN, "m1 m2", "b1", "m2 m1 -> b1 b2 b3"},
    {319, "a b1<a b2<a b3<a m1<b1,b2 m2<b2,b3", UP, "", "m1", "a b1 b2 m1 -> m1"},
    {319, "a b1<a b2<a b3<a m1<b1,b2 m2<b2,b3", UP, "m1", "m2", "b3 m2 -> m1 m2"},
    {319, "a b1<a b2<a b3<a m1<b1,b2 m2<b2,b3", DOWN, "m1 m2", "b1", "m1 -> b1 m2"},
    {319, "a b1<a b2<a b3<a m1<b1,b2 m2<b2,b3", DOWN, "m1 m2", "b2", "m2 m1 -> b1 b2 b3"},
    {320, "a1 a2<a1 a3<a2 b1 b2<b1:a2", DOWN, "a3 b2", "a2", "a3 -> b2"},
    {321, TREES, UP, "", "heads", "a1 b1 c1 m1 a2 b2 c2 m2 a3 b3 c3 m3 z -> z"},
    {321, TREES, DOWN, "z", "a1@base", "z m1 c1 b1 a1 -> m2 m3"},
    {321, TREES, DOWN, "z", "b2", "z m2 -> b2 c2 m1 m3"},
    {322, "x1 x2<x1:y1 y1 y2<y1:x1 m<x2,y2", UP, "", "m", "x1 y1 x2 y2 m -> m"},
    {322, "x1 x2<x1:y1 y1 y2<y1:x1 m<x2,y2", DOWN, "m", "x2@x1", "m x2 -> y2"},
    {323, "a1 b1:a1 b2<b1:a1 b3<b2", DOWN, "b3", "b1", "b3 b2 -> b1"},
    {323, "a1 b1:a1 b2<b1:a1 b3<b2", DOWN, "b3", "b3@base", "b3 b2 b1 -> a1"},
    {324, "a p1<a p2<a:p1 m<p1,p2", UP, "", "m", "a p1 p2 m -> m"},
    {324, "a p1<a p2<a:p1 m<p1,p2", DOWN, "m", "p1", "m -> p2"},
    {324, "a p1<a p2<a:p1 m<p1,p2", DOWN, "p2", "a", "p2 p1 -> a"},
    {325, "b#lib c<b a1 a2<a1:lib", UP, "a1", "a2", "b a2 -> a2"},
    {326, ROOTS, UP, "", "first@head", "r1 s1 -> s1"},
    {326, "r1 s1<r1 r2 s2<r2", UP, "", "heads", "r1 s1 r2 s2 -> s1 s2"},
    {327, CROSS, DOWN, "s1 t3 s4", "r2", "s4 t3 s3 s2 -> r2 r3 r4 s1"},
    {328, CROSS, DOWN, "s1 t3 s4", "t3@base", "t3 s3 r3 -> s1 s4"},
    {328, CROSS, DOWN, "s1 t3", "t3@base", "t3 s3 r3 -> s1 s2"},

    /* stamps */
    {329, LINE, STAMP, "c", "base", ""},
    {330, FORK, STAMP, "d1 d2", "b", "b"},
    {331, FORK, STAMP, "d1 d2", "one@base", "d2"},
    {332, FORK, STAMP, "c1 c2", "one@head", "c2 d1"},
    {332, FORK, STAMP, "d1 d2", "one@c1", "c1 d2"},
    {333, "r1 s1<r1 r2 s2<r2", STAMP, "", "heads", "s1 s2"},
    {333, "r1 s1<r1 r2 s2<r2", STAMP, "s1 s2", "heads", "s1 s2"},
    {334, DIAMOND, STAMP, "m", "c1", "c1"},
    {334, DIAMOND, STAMP, "m", "a", "a"},
    {335, DIAMOND, STAMP, "c1", "m", "m"},
    {335, DIAMOND, STAMP, "c1 c2", "m", "m"},
    {335, DIAMOND, STAMP, "a", "m", "m"},
    {336, "a b1<a#one b2<a m<b1,b2 n<m", STAMP, "b1 b2", "one@head", "n"},
    {337, "a1 b1 b2<b1:a1", STAMP, "a1 b1", "b2", "b2"},
    {338, LINE, STAMP, "", "c", "c"},
    {338, LINE, STAMP, "c", "e", "e"},
    {338, LINE, STAMP, "e", "b", "b"},
    {338, LINE, STAMP, "b", "b", "b"},
    {338, LINE, STAMP, "b", "+1", "c"},
    {338, LINE, STAMP, "b", "-1", "a"},
    {339, FORK, STAMP, "", "b d1", "!'b' is named together with one that is built on it"},
    {339, FORK, STAMP, "", "base d1", "!'d1' is named together with base"},
    {340, FORK, STAMP, "b", "d1 d2", "d1 d2"},
    {343, LINE, UP, "gone", "head", "!stamp --purge"},
    {347, FORK, FIND, "d1 d2", "current+1", "!the database is at 2 revisions"},
    {347, FORK, FIND, "d1 d2", "current", "d1 d2"},

    /* ranges of the history */
    {355, LINE, RANGE, "", ":", "a b c d e"},
    {355, LINE, RANGE, "", "b:d", "b c d"},
    {355, LINE, RANGE, "", ":c", "a b c"},
    {355, LINE, RANGE, "", "c:", "c d e"},
    {355, LINE, RANGE, "", "a:+2", "a b c"},
    {355, LINE, RANGE, "", "-2:c", "a b c"},
    {355, LINE, RANGE, "", "-1:c", "b c"},
    {355, LINE, RANGE, "", "-5:c", "a b c"},
    {355, LINE, RANGE, "", "-2:", "c d e"},
    {355, LINE, RANGE, "c", "current:", "c d e"},
    {355, LINE, RANGE, "d", "-2:current", "b c d"},
    {355, LINE, RANGE, "", "b-1:head-1", "a b c d"},
};

/* Where the other rows are tested; "differs" is explained in docs/coming-from-alembic.md. */
static const struct {
    int row;
    const char *where;
} elsewhere[] = {
    {288, "test_dag: random graphs; bench/run: 10,000 revisions"},
    {341, "graph.sh: purge"},
    {342, "offline.sh: no purge"},
    {344, "offline.sh: stamp, script; stamps begin at one"},
    {345, "everyday.sh: a version table made by somebody else; rights.sh: in a schema"},
    {346, "graph.sh: branches, nothing was made"},
    {348, "offline.sh: ranges only there"},
    {349, "rows above, UP and DOWN; test_runner_sqlite, test_runner_pg"},
    {350, "test_runner_record"},
    {351, "everyday.sh: two rows of one revision"},
    {352, "graph.sh: the record's tables; offline.sh: no tables but ours"},
    {353, "everyday.sh: an id the table cannot hold"},
    {354, "differs"},
    {356, "graph.sh: history says where"},
    {357, "graph.sh; differs: implied revisions are not printed"},
    {358, "graph.sh: at all heads, not at all heads"},
    {359, "test_cli_main: not at head; graph.sh: --empty asks no database"},
    {360, "graph.sh: two heads, which?; a revision needs one parent"},
    {361, "graph.sh: after the merge"},
    {362, "graph.sh: the dependency in full, an unknown dependency"},
    {363, "differs"},
    {364, "graph.sh: no head without --splice, a fork"},
    {365, "graph.sh: an id with signs"},
    {366, "graph.sh: branches"},
    {367, "graph.sh: an unknown directory, it goes beside its parent; differs: no parent and no path"},
    {368, "check.sh; differs: several databases"},
    {369, "graph.sh: a merge of no heads; differs: no environment"},
    {370, "offline.sh: both"},
    {371, "offline.sh: both, down from where"},
    {372, "graph.sh: edit"},
    {373, "newcomer.sh; differs: no templates, no TOML"},
    {374, "test_config, config.sh"},
    {375, "test_cli_options, test_cli_main; differs: exit 64"},
    {376, "test_cli_docs, test_cli_main"},
    {377, "differs"},
    {378, "differs"},
    {379, "test_revision: the text is the same again; differs: no bodies"},
    {380, "differs"},
    {381, "differs"},
    {382, "everyday.sh: names of files; differs: one line"},
    {383, "graph.sh: graph"},
    {384, "test_runner_sqlite, test_runner_pg: all in one"},
    {385, "offline.sh: both; one transaction over all"},
    {386, "test_revision, test_runner_pg: transaction-left"},
    {387, "offline.sh: all kinds of steps; test_runner_loose"},
    {388, "test_runner_sqlite, test_runner_pg"},
    {389, "differs"},
    {390, "everyday.sh: parts of the time, folders"},
    {391, "everyday.sh: a time zone, an unknown one"},
    {392, "test_revision: header problems; differs: never from the name"},
    {393, "test_file: hidden files"},
    {394, "differs"},
    {395, "revision_files.sh: R24, R8; differs: always recursive"},
    {396, "test_dag: directory twice; differs: no warning"},
    {397, "test_config; differs: blanks"},
    {398, "differs"},
    {399, "test_config; differs: built-in values"},
    {400, "test_cli_main: the hook sees the file"},
    {401, "test_cli_main: the hook fails"},
    {402, "offline.sh, everyday.sh: the tag; differs: no environment"},
    {403, "offline.sh; differs: the message has one line"},
    {404, "test_text: what a terminal may see; the bytes are UTF-8 everywhere"},
};
/* clang-format on */

/* --- playing a row --- */

static int n_wrong;

/* All rows are looked at before the test fails. */
static void wrong(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *line = g_strdup_vprintf(format, args);
    va_end(args);
    print_error("%s\n", line);
    n_wrong++;
}

static bool fails(Fixture *fixture, const Row *row)
{
    const AgProblem *problem = ag_diag_last(fixture->diag);
    if (*row->expected != '!')
        wrong("row %d, %s: %s", row->row, row->target, problem->message);
    if (strstr(problem->message, row->expected + 1) == NULL &&
        (problem->hint == NULL || strstr(problem->hint, row->expected + 1) == NULL))
        wrong("row %d, %s: %s (%s)", row->row, row->target, problem->message, problem->hint);
    return false;
}

static void expect(const Row *row, const char *found)
{
    if (strcmp(found, row->expected) != 0)
        wrong("row %d, %s from '%s': '%s', not '%s'", row->row, row->target, row->current, found,
              row->expected);
}

static GPtrArray *resolve_all(Fixture *fixture, const AgDag *dag, const Row *row,
                              AgDirection direction, const GPtrArray *current)
{
    GPtrArray *all = ag_pool_array(fixture->pool);
    g_auto(GStrv) words = g_strsplit(row->target, row->command == FIND ? "\n" : " ", -1);
    for (size_t i = 0; words[i] != NULL; i++) {
        GPtrArray *ids = ag_dag_resolve(dag, words[i], current, direction, fixture->diag);
        if (ids == NULL)
            return NULL;
        for (guint k = 0; k < ids->len; k++)
            g_ptr_array_add(all, ids->pdata[k]);
    }
    return all;
}

static bool walk_row(Fixture *fixture, const AgDag *dag, const Row *row, AgDirection direction)
{
    GPtrArray *now = ids_of(fixture, row->current);
    GPtrArray *target = resolve_all(fixture, dag, row, direction, now);
    GPtrArray *path =
        target == NULL ? NULL : ag_dag_path(dag, now, target, direction, fixture->diag);
    if (path == NULL)
        return fails(fixture, row);
    for (guint i = 0; i < path->len; i++)
        now = ag_dag_after(dag, now, path->pdata[i], direction, fixture->pool);
    g_ptr_array_sort(now, ag_text_order);
    const char *steps = join_revisions(fixture, path), *state = join(fixture, now);
    expect(row, ag_pool_printf(fixture->pool, "%s%s->%s%s", steps, *steps == '\0' ? "" : " ",
                               *state == '\0' ? "" : " ", state));
    return true;
}

static bool play(Fixture *fixture, const AgDag *dag, const Row *row)
{
    GPtrArray *current = ids_of(fixture, row->current), *found = NULL;
    switch (row->command) {
    case LOAD:
        expect(row, join_revisions(fixture, ag_dag_heads(dag)));
        return true;
    case FIND:
        found = resolve_all(fixture, dag, row, AG_UPGRADE, current);
        break;
    case UP:
        return walk_row(fixture, dag, row, AG_UPGRADE);
    case DOWN:
        return walk_row(fixture, dag, row, AG_DOWNGRADE);
    case STAMP:
        found = ag_dag_stamp(dag, ids_of(fixture, row->target), current, fixture->diag);
        break;
    case RANGE:
        found = ag_dag_range(dag, row->target, current, fixture->diag);
        if (found != NULL)
            expect(row, join_revisions(fixture, found));
        return found != NULL || fails(fixture, row);
    }
    if (found != NULL)
        expect(row, join(fixture, found));
    return found != NULL || fails(fixture, row);
}

static void test_rows(void **state)
{
    Fixture *fixture = *state;
    const char *graph = NULL;
    AgDag *dag = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (graph == NULL || strcmp(graph, rows[i].graph) != 0)
            dag = load(fixture, rows[i].graph);
        graph = rows[i].graph;
        if (dag == NULL)
            fails(fixture, &rows[i]);
        else if (play(fixture, dag, &rows[i]) == (*rows[i].expected == '!'))
            wrong("row %d, %s is not refused", rows[i].row, rows[i].target);
    }
    assert_int_equal(n_wrong, 0);
}

/* No row of the catalogue is forgotten. */
static void test_every_row_is_there(void **state)
{
    enum { FIRST = 251, LAST = 404 };
    bool there[LAST - FIRST + 1] = {false};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        there[rows[i].row - FIRST] = true;
    for (size_t i = 0; i < G_N_ELEMENTS(elsewhere); i++)
        there[elsewhere[i].row - FIRST] = true;
    for (int row = FIRST; row <= LAST; row++)
        if (!there[row - FIRST])
            fail_msg("row %d", row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rows, setup, teardown),
        cmocka_unit_test(test_every_row_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
