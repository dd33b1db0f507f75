/* SPDX-License-Identifier: MIT */
/* The parser of SQLite's CREATE texts against SQLite itself: what it says of a table must be what
 * the pragmas say. */
#include "sqlite_support.h"

#include "dialect/dialect.h"
#include "introspect/sqlite/canonical.h"
#include "introspect/sqlite/create_text.h"
#include "model/check.h"
#include "model/column.h"
#include "model/foreign_key.h"
#include "model/index.h"
#include "model/key.h"
#include "model/table.h"
#include "sql/tokens.h"

/* --- the witness --- */

static const char *cell(const AgRows *rows, guint row, const char *column)
{
    return ag_rows_get(rows, row, ag_rows_column(rows, column));
}

static AgRows *ask_about(Fixture *f, const char *sql, const char *name)
{
    const char *params[] = {name};
    AgRows *rows = ag_db_query(f->db, f->pool, sql, params, 1, f->diag);
    assert_non_null(rows);
    return rows;
}

static GPtrArray *parts_of(Fixture *f, const AgObject *table, AgKind kind)
{
    GPtrArray *found = ag_pool_array(f->pool);
    for (guint i = 0; i < table->parts->len; i++) {
        AgObject *part = g_ptr_array_index(table->parts, i);
        if (part->info->kind == kind)
            g_ptr_array_add(found, part);
    }
    return found;
}

static void check_default(Fixture *f, const AgColumn *column, const char *witness)
{
    const char *wanted = witness == NULL ? NULL : ag_sqlite_normal_expression(f->pool, witness);
    if (wanted == NULL) {
        assert_null(column->default_sql.canonical);
        return;
    }
    assert_non_null(column->default_sql.canonical);
    if (strcmp(column->default_sql.canonical, wanted) == 0)
        return;
    /* The pragma shows a bare name as it stands, which means a text. */
    const char *name = ag_sql_token_name(f->pool, AG_DIALECT_SQLITE, witness, strlen(witness));
    assert_string_equal(column->default_sql.written, ag_sql_literal(f->pool, name));
}

/* Before 3.37 SQLite takes GENERATED ALWAYS for the end of the type. */
static const char *type_of(Fixture *f, const AgRows *rows, guint i)
{
    const char *type = cell(rows, i, "type");
    bool cut = ag_db_version(f->db) < 3037000 && atoi(cell(rows, i, "hidden")) >= 2 &&
               g_str_has_suffix(type, "GENERATED ALWAYS");
    g_autofree char *rest = g_strndup(type, strlen(type) - (cut ? strlen("GENERATED ALWAYS") : 0));
    return ag_pool_text(f->pool, g_strchomp(rest));
}

static void check_columns(Fixture *f, const AgTable *table)
{
    const AgRows *rows =
        ask_about(f, "SELECT * FROM pragma_table_xinfo(?1) ORDER BY cid", table->object.name);
    GPtrArray *columns = parts_of(f, &table->object, AG_KIND_COLUMN);
    const AgKey *key = (const AgKey *)ag_object_first(&table->object, AG_KIND_PRIMARY_KEY);
    assert_int_equal(columns->len, rows->n_rows);
    for (guint i = 0; i < rows->n_rows; i++) {
        const AgColumn *column = g_ptr_array_index(columns, i);
        const char *type = type_of(f, rows, i), *hidden = cell(rows, i, "hidden");
        int pk = atoi(cell(rows, i, "pk"));
        assert_string_equal(column->object.name, cell(rows, i, "name"));
        if (type[0] == '\0')
            assert_null(column->type.written);
        else
            assert_string_equal(column->type.canonical,
                                ag_dialect_sqlite.canonical_type(f->pool, type));
        if (pk == 0 || !(table->without_rowid || table->strict)) /* else implied */
            assert_int_equal(!column->null, atoi(cell(rows, i, "notnull")));
        assert_int_equal(column->generated.written != NULL, atoi(hidden) >= 2);
        if (atoi(hidden) >= 2)
            assert_string_equal(column->generated_kind, atoi(hidden) == 2 ? "virtual" : "stored");
        else
            check_default(f, column, cell(rows, i, "dflt_value"));
        if (pk > 0)
            assert_string_equal(g_ptr_array_index(key->columns, (guint)pk - 1),
                                column->object.name);
    }
}

