/* SPDX-License-Identifier: MIT */
/* Files, clock and digest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"

typedef struct {
    AgPool *pool;
    AgDiag *diag;
    char *directory;
} Fixture;

static int setup(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->pool = ag_pool_new();
    fixture->diag = ag_diag_new();
    fixture->directory = g_dir_make_tmp("autogen_file_XXXXXX", NULL);
    *state = fixture;
    return 0;
}

static void remove_directory(const char *directory)
{
    GDir *dir = g_dir_open(directory, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(directory, name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
            remove_directory(path);
        else
            g_unlink(path);
    }
    g_dir_close(dir);
    g_rmdir(directory);
}

static int teardown(void **state)
{
    Fixture *fixture = *state;
    remove_directory(fixture->directory);
    g_free(fixture->directory);
    ag_pool_free(fixture->pool);
    ag_diag_free(fixture->diag);
    g_free(fixture);
    return 0;
}

static char *path_of(Fixture *fixture, const char *name)
{
    return ag_pool_printf(fixture->pool, "%s/%s", fixture->directory, name);
}

static void put(Fixture *fixture, const char *name, const char *text, gssize length)
{
    assert_true(g_file_set_contents(path_of(fixture, name), text, length, NULL));
}

static void expect_last(Fixture *fixture, AgProblemId id)
{
    assert_true(ag_diag_count(fixture->diag) > 0);
    assert_int_equal(ag_diag_last(fixture->diag)->id, id);
}

static guint entries(Fixture *fixture)
{
    guint n = 0;
    GDir *dir = g_dir_open(fixture->directory, 0, NULL);
    while (g_dir_read_name(dir) != NULL)
        n++;
    g_dir_close(dir);
    return n;
}

static void test_read(void **state)
{
    Fixture *f = *state;
    put(f, "a", "a\0b\n", 4);
    size_t length = 0;
    char *text = ag_file_read(f->pool, path_of(f, "a"), 4, &length, f->diag);
    assert_int_equal(length, 4);
    assert_memory_equal(text, "a\0b\n", 5);
    put(f, "empty", "", 0);
    assert_string_equal(ag_file_read(f->pool, path_of(f, "empty"), 4, &length, f->diag), "");
    assert_int_equal(length, 0);
    /* A file whose size the kernel does not tell before it is read. */
    text = ag_file_read(f->pool, "/proc/self/status", 1 << 20, &length, f->diag);
    assert_non_null(text);
    assert_int_equal(strlen(text), length);
    assert_non_null(strstr(text, "Pid:"));
    assert_int_equal(ag_diag_count(f->diag), 0);
}

static void test_read_into(void **state)
{
    Fixture *f = *state;
    g_autoptr(GString) text = g_string_new("what was there before");
    AgFileStamp one, other, again;
    put(f, "a", "12345", 5);
    put(f, "b", "6", 1);
    assert_true(ag_file_read_into(text, path_of(f, "a"), 5, &one, f->diag));
    assert_string_equal(text->str, "12345");
    assert_int_equal(text->len, 5);
    assert_true(ag_file_read_into(text, path_of(f, "b"), 5, &other, f->diag));
    assert_string_equal(text->str, "6");
    assert_int_equal(symlink("a", path_of(f, "c")), 0);
    assert_true(ag_file_read_into(text, path_of(f, "c"), 5, &again, f->diag));
    assert_true(again.inode == one.inode && again.device == one.device);
    assert_true(other.inode != one.inode);
    assert_true(ag_file_stamp(path_of(f, "c"), &again));
    assert_memory_equal(&again, &one, sizeof one);
    assert_int_equal(one.size, 5);
    assert_int_equal(chmod(path_of(f, "a"), 0600), 0);
    g_usleep(20000);
    assert_int_equal(chmod(path_of(f, "a"), 0644), 0);
    assert_true(ag_file_stamp(path_of(f, "a"), &again));
    assert_true(again.changed != one.changed && again.modified == one.modified);
    assert_false(ag_file_stamp(f->directory, &again));
    assert_false(ag_file_stamp(path_of(f, "nothing"), &again));
    assert_false(ag_file_read_into(text, path_of(f, "a"), 4, NULL, f->diag));
    expect_last(f, AG_PROBLEM_TOO_LARGE);
}

