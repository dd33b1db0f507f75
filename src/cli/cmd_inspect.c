/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "cli/output.h"
#include "cli/project.h"
#include "cli/signals.h"
#include "model/foreign_key.h"
#include "parser/write.h"

typedef struct {
    AgRun *run;
    const char *directory;
    GPtrArray *files;    /* of AgModelFile * */
    GPtrArray *existing; /* of const char *: paths of *.xml there before */
} Inspection;

/* The models that are there may only be replaced on purpose. */
static bool may_write(Inspection *inspection, AgDiag *diag)
{
    AgRun *run = inspection->run;
    inspection->existing = ag_pool_array(run->pool);
    if (!g_file_test(inspection->directory, G_FILE_TEST_IS_DIR))
        return true;
    inspection->existing =
        ag_file_list(run->pool, inspection->directory, ".xml", AG_LIMIT_MODEL_FILES, diag);
    if (inspection->existing == NULL)
        return false;
    bool force = ag_options_has(run->options, "force"), yes = ag_options_has(run->options, "yes");
    if (inspection->existing->len == 0 || force || yes)
        return true;
    if (ag_can_ask()) {
        g_autofree char *question =
            g_strdup_printf("%u model file%s in '%s' may be replaced. Go on?",
                            inspection->existing->len, inspection->existing->len == 1 ? "" : "s",
                            inspection->directory);
        if (ag_ask(question))
            return true;
    }
    ag_fail(diag, AG_PROBLEM_OVERWRITE, AG_NOWHERE, "'%s' has model files already",
            inspection->directory);
    ag_hint(diag, "write elsewhere with -o DIR, or replace them with --force");
    return false;
}

static bool write_file(const Inspection *inspection, const AgModelFile *file, AgDiag *diag)
{
    g_autofree char *path = g_strdup_printf("%s/%s", inspection->directory, file->path);
    g_autofree char *parent = g_path_get_dirname(path);
    if (!ag_signals_pass(diag) || !ag_file_make_directory(parent, diag) ||
        !ag_file_write_unsynced(path, file->text, true, diag))
        return false;
    ag_print("%s\n", path);
    return true;
}

/* Files of an earlier run, or written by hand, that this run did not write. */
static void note_leftovers(const Inspection *inspection, AgDiag *diag)
{
    g_autoptr(GHashTable) written = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < inspection->files->len; i++) {
        const AgModelFile *file = g_ptr_array_index(inspection->files, i);
        g_hash_table_add(written, g_strdup_printf("%s/%s", inspection->directory, file->path));
    }
    for (guint i = 0; i < inspection->existing->len; i++) {
        const char *path = g_ptr_array_index(inspection->existing, i);
        if (g_hash_table_contains(written, path))
            continue;
        ag_note(diag, AG_PROBLEM_REMARK, (AgPlace){path, 0, 0},
                "the file was there before and was not written now");
        ag_hint(diag, "remove it if what it describes is no longer wanted");
    }
}

static void note_unmanaged(const AgSchema *live, AgDiag *diag)
{
    for (guint i = 0; i < live->unmanaged->len; i++) {
        const AgUnmanaged *object = g_ptr_array_index(live->unmanaged, i);
        ag_note(diag, AG_PROBLEM_NOT_EXPRESSIBLE, AG_NOWHERE, "%s '%s' cannot be expressed%s%s",
                object->noun, object->label, object->why == NULL ? "" : ": ",
                object->why == NULL ? "" : object->why);
    }
}

/* SQLite takes a foreign key to a table that is not there, or that is no table of the models; they
 * take none. */
static void note_dangling(AgRun *run, const AgSchema *live, const AgObject *table, AgDiag *diag)
{
    for (guint i = 0; table->parts != NULL && i < table->parts->len; i++) {
        const AgObject *part = g_ptr_array_index(table->parts, i);
        const AgForeignKey *key = (const AgForeignKey *)part;
        if (part->info->kind != AG_KIND_FOREIGN_KEY ||
            ag_schema_find(live, AG_KIND_TABLE, key->references.schema, key->references.name) !=
                NULL)
            continue;
        ag_note(diag, AG_PROBLEM_DANGLING_REFERENCE, AG_NOWHERE,
                "foreign key '%s' refers to table '%s', which is not in the models",
                ag_object_label(run->pool, part), key->references.name);
        ag_hint(diag, "they cannot be used like that: add the table to them, and a revision makes "
                      "it; or take the foreign key out, and a revision drops it");
    }
}

static bool write_files(Inspection *inspection, AgDiag *diag)
{
    bool good = true;
    ag_signals_watch(NULL);
    ag_signals_hold(true);
    for (guint i = 0; good && i < inspection->files->len; i++)
        good = write_file(inspection, g_ptr_array_index(inspection->files, i), diag);
    ag_signals_hold(false);
    if (good)
        note_leftovers(inspection, diag);
    return good;
}

static bool run_inspect(AgRun *run, AgDiag *diag)
{
    GPtrArray *models = ag_config_paths(run->config, AG_CONFIG_MODELS);
    const char *directory = ag_options_text(run->options, "out");
    Inspection inspection = {.run = run, .directory = directory};
    if (directory == NULL)
        inspection.directory = g_ptr_array_index(models, 0);
    if (!may_write(&inspection, diag))
        return false;
    AgFilter filter = ag_project_filter(run, NULL);
    const AgUrl *url = ag_project_url(run, diag);
    g_autoptr(AgProjectDb) db =
        url == NULL ? NULL : ag_project_open(run, url, AG_DB_READ, false, diag);
    const AgSchema *live = db == NULL ? NULL : ag_introspect(db, run->pool, &filter, diag);
    inspection.files = live == NULL ? NULL : ag_models_write(run->pool, live, diag);
    if (inspection.files == NULL || !write_files(&inspection, diag))
        return false;
    note_unmanaged(live, diag);
    for (guint i = 0; live->dialect == AG_DIALECT_SQLITE && i < live->objects->len; i++)
        note_dangling(run, live, g_ptr_array_index(live->objects, i), diag);
    ag_say(run, "%u file%s, %u object%s; what cannot be expressed: %u", inspection.files->len,
           inspection.files->len == 1 ? "" : "s", live->objects->len,
           live->objects->len == 1 ? "" : "s", live->unmanaged->len);
    return true;
}

static const AgOptionInfo options[] = {
    {"out", 'o', AG_OPTION_TEXT, false, "DIR", "where to write; default: the models directory"},
    {"force", 0, AG_OPTION_FLAG, false, NULL, "replace files that are there"},
    {0},
};

const AgCommand ag_command_inspect = {
    .name = "inspect",
    .alias = "import",
    .words = "",
    .summary = "write model files of what the database has",
    .about = "Writes one file per table and a database.xml for everything else, and names what "
             "models cannot\n"
             "express.",
    .options = options,
    .configured = true,
    .run = run_inspect,
};
