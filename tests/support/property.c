/* SPDX-License-Identifier: MIT */
#include "support/property.h"

#include "parser/parser.h"
#include "support/play.h"
#include "support/random_rows.h"
#include "support/random_schema.h"
#include "support/witness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    AgPool *pool; /* of the pair */
    TestDatabase *main, *fresh;
    const char *before, *after; /* model texts */
    TestPlan create, change;
    GString *failure; /* empty: none yet */
    guint32 seed;
    /* SQLite: which tables have rows, and what stands in them; NULL: there are none. */
    GPtrArray *map_before, *map_after;
    GHashTable *old_rows, *new_rows;
    bool unfit;     /* the rows did not fit what came */
    bool senseless; /* the last failure was about types that do not fit each other */
    bool refused;   /* one of the schemas is none that the database takes */
} Pair;

static const TestPlanOptions plan_options = {.suspects_allowed = true};

static bool fail(Pair *pair, const char *when, const char *what)
{
    g_string_append_printf(pair->failure, "%s: %s\n", when, what);
    return false;
}

/* A random change may give a column another type under a text that compares it with a literal, or
 * take the end away that a sequence begins behind. The order of statements brings none of these. */
static bool is_senseless(const AgProblem *problem)
{
    static const char *const states[] = {"22P02", "42804", "42P17", NULL};
    const char *state = problem->sqlstate == NULL ? "" : problem->sqlstate;
    return g_strv_contains(states, state) ||
           (strcmp(state, "42883") == 0 &&
            (g_str_has_prefix(problem->message, "operator ") ||
             g_str_has_prefix(problem->message, "function replace("))) ||
           (strcmp(state, "22023") == 0 && g_str_has_prefix(problem->message, "START value "));
}

static bool fail_diag(Pair *pair, const char *when, const AgDiag *diag)
{
    for (guint i = 0; i < ag_diag_count(diag); i++) {
        const AgProblem *problem = ag_diag_problem(diag, i);
        if (problem->severity == AG_SEVERITY_ERROR)
            pair->senseless = is_senseless(problem);
        if (problem->severity == AG_SEVERITY_ERROR)
            g_string_append_printf(pair->failure, "%s: %s [%s] %s\n%s\n", when, problem->message,
                                   ag_problem_word(problem->id),
                                   problem->detail == NULL ? "" : problem->detail,
                                   problem->hint == NULL ? "" : problem->hint);
    }
    return false;
}

static bool plan(Pair *pair, const TestDatabase *database, const char *model, TestPlan *out,
                 const char *when)
{
    g_autoptr(AgDiag) diag = ag_diag_new();
    return test_database_plan(database, pair->pool, model, when, &plan_options, out, diag) ||
           fail_diag(pair, when, diag);
}

static bool apply(Pair *pair, const TestDatabase *database, const AgScript *script,
                  const char *when)
{
    g_autoptr(AgDiag) diag = ag_diag_new();
    return test_database_apply(database, pair->pool, script, diag) || fail_diag(pair, when, diag);
}

static bool expect_nothing(Pair *pair, const char *model, const char *when)
{
    TestPlan left = {0};
    if (!plan(pair, pair->main, model, &left, when))
        return false;
    return left.changes->len == 0 || fail(pair, when, case_script_text(pair->pool, left.upgrade));
}

/* The server names the sequences behind identity columns once for ever, and since 18 the not-null
 * constraints; they get names that tell where they belong now. Those that a model may have named
 * get theirs back afterwards. */
