/* SPDX-License-Identifier: MIT */
/* The live half of a case: real databases, real files. */
#include "support/play.h"
#include "support/witness.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    Case *play;
    TestDatabase database;
} Live;

/* The plan from what the database holds to the model of a section. */
static bool plan_to(Live *live, const char *section, TestPlan *plan, AgDiag *diag)
{
    Case *play = live->play;
    TestPlanOptions options = case_plan_options(play);
    return test_database_plan(&live->database, play->pool, case_model(play, section), section,
                              &options, plan, diag);
}

static bool apply(Live *live, const AgScript *script, AgDiag *diag)
{
    return test_database_apply(&live->database, live->play->pool, script, diag);
}

static char *facts_of(Live *live, AgDiag *diag)
{
    return test_database_facts(&live->database, live->play->pool, diag);
}

/* pg_dump takes as long as all the rest of a case. After the upgrade it always speaks; of what a
 * downgrade brought back it does in every second case, chosen by name, and in all of them where
 * witness_dumps_all. */
static char *facts_of_old(Live *live, AgDiag *diag)
{
    g_autofree char *name = g_path_get_basename(live->play->file->path);
    live->database.without_dump = !witness_dumps_all() && g_str_hash(name) % 2 != 0;
    char *facts = facts_of(live, diag);
    live->database.without_dump = false;
    return facts;
}

static void expect_no_difference(Live *live, const char *section, const char *when)
{
    g_autoptr(AgDiag) diag = ag_diag_new();
    TestPlan plan = {0};
    if (!plan_to(live, section, &plan, diag))
        case_fail_diag(live->play, when, diag);
    else if (plan.changes->len > 0)
        case_fail(live->play, "%s: not equal to %s: %s\n%s", when, section,
                  ag_change_text(live->play->pool, g_ptr_array_index(plan.changes, 0)),
                  case_script_text(live->play->pool, plan.upgrade));
}

static bool run_section(Live *live, const char *section, AgDiag *diag)
{
    const char *sql = case_file_section(live->play->file, section);
    if (sql == NULL)
        return true;
    g_auto(GStrv) statements = g_strsplit(sql, ";\n", -1);
    for (int i = 0; statements[i] != NULL; i++) {
        if (statements[i][0] != '\0' && !ag_db_run(live->database.db, statements[i], diag))
            return false;
    }
    return true;
}

/* Section `setup.sql`: what every database of the case begins with, beside the models. */
static bool open_database(Live *live, const char *tag, AgDiag *diag)
{
    return test_database_open(&live->database, live->play->pool, tag, diag) &&
           run_section(live, "setup.sql", diag);
}

/* A second database, built directly from a section's model, and what the witness says of it. */
static char *facts_of_fresh(Live *live, const char *section, AgDiag *diag)
{
    Live fresh = *live;
    TestPlan plan = {0};
    char *facts = NULL;
    if (open_database(&fresh, "fresh", diag) && plan_to(&fresh, section, &plan, diag) &&
        apply(&fresh, plan.upgrade, diag))
        facts = facts_of(&fresh, diag);
    test_database_remove(&fresh.database);
    return facts;
}

static void expect_same_facts(Live *live, const char *a, const char *b, const char *when)
{
    if (a == NULL || b == NULL)
        return;
    const char *difference = witness_difference(live->play->pool, a, b);
    if (difference[0] != '\0')
        case_fail(live->play, "%s: the witness disagrees\n%s", when, difference);
}

/* Sections `rows.sql` (filled in before the upgrade), `query.sql` and `answer` (asked after it),
 * and `answer-back` (the same question after the downgrade). */