static void test_read_refused(void **state)
{
    Fixture *f = *state;
    put(f, "a", "12345", 5);
    assert_null(ag_file_read(f->pool, path_of(f, "a"), 4, NULL, f->diag));
    expect_last(f, AG_PROBLEM_TOO_LARGE);
    assert_null(ag_file_read(f->pool, "/proc/self/status", 10, NULL, f->diag));
    expect_last(f, AG_PROBLEM_TOO_LARGE);
    assert_null(ag_file_read(f->pool, path_of(f, "none"), 4, NULL, f->diag));
    expect_last(f, AG_PROBLEM_FILE_MISSING);
    assert_null(ag_file_read(f->pool, f->directory, 4, NULL, f->diag));
    expect_last(f, AG_PROBLEM_FILE_MISSING);
    assert_null(ag_file_read(f->pool, "/dev/zero", 4, NULL, f->diag));
    expect_last(f, AG_PROBLEM_FILE_MISSING);
    /* Nobody writes into it: opening it the plain way would wait for ever. */
    assert_int_equal(mkfifo(path_of(f, "fifo"), 0600), 0);
    assert_null(ag_file_read(f->pool, path_of(f, "fifo"), 4, NULL, f->diag));
    expect_last(f, AG_PROBLEM_FILE_MISSING);
    assert_int_equal(symlink("loop", path_of(f, "loop")), 0);
    assert_null(ag_file_read(f->pool, path_of(f, "loop"), 4, NULL, f->diag));
    expect_last(f, AG_PROBLEM_FILE_MISSING);
}

static void expect_content(Fixture *f, const char *name, const char *expected)
{
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path_of(f, name), &text, NULL, NULL));
    assert_string_equal(text, expected);
}

