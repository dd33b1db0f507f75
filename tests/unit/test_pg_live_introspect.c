/* SPDX-License-Identifier: MIT */
/* What introspection sees of a PostgreSQL database, and what it does not. */
#include "pg_live.h"

#include "model/check.h"
#include "model/column.h"
#include "model/enum.h"
#include "model/extension.h"
#include "model/foreign_data.h"
#include "model/foreign_key.h"
#include "model/index.h"
#include "model/key.h"
#include "model/sequence.h"
#include "model/table.h"

static AgPool *pool;
static AgDiag *diag;
static AgDb *db;
static AgSchema *schema;

static int set_up(void **state)
{
    (void)state;
    pool = ag_pool_new();
    diag = ag_diag_new();
    db = live_open(live.url, AG_DB_READ);
    live_script(db, "CREATE SCHEMA shop");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    live_script(db, "DROP SCHEMA shop CASCADE");
    ag_db_close(db);
    ag_diag_free(diag);
    ag_pool_free(pool);
    return 0;
}

static void look(const AgFilter *filter)
{
    schema = ag_introspect(db, pool, filter, diag);
    if (schema == NULL)
        show_problems(diag);
    assert_non_null(schema);
    assert_int_equal(ag_diag_errors(diag), 0);
}

/* Runs the statements and reads the database. */
static void given(const char *sql)
{
    live_script(db, sql);
    look(NULL);
}

static AgObject *object_of(AgKind kind, const char *name)
{
    AgObject *object = ag_schema_find(schema, kind, "shop", name);
    if (object == NULL)
        print_error("no %s\n", name);
    assert_non_null(object);
    return object;
}

static void *part_of(const char *table, AgKind kind, const char *name)
{
    AgObject *part = ag_object_part(object_of(AG_KIND_TABLE, table), kind, name);
    if (part == NULL)
        print_error("no %s\n", name);
    assert_non_null(part);
    return part;
}

/* The name that the server gives a NOT NULL by itself, which only 18 has. */
static bool goes_without_saying(const AgObject *object, unsigned field)
{
    return object->info->kind == AG_KIND_COLUMN && field == AG_COLUMN_NOT_NULL_NAME &&
           ag_column_has_usual_not_null((const AgColumn *)object);
}

/* All that a field table says of an object, on one line: "name field=[text] ...". */
static char *describe(const AgObject *object)
{
    g_autoptr(GString) out = g_string_new(object->name);
    for (unsigned i = 0; i < object->info->n_fields; i++) {
        const AgField *field = &object->info->fields[i];
        if (ag_field_is_set(object, field) && !goes_without_saying(object, i))
            g_string_append_printf(out, " %s=[%s]", field->name,
                                   ag_field_text(pool, object, field));
    }
    return ag_pool_text(pool, out->str);
}

static void assert_part(const char *table, AgKind kind, const char *name, const char *expected)
{
    assert_string_equal(describe(part_of(table, kind, name)), expected);
}

static guint count_unmanaged(const char *noun, const char *label)
{
    guint n = 0;
    for (guint i = 0; i < schema->unmanaged->len; i++) {
        const AgUnmanaged *unmanaged = g_ptr_array_index(schema->unmanaged, i);
        n += strcmp(unmanaged->noun, noun) == 0 && strcmp(unmanaged->label, label) == 0;
    }
    return n;
}

static void assert_unmanaged(const char *noun, const char *label)
{
    if (count_unmanaged(noun, label) != 1)
        print_error("%s %s: %u\n", noun, label, count_unmanaged(noun, label));
    assert_int_equal(count_unmanaged(noun, label), 1);
}