static const char rename_sql[] =
    "DO $$ DECLARE r record; BEGIN PERFORM set_config('autogen_test.names', coalesce(("
    "SELECT json_object_agg(k.oid, k.conname) FROM pg_constraint k WHERE k.contype = 'n'"
    " AND k.conname LIKE 'nn\\_%'), '{}')::text, false); FOR r IN SELECT d.objid::regclass AS "
    "name, 'behind_'"
    " || md5(c.relname || '.' || a.attname) AS wanted FROM pg_depend d JOIN pg_attribute a"
    " ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid JOIN pg_class c ON c.oid = a.attrelid"
    " JOIN pg_class s ON s.oid = d.objid WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'i'"
    " AND s.relkind = 'S' AND s.relname <> 'behind_' || md5(c.relname || '.' || a.attname) LOOP"
    " EXECUTE format('ALTER SEQUENCE %s RENAME TO %I', r.name, r.wanted); END LOOP;"
    /* ALTER TABLE renames only where all children have the same name, and no statement takes
     * the mark back that a constraint is a child's own as well. */
    " UPDATE pg_constraint k SET conname = 'not_null_' || md5(a.attname),"
    " conislocal = k.coninhcount = 0 FROM pg_attribute a"
    " WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1] AND k.contype = 'n'"
    " AND k.oid >= 16384;"
    " FOR r IN SELECT c.oid::regclass AS name, 'below_' || md5(t.relname || '.' || (SELECT "
    "p.relname"
    " FROM pg_partition_ancestors(c.oid) WITH ORDINALITY a (relid, n) JOIN pg_class p ON p.oid ="
    " a.relid ORDER BY a.n DESC LIMIT 1)) AS wanted, c.relname FROM pg_class c JOIN pg_index x ON "
    "x.indexrelid = c.oid"
    " JOIN pg_class t ON t.oid = x.indrelid WHERE c.relispartition LOOP IF r.relname <> r.wanted"
    " THEN EXECUTE format('ALTER INDEX %s RENAME TO %I', r.name, r.wanted); END IF; END LOOP;"
    " END $$";

static const char rename_back_sql[] =
    "UPDATE pg_constraint k SET conname = n.value"
    " FROM json_each_text(current_setting('autogen_test.names')::json) n WHERE k.oid = n.key::oid";

static const char *facts(Pair *pair, const TestDatabase *database)
{
    g_autoptr(AgDiag) diag = ag_diag_new();
    if (database->dialect == AG_DIALECT_POSTGRESQL && !ag_db_run(database->db, rename_sql, diag)) {
        fail_diag(pair, "names of sequences", diag);
        return NULL;
    }
    const char *text = test_database_facts(database, pair->pool, diag);
    if (text == NULL)
        fail_diag(pair, "the witness", diag);
    if (database->dialect == AG_DIALECT_POSTGRESQL &&
        !ag_db_run(database->db, rename_back_sql, diag)) {
        fail_diag(pair, "names of constraints", diag);
        return NULL;
    }
    return text;
}

static bool expect_same(Pair *pair, const char *wanted, const char *when)
{
    const char *got = facts(pair, pair->main);
    if (wanted == NULL || got == NULL)
        return false;
    const char *difference = witness_difference(pair->pool, wanted, got);
    return difference[0] == '\0' || fail(pair, when, difference);
}

static const char *facts_of_fresh(Pair *pair)
{
    TestPlan direct = {0};
    if (!plan(pair, pair->fresh, pair->after, &direct, "a fresh database") ||
        !apply(pair, pair->fresh, direct.upgrade, "a fresh database"))
        return NULL;
    return facts(pair, pair->fresh);
}

/* --- rows --- */

static GHashTable *read_rows(Pair *pair, const GPtrArray *map, const char *when)
{
    g_autoptr(AgDiag) diag = ag_diag_new();
    GHashTable *rows = random_rows_read(pair->main->db, pair->pool, map, diag);
    if (rows == NULL)
        fail_diag(pair, when, diag);
    return rows;
}

static bool fill_rows(Pair *pair)
{
    g_autoptr(AgDiag) diag = ag_diag_new();
    if (pair->main->dialect != AG_DIALECT_SQLITE)
        return true;
    if (!random_rows_fill(pair->main->db, pair->pool, pair->map_before, pair->seed, diag))
        return fail_diag(pair, "filling", diag);
    pair->old_rows = read_rows(pair, pair->map_before, "the rows");
    return pair->old_rows != NULL;
}

static bool are_rows(Pair *pair, GHashTable *got, const char *when)
{
    char *difference = random_rows_difference(pair->pool, pair->old_rows, pair->new_rows, got);
    return difference[0] == '\0' || fail(pair, when, difference);
}

static bool is_unfit(const AgDiag *diag)
{
    const AgProblem *problem = ag_diag_last(diag);
    return problem != NULL && (problem->id == AG_PROBLEM_ROWS_UNFIT ||
                               strstr(problem->message, "datatype mismatch") != NULL ||
                               strstr(problem->message, "constraint failed") != NULL ||
                               strstr(problem->message, "Cannot add a ") != NULL);
}

