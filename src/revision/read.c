/* SPDX-License-Identifier: MIT */
#include "revision/reader.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

AgPlace ag_reader_place(AgRevisionReader *reader, size_t offset)
{
    if (offset < reader->placed) {
        reader->placed = 0;
        reader->place = (AgPlace){reader->file, 1, 1};
    }
    reader->place =
        ag_sql_place(reader->text + reader->placed, offset - reader->placed, reader->place);
    reader->placed = offset;
    return reader->place;
}

/* --- the bytes --- */

static bool check_bytes(AgRevisionReader *reader, const char *text, size_t length)
{
    AgPlace whole = {.file = reader->file};
    if (length >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0)) {
        ag_fail(reader->diag, AG_PROBLEM_ENCODING, whole, "the file is UTF-16");
        ag_hint(reader->diag, "save it as UTF-8");
        return false;
    }
    gssize bad = ag_text_invalid_utf8(text, length);
    if (bad < 0)
        return true;
    AgPlace place = ag_sql_place(text, (size_t)bad, (AgPlace){reader->file, 1, 1});
    unsigned char byte = (unsigned char)text[bad];
    if (byte == 0)
        return ag_fail(reader->diag, AG_PROBLEM_ENCODING, place, "a NUL byte");
    ag_fail(reader->diag, AG_PROBLEM_ENCODING, place,
            "byte 0x%02x at offset %zd is not valid UTF-8", byte, bad);
    ag_hint(reader->diag, "save the file as UTF-8");
    return false;
}

/* A file whose first line ends with CRLF was written or converted that way as a whole. In any other
 * file CRLF stands where somebody meant it, inside a string, and has to stay. */
static const char *with_unix_line_ends(AgPool *pool, const char *text, size_t *length)
{
    const char *first = memchr(text, '\n', *length);
    if (first == NULL || first == text || first[-1] != '\r')
        return text;
    char *copy = ag_pool_alloc(pool, *length + 1);
    size_t n = 0;
    for (size_t i = 0; i < *length; i++)
        if (text[i] != '\r' || text[i + 1] != '\n')
            copy[n++] = text[i];
    copy[n] = '\0';
    *length = n;
    return copy;
}

/* --- lines that concern the whole file --- */

static const char *line_end(const char *line, const char *end)
{
    const char *found = memchr(line, '\n', (size_t)(end - line));
    return found != NULL ? found : end;
}

/* The last line has to say that it is the last one: a file cut anywhere lacks it. */
static bool find_closing_line(AgRevisionReader *reader, size_t length)
{
    size_t end = length;
    while (end > 0 && g_ascii_isspace(reader->text[end - 1]))
        end--;
    size_t start = end;
    while (start > 0 && reader->text[start - 1] != '\n')
        start--;
    AgDirective directive;
    if (ag_directive_parse(reader->pool, reader->text + start, end - start, &directive) &&
        directive.id == AG_DIRECTIVE_END && directive.argument[0] == '\0') {
        reader->end = start;
        return true;
    }
    const char *what = strstr(reader->text, "\n-- autogen:end\n") != NULL
                           ? "lines stand behind '-- autogen:end'"
                           : "the file is truncated: its last line is not '-- autogen:end'";
    ag_fail(reader->diag, AG_PROBLEM_BAD_REVISION, ag_reader_place(reader, start), "%s", what);
    ag_hint(reader->diag, "get the whole file back, or make '-- autogen:end' its last line");
    return false;
}

static bool is_conflict_marker(const char *line, size_t length)
{
    static const char *const markers[] = {"<<<<<<< ", "||||||| ", ">>>>>>> "};
    for (size_t i = 0; i < G_N_ELEMENTS(markers); i++)
        if (length >= 8 && memcmp(line, markers[i], 8) == 0)
            return true;
    return false;
}

static bool check_no_conflict(AgRevisionReader *reader, size_t length)
{
    const char *end = reader->text + length;
    for (const char *line = reader->text; line < end; line = line_end(line, end) + 1) {
        if (!strchr("<|>", *line) ||
            !is_conflict_marker(line, (size_t)(line_end(line, end) - line)))
            continue;
        ag_fail(reader->diag, AG_PROBLEM_BAD_REVISION,
                ag_reader_place(reader, (size_t)(line - reader->text)), "a merge conflict marker");
        ag_hint(reader->diag, "solve the conflict; two revisions cannot share one file");
        return false;
    }
    return true;
}

/* --- the whole --- */

AgRevision *ag_revision_new(AgPool *pool)
{
    AgRevision *revision = ag_pool_new0(pool, AgRevision);
    revision->parents = ag_pool_array(pool);
    revision->depends = ag_pool_array(pool);
    revision->labels = ag_pool_array(pool);
    return revision;
}

