/* SPDX-License-Identifier: MIT */
#include "revision/review.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "revision/directive.h"

#include <string.h>

bool ag_revision_seal_is_valid(const AgRevision *revision)
{
    if (revision->seal == NULL)
        return false;
    g_autoptr(AgPool) pool = ag_pool_new();
    return strcmp(revision->seal, ag_revision_seal_text(pool, revision)) == 0;
}

typedef struct {
    size_t from, to; /* bytes to replace: an older seal, or nothing behind the last key */
    const char *line_end;
} Spot;

/* The header has been read without a problem, so its shape is known: the magic line, keys and
 * perhaps a seal, and a blank line or a block. */
static Spot find_spot(AgPool *pool, const char *text)
{
    Spot spot = {0, 0, "\n"};
    bool in_keys = true;
    for (const char *line = text; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        const char *next = line + length + (line[length] == '\n');
        AgDirective directive = {.id = AG_DIRECTIVE_UNKNOWN};
        bool special = ag_directive_parse(pool, line, length, &directive);
        spot.line_end = length > 0 && line[length - 1] == '\r' ? "\r\n" : "\n";
        if (special && directive.id == AG_DIRECTIVE_REVIEWED) {
            spot.from = (size_t)(line - text);
            spot.to = (size_t)(next - text);
            return spot;
        }
        if (special)
            break;
        bool comment = ag_comment_text(pool, line, length) != NULL;
        if (spot.to > 0 && !comment)
            in_keys = false;
        if (in_keys && (comment || g_str_has_prefix(line, "\xef\xbb\xbf")))
            spot.from = spot.to = (size_t)(next - text);
        line = next;
    }
    return spot;
}

bool ag_revision_seal(const char *file, const char *by, AgDiag *diag)
{
    g_autoptr(AgPool) pool = ag_pool_new();
    const char *name = ag_pool_text(pool, file);
    const AgRevision *revision = ag_revision_read(pool, name, diag);
    const char *text =
        revision == NULL ? NULL : ag_file_read(pool, name, AG_LIMIT_REVISION_BYTES, NULL, diag);
    if (text == NULL)
        return false;
    Spot spot = find_spot(pool, text);
    g_autofree char *shown = ag_text_printable(by);
    g_autoptr(GString) out = g_string_new_len(text, (gssize)spot.from);
    g_string_append_printf(out, "-- autogen:reviewed %s by %s at %s%s",
                           ag_revision_seal_text(pool, revision), g_strstrip(shown),
                           ag_clock_iso(pool, ag_clock_now()), spot.line_end);
    g_string_append(out, text + spot.to);
    return ag_file_write(file, out->str, true, diag);
}