static const char *action_of(const char *word)
{
    return word == NULL                       ? "NO ACTION"
           : strcmp(word, "set-null") == 0    ? "SET NULL"
           : strcmp(word, "set-default") == 0 ? "SET DEFAULT"
           : strcmp(word, "cascade") == 0     ? "CASCADE"
                                              : "RESTRICT";
}

/* The pragma lists the keys in reverse order of the text. */
static void check_foreign_keys(Fixture *f, const AgTable *table)
{
    const AgRows *rows =
        ask_about(f, "SELECT * FROM pragma_foreign_key_list(?1) ORDER BY id DESC, seq",
                  table->object.name);
    GPtrArray *keys = parts_of(f, &table->object, AG_KIND_FOREIGN_KEY);
    guint row = 0;
    for (guint i = 0; i < keys->len; i++) {
        const AgForeignKey *key = g_ptr_array_index(keys, i);
        for (guint j = 0; j < key->columns->len; j++, row++) {
            assert_true(row < rows->n_rows);
            assert_int_equal(atoi(cell(rows, row, "seq")), j);
            assert_true(ag_name_same(cell(rows, row, "table"), key->references.name, true));
            assert_true(
                ag_name_same(cell(rows, row, "from"), g_ptr_array_index(key->columns, j), true));
            const char *to = cell(rows, row, "to");
            if (to != NULL)
                assert_string_equal(g_ptr_array_index(key->ref_columns, j), to);
            assert_string_equal(cell(rows, row, "on_update"), action_of(key->on_update));
            assert_string_equal(cell(rows, row, "on_delete"), action_of(key->on_delete));
        }
    }
    assert_int_equal(row, rows->n_rows);
}

static const char *own_collation(const AgTable *table, const char *column)
{
    for (guint i = 0; i < table->object.parts->len; i++) {
        const AgColumn *part = g_ptr_array_index(table->object.parts, i);
        if (part->object.info->kind == AG_KIND_COLUMN &&
            ag_name_same(part->object.name, column, true))
            return part->collation.name == NULL ? "BINARY" : part->collation.name;
    }
    return "BINARY";
}

/* "name/desc/collation;" per key part, lower case, NULL for an expression. */
static char *shape_of_index(Fixture *f, const char *name)
{
    const AgRows *rows =
        ask_about(f, "SELECT * FROM pragma_index_xinfo(?1) WHERE key = 1 ORDER BY seqno", name);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < rows->n_rows; i++) {
        const char *column = cell(rows, i, "name");
        g_string_append_printf(out, "%s/%s/%s;", column == NULL ? "()" : column,
                               cell(rows, i, "desc"), cell(rows, i, "coll"));
    }
    char *shape = ag_pool_text(f->pool, g_string_ascii_down(out)->str);
    g_string_free(out, TRUE);
    return shape;
}

static void put_part_shape(GString *out, const AgTable *table, const AgPart *part)
{
    const char *collation = part->collation.name != NULL ? part->collation.name
                            : part->column != NULL       ? own_collation(table, part->column)
                                                         : "BINARY";
    g_string_append_printf(out, "%s/%d/%s;", part->column == NULL ? "()" : part->column,
                           g_strcmp0(part->order, "desc") == 0, collation);
}

static char *shape_of_key(Fixture *f, const AgTable *table, const AgKey *key)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < key->columns->len; i++) {
        AgPart plain = {.column = g_ptr_array_index(key->columns, i)};
        put_part_shape(out, table, key->parts == NULL ? &plain : g_ptr_array_index(key->parts, i));
    }
    char *shape = ag_pool_text(f->pool, g_string_ascii_down(out)->str);
    g_string_free(out, TRUE);
    return shape;
}

static void check_index(Fixture *f, const AgTable *table, const char *name, const AgRows *list,
                        guint row)
{
    GString *out = g_string_new(NULL);
    const AgIndex *index = (const AgIndex *)ag_object_part(&table->object, AG_KIND_INDEX, name);
    assert_non_null(index);
    assert_int_equal(index->unique, atoi(cell(list, row, "unique")));
    assert_int_equal(index->where.written != NULL, atoi(cell(list, row, "partial")));
    for (guint i = 0; i < index->parts->len; i++)
        put_part_shape(out, table, g_ptr_array_index(index->parts, i));
    assert_string_equal(g_string_ascii_down(out)->str, shape_of_index(f, name));
    g_string_free(out, TRUE);
}