static void check_answer(Live *live, const char *section, AgDiag *diag)
{
    const char *sql = case_file_section(live->play->file, "query.sql");
    const char *expected = case_file_section(live->play->file, section);
    if (sql == NULL || expected == NULL)
        return;
    AgRows *rows = ag_db_query(live->database.db, live->play->pool, sql, NULL, 0, diag);
    if (rows == NULL)
        return;
    g_autoptr(GString) answer = g_string_new(NULL);
    for (guint row = 0; row < rows->n_rows; row++) {
        for (guint column = 0; column < rows->n_columns; column++) {
            const char *cell = ag_rows_get(rows, row, (int)column);
            g_string_append_printf(answer, "%s%s", column > 0 ? "|" : "", cell == NULL ? "" : cell);
        }
        g_string_append_c(answer, '\n');
    }
    if (strcmp(expected, answer->str) != 0)
        case_fail(live->play, "the rows differ from %s; got:\n%s", section, answer->str);
}

/* A question without an answer would assert nothing. */
static void demand_answer(Live *live)
{
    const CaseFile *file = live->play->file;
    if (case_file_section(file, "query.sql") != NULL && case_file_section(file, "answer") == NULL &&
        case_file_section(file, "answer-back") == NULL)
        case_fail(live->play, "section 'query.sql' without 'answer' or 'answer-back'");
}

/* Options that are "true", or a version from which on they are.
 * names-kept: names that the model leaves open stay as the database has them; a fresh one has
 * others. joined: what was inherited and a table's own meanwhile stays marked as such, which no
 * statement takes back without losing something. */
static bool has_option(const Live *live, const char *name)
{
    const char *option = case_file_option(live->play->pool, live->play->file, name);
    return option != NULL && ag_db_version(live->database.db) / 10000 >= strtol(option, NULL, 10);
}

static bool play_stages(Live *live, AgDiag *diag)
{
    TestPlan create = {0}, change = {0};
    demand_answer(live);
    if (!plan_to(live, "before.xml", &create, diag) || !apply(live, create.upgrade, diag))
        return false;
    expect_no_difference(live, "before.xml", "after creating before.xml");
    char *old_facts = facts_of_old(live, diag);
    if (!run_section(live, "rows.sql", diag))
        return false;
    if (!plan_to(live, "after.xml", &change, diag) || !apply(live, change.upgrade, diag))
        return false;
    expect_no_difference(live, "after.xml", "after the upgrade");
    check_answer(live, "answer", diag);
    if (!has_option(live, "names-kept"))
        expect_same_facts(live, facts_of_fresh(live, "after.xml", diag), facts_of(live, diag),
                          "after the upgrade");
    if (!apply(live, change.downgrade, diag))
        return false;
    check_answer(live, "answer-back", diag);
    expect_no_difference(live, "before.xml", "after the downgrade");
    if (!has_option(live, "joined"))
        expect_same_facts(live, old_facts, facts_of_old(live, diag), "after the downgrade");
    return apply(live, change.upgrade, diag);
}

/* Option `roles`: names that the server must know. */
static bool make_roles(Live *live, AgDiag *diag)
{
    const char *names = case_file_option(live->play->pool, live->play->file, "roles");
    g_auto(GStrv) roles = g_strsplit(names == NULL ? "" : names, " ", -1);
    bool good = true;
    for (int i = 0; roles[i] != NULL && good; i++)
        good = test_database_role(&live->database, live->play->pool, roles[i], diag);
    return good;
}

static void play(Live *live, AgDiag *diag)
{
    if (make_roles(live, diag))
        play_stages(live, diag);
    case_fail_diag(live->play, "live", diag);
    if (ag_diag_errors(diag) > 0 && ag_diag_last(diag)->hint != NULL)
        case_fail(live->play, "%s", ag_diag_last(diag)->hint);
}

bool case_play_live(Case *of, const char *server)
{
    if (case_file_section(of->file, "problems") != NULL)
        return true;
    g_autoptr(AgDiag) diag = ag_diag_new();
    Live live = {.play = of, .database = {.dialect = of->dialect, .server = server}};
    bool is_open = open_database(&live, "main", diag);
    bool is_new_enough = !is_open || ag_db_version(live.database.db) >= case_needs_version(of);
    if (!is_open)
        case_fail_diag(of, "live", diag);
    else if (is_new_enough)
        play(&live, diag);
    test_database_remove(&live.database);
    return is_new_enough;
}