/* The text from where reading starts: behind a byte order mark, with the line ends of Unix. */
static void set_text(AgRevisionReader *reader, const char *text, size_t *length)
{
    reader->file = ag_pool_text(reader->pool, reader->file);
    reader->place = (AgPlace){reader->file, 1, 1};
    if (g_str_has_prefix(text, "\xef\xbb\xbf")) {
        text += 3;
        *length -= 3;
    }
    reader->text = with_unix_line_ends(reader->pool, text, length);
    reader->revision = ag_revision_new(reader->pool);
    reader->revision->file = reader->file;
}

AgRevision *ag_reader_whole(AgRevisionReader *reader, const char *text, size_t length)
{
    guint before = ag_diag_errors(reader->diag);
    if (!check_bytes(reader, text, length))
        return NULL;
    set_text(reader, text, &length);
    bool read = check_no_conflict(reader, length) && find_closing_line(reader, length) &&
                ag_reader_header(reader, &reader->header) &&
                ag_reader_blocks(reader, reader->header);
    return read && ag_diag_errors(reader->diag) == before ? reader->revision : NULL;
}

AgRevision *ag_reader_outline(AgRevisionReader *reader, const char *text, size_t length)
{
    g_autoptr(AgDiag) quiet = ag_diag_new();
    reader->diag = quiet;
    set_text(reader, text, &length);
    bool read = find_closing_line(reader, length) && ag_reader_header(reader, &reader->header);
    reader->diag = NULL;
    if (!read || ag_diag_errors(quiet) > 0)
        return NULL;
    reader->revision->pool = reader->pool;
    reader->revision->unread = ag_pool_text_n(reader->pool, reader->text, length);
    return reader->revision;
}

AgRevision *ag_reader_head(AgRevisionReader *reader, const char *text, size_t length)
{
    g_autoptr(AgDiag) quiet = ag_diag_new();
    reader->diag = quiet;
    set_text(reader, text, &length);
    reader->end = length;
    bool read = ag_reader_header(reader, &reader->header);
    reader->diag = NULL;
    if (!read || ag_diag_errors(quiet) > 0)
        return NULL;
    reader->revision->pool = reader->pool;
    reader->revision->is_closed = true;
    return reader->revision;
}

/* The text was read without a problem once, so it is again. */
static void read_blocks(AgRevision *revision)
{
    g_autoptr(AgDiag) quiet = ag_diag_new();
    const char *text = revision->unread;
    AgRevisionReader reader = {.pool = revision->pool, .diag = quiet, .file = revision->file};
    AgRevision *whole = ag_reader_whole(&reader, text, strlen(text));
    g_assert(whole != NULL);
    memcpy(revision->blocks, whole->blocks, sizeof whole->blocks);
    revision->unread = NULL;
}

AgScript *ag_revision_block(const AgRevision *revision, AgDialectId dialect, AgDirection direction)
{
    g_assert(!revision->is_closed);
    if (revision->unread != NULL)
        read_blocks((AgRevision *)(guintptr)revision);
    return revision->blocks[dialect][direction];
}

AgRevision *ag_revision_parse(AgPool *pool, const char *text, const char *file, AgDiag *diag)
{
    AgRevisionReader reader = {.pool = pool, .diag = diag, .file = file};
    return ag_reader_whole(&reader, text, strlen(text));
}

AgRevision *ag_revision_read(AgPool *pool, const char *file, AgDiag *diag)
{
    size_t length;
    char *text = ag_file_read(pool, file, AG_LIMIT_REVISION_BYTES, &length, diag);
    AgRevisionReader reader = {.pool = pool, .diag = diag, .file = file};
    return text == NULL ? NULL : ag_reader_whole(&reader, text, length);
}

AgRevision *ag_revision_read_script(AgPool *pool, const char *file, const char *name,
                                    AgDialectId dialect, AgDiag *diag)
{
    size_t length;
    char *text = ag_file_read(pool, file, AG_LIMIT_REVISION_BYTES, &length, diag);
    guint before = ag_diag_errors(diag);
    AgRevisionReader reader = {.pool = pool, .diag = diag, .file = ag_pool_text(pool, file)};
    if (text == NULL || !check_bytes(&reader, text, length))
        return NULL;
    set_text(&reader, text, &length);
    reader.end = length;
    reader.revision->id = name;
    bool read = check_no_conflict(&reader, length) && ag_reader_script(&reader, dialect);
    return read && ag_diag_errors(diag) == before ? reader.revision : NULL;
}
