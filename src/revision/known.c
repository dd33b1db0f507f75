/* SPDX-License-Identifier: MIT */
#include "revision/known.h"

#include "base/file.h"
#include "base/limits.h"
#include "revision/reader.h"

#include <string.h>

/* 10,000 revisions of two dialects have 5 MB. */
#define MOST_BYTES ((size_t)64 * 1024 * 1024)
enum { DIGEST = 64, SETTLED_US = 3000000 };
static const char heading[] = "known revisions 2 ";

typedef struct {
    const char *digest;                   /* of the file's bytes, 64 hex digits */
    const char *checksums[AG_N_DIALECTS]; /* NULL: the revision lacks the dialect */
    bool has_blocks;
    bool used;         /* by a file that is still there */
    AgFileStamp stamp; /* the state of a file that had these bytes; zeroes: of none */
    const char *head;  /* what stands before its first block */
    size_t head_length;
} Entry;

struct AgKnown {
    AgPool *pool;
    const char *path, *key;
    GHashTable *entries; /* digest -> Entry *; look-up only */
    GHashTable *stamps;  /* AgFileStamp * -> Entry *; look-up only */
    GPtrArray *order;    /* of Entry * */
    GString *cache;      /* what the entries were read from, or NULL */
    GString *text;       /* of the file being read */
    GChecksum *sum;
    gint64 now; /* when the files are read; microseconds */
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

static guint hash_stamp(gconstpointer data)
{
    const AgFileStamp *stamp = data;
    return (guint)(stamp->inode ^ (guint64)stamp->changed ^ (guint64)stamp->changed >> 32);
}

static gboolean same_stamp(gconstpointer a, gconstpointer b)
{
    const AgFileStamp *x = a, *y = b;
    return x->inode == y->inode && x->device == y->device && x->size == y->size &&
           x->modified == y->modified && x->changed == y->changed;
}

static void free_parts(void *data)
{
    AgKnown *known = data;
    g_hash_table_destroy(known->entries);
    g_hash_table_destroy(known->stamps);
    g_string_free(known->text, TRUE);
    if (known->cache != NULL)
        g_string_free(known->cache, TRUE);
    g_checksum_free(known->sum);
}

/* --- the file --- */

/* Cuts the word off that `*at` begins with, at that character. NULL when it does not come. */
static char *cut(char **at, char character)
{
    char *word = *at, *end = strchr(word, character);
    if (end == NULL)
        return NULL;
    *end = '\0';
    *at = end + 1;
    return word;
}

static bool read_stamp(AgFileStamp *stamp, size_t *head_length, char **at)
{
    guint64 numbers[6];
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        char *word = cut(at, i + 1 < G_N_ELEMENTS(numbers) ? ' ' : '\n');
        if (word == NULL)
            return false;
        numbers[i] = g_ascii_strtoull(word, NULL, 16);
    }
    *stamp =
        (AgFileStamp){numbers[0], numbers[1], numbers[2], (gint64)numbers[3], (gint64)numbers[4]};
    *head_length = numbers[5];
    return true;
}

/* "DIGEST b v1:sha256:... - STAMP LENGTH": whether it has blocks, a checksum by dialect, and in the
 * line behind it so many bytes of head. Cut in place. NULL: nothing of that kind. */
static Entry *read_entry(AgKnown *known, char **at, const char *end)
{
    Entry *entry = ag_pool_new0(known->pool, Entry);
    const char *digest = cut(at, ' '), *blocks = digest == NULL ? NULL : cut(at, ' ');
    if (blocks == NULL || strlen(digest) != DIGEST)
        return NULL;
    entry->digest = digest;
    entry->has_blocks = *blocks == 'b';
    for (int i = 0; i < AG_N_DIALECTS; i++) {
        const char *sum = cut(at, ' ');
        if (sum == NULL)
            return NULL;
        entry->checksums[i] = strcmp(sum, "-") == 0 ? NULL : sum;
    }
    if (!read_stamp(&entry->stamp, &entry->head_length, at) ||
        (size_t)(end - *at) <= entry->head_length || (*at)[entry->head_length] != '\n')
        return NULL;
    entry->head = *at;
    *at += entry->head_length;
    *(*at)++ = '\0';
    return entry;
}

static void add_entry(AgKnown *known, Entry *entry)
{
    if (!g_hash_table_insert(known->entries, (gpointer)(guintptr)entry->digest, entry))
        return;
    g_ptr_array_add(known->order, entry);
    if (entry->stamp.inode != 0)
        g_hash_table_insert(known->stamps, &entry->stamp, entry);
}

static void read_entries(AgKnown *known, char *text, size_t length)
{
    g_autofree char *first = g_strconcat(heading, known->key, NULL);
    const char *end = text + length, *head = cut(&text, '\n');
    if (head == NULL || strcmp(head, first) != 0)
        return;
    for (Entry *entry; text < end && (entry = read_entry(known, &text, end)) != NULL;)
        add_entry(known, entry);
}

AgKnown *ag_known_load(AgPool *pool, const char *path, const char *key)
{
    AgKnown *known = ag_pool_new0(pool, AgKnown);
    g_autoptr(AgDiag) quiet = ag_diag_new();
    known->pool = pool;
    known->path = ag_pool_text(pool, path);
    known->key = ag_pool_text(pool, key);
    known->entries = g_hash_table_new(hash_digest, same_digest);
    known->stamps = g_hash_table_new(hash_stamp, same_stamp);
    known->order = ag_pool_array(pool);
    known->text = g_string_new(NULL);
    known->sum = g_checksum_new(G_CHECKSUM_SHA256);
    known->now = g_get_real_time();
    ag_pool_keep(pool, known, free_parts);
    if (g_file_test(path, G_FILE_TEST_EXISTS)) {
        known->cache = g_string_new(NULL);
        if (ag_file_read_into(known->cache, path, MOST_BYTES, NULL, quiet))
            read_entries(known, known->cache->str, known->cache->len);
    }
    return known;
}