static void test_write(void **state)
{
    Fixture *f = *state;
    assert_true(ag_file_write(path_of(f, "a"), "one", false, f->diag));
    expect_content(f, "a", "one");
    assert_false(ag_file_write(path_of(f, "a"), "two", false, f->diag));
    expect_last(f, AG_PROBLEM_OVERWRITE);
    expect_content(f, "a", "one");
    assert_int_equal(g_chmod(path_of(f, "a"), 0640), 0);
    assert_true(ag_file_write(path_of(f, "a"), "two", true, f->diag));
    expect_content(f, "a", "two");
    struct stat status;
    assert_int_equal(stat(path_of(f, "a"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    assert_int_equal(entries(f), 1);
}

static void test_write_unsynced(void **state)
{
    Fixture *f = *state;
    assert_true(ag_file_write_unsynced(path_of(f, "a"), "one", false, f->diag));
    expect_content(f, "a", "one");
    assert_false(ag_file_write_unsynced(path_of(f, "a"), "two", false, f->diag));
    expect_last(f, AG_PROBLEM_OVERWRITE);
    assert_int_equal(g_chmod(path_of(f, "a"), 0640), 0);
    assert_true(ag_file_write_unsynced(path_of(f, "a"), "two", true, f->diag));
    expect_content(f, "a", "two");
    struct stat status;
    assert_int_equal(stat(path_of(f, "a"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    assert_false(ag_file_write_unsynced(path_of(f, "none/a"), "one", true, f->diag));
    expect_last(f, AG_PROBLEM_CANNOT_WRITE);
    assert_int_equal(entries(f), 1);
}

static void test_write_new_rights(void **state)
{
    Fixture *f = *state;
    mode_t old = umask(027);
    assert_true(ag_file_write(path_of(f, "a"), "one", true, f->diag));
    umask(old);
    struct stat status;
    assert_int_equal(stat(path_of(f, "a"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
}

static void test_write_through_link(void **state)
{
    Fixture *f = *state;
    put(f, "a", "one", -1);
    assert_int_equal(symlink("a", path_of(f, "link")), 0);
    assert_true(ag_file_write(path_of(f, "link"), "two", true, f->diag));
    expect_content(f, "a", "two");
    assert_true(g_file_test(path_of(f, "link"), G_FILE_TEST_IS_SYMLINK));
    assert_false(ag_file_write(path_of(f, "link"), "three", false, f->diag));
    expect_last(f, AG_PROBLEM_OVERWRITE);
    expect_content(f, "a", "two");
}

static void test_write_refused(void **state)
{
    Fixture *f = *state;
    assert_false(ag_file_write(path_of(f, "none/a"), "one", true, f->diag));
    expect_last(f, AG_PROBLEM_CANNOT_WRITE);
    assert_int_equal(g_mkdir(path_of(f, "d"), 0777), 0);
    assert_false(ag_file_write(path_of(f, "d"), "one", true, f->diag));
    expect_last(f, AG_PROBLEM_CANNOT_WRITE);
    assert_int_equal(mkfifo(path_of(f, "fifo"), 0600), 0);
    assert_false(ag_file_write(path_of(f, "fifo"), "one", true, f->diag));
    expect_last(f, AG_PROBLEM_CANNOT_WRITE);
    assert_int_equal(entries(f), 2);
    /* A device that is always full, where there is one to try. */
    assert_false(ag_file_write("/dev/full", "one", true, f->diag));
    expect_last(f, AG_PROBLEM_CANNOT_WRITE);
}

static void test_directories(void **state)
{
    Fixture *f = *state;
    assert_true(ag_file_make_directory(path_of(f, "a/b/c"), f->diag));
    assert_true(ag_file_make_directory(path_of(f, "a/b/c"), f->diag));
    assert_true(g_file_test(path_of(f, "a/b/c"), G_FILE_TEST_IS_DIR));
    put(f, "file", "", 0);
    assert_false(ag_file_make_directory(path_of(f, "file/x"), f->diag));
    expect_last(f, AG_PROBLEM_CANNOT_WRITE);
}

static void test_list(void **state)
{
    Fixture *f = *state;
    assert_true(ag_file_make_directory(path_of(f, "b.xml/deep"), f->diag));
    assert_true(ag_file_make_directory(path_of(f, ".hidden"), f->diag));
    static const char *const names[] = {"z.xml",  "a.xml",         "B.xml", "b.xml/deep/c.xml",
                                        ".d.xml", ".hidden/e.xml", "f.txt", "xml"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        put(f, names[i], "", 0);
    GPtrArray *paths = ag_file_list(f->pool, f->directory, ".xml", 10, f->diag);
    static const char *const expected[] = {"B.xml", "a.xml", "b.xml/deep/c.xml", "z.xml"};
    assert_int_equal(paths->len, 4);
    for (guint i = 0; i < 4; i++)
        assert_string_equal(g_ptr_array_index(paths, i), path_of(f, expected[i]));
    assert_non_null(ag_file_list(f->pool, f->directory, ".xml", 4, f->diag));
    assert_null(ag_file_list(f->pool, f->directory, ".xml", 3, f->diag));
    expect_last(f, AG_PROBLEM_TOO_LARGE);
    assert_null(ag_file_list(f->pool, path_of(f, "none"), ".xml", 3, f->diag));
    expect_last(f, AG_PROBLEM_FILE_MISSING);
}

static void test_list_loops(void **state)
{
    Fixture *f = *state;
    assert_true(ag_file_make_directory(path_of(f, "a"), f->diag));
    assert_int_equal(symlink("..", path_of(f, "a/up")), 0);
    assert_null(ag_file_list(f->pool, f->directory, ".xml", 10, f->diag));
    expect_last(f, AG_PROBLEM_TOO_LARGE);
    g_unlink(path_of(f, "a/up"));
    assert_true(
        ag_file_make_directory(path_of(f, "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16"), f->diag));
    assert_non_null(ag_file_list(f->pool, f->directory, ".xml", 10, f->diag));
    assert_true(
        ag_file_make_directory(path_of(f, "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17"), f->diag));
    assert_null(ag_file_list(f->pool, f->directory, ".xml", 10, f->diag));
    expect_last(f, AG_PROBLEM_TOO_LARGE);
}

static void test_clock(void **state)
{
    Fixture *f = *state;
    g_setenv("AUTOGEN_NOW", "2026-11-20T14:03:11Z", TRUE);
    assert_int_equal(ag_clock_now(), 1795183391);
    g_setenv("AUTOGEN_NOW", "2026-11-20T15:03:11+01:00", TRUE);
    assert_int_equal(ag_clock_now(), 1795183391);
    g_unsetenv("AUTOGEN_NOW");
    assert_true(ABS(ag_clock_now() - g_get_real_time() / G_USEC_PER_SEC) < 5);
    assert_string_equal(ag_clock_iso(f->pool, 1795183391), "2026-11-20T14:03:11Z");
    assert_string_equal(ag_clock_iso(f->pool, 0), "1970-01-01T00:00:00Z");
    int64_t before = ag_clock_monotonic_ms();
    assert_true(ag_clock_monotonic_ms() >= before);
}

static void test_random(void **state)
{
    Fixture *f = *state;
    char *a = ag_clock_random_hex(f->pool, 12), *b = ag_clock_random_hex(f->pool, 12);
    assert_int_equal(strlen(a), 12);
    assert_int_equal(strspn(a, "0123456789abcdef"), 12);
    assert_string_not_equal(a, b);
    assert_int_equal(strlen(ag_clock_random_hex(f->pool, 32)), 32);
    g_setenv("AUTOGEN_SEED", "1", TRUE);
    char *c = ag_clock_random_hex(f->pool, 12), *d = ag_clock_random_hex(f->pool, 12);
    g_unsetenv("AUTOGEN_SEED");
    assert_int_equal(strspn(c, "0123456789abcdef"), 12);
    assert_string_not_equal(c, d);
}

static void test_digest(void **state)
{
    Fixture *f = *state;
    assert_string_equal(ag_digest_sha256(f->pool, "abc", 3),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(ag_digest_sha256(f->pool, "", 0),
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_read),
        TEST(test_read_into),
        TEST(test_write_unsynced),
        TEST(test_read_refused),
        TEST(test_write),
        TEST(test_write_new_rights),
        TEST(test_write_through_link),
        TEST(test_write_refused),
        TEST(test_directories),
        TEST(test_list),
        TEST(test_list_loops),
        TEST(test_clock),
        TEST(test_random),
        TEST(test_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
