/* SPDX-License-Identifier: MIT */
#include "emit/state.h"

void ag_write_hazard(AgWriting *w, AgStatement *statement, AgProblemId id, const AgObject *object)
{
    const char *text =
        ag_pool_printf(w->pool, "%s %s", object->info->noun, ag_object_label(w->pool, object));
    for (guint i = 0; i < statement->hazards->len; i++) {
        const AgHazard *hazard = g_ptr_array_index(statement->hazards, i);
        if (hazard->id == id && g_str_equal(hazard->object, text))
            return;
    }
    ag_statement_add_hazard(w->script, statement, id, text);
}