static void test_columns(void **state)
{
    (void)state;
    given("CREATE TYPE shop.mood AS ENUM ('sad', 'o\"k', 'it''s, {x}');"
          "CREATE DOMAIN shop.pos AS integer;"
          "CREATE TABLE shop.t (a integer NOT NULL, gone text, b varchar(80) DEFAULT 'x',"
          " c timestamp(3) with time zone[] NOT NULL, d shop.mood DEFAULT 'sad', e shop.pos,"
          " f text COLLATE \"C\", g numeric(12,2), h interval day to second(2),"
          " i integer GENERATED ALWAYS AS (a + 1) STORED, \"Odd \"\"one\" char, k shop.mood[]);"
          "ALTER TABLE shop.t DROP COLUMN gone");
    assert_part("t", AG_KIND_COLUMN, "a", "a type=[integer]");
    assert_part("t", AG_KIND_COLUMN, "b",
                "b type=[character varying(80)] null=[true] "
                "default-sql=['x'::character varying]");
    assert_part("t", AG_KIND_COLUMN, "c", "c type=[timestamp(3) with time zone[]]");
    assert_part("t", AG_KIND_COLUMN, "d",
                "d type=[shop.mood] null=[true] default-sql=['sad'::shop.mood]");
    assert_part("t", AG_KIND_COLUMN, "e", "e type=[shop.pos] null=[true]");
    assert_part("t", AG_KIND_COLUMN, "f", "f type=[text] null=[true] collation=[C]");
    assert_part("t", AG_KIND_COLUMN, "g", "g type=[numeric(12,2)] null=[true]");
    assert_part("t", AG_KIND_COLUMN, "h", "h type=[interval day to second(2)] null=[true]");
    assert_part("t", AG_KIND_COLUMN, "i", "i type=[integer] null=[true] generated=[(a + 1)]");
    assert_part("t", AG_KIND_COLUMN, "Odd \"one", "Odd \"one type=[character(1)] null=[true]");
    assert_part("t", AG_KIND_COLUMN, "k", "k type=[shop.mood[]] null=[true]");
    const AgObject *table = object_of(AG_KIND_TABLE, "t");
    assert_int_equal(table->parts->len, 11);
    assert_null(ag_object_part(table, AG_KIND_COLUMN, "gone"));
    const AgEnum *mood = (const AgEnum *)object_of(AG_KIND_ENUM, "mood");
    assert_int_equal(mood->values->len, 3);
    assert_string_equal(((AgEnumValue *)g_ptr_array_index(mood->values, 1))->name, "o\"k");
    assert_string_equal(((AgEnumValue *)g_ptr_array_index(mood->values, 2))->name, "it's, {x}");
    assert_non_null(object_of(AG_KIND_DOMAIN, "pos"));
}

static void test_numbered_columns(void **state)
{
    (void)state;
    given("CREATE TABLE shop.t (a bigint GENERATED ALWAYS AS IDENTITY,"
          " b smallint GENERATED BY DEFAULT AS IDENTITY (START 5 INCREMENT -2 MINVALUE -100"
          " MAXVALUE 10 CACHE 3 CYCLE), c serial, d integer GENERATED ALWAYS AS IDENTITY"
          " (MINVALUE 10));"
          "CREATE SEQUENCE shop.down AS smallint INCREMENT -1 CACHE 7;"
          "CREATE SEQUENCE shop.up START 3");
    assert_part("t", AG_KIND_COLUMN, "a",
                "a type=[bigint] identity=[always] identity/sequence=[t_a_seq]");
    assert_part("t", AG_KIND_COLUMN, "b",
                "b type=[smallint] identity=[by-default] identity/start=[5] "
                "identity/increment=[-2] identity/min=[-100] identity/max=[10] "
                "identity/cache=[3] identity/cycle=[true] identity/sequence=[t_b_seq]");
    assert_part("t", AG_KIND_COLUMN, "c",
                "c type=[integer] default-sql=[nextval('shop.t_c_seq'::regclass)]");
    assert_part("t", AG_KIND_COLUMN, "d",
                "d type=[integer] identity=[always] identity/min=[10] identity/sequence=[t_d_seq]");
    assert_string_equal(describe(object_of(AG_KIND_SEQUENCE, "t_c_seq")),
                        "t_c_seq type=[integer] owned-by=[shop.t.c]");
    assert_string_equal(describe(object_of(AG_KIND_SEQUENCE, "down")),
                        "down type=[smallint] increment=[-1] cache=[7]");
    assert_string_equal(describe(object_of(AG_KIND_SEQUENCE, "up")), "up start=[3]");
    assert_null(ag_schema_find(schema, AG_KIND_SEQUENCE, "shop", "t_a_seq"));
}