static void check_indexes(Fixture *f, const AgTable *table)
{
    const AgRows *list = ask_about(f, "SELECT * FROM pragma_index_list(?1)", table->object.name);
    GPtrArray *uniques = parts_of(f, &table->object, AG_KIND_UNIQUE);
    guint seen = 0;
    for (guint i = 0; i < list->n_rows; i++) {
        const char *name = cell(list, i, "name"), *origin = cell(list, i, "origin");
        if (strcmp(origin, "c") == 0) {
            check_index(f, table, name, list, i);
            seen++;
            continue;
        }
        /* An index behind a key: one of our keys has its shape. */
        const char *shape = shape_of_index(f, name);
        const AgKey *key = (const AgKey *)ag_object_first(&table->object, AG_KIND_PRIMARY_KEY);
        bool found = key != NULL && strcmp(shape_of_key(f, table, key), shape) == 0;
        for (guint j = 0; j < uniques->len && !found; j++)
            found = strcmp(shape_of_key(f, table, g_ptr_array_index(uniques, j)), shape) == 0;
        if (!found)
            print_message("no key has the shape of %s: %s\n", name, shape);
        assert_true(found || (table->without_rowid && strcmp(origin, "pk") == 0));
    }
    assert_int_equal(seen, parts_of(f, &table->object, AG_KIND_INDEX)->len);
}

static void check_options(Fixture *f, const AgTable *table)
{
    if (ag_db_version(f->db) < 3037000)
        return;
    const AgRows *rows = ask_about(f, "SELECT * FROM pragma_table_list(?1) WHERE schema = 'main'",
                                   table->object.name);
    assert_int_equal(rows->n_rows, 1);
    assert_int_equal(table->strict, atoi(cell(rows, 0, "strict")));
    assert_int_equal(table->without_rowid, atoi(cell(rows, 0, "wr")));
}

/* AUTOINCREMENT is what makes SQLite keep a counter: the witness is that it counts on. */
static void check_schema(Fixture *f)
{
    AgSchema *schema = read_schema(f, f->db);
    const AgRows *rows = ask_sql(f, f->db,
                                 "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT "
                                 "LIKE 'sqlite\\_%' ESCAPE '\\'");
    assert_int_equal(rows->n_rows, schema->objects->len);
    for (guint i = 0; i < rows->n_rows; i++) {
        const AgTable *table =
            (const AgTable *)ag_schema_find(schema, AG_KIND_TABLE, NULL, ag_rows_get(rows, i, 0));
        assert_non_null(table);
        check_columns(f, table);
        check_foreign_keys(f, table);
        check_indexes(f, table);
        check_options(f, table);
    }
}

/* --- odd texts that SQLite takes --- */