/* Rows may stand in the way of what comes: then nothing has changed, and it goes without rows.
 * `rows`: what stands in the tables of the map; NULL: nothing. */
static bool apply_to_rows(Pair *pair, const AgScript *script, const GPtrArray *map,
                          GHashTable *rows, const char *when)
{
    g_autoptr(AgDiag) diag = ag_diag_new();
    const char *before = rows == NULL ? NULL : facts(pair, pair->main);
    if (test_database_apply(pair->main, pair->pool, script, diag))
        return true;
    if (rows == NULL || !is_unfit(diag))
        return fail_diag(pair, when, diag);
    GHashTable *left = read_rows(pair, map, when);
    if (left == NULL || !expect_same(pair, before, when))
        return false;
    char *difference = random_rows_difference(pair->pool, rows, rows, left);
    if (difference[0] != '\0')
        return fail(pair, when, difference);
    pair->unfit = true;
    pair->old_rows = NULL;
    if (!random_rows_clear(pair->main->db, pair->pool, map, diag))
        return fail_diag(pair, when, diag);
    return apply(pair, pair->main, script, when);
}

/* The rows that came along; those that refer to nothing now would have stopped the runner. */
static bool expect_rows(Pair *pair)
{
    g_autoptr(AgDiag) diag = ag_diag_new();
    bool any = false;
    if (pair->old_rows == NULL)
        return true;
    pair->new_rows = read_rows(pair, pair->map_after, "the rows after the upgrade");
    if (pair->new_rows == NULL || !are_rows(pair, pair->new_rows, "the rows after the upgrade"))
        return false;
    if (!random_rows_settle(pair->main->db, pair->pool, pair->map_after, &any, diag))
        return fail_diag(pair, "the rows after the upgrade", diag);
    pair->unfit = any;
    return !any ||
           (pair->new_rows = read_rows(pair, pair->map_after, "the rows that are left")) != NULL;
}

/* Rows that lost nothing fit where they came from. */
static bool take_back(Pair *pair)
{
    bool same = pair->unfit;
    if (pair->old_rows == NULL)
        return apply(pair, pair->main, pair->change.downgrade, "the downgrade");
    if (!pair->unfit && random_rows_all_kept(pair->old_rows, pair->new_rows)) {
        if (!apply(pair, pair->main, pair->change.downgrade, "the downgrade"))
            return false;
    } else if (!apply_to_rows(pair, pair->change.downgrade, pair->map_after, pair->new_rows,
                              "the downgrade")) {
        return false;
    }
    if (same || pair->old_rows == NULL)
        return true;
    GHashTable *rows = read_rows(pair, pair->map_before, "the rows after the downgrade");
    return rows != NULL && are_rows(pair, rows, "the rows after the downgrade");
}

static bool play(Pair *pair)
{
    if (!plan(pair, pair->main, pair->before, &pair->create, "the first schema"))
        return false;
    if (!apply(pair, pair->main, pair->create.upgrade, "the first schema")) {
        pair->refused = pair->senseless;
        return pair->refused;
    }
    if (!expect_nothing(pair, pair->before, "left after the first schema") || !fill_rows(pair))
        return false;
    const char *old_facts = facts(pair, pair->main);
    if (!plan(pair, pair->main, pair->after, &pair->change, "the change"))
        return false;
    if (!apply_to_rows(pair, pair->change.upgrade, pair->map_before, pair->old_rows,
                       "the upgrade")) {
        pair->refused = pair->senseless && facts_of_fresh(pair) == NULL && pair->senseless;
        return pair->refused;
    }
    if (!expect_nothing(pair, pair->after, "left after the upgrade") || !expect_rows(pair))
        return false;
    const char *new_facts = facts_of_fresh(pair);
    return expect_same(pair, new_facts, "the witness after the upgrade") && take_back(pair) &&
           expect_nothing(pair, pair->before, "left after the downgrade") &&
           expect_same(pair, old_facts, "the witness after the downgrade") &&
           apply_to_rows(pair, pair->change.upgrade, pair->map_before,
                         pair->old_rows == NULL
                             ? NULL
                             : read_rows(pair, pair->map_before, "the rows of before"),
                         "the second upgrade") &&
           expect_same(pair, new_facts, "the witness after the second upgrade");
}

