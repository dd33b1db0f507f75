/* SPDX-License-Identifier: MIT */
#include "cli/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/output.h"
#include "cli/signals.h"

/* --- PostgreSQL: pg_dump --- */

/* libpq's "key='value' ..." for the command line: secrets stay out of it. */
static char *conninfo(AgPool *pool, const AgUrl *url)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < url->keywords->len; i++) {
        const AgUrlKeyword *keyword = g_ptr_array_index(url->keywords, i);
        if (strstr(keyword->name, "password") != NULL && strcmp(keyword->name, "passfile") != 0)
            continue;
        g_string_append_printf(out, "%s%s='", out->len > 0 ? " " : "", keyword->name);
        for (const char *p = keyword->value; *p != '\0'; p++) {
            if (*p == '\'' || *p == '\\')
                g_string_append_c(out, '\\');
            g_string_append_c(out, *p);
        }
        g_string_append_c(out, '\'');
    }
    return ag_pool_text(pool, out->str);
}

static char **environment(AgRun *run, const AgUrl *url, AgDiag *diag)
{
    const char *password = url->password;
    if (password == NULL && !ag_project_password(run, &password, diag))
        return NULL;
    char **environment = g_get_environ();
    return password == NULL ? environment
                            : g_environ_setenv(environment, "PGPASSWORD", password, TRUE);
}

static bool fail_dump(const char *said, int status, AgDiag *diag)
{
    if (!ag_signals_pass(diag))
        return false;
    g_autofree char *shown = ag_text_printable(said);
    ag_fail(diag, AG_PROBLEM_BACKUP, AG_NOWHERE, "pg_dump ended with status %d: %s",
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), shown);
    ag_hint(diag, "nothing was run; make the backup by other means and leave --backup out, or "
                  "install a pg_dump that is as new as the server");
    return false;
}

static bool run_dump(AgRun *run, const AgUrl *url, const char *path, AgDiag *diag)
{
    char *database = ag_pool_printf(run->pool, "--dbname=%s", conninfo(run->pool, url));
    char *file = ag_pool_printf(run->pool, "--file=%s", path);
    const char *argv[] = {"pg_dump", "--format=custom", "--no-password", file, database, NULL};
    g_auto(GStrv) variables = environment(run, url, diag);
    g_autoptr(GError) error = NULL;
    g_autofree char *said = NULL;
    int status = 0;
    if (variables == NULL)
        return false;
    if (!g_spawn_sync(NULL, (char **)(guintptr)argv, variables,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &said,
                      &status, &error)) {
        ag_fail(diag, AG_PROBLEM_BACKUP, AG_NOWHERE, "pg_dump cannot be run: %s", error->message);
        ag_hint(diag, "install the PostgreSQL client programs (Debian: postgresql-client)");
        return false;
    }
    return (status == 0 && ag_signals_pass(diag)) || fail_dump(g_strstrip(said), status, diag);
}

/* --- the file --- */

static bool fail_write(const char *path, AgDiag *diag)
{
    const char *why = g_strerror(errno);
    g_autofree char *shown = ag_text_printable(path);
    return ag_fail(diag, AG_PROBLEM_CANNOT_WRITE, AG_NOWHERE, "cannot write the backup '%s': %s",
                   shown, why);
}

static bool check_absent(const char *path, AgDiag *diag)
{
    if (!g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
        return true;
    g_autofree char *shown = ag_text_printable(path);
    ag_fail(diag, AG_PROBLEM_OVERWRITE, AG_NOWHERE, "the backup '%s' exists already", shown);
    ag_hint(diag, "a backup is never overwritten: name another file");
    return false;
}

/* Made before anybody writes into it, so that nobody else may read it. */
static bool make_empty(const char *path, AgDiag *diag)
{
    int fd = g_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail_write(path, diag);
    close(fd);
    return true;
}

static bool copy(AgRun *run, AgDb *db, const char *path, AgDiag *diag)
{
    switch (ag_db_dialect(db)) {
    case AG_DIALECT_SQLITE:
        return ag_db_backup(db, path, diag);
    case AG_DIALECT_POSTGRESQL:
        return run_dump(run, ag_db_url(db), path, diag);
    }
    g_assert_not_reached();
}

/* --- the way back --- */

static void say_way_back(AgRun *run, const AgUrl *url, const char *path)
{
    g_autofree char *file = g_shell_quote(path);
    GStatBuf facts;
    double megabytes = g_stat(path, &facts) == 0 ? (double)facts.st_size / 1e6 : 0;
    ag_say(run, "backup: %s (%.1f MB)", path, megabytes);
    switch (url->dialect) {
    case AG_DIALECT_SQLITE: {
        g_autofree char *database = g_shell_quote(url->path);
        g_autofree char *command = g_strdup_printf(".restore '%s'", path);
        g_autofree char *quoted = g_shell_quote(command);
        ag_say(run, "  the way back: sqlite3 %s %s", database, quoted);
        return;
    }
    case AG_DIALECT_POSTGRESQL: {
        const AgUrl *other = ag_url_with_database(run->pool, url, "postgres");
        g_autofree char *server = g_shell_quote(conninfo(run->pool, other));
        ag_say(run,
               "  the way back (the database is dropped and made again): pg_restore --clean "
               "--create --if-exists --dbname=%s %s",
               server, file);
        return;
    }
    }
    g_assert_not_reached();
}

bool ag_backup(AgRun *run, AgDb *db, const char *path, AgDiag *diag)
{
    const char *part = ag_pool_printf(run->pool, "%s.part", path);
    if (!check_absent(path, diag) || !make_empty(part, diag))
        return false;
    bool good = copy(run, db, part, diag) && (g_rename(part, path) == 0 || fail_write(path, diag));
    if (good)
        say_way_back(run, ag_db_url(db), path);
    else
        g_unlink(part);
    return good;
}