static const char *const odd[] = {
    "CREATE TABLE t(a)",
    "CREATE TABLE t(a, b, c)",
    "create table if not exists main.t (a int)",
    "CREATE TABLE \"t\" (\"a b\" INTEGER, [c d] TEXT, `e f` BLOB, 'g h' REAL)",
    "CREATE TABLE [t\"]([a\"\"b], `c``d`, \"e\"\"f\" int)",
    "CREATE TABLE t(a VARCHAR ( 80 ), b DECIMAL(10 , 2), c DECIMAL(+10,-2), d DOUBLE PRECISION)",
    "CREATE TABLE t(a LONG VARCHAR, b UNSIGNED BIG INT, c NATIVE CHARACTER(70), d \"my type\")",
    "CREATE TABLE t(a /* x, ( */ INT -- ) y\n , b -- )\n TEXT)",
    "CREATE TABLE t(a INT /* in the type */ UNSIGNED\n (3), b)",
    "CREATE TABLE t(id INTEGER PRIMARY KEY)",
    "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT)",
    "CREATE TABLE t(id INTEGER PRIMARY KEY ASC ON CONFLICT REPLACE AUTOINCREMENT NOT NULL)",
    "CREATE TABLE t(id INTEGER PRIMARY KEY DESC)",
    "CREATE TABLE t(id INTEGER, PRIMARY KEY(id DESC))",
    "CREATE TABLE t(id INTEGER, x, PRIMARY KEY(id AUTOINCREMENT) ON CONFLICT IGNORE)",
    "CREATE TABLE t(id INTEGER NOT NULL CONSTRAINT pk PRIMARY KEY, x)",
    "CREATE TABLE t(a TEXT COLLATE nocase, b TEXT, PRIMARY KEY (a, b COLLATE rtrim DESC))",
    "CREATE TABLE t(a TEXT COLLATE nocase, PRIMARY KEY (a COLLATE nocase)) WITHOUT ROWID",
    "CREATE TABLE t(a INT, b INT, PRIMARY KEY(b, a)) WITHOUT ROWID",
    "CREATE TABLE t(a INT PRIMARY KEY, b ANY) STRICT, WITHOUT ROWID",
    "CREATE TABLE t(a INT) STRICT",
    "CREATE TABLE t(a NOT NULL ON CONFLICT IGNORE UNIQUE ON CONFLICT REPLACE DEFAULT 5)",
    "CREATE TABLE t(a INT NULL, b INT NOT NULL NOT NULL, c INT NULL NOT NULL)",
    "CREATE TABLE t(a DEFAULT 1, b DEFAULT -1, c DEFAULT +1, d DEFAULT 1.5e-3, e DEFAULT 0x1F)",
    "CREATE TABLE t(a DEFAULT 'it''s', b DEFAULT x'00ff', c DEFAULT NULL, d DEFAULT (NULL))",
    "CREATE TABLE t(a DEFAULT CURRENT_TIMESTAMP, b DEFAULT current_date, c DEFAULT CURRENT_TIME)",
    "CREATE TABLE t(a DEFAULT true, b DEFAULT FALSE, c DEFAULT (1+2), d DEFAULT ((3)))",
    "CREATE TABLE t(a DEFAULT (lower(hex(randomblob(16)))), b DEFAULT ( strftime('%s','now') ))",
    "CREATE TABLE t(a DEFAULT -  5, b DEFAULT - 5.5 NOT NULL)",
    "CREATE TABLE t(a DEFAULT now, b DEFAULT \"now\")",
    "CREATE TABLE t(a INT DEFAULT 1 DEFAULT 2, b TEXT COLLATE rtrim COLLATE nocase)",
    "CREATE TABLE t(a INT, b INT GENERATED ALWAYS AS (a*2) STORED, c AS (a+1), d INT AS (a) "
    "VIRTUAL)",
    "CREATE TABLE t(a INT, b GENERATED ALWAYS AS (a || ',)') NOT NULL)",
    "CREATE TABLE t(a INT CHECK(a > 0), b INT CONSTRAINT pos CHECK((b) > (0)) NOT NULL)",
    "CREATE TABLE t(a INT CONSTRAINT x CONSTRAINT y CHECK(a>0) CONSTRAINT z)",
    "CREATE TABLE t(a INT, CONSTRAINT one CHECK(a>0) CONSTRAINT two UNIQUE(a) CHECK(a<9))",
    "CREATE TABLE t(a INT, b INT, CHECK (a > 0) ON CONFLICT FAIL, UNIQUE (b, a) ON CONFLICT "
    "ROLLBACK, CONSTRAINT dangling)",
    "CREATE TABLE t(a, b, UNIQUE ('a', \"b\"), UNIQUE ((a)), UNIQUE (((b) COLLATE nocase)))",
    "CREATE TABLE t(a, b, UNIQUE (A, B))",
    "CREATE TABLE p(id INTEGER PRIMARY KEY);"
    "CREATE TABLE t(a REFERENCES p, b INT REFERENCES p(id) ON DELETE CASCADE ON UPDATE SET NULL, "
    "c CONSTRAINT fk REFERENCES p ON UPDATE NO ACTION ON DELETE SET DEFAULT MATCH FULL "
    "DEFERRABLE INITIALLY DEFERRED)",
    "CREATE TABLE p(x, y, PRIMARY KEY (y, x));"
    "CREATE TABLE t(a, b, FOREIGN KEY (a, B) REFERENCES p ON DELETE RESTRICT NOT DEFERRABLE "
    "INITIALLY DEFERRED, CONSTRAINT \"the key\" FOREIGN KEY (b) REFERENCES missing(\"x y\"))",
    "CREATE TABLE t(id INTEGER PRIMARY KEY, up INT REFERENCES t, "
    "other REFERENCES \"T\" (id) MATCH SIMPLE ON DELETE SET NULL NOT NULL)",
    "CREATE TABLE t(a INT REFERENCES t(b) DEFERRABLE NOT NULL UNIQUE, b UNIQUE)",
    "CREATE TABLE t(a REFERENCES t ON INSERT CASCADE)",
    "CREATE TABLE t(\"primary\" INT, \"check\" TEXT, [unique] INT, `constraint`, 'foreign')",
    "CREATE TABLE t(key INT, action TEXT, desc, asc, \"order\", generated, always, hidden)",
    "CREATE TABLE t(rowid INT, oid, _rowid_)",
    "CREATE TABLE t(a TEXT KEY, b abort conflict, c if)",
    "CREATE TABLE t(\xc3\xa4\xc3\xb6 TEXT, \"\xe6\x97\xa5\xe6\x9c\xac\" INT)",
    "CREATE TABLE t(a); ALTER TABLE t ADD COLUMN b INT DEFAULT 5 CHECK (b > 0); "
    "ALTER TABLE t ADD c REFERENCES t(a)",
    "CREATE TABLE t(a, b); ALTER TABLE t RENAME TO \"u v\"; ALTER TABLE \"u v\" RENAME a TO "
    "\"select\"",
    "CREATE TABLE t(a, b, c -- last\n); ALTER TABLE t DROP COLUMN b",
    "CREATE TABLE s(a INT, \"b c\" TEXT, d VARCHAR(10)); CREATE TABLE t AS SELECT *, a+1, "
    "max(a) AS \"m x\" FROM s",
    "CREATE TABLE t(a, b TEXT COLLATE nocase); CREATE INDEX i ON t(a, b); "
    "CREATE UNIQUE INDEX IF NOT EXISTS main.j ON t(b COLLATE rtrim DESC, a ASC) WHERE a IS NOT "
    "NULL",
    "CREATE TABLE t(a, b); CREATE INDEX \"i j\" ON \"t\"(lower(a), (a||b) DESC, "
    "a + b COLLATE nocase, \"b\", ('x' || a COLLATE rtrim)) WHERE b > ';' -- end",
    "CREATE TABLE t(a, b); CREATE INDEX i ON t(((a)) , (b COLLATE nocase) COLLATE binary)",
    "CREATE TABLE t(a TEXT COLLATE nocase); CREATE INDEX i ON t(a COLLATE binary); "
    "CREATE INDEX j ON t(a COLLATE NOCASE)",
    "CREATE TABLE t(a); CREATE INDEX i ON t(a) ; ALTER TABLE t RENAME COLUMN a TO \"new one\"",
    "CREATE TABLE t(a INT,b INT,PRIMARY KEY(a,b)FOREIGN KEY(a)REFERENCES t(b)CHECK(a<b))",
    "CREATE TABLE t(a TEXT CHECK(a NOT IN ('(', ')', '--', '/*')), b TEXT DEFAULT '), c INT')",
    "CREATE TABLE t(a TEXT CHECK(a <> \")\" OR a <> [)] OR a <> `)`), \")\" INT)",
};

