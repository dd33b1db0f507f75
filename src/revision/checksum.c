/* SPDX-License-Identifier: MIT */
#include "revision/review.h"

#include "sql/lexer.h"

#include <string.h>

/* Everything is fed with its length before it, so that no two different revisions can give the same
 * bytes. */
static void feed(GChecksum *sum, const char *text, size_t length)
{
    char size[32], *first = size + sizeof size;
    *--first = ':';
    size_t rest = length;
    do
        *--first = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    g_checksum_update(sum, (const guchar *)first, size + sizeof size - first);
    g_checksum_update(sum, (const guchar *)text, (gssize)length);
}

static void feed_text(GChecksum *sum, const char *text)
{
    feed(sum, text, strlen(text));
}

/* Line ends inside strings are those of whoever checked the file out. */
static void feed_token(GChecksum *sum, AgToken token)
{
    if (memchr(token.text, '\r', token.length) == NULL) {
        feed(sum, token.text, token.length);
        return;
    }
    g_autoptr(GString) text = g_string_sized_new(token.length);
    for (size_t i = 0; i < token.length; i++)
        if (token.text[i] != '\r' || i + 1 == token.length || token.text[i + 1] != '\n')
            g_string_append_c(text, token.text[i]);
    feed(sum, text->str, text->len);
}

static void feed_statement(GChecksum *sum, AgDialectId dialect, const char *sql)
{
    AgLexer lexer;
    ag_lexer_init(&lexer, dialect, sql, strlen(sql));
    for (AgToken token; (token = ag_lexer_next_solid(&lexer)).type != AG_TOKEN_END;)
        feed_token(sum, token);
    feed_text(sum, ";");
}

static const char *mode_word(AgStepMode mode)
{
    switch (mode) {
    case AG_STEP_TRANSACTIONAL:
        return "step";
    case AG_STEP_NO_TRANSACTION:
        return "step no-transaction";
    case AG_STEP_BATCHED:
        return "step batched";
    }
    g_assert_not_reached();
}

static void feed_script(GChecksum *sum, const AgScript *script, AgDirection direction)
{
    feed_text(sum, ag_direction_word(direction));
    feed_text(sum, ag_dialect_id_name(script->dialect));
    if (script->irreversible != NULL)
        feed_text(sum, "irreversible");
    for (guint i = 0; i < script->steps->len; i++) {
        const AgStep *step = g_ptr_array_index(script->steps, i);
        if (step->statements->len == 0)
            continue;
        feed_text(sum, mode_word(step->mode));
        for (guint j = 0; j < step->settings->len; j++) {
            const AgSetting *setting = g_ptr_array_index(step->settings, j);
            feed_text(sum, "set");
            feed_text(sum, setting->name);
            feed_text(sum, setting->value);
        }
        for (guint j = 0; j < step->statements->len; j++) {
            const AgStatement *statement = g_ptr_array_index(step->statements, j);
            feed_statement(sum, script->dialect, statement->sql);
        }
    }
}

static void feed_blocks(GChecksum *sum, const AgRevision *revision, AgDialectId dialect)
{
    for (int direction = AG_UPGRADE; direction <= AG_DOWNGRADE; direction++) {
        const AgScript *script = ag_revision_block(revision, dialect, (AgDirection)direction);
        if (script != NULL)
            feed_script(sum, script, (AgDirection)direction);
    }
}

char *ag_revision_seal_text(AgPool *pool, const AgRevision *revision)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    for (int dialect = 0; dialect < AG_N_DIALECTS; dialect++)
        feed_blocks(sum, revision, (AgDialectId)dialect);
    return ag_pool_printf(pool, "sha256:%s", g_checksum_get_string(sum));
}

/* Whether the blocks are not read, but known. */
static bool waits(const AgRevision *revision)
{
    return revision->is_closed || revision->unread != NULL;
}

bool ag_revision_has_blocks(const AgRevision *revision)
{
    if (waits(revision))
        return revision->known_blocks;
    for (int i = 0; i < AG_N_DIALECTS; i++)
        if (revision->blocks[i][AG_UPGRADE] != NULL || revision->blocks[i][AG_DOWNGRADE] != NULL)
            return true;
    return false;
}

bool ag_revision_lacks(const AgRevision *revision, AgDialectId dialect)
{
    if (waits(revision))
        return revision->known_blocks && revision->checksums[dialect] == NULL;
    return ag_revision_has_blocks(revision) && revision->blocks[dialect][AG_UPGRADE] == NULL;
}

char *ag_revision_checksum(AgPool *pool, const AgRevision *revision, AgDialectId dialect)
{
    if (waits(revision))
        return ag_pool_text(pool, revision->checksums[dialect]);
    if (ag_revision_lacks(revision, dialect))
        return NULL;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    feed_blocks(sum, revision, dialect);
    return ag_pool_printf(pool, "v1:sha256:%s", g_checksum_get_string(sum));
}