static void test_constraints(void **state)
{
    (void)state;
    given("CREATE TABLE shop.t (b int, a int, c text, CONSTRAINT pk PRIMARY KEY (a, b)"
          " INCLUDE (c) WITH (fillfactor=70), CONSTRAINT u UNIQUE (c, a) DEFERRABLE INITIALLY"
          " DEFERRED, CONSTRAINT ch CHECK (a > 0) NO INHERIT, UNIQUE (b));"
          "CREATE TABLE shop.r (x int, y int, CONSTRAINT f1 FOREIGN KEY (y, x) REFERENCES shop.t"
          " ON DELETE CASCADE ON UPDATE SET NULL, CONSTRAINT f2 FOREIGN KEY (x) REFERENCES"
          " shop.t (b) MATCH FULL ON DELETE SET DEFAULT DEFERRABLE);"
          "ALTER TABLE shop.r ADD CONSTRAINT f3 FOREIGN KEY (x) REFERENCES shop.t (b) NOT VALID,"
          " ADD CONSTRAINT nv CHECK (x > 1) NOT VALID");
    assert_part("t", AG_KIND_PRIMARY_KEY, "pk",
                "pk columns=[a b] include=[c] param=[fillfactor=70]");
    assert_part("t", AG_KIND_UNIQUE, "u", "u columns=[c a] deferrable=[initially-deferred]");
    assert_part("t", AG_KIND_UNIQUE, "t_b_key", "t_b_key columns=[b]");
    assert_part("t", AG_KIND_CHECK, "ch", "ch expression=[(a > 0)] no-inherit=[true]");
    assert_part("r", AG_KIND_FOREIGN_KEY, "f1",
                "f1 columns=[y x] references=[shop.t] ref-columns=[a b] on-delete=[cascade] "
                "on-update=[set-null]");
    assert_part("r", AG_KIND_FOREIGN_KEY, "f2",
                "f2 columns=[x] references=[shop.t] ref-columns=[b] on-delete=[set-default] "
                "match=[full] deferrable=[initially-immediate]");
    assert_part("r", AG_KIND_FOREIGN_KEY, "f3",
                "f3 columns=[x] references=[shop.t] ref-columns=[b] not-valid=[true]");
    assert_part("r", AG_KIND_CHECK, "nv", "nv expression=[(x > 1)] not-valid=[true]");
    assert_null(ag_object_first(object_of(AG_KIND_TABLE, "t"), AG_KIND_INDEX));
}

static void test_constraints_of_15(void **state)
{
    (void)state;
    if (ag_db_version(db) < 150000)
        skip();
    given("CREATE TABLE shop.t (a int PRIMARY KEY, b int, CONSTRAINT u UNIQUE NULLS NOT DISTINCT"
          " (b), CONSTRAINT f FOREIGN KEY (a, b) REFERENCES shop.t (a, b) ON DELETE SET NULL (b),"
          " UNIQUE (a, b)); CREATE UNIQUE INDEX i ON shop.t (b) NULLS NOT DISTINCT");
    assert_part("t", AG_KIND_UNIQUE, "u", "u columns=[b] nulls-not-distinct=[true]");
    assert_part("t", AG_KIND_FOREIGN_KEY, "f",
                "f columns=[a b] references=[shop.t] ref-columns=[a b] on-delete=[set-null] "
                "on-delete-columns=[b]");
    assert_part("t", AG_KIND_INDEX, "i", "i unique=[true] columns=[b] nulls-not-distinct=[true]");
}

