/* SPDX-License-Identifier: MIT */
#include "model/view.h"

#include "introspect/sqlite/create_text.h"

/* SQLite before 3.9 took the list of an index here, so that a name may have a collation or an order
 * that mean nothing; it still reads them in old files (parse.y, eidlist). */
static bool pass_order(AgCreateText *create)
{
    if (ag_create_accept(create, "COLLATE") && ag_create_name(create) == NULL)
        return false;
    if (!ag_create_accept(create, "ASC"))
        ag_create_accept(create, "DESC");
    return true;
}

static bool read_columns(AgCreateText *create, AgView *view)
{
    if (!ag_create_accept(create, "("))
        return true;
    view->columns = ag_pool_array(create->pool);
    do {
        const char *name = ag_create_name(create);
        if (name == NULL || !pass_order(create))
            return false;
        g_ptr_array_add(view->columns, (gpointer)(guintptr)name);
    } while (ag_create_accept(create, ","));
    return ag_create_accept(create, ")");
}

AgView *ag_create_read_view(AgPool *pool, const char *name, const char *text)
{
    g_auto(AgCreateText) create;
    if (!ag_create_init(&create, pool, text))
        return NULL;
    AgView *view = (AgView *)ag_object_new(pool, &ag_kind_view, NULL, NULL, name);
    if (!ag_create_accept_two(&create, "CREATE", "VIEW") || !ag_create_head(&create) ||
        !read_columns(&create, view) || !ag_create_accept(&create, "AS"))
        return NULL;
    view->query.written = ag_create_span(&create, create.at, create.n_tokens - 1);
    return view->query.written[0] == '\0' ? NULL : view;
}
