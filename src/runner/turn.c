/* SPDX-License-Identifier: MIT */
/* SQLite's own lock ends with each transaction, so that runners would share the revisions of a run
 * between them. A name in the abstract space of Unix sockets is a lock beside it: nothing is sent,
 * no file is left, and it goes with its process. It is for order alone: where there is none (other
 * systems, other machines, a name that somebody keeps) each revision is still applied once. */
#include "base/clock.h"
#include "runner/runner_private.h"

#ifdef __linux__

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { NOBODYS = -1, TAKEN = -2, FIRST_PAUSE_MS = 10, LONGEST_PAUSE_MS = 100 };

static int try_name(const struct stat *file)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int length = g_snprintf(name.sun_path + 1, sizeof name.sun_path - 1,
                            "autogen/%" G_GINT64_MODIFIER "x/%" G_GINT64_MODIFIER "x",
                            (guint64)file->st_dev, (guint64)file->st_ino);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return NOBODYS;
    size_t size = offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length;
    if (bind(fd, (const struct sockaddr *)&name, (socklen_t)size) == 0)
        return fd;
    int error = errno;
    close(fd);
    return error == EADDRINUSE ? TAKEN : NOBODYS;
}

bool ag_turn_take(AgRunner *runner, AgDiag *diag)
{
    struct stat file;
    runner->turn = NOBODYS;
    if (stat(ag_db_url(runner->db)->path, &file) != 0)
        return true; /* in memory */
    int64_t give_up = ag_clock_monotonic_ms() + runner->options->lock_wait_ms;
    for (int pause = FIRST_PAUSE_MS;; pause = MIN(pause * 2, LONGEST_PAUSE_MS)) {
        runner->turn = try_name(&file);
        if (runner->turn != TAKEN || ag_clock_monotonic_ms() >= give_up)
            return true;
        g_autoptr(AgPool) pool = ag_pool_new();
        if (ag_db_query(runner->db, pool, "SELECT 1", NULL, 0, diag) == NULL)
            return false; /* interrupted */
        ag_lock_sleep(pause);
    }
}

void ag_turn_give(AgRunner *runner)
{
    if (runner->turn >= 0)
        close(runner->turn);
    runner->turn = NOBODYS;
}

#else

bool ag_turn_take(AgRunner *runner, AgDiag *diag)
{
    (void)runner;
    (void)diag;
    return true;
}

void ag_turn_give(AgRunner *runner)
{
    (void)runner;
}

#endif