static void test_indexes(void **state)
{
    (void)state;
    given("CREATE TABLE shop.t (a text, b timestamptz, c varchar(9) COLLATE \"C\", d jsonb, e int);"
          "CREATE INDEX i1 ON shop.t (a, b DESC, e DESC NULLS LAST, c NULLS FIRST) INCLUDE (d)"
          " WHERE b IS NOT NULL;"
          "CREATE INDEX i2 ON shop.t (lower(a), (e + 1) DESC, a COLLATE \"POSIX\","
          " (a || 'x') COLLATE \"C\");"
          "CREATE INDEX i3 ON shop.t (a text_pattern_ops, c varchar_pattern_ops, e int4_ops);"
          "CREATE INDEX i4 ON shop.t USING gin (d jsonb_path_ops) WITH (fastupdate=off);"
          "CREATE INDEX i5 ON shop.t (c COLLATE \"default\", c);"
          "CREATE INDEX i6 ON shop.t USING gist (to_tsvector('simple', a) tsvector_ops"
          " (siglen=32)); ALTER INDEX shop.i6 ALTER 1 SET STATISTICS 5");
    assert_part("t", AG_KIND_INDEX, "i6",
                "i6 using=[gist] columns=[(to_tsvector('simple'::regconfig, a))"
                "(siglen=32) statistics 5]");
    assert_part("t", AG_KIND_INDEX, "i1",
                "i1 columns=[a, b desc, e desc nulls last, c nulls first] include=[d] "
                "where=[(b IS NOT NULL)]");
    assert_part("t", AG_KIND_INDEX, "i2",
                "i2 columns=[(lower(a)), (((e + 1))) desc, a collate POSIX, "
                "(((a || 'x'::text))) collate C]");
    assert_part("t", AG_KIND_INDEX, "i3",
                "i3 columns=[a text_pattern_ops, c varchar_pattern_ops, e]");
    assert_part("t", AG_KIND_INDEX, "i4",
                "i4 using=[gin] columns=[d jsonb_path_ops] param=[fastupdate=off]");
    assert_part("t", AG_KIND_INDEX, "i5", "i5 columns=[c collate default, c]");
}

static void test_invalid_index(void **state)
{
    (void)state;
    live_script(db, "CREATE TABLE shop.t (a int); INSERT INTO shop.t VALUES (1), (1)");
    AgDiag *expected = ag_diag_new();
    assert_false(ag_db_run(db, "CREATE UNIQUE INDEX CONCURRENTLY broken ON shop.t (a)", expected));
    ag_diag_free(expected);
    look(NULL);
    assert_true(((AgIndex *)part_of("t", AG_KIND_INDEX, "broken"))->invalid);
}

static void test_tables_and_comments(void **state)
{
    (void)state;
    given("CREATE UNLOGGED TABLE shop.t (a int PRIMARY KEY, b text) WITH (fillfactor=50,"
          " toast.autovacuum_enabled=off); CREATE INDEX i ON shop.t (b);"
          "CREATE SEQUENCE shop.s; CREATE TYPE shop.e AS ENUM ('x');"
          "COMMENT ON SCHEMA shop IS 'c0'; COMMENT ON TABLE shop.t IS 'c1';"
          "COMMENT ON COLUMN shop.t.b IS 'c2'; COMMENT ON CONSTRAINT t_pkey ON shop.t IS 'c3';"
          "COMMENT ON INDEX shop.i IS 'c4'; COMMENT ON SEQUENCE shop.s IS 'c5';"
          "COMMENT ON TYPE shop.e IS 'c6'");
    const AgTable *table = (const AgTable *)object_of(AG_KIND_TABLE, "t");
    assert_true(table->unlogged);
    assert_int_equal(table->params->len, 2);
    assert_string_equal(ag_schema_find(schema, AG_KIND_NAMESPACE, NULL, "shop")->comment, "c0");
    assert_string_equal(table->object.comment, "c1");
    assert_string_equal(((AgObject *)part_of("t", AG_KIND_COLUMN, "b"))->comment, "c2");
    assert_string_equal(((AgObject *)part_of("t", AG_KIND_PRIMARY_KEY, "t_pkey"))->comment, "c3");
    assert_string_equal(((AgObject *)part_of("t", AG_KIND_INDEX, "i"))->comment, "c4");
    assert_string_equal(object_of(AG_KIND_SEQUENCE, "s")->comment, "c5");
    assert_string_equal(object_of(AG_KIND_ENUM, "e")->comment, "c6");
    assert_null(ag_schema_find(schema, AG_KIND_NAMESPACE, NULL, "public"));
    assert_non_null(table->object.owner);
}