static void run_script(Fixture *f, const char *script)
{
    g_auto(GStrv) statements = g_strsplit(script, "; ", -1);
    for (size_t i = 0; statements[i] != NULL; i++) {
        const char *end = strstr(statements[i], ");CREATE");
        if (end != NULL) {
            g_autofree char *first = g_strndup(statements[i], (gsize)(end + 1 - statements[i]));
            run_sql(f, f->db, first);
            run_sql(f, f->db, end + 2);
        } else {
            run_sql(f, f->db, statements[i]);
        }
    }
}

static void odd_texts_agree_with_pragmas(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
        Fixture f;
        fixture_init(&f);
        print_message("%s\n", odd[i]);
        if (!is_too_new(&f, odd[i])) {
            run_script(&f, odd[i]);
            check_schema(&f);
        }
        fixture_clear(&f);
    }
}

/* --- texts made at random --- */

static const char *pick(GRand *rand, const char *const *list, gint n)
{
    return list[g_rand_int_range(rand, 0, n)];
}
#define PICK(rand, list) pick((rand), (list), (gint)G_N_ELEMENTS(list))

static const char *const blanks[] = {" ", " ", " ", "\n\t", " /* c, */ ", " -- (\n", "  "};
static const char *const names[] = {"a",   "B",         "\"a b\"",   "[c)]",     "`d,`",
                                    "'e'", "key",       "\"f\"\"\"", "desc",     "_g",
                                    "h$1", "\"check\"", "action",    "\xc3\xbc", "rowid"};
