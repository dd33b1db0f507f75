/* SPDX-License-Identifier: MIT */
#include "support/database.h"

#include "diff/diff.h"
#include "introspect/canonical.h"
#include "introspect/introspect.h"
#include "order/order.h"
#include "parser/parser.h"
#include "support/witness.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static const AgDbOptions write_options = {.mode = AG_DB_WRITE,
                                          .create = true,
                                          .application = "autogen/test",
                                          .lock_timeout_ms = -1};

static AgDb *connect_to(AgPool *pool, const char *text, AgDiag *diag)
{
    AgUrl *url = ag_url_parse(pool, text, NULL, diag);
    return url == NULL ? NULL : ag_db_open(url, &write_options, diag);
}

static bool run_on_server(const TestDatabase *database, AgPool *pool, const char *sql, AgDiag *diag)
{
    g_autoptr(AgDb) db = connect_to(pool, database->server, diag);
    return db != NULL && ag_db_run(db, sql, diag);
}

/* "postgresql://postgres@/postgres?host=..." with another database. */
static char *url_of_database(AgPool *pool, const char *server, const char *name)
{
    const char *query = strchr(server, '?');
    size_t end = query == NULL ? strlen(server) : (size_t)(query - server);
    while (end > 0 && server[end - 1] != '/')
        end--;
    return ag_pool_printf(pool, "%.*s%s%s", (int)end, server, name, query == NULL ? "" : query);
}

/* Making a database costs more than all that a case does with it, so those of PostgreSQL are kept
 * for the next one of their tag, once they are as empty as a new one. */
enum { MOST_KEPT = 4 };
static char *kept[MOST_KEPT];

static bool take_kept(const char *name)
{
    for (int i = 0; i < MOST_KEPT; i++) {
        if (kept[i] == NULL || strcmp(kept[i], name) != 0)
            continue;
        g_clear_pointer(&kept[i], g_free);
        return true;
    }
    return false;
}

static bool keep(const char *name)
{
    for (int i = 0; i < MOST_KEPT; i++) {
        if (kept[i] == NULL) {
            kept[i] = g_strdup(name);
            return true;
        }
    }
    return false;
}

bool test_database_role(const TestDatabase *database, AgPool *pool, const char *role, AgDiag *diag)
{
    if (database->dialect != AG_DIALECT_POSTGRESQL)
        return true;
    return run_on_server(database, pool,
                         ag_pool_printf(pool,
                                        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE"
                                        " rolname = '%s') THEN CREATE ROLE \"%s\"; END IF;"
                                        " EXCEPTION WHEN duplicate_object OR unique_violation"
                                        " THEN NULL; END $$",
                                        role, role),
                         diag);
}

bool test_database_open(TestDatabase *database, AgPool *pool, const char *tag, AgDiag *diag)
{
    if (database->dialect == AG_DIALECT_POSTGRESQL) {
        database->name = ag_pool_printf(pool, "case_%d_%s", (int)getpid(), tag);
        char *sql = ag_pool_printf(pool, "DROP DATABASE IF EXISTS %s WITH (FORCE)", database->name);
        char *create =
            ag_pool_printf(pool, "CREATE DATABASE %s TEMPLATE template0", database->name);
        if (!take_kept(database->name) && (!run_on_server(database, pool, sql, diag) ||
                                           !run_on_server(database, pool, create, diag)))
            return false;
        database->url = url_of_database(pool, database->server, database->name);
    } else {
        database->name =
            ag_pool_printf(pool, "%s/case_%d_%s.db", g_get_tmp_dir(), (int)getpid(), tag);
        g_unlink(database->name);
        database->url = ag_pool_printf(pool, "sqlite:///%s", database->name);
    }
    database->db = connect_to(pool, database->url, diag);
    return database->db != NULL;
}

/* Schemas go whole; public stays, because a new one would not be what template0 has. Tables first:
 * the sequence behind an identity column goes with it only. */