/* The name that the server makes is no news; one of its own, or a comment, is told. */
static void test_names_of_not_null_of_domains_are_told(void **state)
{
    (void)state;
    bool has_names = ag_db_version(db) >= 170000;
    live_script(db, "CREATE DOMAIN shop.plain AS int NOT NULL; CREATE DOMAIN shop.own AS int"
                    " CONSTRAINT x NOT NULL; CREATE DOMAIN shop.told AS int NOT NULL");
    given(has_names ? "COMMENT ON CONSTRAINT told_not_null ON DOMAIN shop.told IS 'why'"
                    : "SELECT 1");
    assert_int_equal(count_unmanaged("NOT NULL of domain", "shop.plain.plain_not_null"), 0);
    assert_int_equal(count_unmanaged("NOT NULL of domain", "shop.own.x"), has_names);
    assert_int_equal(count_unmanaged("NOT NULL of domain", "shop.told.told_not_null"), has_names);
}

static void test_what_models_cannot_say_is_named(void **state)
{
    (void)state;
    given("CREATE TABLE shop.t (a int PRIMARY KEY, b text, r int4range);"
          "CREATE VIEW shop.v AS SELECT 1 AS x; CREATE MATERIALIZED VIEW shop.m AS SELECT 1 AS x;"
          "CREATE FUNCTION shop.f(a int, OUT b text) LANGUAGE sql AS 'SELECT ''''::text';"
          "CREATE PROCEDURE shop.p() LANGUAGE sql AS '';"
          "CREATE AGGREGATE shop.agg(int) (SFUNC = int4pl, STYPE = int);"
          "CREATE DOMAIN shop.d AS int; CREATE TYPE shop.c AS (x int);"
          "CREATE TYPE shop.r AS RANGE (SUBTYPE = int4);"
          "CREATE TABLE shop.pt (a int, b int) PARTITION BY RANGE (a);"
          "CREATE TABLE shop.p1 PARTITION OF shop.pt FOR VALUES FROM (1) TO (2);"
          "CREATE INDEX hidden ON shop.pt (b);"
          "CREATE TABLE shop.kid () INHERITS (shop.t); CREATE TABLE shop.typed OF shop.c;"
          "CREATE FUNCTION shop.tf() RETURNS trigger LANGUAGE plpgsql AS"
          " 'BEGIN RETURN NEW; END'; CREATE TRIGGER tr BEFORE INSERT ON shop.t FOR EACH ROW"
          " EXECUTE FUNCTION shop.tf();"
          "CREATE TRIGGER vtr INSTEAD OF INSERT ON shop.v FOR EACH ROW EXECUTE FUNCTION shop.tf();"
          "CREATE RULE ru AS ON UPDATE TO shop.t DO ALSO NOTHING;"
          "ALTER TABLE shop.t ENABLE ROW LEVEL SECURITY; CREATE POLICY po ON shop.t USING (true);"
          "ALTER TABLE shop.t ADD CONSTRAINT ex EXCLUDE USING gist (r WITH &&);"
          "CREATE STATISTICS shop.st ON a, b FROM shop.t;"
          "ALTER TABLE shop.t ALTER b SET STORAGE external, ALTER a SET STATISTICS 77;"
          "ALTER TABLE shop.t ALTER a SET (n_distinct = 5), REPLICA IDENTITY FULL;"
          "ALTER TABLE shop.t CLUSTER ON t_pkey, FORCE ROW LEVEL SECURITY;"
          "GRANT SELECT, INSERT (a) ON shop.t TO PUBLIC; GRANT USAGE ON SCHEMA shop TO PUBLIC;"
          "CREATE SEQUENCE shop.sq; GRANT USAGE ON SEQUENCE shop.sq TO PUBLIC;"
          "CREATE COLLATION shop.co (LOCALE = 'C');"
          "CREATE OPERATOR FAMILY shop.of USING btree;"
          "CREATE OPERATOR CLASS shop.oc FOR TYPE int USING hash AS OPERATOR 1 =,"
          " FUNCTION 1 hashint4(int); CREATE LANGUAGE lng HANDLER plpgsql_call_handler;"
          "CREATE CONVERSION shop.cv FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;"
          "CREATE TEXT SEARCH PARSER shop.pr (START = prsd_start, GETTOKEN = prsd_nexttoken,"
          " END = prsd_end, LEXTYPES = prsd_lextype);"
          "CREATE TEXT SEARCH TEMPLATE shop.te (LEXIZE = dsimple_lexize);"
          "CREATE ACCESS METHOD am TYPE TABLE HANDLER heap_tableam_handler;"
          "ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO PUBLIC");
    static const char *const expected[][2] = {
        {"language", "lng"},
        {"text search parser", "shop.pr"},
        {"text search template", "shop.te"},
        {"access method", "am"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++)
        assert_unmanaged(expected[i][0], expected[i][1]);
    assert_non_null(ag_schema_find_signed(schema, AG_KIND_OPERATOR_FAMILY, "shop", "of", "btree"));
    assert_non_null(ag_schema_find(schema, AG_KIND_CONVERSION, "shop", "cv"));
    const AgObject *oc =
        ag_schema_find_signed(schema, AG_KIND_OPERATOR_CLASS, "shop", "oc", "hash");
    assert_non_null(oc);
    assert_non_null(ag_object_part(oc, AG_KIND_CLASS_OPERATOR, "1 (integer, integer)"));
    assert_non_null(ag_object_part(oc, AG_KIND_CLASS_FUNCTION, "1 (integer, integer)"));
    assert_non_null(ag_schema_find(schema, AG_KIND_TABLE, "shop", "pt"));
    assert_non_null(ag_schema_find(schema, AG_KIND_TABLE, "shop", "kid"));
    assert_string_equal(((const AgTable *)object_of(AG_KIND_TABLE, "typed"))->of.written, "shop.c");
    assert_non_null(ag_schema_find(schema, AG_KIND_TABLE, "shop", "t"));
    assert_null(ag_object_first(object_of(AG_KIND_TABLE, "t"), AG_KIND_INDEX));
    /* The range's own functions, cast and multirange are part of it; so are partition indexes. */
    for (guint i = 0; i < schema->unmanaged->len; i++) {
        const AgUnmanaged *unmanaged = g_ptr_array_index(schema->unmanaged, i);
        assert_null(strstr(unmanaged->label, "multirange"));
        assert_null(strstr(unmanaged->label, "hidden"));
        assert_string_not_equal(unmanaged->label, "shop.r(integer,integer)");
    }
    live_script(db, "DROP ACCESS METHOD am; DROP LANGUAGE lng");
}

static void test_members_of_extensions_are_invisible(void **state)
{
    (void)state;
    live_script(db, "CREATE EXTENSION citext SCHEMA shop");
    AgFilter filter = {.extensions = true};
    look(&filter);
    const AgExtension *citext =
        (const AgExtension *)ag_schema_find(schema, AG_KIND_EXTENSION, NULL, "citext");
    assert_non_null(citext);
    assert_string_equal(citext->in, "shop");
    assert_int_equal(schema->unmanaged->len, 0);
    assert_null(ag_schema_find(schema, AG_KIND_EXTENSION, NULL, "plpgsql"));
    filter.extensions = false;
    look(&filter);
    assert_null(ag_schema_find(schema, AG_KIND_EXTENSION, NULL, "citext"));
    /* Named by the models, it is compared all the same. */
    AgSchema *models = ag_schema_new(pool, AG_DIALECT_POSTGRESQL);
    ag_schema_add(models, ag_object_new(pool, &ag_kind_extension, NULL, NULL, "citext"));
    filter.models = models;
    look(&filter);
    assert_non_null(ag_schema_find(schema, AG_KIND_EXTENSION, NULL, "citext"));
}

static void test_filters(void **state)
{
    (void)state;
    live_script(db, "CREATE SCHEMA \"o'ther {x}\"; CREATE TABLE \"o'ther {x}\".t (a int UNIQUE);"
                    "CREATE TABLE shop.t (a int REFERENCES \"o'ther {x}\".t (a));"
                    "CREATE TABLE shop.autogen_version (v text);"
                    "CREATE TABLE shop.tmp_1 (a int); CREATE SEQUENCE shop.tmp_2;"
                    "CREATE INDEX tmp_i ON shop.t (a); CREATE TEMP TABLE fleeting (a int)");
    AgFilter filter = {.schemas = ag_pool_array(pool),
                       .own_schema = "shop",
                       .version_table = "autogen_version",
                       .models = ag_schema_new(pool, AG_DIALECT_POSTGRESQL)};
    static const char *const ignored[][2] = {{"table", "shop.tmp_*"},
                                             {"any", "tmp_2"},
                                             {"index", "t.tmp_i"}};
    for (size_t i = 0; i < G_N_ELEMENTS(ignored); i++) {
        AgIgnore *ignore = ag_pool_new0(pool, AgIgnore);
        ignore->kinds = ag_pool_array(pool);
        g_ptr_array_add(ignore->kinds, (gpointer)(guintptr)ignored[i][0]);
        ignore->pattern = ignored[i][1];
        g_ptr_array_add(filter.models->ignores, ignore);
    }
    g_ptr_array_add(filter.schemas, (gpointer)(guintptr) "shop");
    look(&filter);
    assert_int_equal(schema->namespaces->len, 1);
    assert_int_equal(schema->objects->len, 2); /* the namespace and one table */
    const AgForeignKey *key = part_of("t", AG_KIND_FOREIGN_KEY, "t_a_fkey");
    /* Into a schema that is not looked at: still named. */
    assert_string_equal(describe(&key->object),
                        "t_a_fkey columns=[a] references=[\"o'ther {x}\".t] ref-columns=[a]");
    assert_null(ag_object_first(object_of(AG_KIND_TABLE, "t"), AG_KIND_INDEX));
    g_ptr_array_index(filter.schemas, 0) = (gpointer)(guintptr) "o'ther {x}";
    look(&filter);
    assert_non_null(ag_schema_find(schema, AG_KIND_TABLE, "o'ther {x}", "t"));
    assert_null(ag_schema_find(schema, AG_KIND_TABLE, "shop", "t"));
    live_script(db, "DROP SCHEMA \"o'ther {x}\" CASCADE");
}

/* Only CONNECT is needed: nothing is hidden, nothing refused. */
static void test_a_role_without_rights(void **state)
{
    (void)state;
    live_script(db, "CREATE TABLE shop.t (a int PRIMARY KEY DEFAULT 1, CHECK (a > 0));"
                    "CREATE ROLE autogen_test_looker; SET ROLE autogen_test_looker");
    look(NULL);
    assert_part("t", AG_KIND_COLUMN, "a", "a type=[integer] default-sql=[1]");
    assert_part("t", AG_KIND_CHECK, "t_a_check", "t_a_check expression=[(a > 0)]");
    live_script(db, "RESET ROLE; DROP ROLE autogen_test_looker");
}

static void test_secrets_are_not_shown(void **state)
{
    (void)state;
    given("CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;"
          "CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (\"user\" 'bob', password 'hush')");
    const AgObject *mapping = ag_schema_find(schema, AG_KIND_USER_MAPPING, NULL, "public@s");
    assert_non_null(mapping);
    assert_string_equal(describe(mapping), "public@s user=[public] server=[s] option=[user=bob]");
    assert_true(((const AgUserMapping *)mapping)->secrets);
    assert_unmanaged("secret option of user mapping", "public@s.password");
    live_script(db, "CREATE ROLE autogen_test_looker; SET ROLE autogen_test_looker");
    look(NULL);
    mapping = ag_schema_find(schema, AG_KIND_USER_MAPPING, NULL, "public@s");
    assert_true(((const AgUserMapping *)mapping)->hidden);
    assert_unmanaged("options of user mapping", "public@s");
    live_script(db, "RESET ROLE; DROP ROLE autogen_test_looker;"
                    "DROP FOREIGN DATA WRAPPER w CASCADE");
}

static void append_text(GString *out, const GPtrArray *objects)
{
    for (guint i = 0; objects != NULL && i < objects->len; i++) {
        const AgObject *object = g_ptr_array_index(objects, i);
        g_string_append_printf(out, "%s\n", describe(object));
        append_text(out, object->parts);
    }
}

/* Nothing may depend on where rows lie in a catalogue. */
static void test_order_does_not_depend_on_history(void **state)
{
    (void)state;
    static const char *const histories[] = {
        "CREATE TABLE shop.b (y int, x int); CREATE TABLE shop.a (k int PRIMARY KEY);"
        "CREATE INDEX i2 ON shop.b (x); CREATE INDEX i1 ON shop.b (y);"
        "ALTER TABLE shop.b ADD CONSTRAINT c2 CHECK (x > 0), ADD CONSTRAINT c1 CHECK (y > 0)",
        "CREATE TABLE shop.a (k int PRIMARY KEY); CREATE TABLE shop.b (y int);"
        "ALTER TABLE shop.b ADD COLUMN x int, ADD CONSTRAINT c1 CHECK (y > 0);"
        "ALTER TABLE shop.b ADD CONSTRAINT c2 CHECK (x > 0);"
        "CREATE INDEX i1 ON shop.b (y); CREATE INDEX i2 ON shop.b (x); UPDATE pg_class"
        " SET relpages = relpages WHERE relname = 'a'"};
    g_autofree char *first = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(histories); i++) {
        given(histories[i]);
        g_autoptr(GString) out = g_string_new(NULL);
        append_text(out, schema->objects);
        if (first == NULL)
            first = g_strdup(out->str);
        assert_string_equal(out->str, first);
        live_script(db, "DROP TABLE shop.a, shop.b");
    }
}

