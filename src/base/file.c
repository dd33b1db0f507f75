/* SPDX-License-Identifier: MIT */
#include "base/file.h"

#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEEPEST_DIRECTORY = 16, MOST_TEMPORARIES = 1000 };

static bool fail_read(const char *path, int error, AgDiag *diag)
{
    g_autofree char *name = ag_text_printable(path);
    return ag_fail(diag, AG_PROBLEM_FILE_MISSING, AG_NOWHERE, "cannot read '%s': %s", name,
                   g_strerror(error));
}

static bool fail_too_large(const char *path, size_t limit, AgDiag *diag)
{
    g_autofree char *name = ag_text_printable(path);
    return ag_fail(diag, AG_PROBLEM_TOO_LARGE, AG_NOWHERE,
                   "file '%s' is larger than the limit of %zu bytes", name, limit);
}

/* Opens without waiting for the other end of a FIFO, then looks at what it is. */
static int open_regular(const char *path, struct stat *status, AgDiag *diag)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        fail_read(path, errno, diag);
        return -1;
    }
    if (fstat(fd, status) != 0 || !S_ISREG(status->st_mode)) {
        g_autofree char *name = ag_text_printable(path);
        ag_fail(diag, AG_PROBLEM_FILE_MISSING, AG_NOWHERE, "'%s' is not a regular file", name);
        close(fd);
        return -1;
    }
    return fd;
}

/* Reads on until `room` bytes are there or the file ends; -1 after an error. A file that has just
 * the `expected` bytes is not asked whether there are more: a read that had room for one more has
 * said so. */
static ssize_t read_up_to(int fd, char *buffer, size_t room, size_t expected)
{
    size_t have = 0;
    while (have < room) {
        ssize_t n = read(fd, buffer + have, room - have);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        have += (size_t)n;
        if (n == 0 || (have == expected && have > 0))
            break;
    }
    return (ssize_t)have;
}

/* Over the limit: `out` is then longer than that. */
static bool read_open_file(GString *out, int fd, size_t expected, size_t limit)
{
    /* One byte more than expected shows whether the file has grown since fstat (or is one of those
     * of /proc that say 0). */
    size_t room = MIN(expected, limit) + 1, have = 0;
    for (;;) {
        g_string_set_size(out, room);
        ssize_t n = read_up_to(fd, out->str + have, room - have, have == 0 ? expected : 0);
        if (n < 0)
            return false;
        have += (size_t)n;
        if (have < room || have > limit)
            break;
        room = MIN(room * 2 + 4096, limit + 1);
    }
    g_string_truncate(out, have);
    return true;
}

static gint64 nanoseconds(struct timespec time)
{
    return (gint64)time.tv_sec * G_GINT64_CONSTANT(1000000000) + time.tv_nsec;
}

static AgFileStamp stamp_of(const struct stat *status)
{
    return (AgFileStamp){status->st_dev, status->st_ino, (guint64)status->st_size,
                         nanoseconds(status->st_mtim), nanoseconds(status->st_ctim)};
}

bool ag_file_stamp(const char *path, AgFileStamp *stamp)
{
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    *stamp = stamp_of(&status);
    return true;
}

bool ag_file_read_into(GString *out, const char *path, size_t limit, AgFileStamp *stamp,
                       AgDiag *diag)
{
    struct stat status;
    int fd = open_regular(path, &status, diag);
    if (fd < 0)
        return false;
    if (stamp != NULL)
        *stamp = stamp_of(&status);
    bool good = true;
    if ((uintmax_t)status.st_size > limit)
        good = fail_too_large(path, limit, diag);
    else if (!read_open_file(out, fd, (size_t)status.st_size, limit))
        good = fail_read(path, errno, diag);
    else if (out->len > limit)
        good = fail_too_large(path, limit, diag);
    close(fd);
    return good;
}

char *ag_file_read(AgPool *pool, const char *path, size_t limit, size_t *length, AgDiag *diag)
{
    g_autoptr(GString) text = g_string_new(NULL);
    if (!ag_file_read_into(text, path, limit, NULL, diag))
        return NULL;
    if (length != NULL)
        *length = text->len;
    return ag_pool_text_n(pool, text->str, text->len);
}

static bool fail_write(const char *path, const char *doing, int error, AgDiag *diag)
{
    g_autofree char *name = ag_text_printable(path);
    ag_fail(diag, AG_PROBLEM_CANNOT_WRITE, AG_NOWHERE, "cannot write '%s': %s: %s", name, doing,
            g_strerror(error));
    if (error == ENOSPC || error == EDQUOT)
        ag_hint(diag, "make room there and run again; nothing was left behind");
    else if (error == EACCES || error == EPERM || error == EROFS)
        ag_hint(diag, "make the directory writable for this user, or name another");
    return false;
}

