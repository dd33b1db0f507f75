/* SPDX-License-Identifier: MIT */
#include "revision/reader.h"

#include "base/text.h"

#include <string.h>

/* What the comments above a statement said, until the statement comes. */
typedef struct {
    const char *what;
    GPtrArray *hazards; /* of AgHazard * */
    GPtrArray *allows;  /* of AgSetting * */
    size_t offset;      /* of the first hazard or allow */
} Remarks;

typedef struct {
    AgRevisionReader *reader;
    AgSplitter splitter;
    AgScript *script; /* of the block being read */
    AgDirection direction;
    AgStep *step;          /* NULL before the block's first statement or step directive */
    AgStatement *previous; /* the statement before on the same line; NULL on a new line */
    Remarks remarks;
    AgPlace begun[AG_N_DIALECTS][2]; /* where the blocks begin */
    bool repeatable;                 /* a script without header and blocks */
} Blocks;

static bool fail_block(Blocks *blocks, size_t offset, const char *message)
{
    return ag_fail(blocks->reader->diag, AG_PROBLEM_BAD_REVISION,
                   ag_reader_place(blocks->reader, offset), "%s", message);
}

static bool fail_word(Blocks *blocks, size_t offset, const char *message, const char *word)
{
    g_autofree char *shown = ag_text_printable(word);
    return ag_fail(blocks->reader->diag, AG_PROBLEM_BAD_REVISION,
                   ag_reader_place(blocks->reader, offset), "%s '%s'", message, shown);
}

static void hint_words(Blocks *blocks, const char *what, const char *const *words)
{
    g_autofree char *all = g_strjoinv(", ", (char **)(guintptr)words);
    ag_hint(blocks->reader->diag, "%s are %s", what, all);
}

/* --- remarks --- */

static void clear_remarks(Blocks *blocks)
{
    AgPool *pool = blocks->reader->pool;
    if (blocks->remarks.hazards == NULL || blocks->remarks.hazards->len > 0)
        blocks->remarks.hazards = ag_pool_array(pool);
    if (blocks->remarks.allows == NULL || blocks->remarks.allows->len > 0)
        blocks->remarks.allows = ag_pool_array(pool);
    blocks->remarks.what = NULL;
}

/* A step or block ends: nothing may be left that speaks of a statement. */
static void finish_remarks(Blocks *blocks)
{
    const Remarks *remarks = &blocks->remarks;
    if (remarks->hazards->len > 0 || remarks->allows->len > 0) {
        fail_block(blocks, remarks->offset, "no statement follows this directive in its step");
        ag_hint(blocks->reader->diag, "hazard and allow stand above the statement they speak of");
    }
    clear_remarks(blocks);
}

static void read_hazard(Blocks *blocks, size_t offset, const char *argument)
{
    AgPool *pool = blocks->reader->pool;
    const char *object = argument;
    const char *word = ag_next_word(pool, &object);
    AgProblemId id;
    if (!ag_problem_parse(word, &id) || id < AG_PROBLEM_HAZARD_DELETES_DATA ||
        id > AG_PROBLEM_HAZARD_DROPS_EXTENSION) {
        static const char *const words[] = {
            "deletes-data", "changes-data", "may-fail",        "rewrites-table",  "rebuilds-index",
            "locks-table",  "exposes-rows", "reads-time-zone", "drops-extension", NULL,
        };
        fail_word(blocks, offset, "unknown hazard", word);
        ag_hint_nearest(blocks->reader->diag, word, words);
        hint_words(blocks, "hazards", words);
        return;
    }
    AgHazard *hazard = ag_pool_new0(pool, AgHazard);
    hazard->id = id;
    hazard->object = object[0] == '\0' ? NULL : object;
    blocks->remarks.offset = offset;
    g_ptr_array_add(blocks->remarks.hazards, hazard);
}

/* Appends unless the rule is allowed already: an allow inside a statement is part of its text too,
 * and is read again from there. */
static void add_allow(GPtrArray *allows, AgSetting *allow)
{
    for (guint i = 0; i < allows->len; i++)
        if (strcmp(((AgSetting *)g_ptr_array_index(allows, i))->name, allow->name) == 0)
            return;
    g_ptr_array_add(allows, allow);
}

static AgSetting *read_allow(Blocks *blocks, size_t offset, const char *argument)
{
    AgPool *pool = blocks->reader->pool;
    AgSetting *allow = ag_pool_new0(pool, AgSetting);
    allow->value = argument;
    allow->name = ag_next_word(pool, &allow->value);
    if (allow->name[0] != '\0' && allow->value[0] != '\0')
        return allow;
    fail_block(blocks, offset, "'autogen:allow' needs a rule and a reason");
    ag_hint(blocks->reader->diag, "write '-- autogen:allow RULE why it is right here'");
    return NULL;
}