static void show(const Pair *pair, guint32 seed)
{
    printf("FAILED seed %u\n%s", seed, pair->failure->str);
    if (getenv("AUTOGEN_PROPERTY_SEED") == NULL)
        return;
    printf("--- before\n%s--- after\n%s", pair->before, pair->after);
    if (pair->change.upgrade != NULL)
        printf("--- upgrade\n%s", case_script_text(pair->pool, pair->change.upgrade));
    if (pair->change.downgrade != NULL)
        printf("--- downgrade\n%s", case_script_text(pair->pool, pair->change.downgrade));
}

/* What is left of the last pair goes; where that cannot be, the database goes whole. */
static bool renew(TestDatabase *database, const char *tag, AgDiag *diag)
{
    static AgPool *pool;
    g_autoptr(AgDiag) ignored = ag_diag_new();
    if (pool == NULL)
        pool = ag_pool_new();
    if (test_database_clear(database, pool, ignored))
        return true;
    test_database_remove(database);
    return test_database_open(database, pool, tag, diag);
}

/* pg_dump takes longer than all the rest of a pair. */
enum { DUMP_EVERY = 4 };

static unsigned n_refused; /* pairs with a schema that cannot be */
static unsigned n_unfit;   /* pairs whose rows did not fit: they went on without */

static bool play_seed(TestDatabase *main, TestDatabase *fresh, guint32 seed)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) diag = ag_diag_new();
    g_autoptr(GString) failure = g_string_new(NULL);
    Pair pair = {.pool = pool, .main = main, .fresh = fresh, .failure = failure, .seed = seed};
    RandomSchema *schema = random_schema_new(pool, main->dialect, seed);
    main->without_dump = fresh->without_dump = !witness_dumps_all() && seed % DUMP_EVERY != 0;
    schema->server_version = ag_db_version(main->db);
    pair.before = random_schema_text(schema);
    pair.map_before = random_rows_map(schema);
    random_schema_change(schema);
    pair.map_after = random_rows_map(schema);
    pair.after = random_schema_text(schema);
    bool good = renew(main, "main", diag) && renew(fresh, "fresh", diag);
    if (!good)
        fail_diag(&pair, "clearing", diag);
    good = good && play(&pair);
    if (!good)
        show(&pair, seed);
    n_refused += pair.refused ? 1 : 0;
    n_unfit += pair.unfit ? 1 : 0;
    return good;
}

static unsigned number_of(const char *name, unsigned otherwise)
{
    const char *text = getenv(name);
    return text == NULL ? otherwise : (unsigned)g_ascii_strtoull(text, NULL, 10);
}

unsigned property_play(AgDialectId dialect, const char *server, unsigned pairs)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    g_autoptr(AgDiag) diag = ag_diag_new();
    TestDatabase main = {.dialect = dialect, .server = server}, fresh = main;
    unsigned failed = 0, first = number_of("AUTOGEN_PROPERTY_SEED", 1);
    pairs =
        number_of("AUTOGEN_PROPERTY_PAIRS", getenv("AUTOGEN_PROPERTY_SEED") != NULL ? 1 : pairs);
    if (!test_database_open(&main, pool, "main", diag) ||
        !test_database_open(&fresh, pool, "fresh", diag)) {
        printf("no database: %s\n", ag_diag_last(diag)->message);
        return pairs;
    }
    for (int i = 0; dialect == AG_DIALECT_POSTGRESQL && i < N_RANDOM_OWNERS; i++) {
        if (!test_database_role(&main, pool, random_owners[i], diag) ||
            !ag_db_run(main.db,
                       ag_pool_printf(pool, "ALTER ROLE \"%s\" SUPERUSER", random_owners[i]), diag))
            return pairs;
    }
    for (unsigned i = 0; i < pairs; i++)
        failed += play_seed(&main, &fresh, first + i) ? 0 : 1;
    test_database_remove(&main);
    test_database_remove(&fresh);
    test_databases_end(main.server);
    /* More than a few would hide what is to be found. */
    if (n_refused > 2 + pairs / 50)
        failed += n_refused;
    printf("seeds from %u on: %u pairs, %u failed, %u that the database takes from nobody", first,
           pairs, failed, n_refused);
    if (dialect == AG_DIALECT_SQLITE)
        printf(" (rows went all the way in %u)", pairs - n_unfit);
    printf("\n");
    return failed;
}