static const char clear_sql[] =
    "DO $$ DECLARE name text; BEGIN"
    " SET LOCAL client_min_messages = error;"
    " FOR name IN SELECT pubname FROM pg_publication LOOP"
    " EXECUTE format('DROP PUBLICATION %I', name); END LOOP;"
    " FOR name IN SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'"
    " AND nspname NOT IN ('information_schema', 'public') LOOP"
    " EXECUTE format('DROP SCHEMA %I CASCADE', name); END LOOP;"
    " FOR name IN SELECT format('DROP FOREIGN DATA WRAPPER %I CASCADE', fdwname)"
    " FROM pg_foreign_data_wrapper LOOP EXECUTE name; END LOOP;"
    " FOR name IN SELECT format('DROP %s IF EXISTS %s CASCADE', i.type, i.identity)"
    " FROM pg_extension e, pg_identify_object('pg_extension'::regclass, e.oid, 0) i"
    " WHERE e.oid >= 16384 LOOP EXECUTE name; END LOOP;"
    " FOR name IN SELECT format('DROP %s IF EXISTS %s CASCADE', CASE i.type WHEN 'aggregate' THEN"
    " 'routine' ELSE replace(i.type, ' object', '') END,"
    " i.identity)"
    " FROM pg_depend d, pg_identify_object(d.classid, d.objid, 0) i"
    " WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = 'public'::regnamespace"
    " AND d.deptype = 'n' AND d.classid <> 'pg_default_acl'::regclass"
    " AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = d.classid AND x.objid = d.objid"
    " AND x.deptype = 'i')"
    " ORDER BY i.type <> 'table', i.type = 'type' LOOP"
    " EXECUTE name; END LOOP;"
    " FOR name IN SELECT format('DROP CAST (%s AS %s)', castsource::regtype, casttarget::regtype)"
    " FROM pg_cast WHERE oid >= 16384 LOOP EXECUTE name; END LOOP;"
    " DELETE FROM pg_default_acl;"
    " DELETE FROM pg_depend WHERE classid = 'pg_default_acl'::regclass;"
    " DELETE FROM pg_shdepend WHERE classid = 'pg_default_acl'::regclass"
    " AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database());"
    " FOR name IN SELECT format('REVOKE ALL ON SCHEMA public FROM %I', pg_get_userbyid(a.grantee))"
    " FROM pg_namespace n, aclexplode(n.nspacl) a"
    " WHERE n.nspname = 'public' AND a.grantee NOT IN (0, n.nspowner) LOOP"
    " EXECUTE name; END LOOP;"
    " GRANT USAGE ON SCHEMA public TO PUBLIC;"
    " IF current_setting('server_version_num')::integer < 150000 THEN"
    " GRANT CREATE ON SCHEMA public TO PUBLIC; END IF;"
    " COMMENT ON SCHEMA public IS 'standard public schema'; END $$";

bool test_database_clear(TestDatabase *database, AgPool *pool, AgDiag *diag)
{
    if (database->dialect == AG_DIALECT_POSTGRESQL)
        return ag_db_run(database->db, clear_sql, diag);
    ag_db_close(database->db);
    g_unlink(database->name);
    database->db = connect_to(pool, database->url, diag);
    return database->db != NULL;
}