/* --- blocks and steps --- */

static bool begin_block(Blocks *blocks, size_t offset, AgDirection direction, const char *name)
{
    static const char *const names[] = {
#define AG_DIALECT(UPPER, lower) #lower,
#include "base/dialects.def"
#undef AG_DIALECT
        NULL,
    };
    AgRevisionReader *reader = blocks->reader;
    AgDialectId dialect;
    if (!ag_dialect_id_parse(name, &dialect)) {
        fail_word(blocks, offset, "unknown dialect", name);
        ag_hint_nearest(reader->diag, name, names);
        hint_words(blocks, "dialects", names);
        return false;
    }
    AgPlace place = ag_reader_place(reader, offset);
    if (reader->revision->blocks[dialect][direction] != NULL) {
        ag_fail(reader->diag, AG_PROBLEM_BAD_REVISION, place, "a second %s block for %s",
                ag_directive_words[direction == AG_UPGRADE ? AG_DIRECTIVE_UPGRADE
                                                           : AG_DIRECTIVE_DOWNGRADE],
                name);
        ag_also(reader->diag, blocks->begun[dialect][direction]);
    }
    blocks->begun[dialect][direction] = place;
    blocks->direction = direction;
    blocks->script = ag_script_new(reader->pool, dialect);
    blocks->step = NULL;
    blocks->splitter.lexer.dialect = dialect;
    reader->revision->blocks[dialect][direction] = blocks->script;
    return true;
}

static void begin_step(Blocks *blocks, size_t offset, const char *mode)
{
    static const char *const words[] = {"no-transaction", "batched", NULL};
    AgStepMode step_mode = AG_STEP_TRANSACTIONAL;
    if (strcmp(mode, words[0]) == 0) {
        step_mode = AG_STEP_NO_TRANSACTION;
    } else if (strcmp(mode, words[1]) == 0) {
        step_mode = AG_STEP_BATCHED;
    } else if (mode[0] != '\0') {
        fail_word(blocks, offset, "unknown kind of step", mode);
        ag_hint_nearest(blocks->reader->diag, mode, words);
        ag_hint(blocks->reader->diag, "'-- autogen:step' takes nothing, no-transaction or batched");
    }
    blocks->step = ag_script_add_step(blocks->script, step_mode);
}

static AgStep *current_step(Blocks *blocks)
{
    if (blocks->step == NULL)
        blocks->step = ag_script_add_step(blocks->script, AG_STEP_TRANSACTIONAL);
    return blocks->step;
}

static bool is_setting_name(const char *name)
{
    if (!g_ascii_isalpha(name[0]) && name[0] != '_')
        return false;
    for (size_t i = 0; name[i] != '\0'; i++)
        if (!g_ascii_isalnum(name[i]) && name[i] != '_' && name[i] != '.')
            return false;
    return true;
}

static void read_setting(Blocks *blocks, size_t offset, const char *argument)
{
    AgRevisionReader *reader = blocks->reader;
    AgSetting *setting = ag_pool_new0(reader->pool, AgSetting);
    setting->value = argument;
    setting->name = ag_next_word(reader->pool, &setting->value);
    if (!is_setting_name(setting->name) || setting->value[0] == '\0') {
        fail_word(blocks, offset, "not a setting:", argument);
        ag_hint(reader->diag, "write '-- autogen:set NAME VALUE'");
    } else if (g_ascii_strcasecmp(setting->name, "standard_conforming_strings") == 0) {
        fail_block(blocks, offset, "standard_conforming_strings decides how the file is read");
        ag_hint(reader->diag, "write E'' strings where backslashes are meant");
    } else if (current_step(blocks)->statements->len > 0) {
        fail_block(blocks, offset, "'autogen:set' stands behind a statement of its step");
        ag_hint(reader->diag, "settings hold for a whole step: put it right behind autogen:step");
    } else {
        g_ptr_array_add(blocks->step->settings, setting);
    }
}

static void read_irreversible(Blocks *blocks, size_t offset, const char *reason)
{
    AgDiag *diag = blocks->reader->diag;
    if (blocks->direction != AG_DOWNGRADE) {
        fail_block(blocks, offset, "'autogen:irreversible' stands in an upgrade block");
        ag_hint(diag, "only a downgrade can be declared impossible");
    } else if (reason[0] == '\0') {
        fail_block(blocks, offset, "'autogen:irreversible' needs a reason");
        ag_hint(diag, "say what is lost, for the person who wants to go back");
    } else if (blocks->script->irreversible != NULL) {
        fail_block(blocks, offset, "a second 'autogen:irreversible'");
    } else {
        blocks->script->irreversible = reason;
    }
}