static const char *const types[] = {
    "",        "INT",          "INTEGER",         "TEXT",
    "VARCHAR", "varchar (10)", "DECIMAL(5,2)",    "DOUBLE PRECISION",
    "\"q t\"", "BLOB",         "UNSIGNED BIG INT"};
static const char *const clauses[] = {
    "NOT NULL",
    "NULL",
    "DEFAULT 5",
    "DEFAULT -1.5",
    "DEFAULT 'x,)'",
    "DEFAULT (1 + (2))",
    "DEFAULT CURRENT_TIMESTAMP",
    "DEFAULT NULL",
    "UNIQUE",
    "UNIQUE ON CONFLICT IGNORE",
    "CHECK (1 < (2))",
    "CONSTRAINT \"c n\" CHECK (5 > 3)",
    "COLLATE nocase",
    "COLLATE RTRIM",
    "REFERENCES p",
    "REFERENCES p(id) ON DELETE CASCADE",
    "CONSTRAINT k NOT NULL",
    "REFERENCES [p](\"id\") ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED",
    "NOT NULL ON CONFLICT ROLLBACK",
    "PRIMARY KEY",
    "PRIMARY KEY DESC",
    "CONSTRAINT lonely",
    "AS (5)",
    "GENERATED ALWAYS AS (1 + 1) STORED",
    "PRIMARY KEY AUTOINCREMENT"};
static const char *const endings[] = {
    "", "", "", "", " WITHOUT ROWID", " STRICT", " STRICT, WITHOUT ROWID", " -- end"};

static void put_constraint(GString *out, GRand *rand, const char *const *columns, gint n)
{
    static const char *const orders[] = {
        "", "", " DESC", " ASC", " COLLATE nocase", " COLLATE BINARY DESC"};
    static const char *const actions[] = {"", " ON DELETE SET NULL", " MATCH x NOT DEFERRABLE"};
    gint i = g_rand_int_range(rand, 0, n);
    const char *a = columns[i], *b = columns[(i + 1) % n];
    switch (g_rand_int_range(rand, 0, 5)) {
    case 0:
        g_string_append_printf(out, "PRIMARY KEY(%s%s,%s)", a, PICK(rand, orders), b);
        break;
    case 1:
        g_string_append_printf(out, "CONSTRAINT u UNIQUE (%s%s)", a, PICK(rand, orders));
        break;
    case 2:
        g_string_append_printf(out, "UNIQUE(%s,%s%s)ON CONFLICT FAIL", a, b, PICK(rand, orders));
        break;
    case 3:
        g_string_append_printf(out, "CHECK (%s <> ')')", a);
        break;
    default:
        g_string_append_printf(out, "FOREIGN KEY(%s,%s)REFERENCES q%s", a, b, PICK(rand, actions));
        break;
    }
}

static char *random_table(GRand *rand)
{
    GString *out = g_string_new("CREATE TABLE t(");
    const char *columns[4];
    gint n = g_rand_int_range(rand, 1, 5);
    for (gint i = 0; i < n; i++) {
        columns[i] = PICK(rand, names);
        g_string_append_printf(out, "%s%s%s%s", i > 0 ? "," : "", columns[i], PICK(rand, blanks),
                               PICK(rand, types));
        for (gint j = g_rand_int_range(rand, 0, 4); j > 0; j--)
            g_string_append_printf(out, "%s%s", PICK(rand, blanks), PICK(rand, clauses));
    }
    for (gint j = g_rand_int_range(rand, 0, 3), i = 0; n > 1 && i < j; i++) {
        g_string_append(out, i == 0 || g_rand_boolean(rand) ? ", " : " ");
        put_constraint(out, rand, columns, n);
    }
    g_string_append_printf(out, "%s)%s", PICK(rand, blanks), PICK(rand, endings));
    if (g_getenv("TEST_VERBOSE") != NULL)
        fprintf(stderr, "%s\n", out->str);
    return g_string_free(out, FALSE);
}