static void append_entry(GString *out, const Entry *entry)
{
    g_string_append_len(out, entry->digest, DIGEST);
    g_string_append(out, entry->has_blocks ? " b" : " -");
    for (int i = 0; i < AG_N_DIALECTS; i++)
        g_string_append_printf(out, " %s", entry->checksums[i] == NULL ? "-" : entry->checksums[i]);
    const AgFileStamp *stamp = &entry->stamp;
    guint64 numbers[] = {stamp->device, stamp->inode, stamp->size, (guint64)stamp->modified,
                         (guint64)stamp->changed};
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        g_string_append_printf(out, " %" G_GINT64_MODIFIER "x", numbers[i]);
    g_string_append_printf(out, " %zx\n", entry->head_length);
    g_string_append_len(out, entry->head, (gssize)entry->head_length);
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

/* A file that was written just now may be written again in the same tick of its clock. */
static bool is_settled(const AgKnown *known, const AgFileStamp *stamp)
{
    return MAX(stamp->modified, stamp->changed) / 1000 < known->now - SETTLED_US;
}

/* Remembers that a file in that state has these bytes. */
static void remember(AgKnown *known, Entry *entry, const AgFileStamp *stamp,
                     const AgRevisionReader *reader)
{
    if (!is_settled(known, stamp) || same_stamp(stamp, &entry->stamp))
        return;
    g_hash_table_remove(known->stamps, &entry->stamp);
    entry->stamp = *stamp;
    entry->head = ag_pool_text_n(known->pool, reader->text, reader->header);
    entry->head_length = reader->header;
    g_hash_table_insert(known->stamps, &entry->stamp, entry);
    known->n_new++;
}

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

static AgRevision *use(AgKnown *known, Entry *entry, AgRevision *revision)
{
    known->n_used += !entry->used;
    entry->used = true;
    revision->known_blocks = entry->has_blocks;
    memcpy(revision->checksums, entry->checksums, sizeof entry->checksums);
    return revision;
}

/* Only by the state of the file; NULL: it is not known. */
static AgRevision *read_head(AgKnown *known, const char *file)
{
    AgFileStamp stamp;
    AgRevisionReader reader = {.pool = known->pool, .file = file};
    Entry *entry = ag_file_stamp(file, &stamp) ? g_hash_table_lookup(known->stamps, &stamp) : NULL;
    AgRevision *revision =
        entry == NULL ? NULL : ag_reader_head(&reader, entry->head, entry->head_length);
    return revision == NULL ? NULL : use(known, entry, revision);
}

/* Reads the file into known->text. Its digest, until the next one; NULL after a problem. */
static const char *digest_of(AgKnown *known, const char *file, AgFileStamp *stamp, AgDiag *diag)
{
    if (!ag_file_read_into(known->text, file, AG_LIMIT_REVISION_BYTES, stamp, diag))
        return NULL;
    g_checksum_reset(known->sum);
    g_checksum_update(known->sum, (const guchar *)known->text->str, (gssize)known->text->len);
    return g_checksum_get_string(known->sum);
}

AgRevision *ag_known_read(AgKnown *known, const char *file, AgDiag *diag)
{
    AgRevision *revision = read_head(known, file);
    AgFileStamp stamp;
    const char *digest = revision != NULL ? NULL : digest_of(known, file, &stamp, diag);
    if (digest == NULL)
        return revision;
    AgRevisionReader reader = {.pool = known->pool, .file = file};
    Entry *entry = g_hash_table_lookup(known->entries, digest);
    if (entry != NULL)
        revision = ag_reader_outline(&reader, known->text->str, known->text->len);
    if (revision == NULL) {
        reader = (AgRevisionReader){.pool = known->pool, .file = file, .diag = diag};
        revision = ag_reader_whole(&reader, known->text->str, known->text->len);
        entry = revision == NULL ? NULL : note(known, digest, revision);
    }
    if (entry == NULL)
        return NULL;
    remember(known, entry, &stamp, &reader);
    return use(known, entry, revision);
}

static bool fail_changed(AgKnown *known, const AgRevision *revision, AgDiag *diag)
{
    AgFileStamp stamp;
    Entry *entry =
        ag_file_stamp(revision->file, &stamp) ? g_hash_table_lookup(known->stamps, &stamp) : NULL;
    if (entry != NULL) {
        g_hash_table_remove(known->stamps, &entry->stamp);
        entry->stamp = (AgFileStamp){0};
        known->n_new++;
        ag_known_save(known);
    }
    ag_fail(diag, AG_PROBLEM_BAD_REVISION, (AgPlace){.file = revision->file},
            "the file has changed since the revisions were read");
    ag_hint(diag, "run the same command again");
    return false;
}

bool ag_known_open(AgKnown *known, AgRevision *revision, AgDiag *diag)
{
    if (!revision->is_closed)
        return true;
    const char *digest = digest_of(known, revision->file, NULL, diag);
    if (digest == NULL)
        return false;
    const Entry *entry = g_hash_table_lookup(known->entries, digest);
    AgRevisionReader reader = {.pool = known->pool, .file = revision->file};
    const AgRevision *read =
        entry == NULL || memcmp(entry->checksums, revision->checksums, sizeof entry->checksums) != 0
            ? NULL
            : ag_reader_outline(&reader, known->text->str, known->text->len);
    if (read == NULL || strcmp(read->id, revision->id) != 0)
        return fail_changed(known, revision, diag);
    revision->unread = read->unread;
    revision->is_closed = false;
    return true;
}
