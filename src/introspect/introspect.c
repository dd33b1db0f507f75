/* SPDX-License-Identifier: MIT */
#include "introspect/introspect.h"

#include "introspect/reader.h"

#include <string.h>

/* What the thread that reads ahead has for itself: pools and diags know one thread. */
typedef struct {
    AgPool *pool;
    AgDiag *said;
    AgSchema *schema; /* NULL: it could not be read */
} Ahead;

struct AgIntrospection {
    AgDb *db;
    AgPool *pool;
    AgFilter known;
    const GPtrArray *schemas; /* that were asked about */
    AgPgAsked *asked;         /* PostgreSQL only */
    Ahead *ahead;             /* SQLite only; NULL: nobody reads ahead */
};

static bool fill_schema(const AgIntrospection *started, AgSchema *schema, const AgFilter *filter,
                        AgDiag *diag)
{
    switch (schema->dialect) {
    case AG_DIALECT_POSTGRESQL:
        return ag_postgres_read(started->db, started->asked, schema, filter, diag);
    case AG_DIALECT_SQLITE:
        return ag_sqlite_read(started->db, schema, filter, diag);
    }
    g_assert_not_reached();
}

static AgSchema *read_schema(const AgIntrospection *started, AgPool *pool, const AgFilter *filter,
                             AgDiag *diag)
{
    AgSchema *schema = ag_schema_new(pool, ag_db_dialect(started->db));
    schema->server_version = ag_db_version(started->db);
    if (!fill_schema(started, schema, filter, diag))
        return NULL;
    ag_schema_sort(schema);
    return schema;
}

/* PostgreSQL's own functions (pg_get_viewdef and the like) look at the catalogue as it is, not as
 * the snapshot has it: what another session has dropped meanwhile is an internal error to them. And
 * they lock what they look at, one after the other, as that session does. */
static bool was_moving(const AgIntrospection *started, guint mark, const AgDiag *diag)
{
    if (started->asked == NULL || ag_diag_count(diag) == mark)
        return false;
    const char *state = ag_diag_last(diag)->sqlstate;
    return g_strcmp0(state, "XX000") == 0 || g_strcmp0(state, "40P01") == 0;
}

static bool ask(AgIntrospection *started, const GPtrArray *schemas, AgDiag *diag)
{
    started->schemas = schemas;
    started->asked = ag_postgres_ask(started->db, started->pool, schemas, diag);
    return started->asked != NULL;
}

static AgSchema *read_settled(AgIntrospection *started, const AgFilter *filter, AgDiag *diag)
{
    enum { MOST_TRIES = 6, PAUSE_US = 30000 };
    for (int tried = 1;; tried++) {
        guint mark = ag_diag_count(diag);
        AgSchema *schema = read_schema(started, started->pool, filter, diag);
        if (schema != NULL || !was_moving(started, mark, diag))
            return schema;
        if (tried == MOST_TRIES) {
            ag_hint(diag, "the schema may have been changed while it was read; run again when "
                          "nobody does that");
            return NULL;
        }
        ag_diag_rewind(diag, mark);
        g_usleep(PAUSE_US << tried);
        if (!ask(started, started->schemas, diag))
            return NULL;
    }
}

/* --- reading ahead --- */

static gpointer read_meanwhile(gpointer data)
{
    AgIntrospection *started = data;
    Ahead *ahead = started->ahead;
    ahead->schema = read_schema(started, ahead->pool, &started->known, ahead->said);
    return NULL;
}

static void free_ahead(gpointer data)
{
    Ahead *ahead = data;
    ag_pool_free(ahead->pool);
    ag_diag_free(ahead->said);
    g_free(ahead);
}

static void start_ahead(AgIntrospection *started)
{
    Ahead *ahead = g_new0(Ahead, 1);
    ahead->pool = ag_pool_new();
    ahead->said = ag_diag_new();
    started->ahead = ahead;
    ag_pool_keep(started->pool, ahead, free_ahead);
    GThread *thread = g_thread_try_new("introspect", read_meanwhile, started, NULL);
    if (thread == NULL)
        started->ahead = NULL;
    else
        ag_db_lend(started->db, thread);
}

/* Whether models change what is seen. */
static bool models_matter(const AgSchema *models)
{
    bool matter = models != NULL && models->ignores->len > 0;
    for (guint i = 0; models != NULL && !matter && i < models->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(models->objects, i);
        matter = object->info->kind == AG_KIND_VIRTUAL_TABLE;
    }
    return matter;
}

/* --- in two steps --- */

AgIntrospection *ag_introspect_start(AgDb *db, AgPool *pool, const AgFilter *known, AgDiag *diag)
{
    AgIntrospection *started = ag_pool_new0(pool, AgIntrospection);
    *started = (AgIntrospection){.db = db, .pool = pool, .known = *known};
    if (ag_db_dialect(db) == AG_DIALECT_SQLITE) {
        start_ahead(started);
        return started;
    }
    return ask(started, known->schemas, diag) ? started : NULL;
}

static bool same_names(const GPtrArray *a, const GPtrArray *b)
{
    if (a == NULL || b == NULL || a->len != b->len)
        return a == b;
    for (guint i = 0; i < a->len; i++)
        if (strcmp(g_ptr_array_index(a, i), g_ptr_array_index(b, i)) != 0)
            return false;
    return true;
}

/* The schemas were not those. */
static bool ask_again(AgIntrospection *started, GPtrArray *schemas, AgDiag *diag)
{
    guint mark = ag_diag_count(diag);
    if (!ag_postgres_forget(started->db, started->asked, diag)) {
        if (!was_moving(started, mark, diag))
            return false;
        ag_diag_rewind(diag, mark);
    }
    return ask(started, schemas, diag);
}

AgSchema *ag_introspect_finish(AgIntrospection *started, const AgFilter *filter, AgDiag *diag)
{
    ag_db_take_back(started->db);
    const Ahead *ahead = started->ahead;
    if (ahead != NULL && ahead->schema != NULL && !models_matter(filter->models))
        return ahead->schema;
    if (started->asked != NULL && !same_names(started->known.schemas, filter->schemas) &&
        !ask_again(started, filter->schemas, diag))
        return NULL;
    return read_settled(started, filter, diag);
}

AgSchema *ag_introspect(AgDb *db, AgPool *pool, const AgFilter *filter, AgDiag *diag)
{
    static const AgFilter everything = {.extensions = true};
    if (filter == NULL)
        filter = &everything;
    AgIntrospection started = {.db = db, .pool = pool, .known = *filter};
    if (ag_db_dialect(db) == AG_DIALECT_POSTGRESQL && !ask(&started, filter->schemas, diag))
        return NULL;
    return read_settled(&started, filter, diag);
}