/* --- comments --- */

/* What speaks of a revision says nothing in a script. */
static bool is_misplaced(const Blocks *blocks, AgDirectiveId id)
{
    return blocks->repeatable && (id == AG_DIRECTIVE_UPGRADE || id == AG_DIRECTIVE_DOWNGRADE ||
                                  id == AG_DIRECTIVE_IRREVERSIBLE || id == AG_DIRECTIVE_REVIEWED ||
                                  id == AG_DIRECTIVE_END);
}

static bool read_directive(Blocks *blocks, size_t offset, const AgDirective *directive)
{
    if (is_misplaced(blocks, directive->id)) {
        fail_word(blocks, offset, "a repeatable script has no directive", directive->word);
        ag_hint(blocks->reader->diag, "a script takes: step, set, hazard, allow");
        return true;
    }
    switch (directive->id) {
    case AG_DIRECTIVE_UPGRADE:
    case AG_DIRECTIVE_DOWNGRADE:
        finish_remarks(blocks);
        return begin_block(blocks, offset,
                           directive->id == AG_DIRECTIVE_UPGRADE ? AG_UPGRADE : AG_DOWNGRADE,
                           directive->argument);
    case AG_DIRECTIVE_STEP:
        finish_remarks(blocks);
        begin_step(blocks, offset, directive->argument);
        return true;
    case AG_DIRECTIVE_SET:
        read_setting(blocks, offset, directive->argument);
        return true;
    case AG_DIRECTIVE_HAZARD:
        read_hazard(blocks, offset, directive->argument);
        return true;
    case AG_DIRECTIVE_ALLOW: {
        AgSetting *allow = read_allow(blocks, offset, directive->argument);
        if (allow == NULL)
            return true;
        if (blocks->previous != NULL) {
            add_allow(blocks->previous->allows, allow);
        } else {
            blocks->remarks.offset = offset;
            add_allow(blocks->remarks.allows, allow);
        }
        return true;
    }
    case AG_DIRECTIVE_IRREVERSIBLE:
        read_irreversible(blocks, offset, directive->argument);
        return true;
    case AG_DIRECTIVE_REVIEWED:
        fail_block(blocks, offset, "'autogen:reviewed' stands inside a block");
        ag_hint(blocks->reader->diag, "the seal belongs into the header");
        return true;
    case AG_DIRECTIVE_END:
        return fail_block(blocks, offset, "lines stand behind '-- autogen:end'");
    case AG_DIRECTIVE_UNKNOWN:
        fail_word(blocks, offset, "unknown directive", directive->word);
        ag_hint_nearest(blocks->reader->diag, directive->word, ag_directive_words);
        hint_words(blocks, "directives", ag_directive_words);
        return true;
    }
    g_assert_not_reached();
}

static bool is_remark(const char *text)
{
    return text != NULL && text[0] != '\0' && strchr("+-~", text[0]) != NULL && text[1] == ' ';
}

static bool read_comment(Blocks *blocks, AgToken token)
{
    AgRevisionReader *reader = blocks->reader;
    AgDirective directive;
    ag_reader_check_characters(reader, blocks->script->dialect, token.offset,
                               token.offset + token.length);
    if (ag_directive_parse(reader->pool, token.text, token.length, &directive))
        return read_directive(blocks, token.offset, &directive);
    const char *text = ag_comment_text(reader->pool, token.text, token.length);
    if (is_remark(text))
        blocks->remarks.what = text;
    return true;
}

/* --- statements --- */

/* A directive between the first token of a statement and its semicolon would do nothing; most often
 * the semicolon of the statement above it is missing. */
static void read_inner_comments(Blocks *blocks, AgStatement *statement, size_t from, size_t to)
{
    AgRevisionReader *reader = blocks->reader;
    AgLexer lexer = blocks->splitter.lexer;
    lexer.offset = from;
    lexer.length = to;
    for (AgToken token; (token = ag_lexer_next(&lexer)).type != AG_TOKEN_END;) {
        AgDirective directive;
        if (token.type != AG_TOKEN_COMMENT ||
            !ag_directive_parse(reader->pool, token.text, token.length, &directive))
            continue;
        if (directive.id == AG_DIRECTIVE_ALLOW) {
            AgSetting *allow = read_allow(blocks, token.offset, directive.argument);
            if (allow != NULL)
                add_allow(statement->allows, allow);
            continue;
        }
        fail_word(blocks, token.offset, "inside a statement stands the directive", directive.word);
        ag_hint(reader->diag, "the statement above it lacks its semicolon");
    }
}