/* Whether nothing is left that is not in a new database. */
static const char pristine_sql[] =
    "SELECT (SELECT count(*) FROM (SELECT oid FROM pg_class UNION ALL SELECT oid FROM pg_proc"
    " UNION ALL SELECT oid FROM pg_type UNION ALL SELECT oid FROM pg_namespace"
    " UNION ALL SELECT oid FROM pg_operator UNION ALL SELECT oid FROM pg_opclass"
    " UNION ALL SELECT oid FROM pg_opfamily UNION ALL SELECT oid FROM pg_collation"
    " UNION ALL SELECT oid FROM pg_conversion UNION ALL SELECT oid FROM pg_ts_config"
    " UNION ALL SELECT oid FROM pg_ts_dict UNION ALL SELECT oid FROM pg_ts_parser"
    " UNION ALL SELECT oid FROM pg_ts_template UNION ALL SELECT oid FROM pg_statistic_ext"
    " UNION ALL SELECT oid FROM pg_event_trigger UNION ALL SELECT oid FROM pg_publication"
    " UNION ALL SELECT oid FROM pg_foreign_data_wrapper UNION ALL SELECT oid FROM pg_language"
    " UNION ALL SELECT oid FROM pg_cast UNION ALL SELECT oid FROM pg_extension"
    " UNION ALL SELECT oid FROM pg_default_acl UNION ALL SELECT oid FROM pg_am"
    " UNION ALL SELECT oid FROM pg_transform) x WHERE x.oid >= 16384) = 0"
    " AND NOT EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_database b ON b.oid = s.setdatabase"
    " WHERE b.datname = current_database())"
    " AND (SELECT n.nspacl::text FROM pg_namespace n WHERE n.nspname = 'public') IS NOT DISTINCT"
    " FROM (SELECT i.initprivs::text FROM pg_init_privs i WHERE i.objoid = 2200"
    " AND i.classoid = 'pg_namespace'::regclass)"
    " AND obj_description(2200, 'pg_namespace') = 'standard public schema'";

static bool is_pristine(TestDatabase *database, AgPool *pool)
{
    g_autoptr(AgDiag) ignored = ag_diag_new();
    if (database->db == NULL || !test_database_clear(database, pool, ignored))
        return false;
    AgRows *rows = ag_db_query(database->db, pool, pristine_sql, NULL, 0, ignored);
    return rows != NULL && rows->n_rows == 1 && g_strcmp0(ag_rows_get(rows, 0, 0), "t") == 0;
}

static void drop_database(const TestDatabase *database, AgPool *pool)
{
    g_autoptr(AgDiag) ignored = ag_diag_new();
    run_on_server(database, pool,
                  ag_pool_printf(pool, "DROP DATABASE IF EXISTS %s WITH (FORCE)", database->name),
                  ignored);
}

void test_database_remove(TestDatabase *database)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    bool reusable = database->dialect == AG_DIALECT_POSTGRESQL && database->name != NULL &&
                    is_pristine(database, pool) && keep(database->name);
    ag_db_close(database->db);
    database->db = NULL;
    if (database->name == NULL || reusable)
        return;
    if (database->dialect == AG_DIALECT_POSTGRESQL)
        drop_database(database, pool);
    else
        g_unlink(database->name);
}

void test_databases_end(const char *server)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    for (int i = 0; i < MOST_KEPT; i++) {
        TestDatabase database = {.server = server, .name = kept[i]};
        if (kept[i] != NULL)
            drop_database(&database, pool);
        g_clear_pointer(&kept[i], g_free);
    }
}

/* --- plans --- */

AgSchema *test_database_read(const TestDatabase *database, AgPool *pool, AgDiag *diag)
{
    AgFilter filter = {.version_table = "autogen_version",
                       .log_table = "autogen_log",
                       .extensions = true};
    return ag_introspect(database->db, pool, &filter, diag);
}

