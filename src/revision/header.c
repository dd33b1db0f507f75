/* SPDX-License-Identifier: MIT */
#include "revision/reader.h"

#include "base/text.h"

#include <string.h>

enum { LONGEST_ID = 64 };

/* Reading goes line by line: the magic line, the keys up to the first blank line, free comments. */
typedef enum { PART_MAGIC, PART_KEYS, PART_NOTE } Part;

typedef struct {
    AgRevisionReader *reader;
    Part part;
    GHashTable *lines; /* key -> line number, to tell of a second one */
    GString *note;
    guint blank_lines; /* since the note's last line */
    AgPlace place;     /* of the line being read */
} Header;

bool ag_revision_is_id(const char *text)
{
    static const char *const taken[] = {"head", "heads", "base", "current"};
    size_t length = strlen(text);
    if (length == 0 || length > LONGEST_ID || text[0] == '.')
        return false;
    for (size_t i = 0; i < length; i++)
        if (!g_ascii_isalnum(text[i]) && text[i] != '_' && text[i] != '.')
            return false;
    for (size_t i = 0; i < G_N_ELEMENTS(taken); i++)
        if (strcmp(text, taken[i]) == 0)
            return false;
    return true;
}

static bool fail_header(Header *header, const char *format, const char *word)
{
    g_autofree char *shown = ag_text_printable(word);
    g_autofree char *message = g_strdup_printf("%s '%s'", format, shown);
    return ag_fail(header->reader->diag, AG_PROBLEM_BAD_REVISION, header->place, "%s", message);
}

/* --- keys --- */

static bool check_id(Header *header, const char *id)
{
    if (ag_revision_is_id(id))
        return true;
    fail_header(header, "not an id:", id);
    ag_hint(header->reader->diag,
            "ids have letters, digits, '_' and '.', at most %d, and are none of head, heads, base, "
            "current",
            LONGEST_ID);
    return false;
}

/* Ids with commas or blanks between. */
static void read_ids(Header *header, GPtrArray *ids, const char *value)
{
    g_auto(GStrv) words = g_strsplit_set(value, ", \t", -1);
    for (size_t i = 0; words[i] != NULL; i++) {
        if (words[i][0] == '\0' || !check_id(header, words[i]))
            continue;
        const char *id = ag_pool_name(header->reader->pool, words[i]);
        if (g_ptr_array_find(ids, id, NULL))
            fail_header(header, "named twice:", id);
        else
            g_ptr_array_add(ids, (gpointer)(guintptr)id);
    }
}

static void set_id(Header *header, const char *value)
{
    if (check_id(header, value))
        header->reader->revision->id = ag_pool_name(header->reader->pool, value);
}

static void set_parents(Header *header, const char *value)
{
    header->reader->revision->parent_line = header->place.line;
    read_ids(header, header->reader->revision->parents, value);
}

static void set_depends(Header *header, const char *value)
{
    header->reader->revision->depends_line = header->place.line;
    read_ids(header, header->reader->revision->depends, value);
}

static void set_labels(Header *header, const char *value)
{
    read_ids(header, header->reader->revision->labels, value);
}

static void set_message(Header *header, const char *value)
{
    header->reader->revision->message = ag_pool_text(header->reader->pool, value);
}

static void set_created(Header *header, const char *value)
{
    header->reader->revision->created = ag_pool_text(header->reader->pool, value);
}

static const char *const keys[] = {"id", "parent", "depends", "labels", "message", "created", NULL};

static void (*const setters[])(Header *header, const char *value) = {
    set_id, set_parents, set_depends, set_labels, set_message, set_created,
};

static void read_key(Header *header, const char *text)
{
    AgDiag *diag = header->reader->diag;
    const char *colon = strchr(text, ':');
    if (colon == NULL) {
        fail_header(header, "not a line of the header:", text);
        ag_hint(diag, "header lines are '-- key: value'; free comments come after a blank line");
        return;
    }
    const char *value = colon + 1 + strspn(colon + 1, " \t");
    const char *key = ag_pool_text_n(header->reader->pool, text, (size_t)(colon - text));
    size_t i = 0;
    while (keys[i] != NULL && strcmp(keys[i], key) != 0)
        i++;
    if (keys[i] == NULL) {
        fail_header(header, "unknown header key", key);
        ag_hint_nearest(diag, key, keys);
        ag_hint(diag, "keys are id, parent, depends, labels, message, created; free comments come "
                      "after a blank line");
        return;
    }
    int first = GPOINTER_TO_INT(g_hash_table_lookup(header->lines, keys[i]));
    if (first > 0) {
        fail_header(header, "a second header key", key);
        ag_also(diag, (AgPlace){header->place.file, first, 1});
        return;
    }
    g_hash_table_insert(header->lines, (gpointer)(guintptr)keys[i],
                        GINT_TO_POINTER(header->place.line));
    setters[i](header, value);
}

/* --- directives that may stand here --- */

/* sha256:HEX by NAME at TIME */
static void read_seal(Header *header, const char *argument)
{
    AgRevision *revision = header->reader->revision;
    AgPool *pool = header->reader->pool;
    const char *rest = argument;
    const char *seal = ag_next_word(pool, &rest);
    const char *by = ag_next_word(pool, &rest);
    bool hex = strlen(seal) == strlen("sha256:") + 64;
    for (size_t i = strlen("sha256:"); hex && seal[i] != '\0'; i++)
        hex = g_ascii_isxdigit(seal[i]);
    if (!hex || !g_str_has_prefix(seal, "sha256:") || strcmp(by, "by") != 0 || rest[0] == '\0') {
        fail_header(header, "not a seal:", argument);
        ag_hint(header->reader->diag, "seals are written by 'autogen review --approve'");
    } else if (revision->seal != NULL) {
        ag_fail(header->reader->diag, AG_PROBLEM_BAD_REVISION, header->place, "a second seal");
    } else {
        revision->seal = seal;
        revision->sealed_by = rest;
    }
}

