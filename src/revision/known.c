/* SPDX-License-Identifier: MIT */
#include "revision/known.h"

#include "base/file.h"
#include "base/limits.h"
#include "revision/reader.h"

#include <string.h>

/* 10,000 revisions of two dialects have 2.5 MB. */
#define MOST_BYTES ((size_t)64 * 1024 * 1024)
enum { DIGEST = 64 };
static const char heading[] = "known revisions 1 ";

typedef struct {
    const char *digest;                   /* of the file's bytes, 64 hex digits */
    const char *checksums[AG_N_DIALECTS]; /* NULL: the revision lacks the dialect */
    bool has_blocks;
    bool used; /* by a file that is still there */
} Entry;

struct AgKnown {
    AgPool *pool;
    const char *path, *key;
    GHashTable *entries; /* digest -> Entry *; look-up only */
    GPtrArray *order;    /* of Entry * */
    GString *text;       /* of the file being read */
    GChecksum *sum;
    guint n_used, n_new;
};

/* The digits are evenly spread, so eight of them are a hash. */
static guint hash_digest(gconstpointer digest)
{
    guint64 digits;
    memcpy(&digits, digest, sizeof digits);
    return (guint)((digits * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15)) >> 32);
}

static gboolean same_digest(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, DIGEST) == 0;
}

static void free_parts(void *data)
{
    AgKnown *known = data;
    g_hash_table_destroy(known->entries);
    g_string_free(known->text, TRUE);
    g_checksum_free(known->sum);
}

/* --- the file --- */

/* "DIGEST b v1:sha256:... -": whether it has blocks, then a checksum by dialect. Cut in place. */
static Entry *read_entry(AgKnown *known, char *line)
{
    Entry *entry = ag_pool_new0(known->pool, Entry);
    if (strlen(line) < DIGEST + 3 || line[DIGEST] != ' ' || line[DIGEST + 2] != ' ')
        return NULL;
    entry->digest = line;
    entry->has_blocks = line[DIGEST + 1] == 'b';
    char *word = line + DIGEST + 3;
    for (int i = 0; i < AG_N_DIALECTS; i++) {
        char *end = strchr(word, ' ');
        if ((end == NULL) != (i == AG_N_DIALECTS - 1))
            return NULL;
        if (end != NULL)
            *end = '\0';
        entry->checksums[i] = strcmp(word, "-") == 0 ? NULL : word;
        if (end != NULL)
            word = end + 1;
    }
    return entry;
}

static void add_entry(AgKnown *known, Entry *entry)
{
    if (g_hash_table_insert(known->entries, (gpointer)(guintptr)entry->digest, entry))
        g_ptr_array_add(known->order, entry);
}

static void read_entries(AgKnown *known, char *text)
{
    g_autofree char *first = g_strconcat(heading, known->key, NULL);
    char *line = text, *end = strchr(line, '\n');
    for (bool head = true; end != NULL; line = end + 1, end = strchr(line, '\n'), head = false) {
        *end = '\0';
        Entry *entry = head ? NULL : read_entry(known, line);
        if (head ? strcmp(line, first) != 0 : entry == NULL)
            return;
        if (entry != NULL)
            add_entry(known, entry);
    }
}

AgKnown *ag_known_load(AgPool *pool, const char *path, const char *key)
{
    AgKnown *known = ag_pool_new0(pool, AgKnown);
    g_autoptr(AgDiag) quiet = ag_diag_new();
    known->pool = pool;
    known->path = ag_pool_text(pool, path);
    known->key = ag_pool_text(pool, key);
    known->entries = g_hash_table_new(hash_digest, same_digest);
    known->order = ag_pool_array(pool);
    known->text = g_string_new(NULL);
    known->sum = g_checksum_new(G_CHECKSUM_SHA256);
    ag_pool_keep(pool, known, free_parts);
    if (g_file_test(path, G_FILE_TEST_EXISTS)) {
        char *text = ag_file_read(pool, path, MOST_BYTES, NULL, quiet);
        if (text != NULL)
            read_entries(known, text);
    }
    return known;
}

static void append_entry(GString *out, const Entry *entry)
{
    g_string_append_len(out, entry->digest, DIGEST);
    g_string_append(out, entry->has_blocks ? " b" : " -");
    for (int i = 0; i < AG_N_DIALECTS; i++)
        g_string_append_printf(out, " %s", entry->checksums[i] == NULL ? "-" : entry->checksums[i]);
    g_string_append_c(out, '\n');
}

void ag_known_save(AgKnown *known)
{
    /* What is gone may stay a while: it costs less than to write anew. */
    if (known->n_new == 0 && known->order->len <= 2 * known->n_used + 100)
        return;
    g_autoptr(AgDiag) quiet = ag_diag_new();
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append_printf(out, "%s%s\n", heading, known->key);
    for (guint i = 0; i < known->order->len; i++) {
        const Entry *entry = g_ptr_array_index(known->order, i);
        if (entry->used)
            append_entry(out, entry);
    }
    if (out->len <= MOST_BYTES)
        (void)ag_file_write_unsynced(known->path, out->str, true, quiet);
}

/* --- one revision --- */

static Entry *note(AgKnown *known, const char *digest, AgRevision *revision)
{
    Entry *entry = ag_pool_new0(known->pool, Entry);
    entry->digest = ag_pool_text_n(known->pool, digest, DIGEST);
    entry->has_blocks = ag_revision_has_blocks(revision);
    for (int i = 0; i < AG_N_DIALECTS; i++)
        entry->checksums[i] = ag_revision_checksum(known->pool, revision, (AgDialectId)i);
    add_entry(known, entry);
    known->n_new++;
    return entry;
}

static void use(AgKnown *known, Entry *entry)
{
    known->n_used += !entry->used;
    entry->used = true;
}

AgRevision *ag_known_read(AgKnown *known, const char *file, AgDiag *diag)
{
    if (!ag_file_read_into(known->text, file, AG_LIMIT_REVISION_BYTES, NULL, diag))
        return NULL;
    const char *text = known->text->str;
    size_t length = known->text->len;
    g_checksum_reset(known->sum);
    g_checksum_update(known->sum, (const guchar *)text, (gssize)length);
    const char *digest = g_checksum_get_string(known->sum);
    Entry *entry = g_hash_table_lookup(known->entries, digest);
    AgRevision *revision =
        entry == NULL ? NULL : ag_reader_outline(known->pool, text, length, file);
    if (revision != NULL) {
        revision->known_blocks = entry->has_blocks;
        memcpy(revision->checksums, entry->checksums, sizeof entry->checksums);
    } else {
        revision = ag_reader_whole(known->pool, text, length, file, diag);
        entry = revision == NULL ? NULL : note(known, digest, revision);
    }
    if (entry != NULL)
        use(known, entry);
    return revision;
}
