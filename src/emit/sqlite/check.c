/* SPDX-License-Identifier: MIT */
#include "model/check.h"

#include "emit/sqlite/sqlite.h"

void ag_sqlite_put_check(AgWriting *w, GString *out, const AgCheck *check)
{
    ag_sqlite_put_constraint_name(w, out, &check->object);
    g_string_append_printf(out, "CHECK (%s)",
                           ag_sqlite_expression(w, check->object.parent,
                                                check->expression.written));
}

const AgKindWriter ag_sqlite_check = {
    .strategy = ag_sqlite_always_rebuild,
    .create = ag_sqlite_not_folded,
    .alter = ag_sqlite_alter_not_folded,
    .rename = ag_sqlite_not_folded,
    .drop = ag_sqlite_not_folded,
};