static AgStatement *add_statement(Blocks *blocks, const AgSqlPiece *piece)
{
    AgStatement *statement = ag_pool_new0(blocks->reader->pool, AgStatement);
    statement->what = blocks->remarks.what;
    statement->sql = piece->text;
    statement->hazards = blocks->remarks.hazards;
    statement->allows = blocks->remarks.allows;
    statement->place = piece->place;
    blocks->remarks = (Remarks){.what = NULL};
    clear_remarks(blocks);
    g_ptr_array_add(current_step(blocks)->statements, statement);
    return statement;
}

static bool read_statement(Blocks *blocks)
{
    AgRevisionReader *reader = blocks->reader;
    AgSqlPiece piece;
    if (!ag_splitter_next(&blocks->splitter, &piece, reader->diag))
        return false;
    AgDialectId dialect = blocks->script->dialect;
    AgStatement *statement = add_statement(blocks, &piece);
    size_t end = blocks->splitter.lexer.offset;
    ag_reader_check_characters(reader, dialect, piece.offset, end);
    if (memmem(reader->text + piece.offset, end - piece.offset, "--", 2) != NULL)
        read_inner_comments(blocks, statement, piece.offset, end);
    blocks->previous = statement;
    /* What follows COPY ... FROM stdin is data, not SQL. */
    return ag_reader_check_statement(reader, dialect, blocks->step->mode, &piece) ||
           !ag_token_is((AgToken){.type = AG_TOKEN_WORD, .text = piece.text, .length = 4}, "copy");
}

static bool read_next(Blocks *blocks, bool *more)
{
    AgLexer *lexer = &blocks->splitter.lexer;
    AgLexer ahead = *lexer;
    AgToken token = ag_lexer_next(&ahead);
    switch (token.type) {
    case AG_TOKEN_END:
        *more = false;
        return true;
    case AG_TOKEN_SPACE:
        if (memchr(token.text, '\n', token.length) != NULL)
            blocks->previous = NULL;
        *lexer = ahead;
        return true;
    case AG_TOKEN_COMMENT:
        *lexer = ahead;
        return read_comment(blocks, token);
    case AG_TOKEN_PUNCT:
        if (ag_token_is(token, ";")) {
            *lexer = ahead;
            return true;
        }
        return read_statement(blocks);
    case AG_TOKEN_WORD:
    case AG_TOKEN_QUOTED:
    case AG_TOKEN_STRING:
    case AG_TOKEN_NUMBER:
    case AG_TOKEN_PARAM:
    case AG_TOKEN_OPERATOR:
    case AG_TOKEN_BAD:
        return read_statement(blocks);
    }
    g_assert_not_reached();
}

static void check_irreversible(Blocks *blocks)
{
    for (int dialect = 0; dialect < AG_N_DIALECTS; dialect++) {
        const AgScript *script = blocks->reader->revision->blocks[dialect][AG_DOWNGRADE];
        if (script != NULL && script->irreversible != NULL && !ag_script_is_empty(script)) {
            ag_fail(blocks->reader->diag, AG_PROBLEM_BAD_REVISION,
                    blocks->begun[dialect][AG_DOWNGRADE],
                    "the downgrade is declared irreversible and has statements");
            ag_hint(blocks->reader->diag, "drop the statements or the directive");
        }
    }
}

bool ag_reader_blocks(AgRevisionReader *reader, size_t offset)
{
    Blocks blocks = {.reader = reader};
    clear_remarks(&blocks);
    /* The header stopped at the first block's directive, so there is a block before all else. */
    ag_splitter_init(&blocks.splitter, reader->pool, AG_DIALECT_POSTGRESQL, reader->text,
                     reader->end, (AgPlace){reader->file, 1, 1});
    blocks.splitter.lexer.offset = offset;
    blocks.script = ag_script_new(reader->pool, AG_DIALECT_POSTGRESQL);
    for (bool more = true; more;)
        if (!read_next(&blocks, &more))
            return false;
    finish_remarks(&blocks);
    check_irreversible(&blocks);
    return true;
}

bool ag_reader_script(AgRevisionReader *reader, AgDialectId dialect)
{
    Blocks blocks = {.reader = reader, .repeatable = true, .direction = AG_UPGRADE};
    clear_remarks(&blocks);
    ag_splitter_init(&blocks.splitter, reader->pool, dialect, reader->text, reader->end,
                     (AgPlace){reader->file, 1, 1});
    blocks.script = ag_script_new(reader->pool, dialect);
    reader->revision->blocks[dialect][AG_UPGRADE] = blocks.script;
    for (bool more = true; more;)
        if (!read_next(&blocks, &more))
            return false;
    finish_remarks(&blocks);
    return true;
}

const char *ag_direction_word(AgDirection direction)
{
    switch (direction) {
    case AG_UPGRADE:
        return "upgrade";
    case AG_DOWNGRADE:
        return "downgrade";
    }
    g_assert_not_reached();
}
