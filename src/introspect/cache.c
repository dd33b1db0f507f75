/* SPDX-License-Identifier: MIT */
#include "introspect/cache.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"

#include <string.h>

/* One line each: key, check, answer with \n and \\ escaped. The check is the beginning of a digest
 * of the rest, so that a flipped bit cannot answer for a server. */
static const char heading[] = "autogen expressions 1";

enum { MOST_BYTES = 16 * 1024 * 1024, MOST_ENTRIES = 50 * 1000, KEY_LENGTH = 64, CHECK_LENGTH = 8 };

typedef struct {
    const char *key, *answer;
    bool used;
} Entry;

struct AgCache {
    AgPool *pool;
    char *path;         /* NULL: nothing is kept */
    GHashTable *by_key; /* key -> Entry * */
    GPtrArray *entries; /* in order of age, oldest first */
    bool changed;
};

static char *check_of(AgPool *pool, const char *key, const char *escaped)
{
    g_autofree char *both = g_strconcat(key, " ", escaped, NULL);
    char *digest = ag_digest_sha256(pool, both, strlen(both));
    digest[CHECK_LENGTH] = '\0';
    return digest;
}

static void append_escaped(GString *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\n')
            g_string_append(out, "\\n");
        else if (*p == '\\')
            g_string_append(out, "\\\\");
        else
            g_string_append_c(out, *p);
    }
}

static char *unescape(AgPool *pool, const char *text)
{
    char *out = ag_pool_text(pool, text), *to = out;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\\' && p[1] != '\0')
            *to++ = *++p == 'n' ? '\n' : *p;
        else
            *to++ = *p;
    }
    *to = '\0';
    return out;
}

static Entry *add_entry(AgCache *cache, const char *key, const char *answer)
{
    Entry *entry = ag_pool_new0(cache->pool, Entry);
    entry->key = ag_pool_text(cache->pool, key);
    entry->answer = answer;
    g_hash_table_insert(cache->by_key, (gpointer)(guintptr)entry->key, entry);
    g_ptr_array_add(cache->entries, entry);
    return entry;
}

static void read_line(AgCache *cache, AgPool *scratch, char *line)
{
    size_t length = strlen(line);
    if (length < KEY_LENGTH + CHECK_LENGTH + 2 || line[KEY_LENGTH] != ' ' ||
        line[KEY_LENGTH + 1 + CHECK_LENGTH] != ' ')
        return;
    line[KEY_LENGTH] = line[KEY_LENGTH + 1 + CHECK_LENGTH] = '\0';
    const char *check = line + KEY_LENGTH + 1, *escaped = check + CHECK_LENGTH + 1;
    if (strspn(line, "0123456789abcdef") != KEY_LENGTH ||
        strcmp(check, check_of(scratch, line, escaped)) != 0 ||
        g_hash_table_contains(cache->by_key, line))
        return;
    add_entry(cache, line, unescape(cache->pool, escaped));
}

static void load(AgCache *cache)
{
    g_autoptr(AgPool) scratch = ag_pool_new();
    g_autoptr(AgDiag) quiet = ag_diag_new();
    size_t length = 0;
    char *text = ag_file_read(scratch, cache->path, MOST_BYTES, &length, quiet);
    if (text == NULL || ag_text_invalid_utf8(text, length) >= 0)
        return;
    bool first = true;
    for (char *line = text, *next = NULL; line != NULL; line = next, first = false) {
        next = strchr(line, '\n');
        if (next == NULL)
            return; /* every whole line ends with one */
        *next++ = '\0';
        if (first && strcmp(line, heading) != 0)
            return;
        if (!first && cache->entries->len < MOST_ENTRIES)
            read_line(cache, scratch, line);
    }
}

AgCache *ag_cache_open(const char *directory)
{
    AgCache *cache = g_new0(AgCache, 1);
    cache->pool = ag_pool_new();
    cache->by_key = g_hash_table_new(g_str_hash, g_str_equal);
    cache->entries = g_ptr_array_new();
    if (directory != NULL) {
        cache->path = g_build_filename(directory, "expressions.cache", NULL);
        if (g_file_test(cache->path, G_FILE_TEST_EXISTS))
            load(cache);
    }
    return cache;
}

void ag_cache_free(AgCache *cache)
{
    if (cache == NULL)
        return;
    g_hash_table_destroy(cache->by_key);
    g_ptr_array_free(cache->entries, TRUE);
    g_free(cache->path);
    ag_pool_free(cache->pool);
    g_free(cache);
}

const char *ag_cache_get(AgCache *cache, const char *key)
{
    Entry *entry = g_hash_table_lookup(cache->by_key, key);
    if (entry == NULL)
        return NULL;
    entry->used = true;
    return entry->answer;
}

void ag_cache_put(AgCache *cache, const char *key, const char *answer)
{
    Entry *entry = g_hash_table_lookup(cache->by_key, key);
    if (entry != NULL && strcmp(entry->answer, answer) == 0) {
        entry->used = true;
        return;
    }
    const char *copy = ag_pool_text(cache->pool, answer);
    if (entry == NULL)
        entry = add_entry(cache, key, copy);
    entry->answer = copy;
    entry->used = true;
    cache->changed = true;
}

static void append_entries(AgCache *cache, AgPool *scratch, GString *out, bool used, guint skip)
{
    for (guint i = 0; i < cache->entries->len; i++) {
        const Entry *entry = g_ptr_array_index(cache->entries, i);
        if (entry->used != used)
            continue;
        if (skip > 0) {
            skip--;
            continue;
        }
        g_autoptr(GString) escaped = g_string_new(NULL);
        append_escaped(escaped, entry->answer);
        g_string_append_printf(out, "%s %s %s\n", entry->key,
                               check_of(scratch, entry->key, escaped->str), escaped->str);
    }
}

/* Of too many entries the oldest that this run did not need go first. */
void ag_cache_save(AgCache *cache, AgDiag *diag)
{
    if (cache->path == NULL || !cache->changed)
        return;
    g_autoptr(AgPool) scratch = ag_pool_new();
    g_autoptr(AgDiag) quiet = ag_diag_new();
    g_autoptr(GString) out = g_string_new(heading);
    guint excess = cache->entries->len > MOST_ENTRIES ? cache->entries->len - MOST_ENTRIES : 0;
    g_string_append_c(out, '\n');
    append_entries(cache, scratch, out, false, excess);
    append_entries(cache, scratch, out, true, 0);
    g_autofree char *directory = g_path_get_dirname(cache->path);
    if (out->len > MOST_BYTES)
        return;
    if (!ag_file_make_directory(directory, quiet) ||
        !ag_file_write(cache->path, out->str, true, quiet))
        ag_note(diag, AG_PROBLEM_REMARK, AG_NOWHERE,
                "the cache of expressions could not be written: %s", ag_diag_last(quiet)->message);
}