/* A new hidden file in `directory`, with the rights a plain open gives (mkstemp would make it
 * private and the project's files unreadable to colleagues). */
static int open_temporary(const char *directory, char **path)
{
    for (int i = 0; i < MOST_TEMPORARIES; i++) {
        g_autofree char *name = g_strdup_printf(".autogen-%ld-%d.tmp", (long)getpid(), i);
        g_autofree char *candidate = g_build_filename(directory, name, NULL);
        int fd = open(candidate, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (fd >= 0) {
            *path = g_steal_pointer(&candidate);
            return fd;
        }
        if (errno != EEXIST)
            return -1;
    }
    return -1;
}

static bool write_all(int fd, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, text, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        text += n;
        length -= (size_t)n;
    }
    return true;
}

/* Fills the temporary file and, when asked, has it reach the disk. Closes `fd`. Returns what
 * failed, or NULL. */
static const char *fill(int fd, const char *text, const struct stat *old, bool sync)
{
    const char *failed = NULL;
    if (!write_all(fd, text, strlen(text)))
        failed = "writing";
    else if (old != NULL && fchmod(fd, old->st_mode & 07777) != 0)
        failed = "setting its rights";
    else if (sync && fsync(fd) != 0)
        failed = "fsync";
    int error = errno;
    if (close(fd) != 0 && failed == NULL) {
        failed = "closing";
        error = errno;
    }
    errno = error;
    return failed;
}

/* Gives the temporary file its final name only if nobody has it. */
static bool rename_new(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    return link(from, to) == 0 && (unlink(from) == 0 || errno == ENOENT);
}

/* Puts the temporary file in the place of the final one. The two are exchanged where the file
 * system can, so that a directory that cannot be synced can be put back as it was. */
static const char *put_in_place(const char *temporary, const char *path, bool exists,
                                int directory_fd)
{
    bool exchanged = false;
    if (!exists) {
        if (!rename_new(temporary, path))
            return "renaming";
    } else {
        exchanged = renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_EXCHANGE) == 0;
        if (!exchanged && rename(temporary, path) != 0)
            return "renaming";
    }
    if (fsync(directory_fd) == 0 || errno == EINVAL) {
        if (exchanged)
            unlink(temporary);
        return NULL;
    }
    int error = errno;
    if (exchanged)
        renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_EXCHANGE);
    else if (!exists)
        unlink(path);
    errno = error;
    return "fsync of the directory";
}

/* Without fsync: a plain rename puts it in place as well. */
static const char *rename_over(const char *temporary, const char *path, bool exists)
{
    bool done = exists ? rename(temporary, path) == 0 : rename_new(temporary, path);
    return done ? NULL : "renaming";
}

static bool write_beside(const char *path, const char *text, const struct stat *old, bool sync,
                         AgDiag *diag)
{
    g_autofree char *directory = g_path_get_dirname(path);
    int directory_fd = sync ? open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (sync && directory_fd < 0)
        return fail_write(path, "opening its directory", errno, diag);
    g_autofree char *temporary = NULL;
    int fd = open_temporary(directory, &temporary);
    const char *failed = fd < 0 ? "making a temporary file" : fill(fd, text, old, sync);
    if (failed == NULL)
        failed = sync ? put_in_place(temporary, path, old != NULL, directory_fd)
                      : rename_over(temporary, path, old != NULL);
    int error = errno;
    if (failed != NULL && temporary != NULL)
        unlink(temporary);
    if (directory_fd >= 0)
        close(directory_fd);
    if (failed == NULL)
        return true;
    if (error == EEXIST && old == NULL) {
        g_autofree char *name = ag_text_printable(path);
        return ag_fail(diag, AG_PROBLEM_OVERWRITE, AG_NOWHERE, "file '%s' exists", name);
    }
    return fail_write(path, failed, error, diag);
}

