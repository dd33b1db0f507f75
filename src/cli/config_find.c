/* SPDX-License-Identifier: MIT */
#include "cli/config_private.h"

#include <sys/stat.h>
#include <unistd.h>

/* A file found above the working directory decides which commands are run, so it has to be ours. */
bool ag_config_check_owner(const char *path, AgDiag *diag)
{
    struct stat about;
    if (stat(path, &about) != 0 || about.st_uid == geteuid() || about.st_uid == 0)
        return true;
    ag_fail(diag, AG_PROBLEM_BAD_CONFIG, (AgPlace){path, 0, 0},
            "the file belongs to another user and was found above the working directory");
    ag_hint(diag, "name it if you trust it: --config %s", path);
    return false;
}

/* "autogen.ini", "../autogen.ini", ...: the nearest that exists; NULL when there is none. */
const char *ag_config_find(AgPool *pool, bool *above)
{
    enum { LEVELS = 64 };
    g_autoptr(GString) directory = g_string_new(NULL);
    for (int level = 0; level < LEVELS; level++) {
        char *path = ag_pool_printf(pool, "%sautogen.ini", directory->str);
        struct stat here, parent;
        if (stat(path, &here) == 0) {
            *above = level > 0;
            return path;
        }
        g_autofree char *current = g_strconcat(directory->str, ".", NULL);
        g_string_append(directory, "../");
        if (stat(current, &here) != 0 || stat(directory->str, &parent) != 0 ||
            (here.st_ino == parent.st_ino && here.st_dev == parent.st_dev))
            return NULL;
    }
    return NULL;
}
