/* SPDX-License-Identifier: MIT */
#include "cli/output.h"
#include "cli/project.h"

static bool validate(AgRun *run, AgDialectId dialect, AgDiag *diag)
{
    const AgSchema *schema = ag_project_models(run, dialect, diag);
    if (schema == NULL)
        return false;
    guint tables = 0;
    for (guint i = 0; i < schema->objects->len; i++) {
        const AgObject *object = g_ptr_array_index(schema->objects, i);
        tables += object->info->kind == AG_KIND_TABLE;
    }
    if (!run->quiet)
        ag_print("%s: %u object%s, of them %u table%s: valid\n", ag_dialect(dialect)->name,
                 schema->objects->len, schema->objects->len == 1 ? "" : "s", tables,
                 tables == 1 ? "" : "s");
    return true;
}

static bool run_validate(AgRun *run, AgDiag *diag)
{
    guint before = ag_diag_errors(diag);
    unsigned dialects = ag_project_dialects(run, diag);
    if (ag_diag_errors(diag) > before)
        return false;
    bool good = true;
    for (int i = 0; i < AG_N_DIALECTS; i++)
        if ((dialects & (1u << i)) != 0)
            good = validate(run, (AgDialectId)i, diag) && good;
    if (dialects == 0)
        ag_say(run, "no models yet");
    return good;
}

const AgCommand ag_command_validate = {
    .name = "validate",
    .words = "",
    .summary = "check the models, without a database",
    .about = "Reads all model files for every database they are for, and reports all mistakes.",
    .options = ag_no_options,
    .configured = true,
    .run = run_validate,
};