static void test_no_transaction_is_left(void **state)
{
    (void)state;
    look(NULL);
    live_script(db, "VACUUM pg_catalog.pg_am"); /* refused inside a transaction */
    AgRows *rows = ag_db_query(db, pool,
                               "SELECT current_setting('search_path'), (SELECT count(*)"
                               " FROM pg_locks WHERE pid = pg_backend_pid() AND relation >= 16384)",
                               NULL, 0, diag);
    assert_string_not_equal(ag_rows_get(rows, 0, 0), "");
    assert_string_equal(ag_rows_get(rows, 0, 1), "0");
}

#define LIVE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIVE_TEST(test_columns),
        LIVE_TEST(test_numbered_columns),
        LIVE_TEST(test_constraints),
        LIVE_TEST(test_constraints_of_15),
        LIVE_TEST(test_indexes),
        LIVE_TEST(test_invalid_index),
        LIVE_TEST(test_tables_and_comments),
        LIVE_TEST(test_names_of_not_null_of_domains_are_told),
        LIVE_TEST(test_what_models_cannot_say_is_named),
        LIVE_TEST(test_members_of_extensions_are_invisible),
        LIVE_TEST(test_filters),
        LIVE_TEST(test_a_role_without_rights),
        LIVE_TEST(test_secrets_are_not_shown),
        LIVE_TEST(test_order_does_not_depend_on_history),
        LIVE_TEST(test_no_transaction_is_left),
    };
    LIVE_MAIN(tests);
}