/* SQLite judges what is legal; enough of it must be. */
/* TEST_VERBOSE shows the texts. */
static void random_texts_agree_with_pragmas(void **state)
{
    (void)state;
    GRand *rand = g_rand_new_with_seed(20261121);
    guint legal = 0;
    for (guint i = 0; i < 4000; i++) {
        Fixture f;
        fixture_init(&f);
        g_autofree char *sql = random_table(rand);
        run_sql(&f, f.db, "CREATE TABLE p(id INTEGER PRIMARY KEY)");
        run_sql(&f, f.db, "CREATE TABLE q(x, y, PRIMARY KEY(x, y))");
        if (ag_db_run(f.db, sql, f.diag)) {
            legal++;
            guint before = ag_diag_count(f.diag);
            check_schema(&f);
            assert_int_equal(ag_diag_count(f.diag), before);
        }
        fixture_clear(&f);
    }
    g_rand_free(rand);
    print_message("%u of 4000 were legal\n", legal);
    assert_true(legal > 400);
}

/* writable_schema can put anything into the catalogue: a text cut anywhere is read or refused. */
static void cut_texts_are_refused(void **state)
{
    (void)state;
    guint read = 0, refused = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
        for (size_t length = 0; length < strlen(odd[i]); length++) {
            g_autoptr(AgPool) pool = ag_pool_new();
            g_autofree char *text = g_strndup(odd[i], length);
            AgTable *table = ag_create_read_table(pool, "t", text);
            read += table != NULL;
            refused += table == NULL;
            if (table != NULL)
                ag_create_read_index(pool, table, "i", odd[i] + length);
        }
    }
    assert_true(read < refused / 10);
    assert_true(read > 0);
}

/* --- what pragmas do not tell --- */

static const AgObject *only_table(Fixture *f, const char *sql)
{
    run_sql(f, f->db, sql);
    AgSchema *schema = read_schema(f, f->db);
    assert_int_equal(schema->objects->len, 1);
    return g_ptr_array_index(schema->objects, 0);
}

static void names_and_clauses_are_kept(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    const AgObject *table = only_table(
        &f, "CREATE TABLE t(id INTEGER CONSTRAINT \"the pk\" PRIMARY KEY ON CONFLICT ABORT "
            "AUTOINCREMENT, a TEXT NOT NULL ON CONFLICT REPLACE CONSTRAINT u UNIQUE ON CONFLICT "
            "IGNORE, CONSTRAINT c CHECK ( a <> 'x' -- why\n ), CHECK (id>0), CONSTRAINT fk FOREIGN "
            "KEY (a) REFERENCES o(b) DEFERRABLE INITIALLY DEFERRED)");
    const AgKey *key = (const AgKey *)ag_object_part(table, AG_KIND_PRIMARY_KEY, "the pk");
    const AgKey *unique = (const AgKey *)ag_object_part(table, AG_KIND_UNIQUE, "u");
    const AgCheck *check = (const AgCheck *)ag_object_part(table, AG_KIND_CHECK, "c");
    const AgForeignKey *fk = (const AgForeignKey *)ag_object_part(table, AG_KIND_FOREIGN_KEY, "fk");
    const AgColumn *id = (const AgColumn *)ag_object_part(table, AG_KIND_COLUMN, "id");
    const AgColumn *a = (const AgColumn *)ag_object_part(table, AG_KIND_COLUMN, "a");
    assert_non_null(key);
    assert_null(key->on_conflict); /* ABORT is what happens anyway */
    assert_string_equal(id->identity, "always");
    assert_true(id->null);
    assert_string_equal(a->null_conflict, "replace");
    assert_string_equal(unique->on_conflict, "ignore");
    assert_string_equal(check->expression.written, "a <> 'x'"); /* no comment at its end */
    assert_non_null(ag_object_part(table, AG_KIND_CHECK, NULL));
    assert_string_equal(fk->deferrable, "initially-deferred");
    fixture_clear(&f);
}

