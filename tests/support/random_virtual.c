/* SPDX-License-Identifier: MIT */
/* Random virtual tables of SQLite: full-text search with rows of its own or over those of a table,
 * and R-Trees. */
#include "support/random_text.h"

enum { MOST_OWN_COLUMNS = 4 };

static RandomName *add_column(RandomSchema *schema, RandomVirtual *virtual)
{
    RandomName *name = ag_pool_new0(schema->pool, RandomName);
    random_name(schema, name, "w");
    g_ptr_array_add(virtual->columns, name);
    return name;
}

/* Its rows come from a table then, by their rowids. */
static void choose_content(RandomSchema *schema, RandomVirtual *virtual)
{
    const RandomTable *table = random_pick(schema, schema->tables);
    virtual->content = NO_ID;
    if (table == NULL || table->without_rowid)
        return;
    virtual->content = table->name.id;
    virtual->n_columns = 0;
    for (guint i = 0; i < table->columns->len && virtual->n_columns < MOST_COLUMNS_OF_A_LIST; i++)
        if (random_chance(schema, 60))
            virtual->of_content[virtual->n_columns++] = ((RandomColumn *)
                                                             g_ptr_array_index(table->columns, i))
                                                            ->name.id;
    if (virtual->n_columns == 0)
        virtual->content = NO_ID;
}

RandomVirtual *random_virtual_add(RandomSchema *schema)
{
    RandomVirtual *virtual = ag_pool_new0(schema->pool, RandomVirtual);
    random_name(schema, &virtual->name, "f");
    virtual->module = random_chance(schema, 30)   ? MODULE_TREE
                      : random_chance(schema, 20) ? MODULE_OLD_SEARCH
                                                  : MODULE_SEARCH;
    virtual->choice = g_rand_int(schema->random);
    virtual->content = NO_ID;
    virtual->columns = ag_pool_array(schema->pool);
    for (int i = 0, n = 1 + random_below(schema, MOST_OWN_COLUMNS); i < n; i++)
        add_column(schema, virtual);
    if (virtual->module == MODULE_SEARCH && random_chance(schema, 40))
        choose_content(schema, virtual);
    g_ptr_array_add(schema->virtuals, virtual);
    return virtual;
}

void random_virtual_change(RandomSchema *schema, RandomVirtual *virtual)
{
    switch (random_below(schema, 5)) {
    case 0:
        if (virtual->columns->len < MOST_OWN_COLUMNS)
            add_column(schema, virtual);
        return;
    case 1:
        if (virtual->columns->len > 1)
            g_ptr_array_remove_index(virtual->columns,
                                     (guint)random_below(schema, (int)virtual->columns->len));
        return;
    case 2:
        if (virtual->module == MODULE_SEARCH)
            choose_content(schema, virtual);
        return;
    case 3:
        if (virtual->module != MODULE_TREE && virtual->content == NO_ID)
            virtual->module = virtual->module == MODULE_SEARCH ? MODULE_OLD_SEARCH : MODULE_SEARCH;
        return;
    default:
        virtual->choice = g_rand_int(schema->random);
        return;
    }
}

RandomVirtual *random_virtual_of(const RandomSchema *schema, int id)
{
    for (guint i = 0; i < schema->virtuals->len; i++) {
        RandomVirtual *virtual = g_ptr_array_index(schema->virtuals, i);
        if (virtual->name.id == id)
            return virtual;
    }
    return NULL;
}

/* What it indexes may be gone, or have no rowids any more: then it has columns of its own. */
void random_virtual_repair(const RandomSchema *schema, RandomVirtual *virtual)
{
    const RandomTable *table = virtual->content == NO_ID
                                   ? NULL
                                   : random_table_of(schema, virtual->content);
    int n = 0;
    for (int i = 0; table != NULL && i < virtual->n_columns; i++)
        if (random_column_of(table, virtual->of_content[i]) != NULL)
            virtual->of_content[n++] = virtual->of_content[i];
    virtual->n_columns = n;
    if (n == 0 || table->without_rowid)
        virtual->content = NO_ID;
}

/* --- text --- */

static void put_name(GString *out, const char *name)
{
    g_string_append(out, out->len > 0 ? ", " : "");
    g_string_append_c(out, '"');
    for (; *name != '\0'; name++)
        g_string_append_printf(out, *name == '"' ? "\"\"" : "%c", *name);
    g_string_append_c(out, '"');
}

/* A number, the ends of one to four ranges, and what only stands there. */
static void put_tree(GString *out, const RandomVirtual *virtual)
{
    g_string_append(out, "id");
    for (unsigned i = 0; i <= virtual->choice % 3; i++)
        g_string_append_printf(out, ", low%u, high%u", i, i);
    for (guint i = 0; i < virtual->columns->len; i++) {
        g_string_append(out, ", +");
        g_autoptr(GString) name = g_string_new(NULL);
        put_name(name, ((RandomName *)g_ptr_array_index(virtual->columns, i))->name);
        g_string_append_printf(out, "%s%s", name->str, i % 2 == 0 ? " TEXT" : "");
    }
}

static void put_search(const RandomSchema *schema, GString *out, const RandomVirtual *virtual)
{
    static const char *const options[] = {"", ", tokenize='porter unicode61'", ", prefix='2 3'",
                                          ", tokenize = \"unicode61 remove_diacritics 0\"",
                                          ", columnsize=0"};
    const RandomTable *table = virtual->content == NO_ID
                                   ? NULL
                                   : random_table_of(schema, virtual->content);
    for (int i = 0; table != NULL && i < virtual->n_columns; i++)
        put_name(out, random_column_of(table, virtual->of_content[i])->name.name);
    for (guint i = 0; table == NULL && i < virtual->columns->len; i++)
        put_name(out, ((RandomName *)g_ptr_array_index(virtual->columns, i))->name);
    if (table != NULL) {
        g_autoptr(GString) name = g_string_new(NULL);
        put_name(name, table->name.name);
        g_string_append_printf(out, ", content=%s", name->str);
    } else if (virtual->columns->len > 1 && virtual->choice % 4 == 0) {
        g_string_append(out, " UNINDEXED");
    }
    g_string_append(out, options[virtual->choice % G_N_ELEMENTS(options)]);
}

static void put_old_search(GString *out, const RandomVirtual *virtual)
{
    static const char *const options[] = {"", ", tokenize=porter", ", prefix=\"2,4\"",
                                          ", matchinfo=fts3"};
    for (guint i = 0; i < virtual->columns->len; i++)
        put_name(out, ((RandomName *)g_ptr_array_index(virtual->columns, i))->name);
    g_string_append(out, options[virtual->choice % G_N_ELEMENTS(options)]);
}

void random_virtual_text(RandomWriting *w, const RandomVirtual *virtual)
{
    static const char *const modules[] = {"fts5", "fts4", "rtree"};
    g_autoptr(GString) arguments = g_string_new(NULL);
    switch (virtual->module) {
    case MODULE_SEARCH:
        put_search(w->schema, arguments, virtual);
        break;
    case MODULE_OLD_SEARCH:
        put_old_search(arguments, virtual);
        break;
    case MODULE_TREE:
        put_tree(arguments, virtual);
        break;
    }
    random_put_head(w, "virtual-table", &virtual->name, false);
    random_put(w, "using", modules[virtual->module]);
    g_string_append_c(w->out, '>');
    random_put_element(w, "arguments", arguments->str);
    g_string_append(w->out, "</virtual-table>\n");
}