bool test_plan(AgPool *pool, const AgSchema *from, const AgSchema *to,
               const TestPlanOptions *options, TestPlan *plan, AgDiag *diag)
{
    AgDiffOptions differ = {.drop_unmanaged = true,
                            .compare_comments = true,
                            .compare_owners = true,
                            .suspects_allowed = options->suspects_allowed};
    AgEmitOptions emit = {.server_version = options->server_version};
    if (from->server_version != 0)
        emit.server_version = from->server_version;
    else if (emit.server_version == 0)
        emit.server_version = to->dialect == AG_DIALECT_POSTGRESQL ? 150000 : 3040000;
    emit.concurrent_indexes = emit.not_valid = options->online;
    GPtrArray *changes = ag_diff(pool, from, to, &differ, diag);
    if (changes == NULL)
        return false;
    plan->changes = ag_order(pool, from, to, changes, diag);
    if (plan->changes == NULL)
        return false;
    plan->upgrade = ag_emit(pool, from, to, plan->changes, false, &emit, diag);
    if (plan->upgrade == NULL)
        return false;
    GPtrArray *reversed = ag_order_back(pool, from, to, changes, plan->changes, diag);
    if (reversed == NULL)
        return false;
    plan->downgrade = ag_emit(pool, to, from, reversed, true, &emit, diag);
    return plan->downgrade != NULL;
}

bool test_database_plan(const TestDatabase *database, AgPool *pool, const char *model,
                        const char *file, const TestPlanOptions *options, TestPlan *plan,
                        AgDiag *diag)
{
    AgCanonicalOptions canonical = {0};
    AgSchema *now = test_database_read(database, pool, diag);
    AgSchema *desired =
        now == NULL ? NULL : ag_models_parse(pool, model, file, database->dialect, diag);
    return desired != NULL && ag_canonicalize(database->db, desired, now, &canonical, diag) &&
           test_plan(pool, now, desired, options, plan, diag);
}

/* --- applying --- */

static bool apply_settings(const TestDatabase *database, AgPool *pool, const AgStep *step,
                           AgDiag *diag)
{
    for (guint i = 0; i < step->settings->len; i++) {
        const AgSetting *setting = g_ptr_array_index(step->settings, i);
        if (database->dialect == AG_DIALECT_SQLITE) {
            if (!ag_db_run(database->db,
                           ag_pool_printf(pool, "PRAGMA %s = %s", setting->name, setting->value),
                           diag))
                return false;
            continue;
        }
        const char *params[] = {setting->name, setting->value};
        if (ag_db_query(database->db, pool, "SELECT set_config($1, $2, true)", params, 2, diag) ==
            NULL)
            return false;
    }
    return true;
}

static bool apply_step(const TestDatabase *database, AgPool *pool, const AgStep *step, AgDiag *diag)
{
    bool transaction = step->mode == AG_STEP_TRANSACTIONAL;
    bool sqlite = database->dialect == AG_DIALECT_SQLITE;
    if (sqlite && !apply_settings(database, pool, step, diag))
        return false;
    if (transaction && !ag_db_begin(database->db, false, diag))
        return false;
    bool good = sqlite || apply_settings(database, pool, step, diag);
    for (guint i = 0; good && i < step->statements->len; i++) {
        const AgStatement *statement = g_ptr_array_index(step->statements, i);
        good = ag_db_run(database->db, statement->sql, diag);
        if (!good)
            ag_hint(diag, "%s", statement->sql);
    }
    if (transaction && good)
        good = ag_db_commit(database->db, diag);
    if (transaction && !good)
        ag_db_rollback(database->db);
    if (sqlite) {
        g_autoptr(AgDiag) ignored = ag_diag_new();
        ag_db_run(database->db, "PRAGMA foreign_keys = on", ignored);
        ag_db_run(database->db, "PRAGMA legacy_alter_table = off", ignored);
    }
    return good;
}

bool test_database_apply(const TestDatabase *database, AgPool *pool, const AgScript *script,
                         AgDiag *diag)
{
    for (guint i = 0; i < script->steps->len; i++) {
        if (!apply_step(database, pool, g_ptr_array_index(script->steps, i), diag))
            return false;
    }
    return true;
}

char *test_database_facts(const TestDatabase *database, AgPool *pool, AgDiag *diag)
{
    return witness_facts(pool, database->db,
                         database->dialect == AG_DIALECT_SQLITE ? database->name : database->url,
                         !database->without_dump, diag);
}