/* False when the directive is no business of the header: a block begins, or something is wrong. */
static bool read_directive(Header *header, const AgDirective *directive, bool *block)
{
    switch (directive->id) {
    case AG_DIRECTIVE_UPGRADE:
    case AG_DIRECTIVE_DOWNGRADE:
        *block = true;
        return true;
    case AG_DIRECTIVE_REVIEWED:
        read_seal(header, directive->argument);
        return true;
    case AG_DIRECTIVE_END:
        return ag_fail(header->reader->diag, AG_PROBLEM_BAD_REVISION, header->place,
                       "lines stand behind '-- autogen:end'");
    case AG_DIRECTIVE_STEP:
    case AG_DIRECTIVE_SET:
    case AG_DIRECTIVE_HAZARD:
    case AG_DIRECTIVE_ALLOW:
    case AG_DIRECTIVE_IRREVERSIBLE:
        ag_fail(header->reader->diag, AG_PROBLEM_BAD_REVISION, header->place,
                "'autogen:%s' stands before the first block", directive->word);
        ag_hint(header->reader->diag, "begin a block with '-- autogen:upgrade DIALECT'");
        return true;
    case AG_DIRECTIVE_UNKNOWN:
        fail_header(header, "unknown directive", directive->word);
        ag_hint_nearest(header->reader->diag, directive->word, ag_directive_words);
        ag_hint(header->reader->diag, "a line '-- autogen:...' is never an ordinary comment");
        return true;
    }
    g_assert_not_reached();
}

/* --- lines --- */

static bool read_magic(Header *header, const char *text)
{
    static const char magic[] = "autogen revision";
    AgDiag *diag = header->reader->diag;
    if (text != NULL && strcmp(text, magic) == 0) {
        header->part = PART_KEYS;
        return true;
    }
    if (text != NULL && g_str_has_prefix(text, magic)) {
        fail_header(header, "a format of revision files this version does not know:", text);
        ag_hint(diag, "the file was written by a newer autogen");
        return false;
    }
    ag_fail(diag, AG_PROBLEM_BAD_REVISION, header->place, "this is no revision file");
    ag_hint(diag,
            "revision files begin with '-- autogen revision'; keep other SQL files elsewhere");
    return false;
}

static void read_note(Header *header, const char *text)
{
    if (header->note->len > 0)
        for (guint i = 0; i <= header->blank_lines; i++)
            g_string_append_c(header->note, '\n');
    header->blank_lines = 0;
    g_string_append(header->note, text);
}

static bool read_line(Header *header, const char *line, size_t length, bool *block)
{
    AgRevisionReader *reader = header->reader;
    const char *text = ag_comment_text(reader->pool, line, length);
    AgDirective directive;
    if (text == NULL) {
        bool blank = true;
        for (size_t i = 0; i < length; i++)
            blank = blank && g_ascii_isspace(line[i]);
        if (!blank && header->part == PART_MAGIC)
            return read_magic(header, NULL);
        if (!blank) {
            ag_fail(reader->diag, AG_PROBLEM_BAD_REVISION, header->place,
                    "SQL stands before the first block");
            ag_hint(reader->diag, "begin a block with '-- autogen:upgrade DIALECT'");
            return false;
        }
        if (header->part == PART_KEYS)
            header->part = PART_NOTE;
        else if (header->note->len > 0)
            header->blank_lines++;
        return true;
    }
    if (memchr(text, '\r', strlen(text)) != NULL)
        return ag_fail(reader->diag, AG_PROBLEM_BAD_REVISION, header->place,
                       "a carriage return stands alone inside a comment");
    if (header->part == PART_MAGIC)
        return read_magic(header, text);
    if (ag_directive_parse(reader->pool, line, length, &directive))
        return read_directive(header, &directive, block);
    if (header->part == PART_KEYS)
        read_key(header, text);
    else
        read_note(header, text);
    return true;
}

static bool check_header(Header *header)
{
    AgRevisionReader *reader = header->reader;
    if (header->part == PART_MAGIC)
        return read_magic(header, NULL);
    if (reader->revision->id == NULL && !g_hash_table_contains(header->lines, "id")) {
        ag_fail(reader->diag, AG_PROBLEM_BAD_REVISION, (AgPlace){.file = reader->file},
                "the header has no id");
        ag_hint(reader->diag, "add a line '-- id: ' with a new id behind '-- autogen revision'");
    }
    if (header->note->len > 0)
        reader->revision->note = ag_pool_text(reader->pool, header->note->str);
    if (reader->revision->message == NULL)
        reader->revision->message = "";
    return true;
}

bool ag_reader_header(AgRevisionReader *reader, size_t *offset)
{
    g_autoptr(GHashTable) lines = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GString) note = g_string_new(NULL);
    Header header = {.reader = reader, .lines = lines, .note = note};
    bool block = false;
    for (*offset = 0; *offset < reader->end;) {
        const char *line = reader->text + *offset;
        const char *end = memchr(line, '\n', reader->end - *offset);
        size_t length = end != NULL ? (size_t)(end - line) : reader->end - *offset;
        header.place = ag_reader_place(reader, *offset);
        if (!read_line(&header, line, length, &block))
            return false;
        if (block)
            break;
        *offset += length + 1;
    }
    *offset = MIN(*offset, reader->end);
    return check_header(&header);
}
