/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "cli/take_over.h"
#include "parser/write.h"

static const char config_text[] =
    "# autogen: `autogen help` lists the commands, `autogen config --show-origin` all keys.\n"
    "[autogen]\n"
    "# ${NAME} and ${NAME:-default} come from the environment.\n"
    "# postgresql://user@host/database, or sqlite:///file.db beside this file.\n"
    "url = ${DATABASE_URL:-sqlite:///autogen.db}\n"
    "models = models\n"
    "revisions = revisions\n"
    "\n"
    "# Used with `autogen -e production ...`\n"
    "# [env:production]\n"
    "# url = ${PRODUCTION_URL}\n"
    "\n"
    "# [hooks]\n"
    "# after-revision = git add {file}\n";

static const char editor_text[] = "{\n"
                                  "  \"xml.fileAssociations\": [\n"
                                  "    {\n"
                                  "      \"pattern\": \"models/**/*.xml\",\n"
                                  "      \"systemId\": \"models/.schema/autogen-model-1.xsd\"\n"
                                  "    }\n"
                                  "  ]\n"
                                  "}\n";

static const char first_steps[] =
    "\n"
    "next: write a model, for example models/customers.xml\n"
    "\n"
    "  <model xmlns=\"urn:autogen:model:1\" dialects=\"sqlite\">\n"
    "    <table name=\"customers\">\n"
    "      <column name=\"id\" type=\"integer\" primary-key=\"true\" identity=\"by-default\"/>\n"
    "      <column name=\"email\" type=\"text\"/>\n"
    "      <unique columns=\"email\"/>\n"
    "    </table>\n"
    "  </model>\n"
    "\n"
    "then: autogen -m \"first\" && autogen upgrade head && autogen check\n"
    "or, with a database that exists: autogen inspect\n";

typedef struct {
    AgRun *run;
    const char *directory;
    guint written;
    AgDiag *diag;
} Making;

/* Writes one file unless it is there. */
static bool make_file(Making *making, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(making->directory, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    if (access(path, F_OK) == 0) {
        ag_say(making->run, "%s is there already and stays as it is", path);
        return true;
    }
    if (!ag_signals_pass(making->diag) || !ag_file_make_directory(parent, making->diag) ||
        !ag_file_write(path, text, false, making->diag))
        return false;
    making->written++;
    ag_print("%s\n", path);
    return true;
}

static bool make_directory(Making *making, const char *name)
{
    g_autofree char *path = g_build_filename(making->directory, name, NULL);
    if (access(path, F_OK) == 0)
        return true;
    if (!ag_file_make_directory(path, making->diag))
        return false;
    making->written++;
    ag_print("%s/\n", path);
    return true;
}

static bool make_project(Making *making, const char *config)
{
    ag_signals_hold(true);
    bool good =
        make_file(making, "autogen.ini", config) && make_directory(making, "models") &&
        make_directory(making, "revisions") &&
        make_file(making, "models/.schema/autogen-model-1.xsd", ag_xsd_write(making->run->pool)) &&
        make_file(making, ".vscode/settings.json", editor_text);
    ag_signals_hold(false);
    return good;
}

static void say_next(AgRun *run, const AgTakeOver *over)
{
    ag_say(run, "\nnext:");
    if (*over->directory != '\0')
        ag_say(run, "  cd %s", over->directory);
    if (strstr(over->url, "${DATABASE_URL") != NULL)
        ag_say(run, "  export DATABASE_URL=...      %s",
               over->secret ? "the password of alembic.ini is not copied"
                            : "alembic.ini has no URL");
    ag_say(run,
           "  autogen inspect              writes models of what the database has\n"
           "  autogen check                finds nothing: models, revisions and database agree\n"
           "then change a model, and go on where Alembic ended:\n"
           "  autogen -m \"what changes\" && autogen upgrade head");
}

static bool take_over(Making *making, const char *file)
{
    AgRun *run = making->run;
    AgTakeOver over;
    if (!ag_take_over_read(run, file, making->directory, &over, making->diag) ||
        !make_project(making, ag_take_over_config(run, &over)) ||
        !ag_take_over_history(run, &over, making->diag))
        return false;
    say_next(run, &over);
    return true;
}

static bool run_init(AgRun *run, AgDiag *diag)
{
    const char *word = ag_run_word(run, 0),
               *alembic = ag_options_text(run->options, "from-alembic");
    Making making = {.run = run, .directory = word == NULL ? "" : word, .diag = diag};
    if (alembic != NULL)
        return take_over(&making, alembic);
    if (!make_project(&making, config_text))
        return false;
    if (making.written == 0)
        ag_say(run, "nothing to do: the project is there already");
    else
        ag_say(run, "%s", first_steps);
    return true;
}

static const AgOptionInfo options[] = {
    {"from-alembic", 0, AG_OPTION_TEXT, false, "FILE",
     "go on where the project of that alembic.ini is"},
    {0},
};

const AgCommand ag_command_init = {
    .name = "init",
    .words = "[DIR]",
    .max_words = 1,
    .summary = "start a project (autogen.ini, models/, revisions/), or take one over from Alembic",
    .about =
        "Writes a configuration with comments, directories for models and revisions, and what "
        "editors\n"
        "need to check and complete model files. Files that are there are never changed.\n"
        "With --from-alembic the configuration is Alembic's in autogen's words, and the revision "
        "that its\n"
        "version table records becomes the first one here: a baseline that makes what the "
        "database has.\n"
        "The database is only read, and no Python is run.",
    .options = options,
    .run = run_init,
};
