/* SPDX-License-Identifier: MIT */
#include "model/foreign_key.h"

#include <string.h>

#include "emit/sqlite/sqlite.h"

static void put_action(GString *out, const char *event, const char *word)
{
    if (word == NULL || strcmp(word, "no-action") == 0)
        return;
    g_autofree char *upper = g_ascii_strup(word, -1);
    g_string_append_printf(out, " ON %s %s", event, g_strdelimit(upper, "-", ' '));
}

void ag_sqlite_put_references(AgWriting *w, GString *out, const AgForeignKey *key)
{
    g_string_append(out, "REFERENCES ");
    ag_quote_name(w->dialect, out, key->references.name);
    if (key->ref_columns != NULL && !key->ref_columns_implied) {
        g_string_append(out, " (");
        ag_quote_names(w->dialect, out, key->ref_columns);
        g_string_append_c(out, ')');
    }
    put_action(out, "DELETE", key->on_delete);
    put_action(out, "UPDATE", key->on_update);
    if (g_strcmp0(key->deferrable, "initially-deferred") == 0)
        g_string_append(out, " DEFERRABLE INITIALLY DEFERRED");
    else if (g_strcmp0(key->deferrable, "initially-immediate") == 0)
        g_string_append(out, " DEFERRABLE INITIALLY IMMEDIATE");
}

void ag_sqlite_put_foreign_key(AgWriting *w, GString *out, const AgForeignKey *key)
{
    ag_sqlite_put_constraint_name(w, out, &key->object);
    g_string_append(out, "FOREIGN KEY (");
    ag_quote_names(w->dialect, out, key->columns);
    g_string_append(out, ") ");
    ag_sqlite_put_references(w, out, key);
}

const AgKindWriter ag_sqlite_foreign_key = {
    .strategy = ag_sqlite_always_rebuild,
    .create = ag_sqlite_not_folded,
    .alter = ag_sqlite_alter_not_folded,
    .rename = ag_sqlite_not_folded,
    .drop = ag_sqlite_not_folded,
};