static void redundant_words_compare_equal(void **state)
{
    (void)state;
    static const char *const same[][2] = {
        {"CREATE TABLE t(a INT DEFAULT ((5)) CHECK ((a > 0)))",
         "create table T (A int default 5, check(a>0))"},
        {"CREATE TABLE t(a TEXT COLLATE binary, UNIQUE (a COLLATE binary ASC))",
         "CREATE TABLE t(a text UNIQUE ON CONFLICT ABORT)"},
        {"CREATE TABLE t(a decimal( 10,2 ) DEFAULT 'x')",
         "CREATE TABLE t(a DECIMAL(10, 2) DEFAULT \"x\")"},
        {"CREATE TABLE t(id INTEGER, a, PRIMARY KEY(id DESC))",
         "CREATE TABLE t(id INTEGER PRIMARY KEY, a)"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(same); i++) {
        Fixture f, g;
        fixture_init(&f);
        fixture_init(&g);
        const AgObject *x = only_table(&f, same[i][0]), *y = only_table(&g, same[i][1]);
        assert_int_equal(x->parts->len, y->parts->len);
        for (guint j = 0; j < x->parts->len; j++)
            assert_int_equal(ag_object_differences(g_ptr_array_index(x->parts, j),
                                                   g_ptr_array_index(y->parts, j),
                                                   AG_DIALECT_SQLITE),
                             0);
        fixture_clear(&f);
        fixture_clear(&g);
    }
}

/* Nobody has to write DEFAULT NULL because a database has it, or to drop it. */
static void a_null_default_is_none(void **state)
{
    (void)state;
    Fixture f, g;
    fixture_init(&f);
    fixture_init(&g);
    run_sql(&f, f.db, "CREATE TABLE t(a INT DEFAULT NULL, b INT, c INT DEFAULT 1)");
    run_sql(&g, g.db, "CREATE TABLE t(a INT, b INT DEFAULT (null), c INT DEFAULT NULL)");
    AgSchema *live = read_schema(&f, f.db), *desired = read_schema(&g, g.db);
    const AgObject *x = g_ptr_array_index(live->objects, 0);
    const AgObject *y = g_ptr_array_index(desired->objects, 0);
    assert_string_equal(((const AgColumn *)g_ptr_array_index(x->parts, 0))->default_sql.written,
                        "NULL"); /* inspect loses nothing */
    assert_true(ag_sqlite_canonicalize(desired, live, f.diag));
    for (guint i = 0; i < 3; i++)
        assert_int_equal(ag_object_differences(g_ptr_array_index(x->parts, i),
                                               g_ptr_array_index(y->parts, i),
                                               AG_DIALECT_SQLITE) == 0,
                         i < 2);
    fixture_clear(&f);
    fixture_clear(&g);
}

/* INTEGER PRIMARY KEY DESC is no rowid, and must not become one. */
static void descending_key_is_another(void **state)
{
    (void)state;
    Fixture f, g;
    fixture_init(&f);
    fixture_init(&g);
    const AgObject *x = only_table(&f, "CREATE TABLE t(id INTEGER PRIMARY KEY DESC)");
    const AgObject *y = only_table(&g, "CREATE TABLE t(id INTEGER PRIMARY KEY)");
    assert_int_not_equal(ag_object_differences(ag_object_first(x, AG_KIND_PRIMARY_KEY),
                                               ag_object_first(y, AG_KIND_PRIMARY_KEY),
                                               AG_DIALECT_SQLITE),
                         0);
    fixture_clear(&f);
    fixture_clear(&g);
}

static void what_models_cannot_say_is_named(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    run_sql(&f, f.db, "CREATE TABLE t(a)");
    run_sql(&f, f.db, "CREATE TABLE autogen_version(version_num)");
    run_sql(&f, f.db, "CREATE TABLE docs_more(a)");
    run_sql(&f, f.db, "CREATE VIEW v AS SELECT * FROM t");
    run_sql(&f, f.db, "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END");
    run_sql(&f, f.db, "CREATE VIRTUAL TABLE docs USING fts5(body)");
    AgSchema *schema = read_schema(&f, f.db);
    assert_int_equal(schema->objects->len,
                     4); /* t, v, docs_more, docs: shadows are the virtual table's */
    const AgObject *t = ag_schema_find(schema, AG_KIND_TABLE, NULL, "t");
    const AgTrigger *trigger = (const AgTrigger *)ag_object_part(t, AG_KIND_TRIGGER, "g");
    assert_non_null(trigger);
    assert_string_equal(trigger->body.written, "BEGIN SELECT 1; SELECT 2; END");
    assert_non_null(ag_schema_find(schema, AG_KIND_VIRTUAL_TABLE, NULL, "docs"));
    assert_int_equal(schema->unmanaged->len, 0);
    fixture_clear(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_texts_agree_with_pragmas),
        cmocka_unit_test(random_texts_agree_with_pragmas),
        cmocka_unit_test(cut_texts_are_refused),
        cmocka_unit_test(names_and_clauses_are_kept),
        cmocka_unit_test(redundant_words_compare_equal),
        cmocka_unit_test(a_null_default_is_none),
        cmocka_unit_test(descending_key_is_another),
        cmocka_unit_test(what_models_cannot_say_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