static bool write_file(const char *path, const char *text, bool replace, bool sync, AgDiag *diag)
{
    struct stat status;
    if (lstat(path, &status) != 0) {
        if (errno != ENOENT)
            return fail_write(path, "looking at it", errno, diag);
        return write_beside(path, text, NULL, sync, diag);
    }
    g_autofree char *name = ag_text_printable(path);
    if (!replace)
        return ag_fail(diag, AG_PROBLEM_OVERWRITE, AG_NOWHERE, "file '%s' exists", name);
    /* The file a link leads to is replaced, not the link. realpath allocates with malloc, which is
     * what g_free frees. */
    g_autofree char *target = realpath(path, NULL);
    if (target == NULL || stat(target, &status) != 0)
        return fail_write(path, "following the link", errno, diag);
    if (!S_ISREG(status.st_mode))
        return ag_fail(diag, AG_PROBLEM_CANNOT_WRITE, AG_NOWHERE,
                       "cannot write '%s': it is not a regular file", name);
    return write_beside(target, text, &status, sync, diag);
}

bool ag_file_write(const char *path, const char *text, bool replace, AgDiag *diag)
{
    return write_file(path, text, replace, true, diag);
}

bool ag_file_write_unsynced(const char *path, const char *text, bool replace, AgDiag *diag)
{
    return write_file(path, text, replace, false, diag);
}

bool ag_file_make_directory(const char *path, AgDiag *diag)
{
    if (g_mkdir_with_parents(path, 0777) == 0)
        return true;
    int error = errno;
    g_autofree char *name = ag_text_printable(path);
    return ag_fail(diag, AG_PROBLEM_CANNOT_WRITE, AG_NOWHERE, "cannot make directory '%s': %s",
                   name, g_strerror(error));
}

typedef struct {
    AgPool *pool;
    const char *suffix;
    guint limit;
    GPtrArray *paths;
    struct stat above[DEEPEST_DIRECTORY + 1]; /* the directories being read, outermost first */
    AgDiag *diag;
} Listing;

static bool list_directory(Listing *listing, const char *directory, int depth);

static bool fail_listing(Listing *listing, const char *path, const char *why)
{
    g_autofree char *name = ag_text_printable(path);
    return ag_fail(listing->diag, AG_PROBLEM_TOO_LARGE, AG_NOWHERE, "directory '%s' %s", name, why);
}

static bool list_entry(Listing *listing, const char *directory, const struct dirent *entry,
                       int depth)
{
    const char *name = entry->d_name;
    bool plain = entry->d_type == DT_REG;
    if (plain && !g_str_has_suffix(name, listing->suffix))
        return true;
    g_autofree char *path = g_build_filename(directory, name, NULL);
    struct stat status;
    bool is_directory = !plain && stat(path, &status) == 0 && S_ISDIR(status.st_mode);
    if (is_directory) {
        for (int i = 0; i < depth; i++)
            if (listing->above[i].st_dev == status.st_dev &&
                listing->above[i].st_ino == status.st_ino)
                return fail_listing(listing, path, "is a link to a directory above it");
        return list_directory(listing, path, depth);
    }
    if (!g_str_has_suffix(name, listing->suffix))
        return true;
    if (listing->paths->len >= listing->limit) {
        ag_fail(listing->diag, AG_PROBLEM_TOO_LARGE, AG_NOWHERE,
                "more than %u files whose name ends with '%s'", listing->limit, listing->suffix);
        return false;
    }
    g_ptr_array_add(listing->paths, ag_pool_text(listing->pool, path));
    return true;
}

/* Depth is bounded by DEEPEST_DIRECTORY, so is the recursion. */
static bool list_directory(Listing *listing, const char *directory, int depth)
{
    if (depth > DEEPEST_DIRECTORY)
        return fail_listing(listing, directory, "is nested too deeply");
    DIR *dir = opendir(directory);
    if (dir == NULL || fstat(dirfd(dir), &listing->above[depth]) != 0) {
        int error = errno;
        if (dir != NULL)
            closedir(dir);
        g_autofree char *name = ag_text_printable(directory);
        return ag_fail(listing->diag, AG_PROBLEM_FILE_MISSING, AG_NOWHERE,
                       "cannot read directory '%s': %s", name, g_strerror(error));
    }
    bool fine = true;
    const struct dirent *entry;
    while (fine && (entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.')
            fine = list_entry(listing, directory, entry, depth + 1);
    closedir(dir);
    return fine;
}

GPtrArray *ag_file_list(AgPool *pool, const char *directory, const char *suffix, guint limit,
                        AgDiag *diag)
{
    Listing listing = {
        .pool = pool, .suffix = suffix, .limit = limit, .paths = ag_pool_array(pool), .diag = diag};
    if (!list_directory(&listing, directory, 0))
        return NULL;
    g_ptr_array_sort(listing.paths, ag_text_order);
    return listing.paths;
}
