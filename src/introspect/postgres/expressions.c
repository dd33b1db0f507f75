/* SPDX-License-Identifier: MIT */
#include "introspect/postgres/canonical_private.h"

#include "model/check.h"
#include "model/domain.h"
#include "model/index.h"
#include "model/policy.h"
#include "model/publication.h"
#include "model/rule.h"
#include "model/statistics.h"
#include "model/trigger.h"
#include "model/view.h"
#include "sql/lexer.h"
#include "sql/tokens.h"

#include <string.h>

/* Whether a written expression means what the database prints. The server's print is not always a
 * fixpoint (what `c IN ('a', 'b')` becomes changes once more when it is loaded from a dump), so
 * each side is printed up to MOST_PRINTS times over, and two expressions are the same as soon as
 * any print of one is any print of the other: printing never changes the meaning. */

enum { MOST_PRINTS = 3 };

typedef struct {
    const char *live;             /* under the new names of renamed columns */
    AgPrint *prints[MOST_PRINTS]; /* of `live`, of its print, ... */
} Candidate;

typedef struct {
    AgPrintKind kind;
    AgSql *slot;
    const AgObject *top;     /* the table, domain or the like that the text belongs to */
    AgCanonicalTable *table; /* NULL: not of a table */
    GPtrArray *columns;      /* of AgPrintColumn *: those of a text that is not of a table */
    const char *target;
    const char *context;          /* QUERY: as of AgPrint */
    AgView *view;                 /* QUERY: whose shape becomes known; else NULL */
    GPtrArray *candidates;        /* of Candidate * */
    AgPrint *prints[MOST_PRINTS]; /* of the written text, of its print, ... */
    bool settled;
} Question;

typedef struct {
    AgCanonical *c;
    GPtrArray *questions; /* of Question *, not settled yet */
} Asking;

/* --- comparing texts --- */

/* Without parentheses round the whole and in normal form: differences of spelling only. */
static const char *strip(const AgCanonical *c, const char *text)
{
    char *normal = ag_sql_normal(c->scratch_pool, AG_DIALECT_POSTGRESQL, text);
    for (size_t length = strlen(normal);
         length > 4 && g_str_has_prefix(normal, "( ") && normal[length - 1] == ')';
         length = strlen(normal)) {
        g_autofree char *inner = g_strndup(normal + 2, length - 4);
        g_autoptr(AgDiag) quiet = ag_diag_new();
        if (normal[length - 2] != ' ' ||
            !ag_sql_check_expression(AG_DIALECT_POSTGRESQL, inner, AG_NOWHERE, quiet))
            break;
        normal = ag_pool_text(c->scratch_pool, inner);
    }
    return normal;
}

/* Likewise; the same few texts stand in many tables. */
static const char *plain(const AgCanonical *c, const char *text)
{
    const char *known = g_hash_table_lookup(c->plain, text);
    if (known == NULL) {
        known = strip(c, text);
        g_hash_table_insert(c->plain, (gpointer)(guintptr)text, (gpointer)(guintptr)known);
    }
    return known;
}

static bool same_text(const AgCanonical *c, const char *a, const char *b)
{
    return strcmp(a, b) == 0 || strcmp(plain(c, a), plain(c, b)) == 0;
}

/* The names a view gives its columns stand in every print already. */
static bool is_query_print(const Question *question, const char *text)
{
    return question->kind == AG_PRINT_QUERY && text != question->slot->written;
}

static bool is_rule(const Question *question)
{
    return question->kind == AG_PRINT_RULE_CONDITION || question->kind == AG_PRINT_RULE_COMMANDS;
}

static AgPrint *want(Asking *asking, const Question *question, const char *text)
{
    AgCanonical *c = asking->c;
    AgCanonicalTable *table = question->table;
    AgPrint wish = {.kind = question->kind,
                    .text = text,
                    .target = is_query_print(question, text) ? "" : question->target,
                    .context = question->context,
                    .columns = question->columns,
                    .path = ag_canonical_path(c, question->top->schema)};
    if (question->kind != AG_PRINT_DEFAULT && question->kind != AG_PRINT_QUERY && table != NULL) {
        ag_canonical_list_columns(c, table);
        GPtrArray *names = ag_sql_names(c->scratch_pool, AG_DIALECT_POSTGRESQL,
                                        question->kind == AG_PRINT_BOUND ? question->target : text);
        GPtrArray *mentioned = ag_pool_array(c->scratch_pool);
        for (guint i = 0; i < names->len; i++) {
            const char *name = g_ptr_array_index(names, i);
            AgPrintColumn *column = g_hash_table_lookup(table->columns, name);
            if (column != NULL)
                g_ptr_array_add(mentioned, column);
            if (strcmp(name, table->desired->object.name) == 0 && !is_rule(question))
                wish.table = table->desired->object.name;
        }
        if (question->kind == AG_PRINT_POLICY)
            wish.own = (AgQname){table->desired->object.schema, table->desired->object.name};
        /* "orders.price" or the whole row: a table of that name with all its columns; and so for
         * "new.*". */
        bool whole =
            wish.table != NULL || (question->kind == AG_PRINT_TRIGGER && strchr(text, '*') != NULL);
        wish.columns = is_rule(question) ? ag_canonical_row_columns(c, table)
                       : whole           ? table->column_list
                                         : mentioned;
        if (question->kind == AG_PRINT_RULE_COMMANDS)
            wish.context = ag_canonical_text_context(c, question->top, text);
    }
    return ag_scratch_want(&c->scratch, &wish);
}

/* --- collecting the questions --- */

static void add_candidate(Asking *asking, Question *question, const AgSql *live)
{
    const char *text = live->canonical != NULL ? live->canonical : live->written;
    if (text == NULL)
        return;
    Candidate *candidate = ag_pool_new0(asking->c->scratch_pool, Candidate);
    candidate->live = question->table != NULL ? ag_canonical_respell(asking->c, question->table,
                                                                     text, is_rule(question))
                                              : ag_canonical_respell_enums(asking->c, text);
    g_ptr_array_add(question->candidates, candidate);
}

static Question *new_question(Asking *asking, const AgObject *top, AgPrintKind kind, AgSql *slot)
{
    Question *question = ag_pool_new0(asking->c->scratch_pool, Question);
    question->kind = kind;
    question->slot = slot;
    question->top = top;
    question->candidates = ag_pool_array(asking->c->scratch_pool);
    return question;
}

static Question *about_table(Asking *asking, AgCanonicalTable *table, AgPrintKind kind, AgSql *slot)
{
    Question *question = new_question(asking, &table->desired->object, kind, slot);
    question->table = table;
    return question;
}

static void settle(const AgCanonical *c, Question *question, const char *canonical)
{
    question->slot->canonical = ag_pool_text(c->pool, canonical);
    question->settled = true;
}

/* Equal words need no server. */
static void add_question(Asking *asking, Question *question)
{
    for (guint i = 0; i < question->candidates->len; i++) {
        const Candidate *candidate = g_ptr_array_index(question->candidates, i);
        if (same_text(asking->c, question->slot->written, candidate->live)) {
            settle(asking->c, question, candidate->live);
            return;
        }
    }
    if (question->candidates->len > 0)
        g_ptr_array_add(asking->questions, question);
}

/* DEFAULT NULL is no default: it must be asked about where the database has none. */
static bool looks_null(const AgCanonical *c, const char *text)
{
    return g_str_has_prefix(plain(c, text), "null");
}

/* 'x' is kept as 'x'::T for a column of type T (without its modifiers): nothing to ask. */
static bool is_literal_of(const Question *question, const char *live)
{
    const char *text = question->slot->written;
    AgLexer lexer;
    ag_lexer_init(&lexer, AG_DIALECT_POSTGRESQL, text, strlen(text));
    AgToken literal = ag_lexer_next_solid(&lexer);
    if (literal.type != AG_TOKEN_STRING || *literal.text != '\'' ||
        ag_lexer_next_solid(&lexer).type != AG_TOKEN_END ||
        strncmp(live, literal.text, literal.length) != 0 ||
        strncmp(live + literal.length, "::", 2) != 0)
        return false;
    g_autofree char *type = ag_canonical_base_type(question->target);
    return strcmp(live + literal.length + 2, type) == 0;
}

/* `live` NULL: new. */
static void ask_default(Asking *asking, Question *question, const AgSql *live)
{
    if (live != NULL)
        add_candidate(asking, question, live);
    const Candidate *only =
        question->candidates->len == 0 ? NULL : g_ptr_array_index(question->candidates, 0);
    if (only == NULL && looks_null(asking->c, question->slot->written))
        g_ptr_array_add(asking->questions, question);
    else if (only != NULL && is_literal_of(question, only->live))
        settle(asking->c, question, only->live);
    else
        add_question(asking, question);
}

static const char *type_text(AgSql type)
{
    return type.canonical != NULL ? type.canonical : type.written;
}

static void ask_column(Asking *asking, AgCanonicalTable *table, AgColumn *column)
{
    const AgColumn *live = ag_canonical_live_column(table, column);
    if (column->default_sql.written != NULL) {
        Question *question = about_table(asking, table, AG_PRINT_DEFAULT, &column->default_sql);
        question->target = type_text(column->type);
        ask_default(asking, question, live == NULL ? NULL : &live->default_sql);
    }
    if (column->generated.written != NULL && live != NULL && !column->object.inherited) {
        Question *question = about_table(asking, table, AG_PRINT_GENERATED, &column->generated);
        question->target = type_text(column->type);
        add_candidate(asking, question, &live->generated);
        add_question(asking, question);
    }
}

/* --- domains --- */

/* A check over VALUE is asked about as one over a column of that name and of the domain's base
 * type: the server reads and prints it alike, but for the case of the word. */
static void ask_domain_check(Asking *asking, const AgDomain *domain, AgDomainCheck *check,
                             const AgDomainCheck *live)
{
    AgPool *pool = asking->c->scratch_pool;
    AgPrintColumn *value = ag_pool_new0(pool, AgPrintColumn);
    *value = (AgPrintColumn){.name = "value",
                             .type = type_text(domain->type),
                             .collation = domain->collation};
    Question *question =
        new_question(asking, &domain->object, AG_PRINT_CONDITION, &check->expression);
    question->columns = ag_pool_array(pool);
    g_ptr_array_add(question->columns, value);
    add_candidate(asking, question, &live->expression);
    add_question(asking, question);
}

static void ask_domain(Asking *asking, AgDomain *domain)
{
    const AgObject *live = ag_canonical_live(asking->c, &domain->object);
    const GPtrArray *parts = domain->object.parts;
    if (domain->default_sql.written != NULL) {
        Question *question =
            new_question(asking, &domain->object, AG_PRINT_DEFAULT, &domain->default_sql);
        question->target = type_text(domain->type);
        ask_default(asking, question, live == NULL ? NULL : &((const AgDomain *)live)->default_sql);
    }
    for (guint i = 0; live != NULL && parts != NULL && i < parts->len; i++) {
        AgObject *part = g_ptr_array_index(parts, i);
        const AgObject *other = ag_canonical_part(live, part);
        if (other != NULL)
            ask_domain_check(asking, domain, (AgDomainCheck *)part, (const AgDomainCheck *)other);
    }
}

/* --- parts of tables --- */

/* The live parts that a desired one may be: the one of its name, else all whose name is not taken
 * by another desired one (the differ matches unnamed ones by shape). */
static GPtrArray *live_parts(const Asking *asking, const AgCanonicalTable *table,
                             const AgObject *part)
{
    GPtrArray *list = ag_pool_array(asking->c->scratch_pool);
    AgKind kind = part->info->kind;
    const AgObject *same = ag_object_part(table->live, kind, part->name);
    if (same != NULL) {
        g_ptr_array_add(list, (gpointer)(guintptr)same);
        return list;
    }
    for (guint i = 0; i < table->live->parts->len; i++) {
        AgObject *other = g_ptr_array_index(table->live->parts, i);
        if (other->info->kind == kind &&
            ag_object_part(&table->desired->object, kind, other->name) == NULL)
            g_ptr_array_add(list, other);
    }
    return list;
}

static void ask_check(Asking *asking, AgCanonicalTable *table, AgCheck *check)
{
    Question *question = about_table(asking, table, AG_PRINT_CONDITION, &check->expression);
    GPtrArray *parts = live_parts(asking, table, &check->object);
    for (guint i = 0; i < parts->len; i++)
        add_candidate(asking, question, &((AgCheck *)g_ptr_array_index(parts, i))->expression);
    add_question(asking, question);
}

static void add_part_candidates(Asking *asking, Question *question, const AgIndex *live)
{
    for (guint i = 0; live->parts != NULL && i < live->parts->len; i++) {
        const AgPart *part = g_ptr_array_index(live->parts, i);
        if (part->column == NULL)
            add_candidate(asking, question, &part->expression);
    }
}

/* An operator that is written without its schema is the one of the live constraint, if that has its
 * name: it was found by the search path. */
static void settle_operators(AgIndex *index, const AgIndex *live)
{
    for (guint i = 0; index->parts != NULL && i < index->parts->len; i++) {
        AgPart *part = g_ptr_array_index(index->parts, i);
        const AgPart *there =
            live->parts != NULL && i < live->parts->len ? g_ptr_array_index(live->parts, i) : NULL;
        const char *dot = there == NULL || there->with == NULL ? NULL : strrchr(there->with, '.');
        if (dot != NULL && part->with != NULL && strcmp(dot + 1, part->with) == 0)
            part->with = there->with;
        else if (part->with != NULL && g_str_has_prefix(part->with, "pg_catalog."))
            part->with = strrchr(part->with, '.') + 1;
    }
}

static void ask_index(Asking *asking, AgCanonicalTable *table, AgIndex *index)
{
    GPtrArray *lives = live_parts(asking, table, &index->object);
    for (guint i = 0; i < lives->len && index->object.info->kind == AG_KIND_EXCLUDE; i++)
        settle_operators(index, g_ptr_array_index(lives, i));
    if (index->where.written != NULL) {
        Question *question = about_table(asking, table, AG_PRINT_CONDITION, &index->where);
        for (guint i = 0; i < lives->len; i++)
            add_candidate(asking, question, &((AgIndex *)g_ptr_array_index(lives, i))->where);
        add_question(asking, question);
    }
    for (guint i = 0; index->parts != NULL && i < index->parts->len; i++) {
        AgPart *part = g_ptr_array_index(index->parts, i);
        if (part->expression.written == NULL)
            continue;
        Question *question = about_table(asking, table, AG_PRINT_EXPRESSION, &part->expression);
        for (guint j = 0; j < lives->len; j++)
            add_part_candidates(asking, question, g_ptr_array_index(lives, j));
        add_question(asking, question);
    }
}

static void ask_trigger(Asking *asking, AgCanonicalTable *table, AgTrigger *trigger)
{
    if (trigger->when.written == NULL)
        return;
    Question *question = about_table(asking, table, AG_PRINT_TRIGGER, &trigger->when);
    GPtrArray *parts = live_parts(asking, table, &trigger->object);
    for (guint i = 0; i < parts->len; i++)
        add_candidate(asking, question, &((AgTrigger *)g_ptr_array_index(parts, i))->when);
    add_question(asking, question);
}

static void ask_view_column(Asking *asking, AgCanonicalTable *table, AgViewColumn *column)
{
    const AgObject *live = ag_object_part(table->live, AG_KIND_VIEW_COLUMN, column->object.name);
    if (column->default_sql.written == NULL || live == NULL)
        return;
    Question *question = about_table(asking, table, AG_PRINT_DEFAULT, &column->default_sql);
    question->target = ag_canonical_shape_type((const AgView *)table->live, column->object.name);
    add_candidate(asking, question, &((const AgViewColumn *)live)->default_sql);
    if (question->target != NULL)
        add_question(asking, question);
}

static void ask_policy(Asking *asking, AgCanonicalTable *table, AgPolicy *policy)
{
    const AgKindInfo *info = policy->object.info;
    GPtrArray *parts = live_parts(asking, table, &policy->object);
    for (unsigned i = AG_POLICY_USING; i <= AG_POLICY_WITH_CHECK; i++) {
        AgSql *slot = ag_field_slot(policy, &info->fields[i]);
        if (slot->written == NULL)
            continue;
        Question *question = about_table(asking, table, AG_PRINT_POLICY, slot);
        for (guint k = 0; k < parts->len; k++)
            add_candidate(asking, question,
                          ag_field_at(g_ptr_array_index(parts, k), &info->fields[i]));
        add_question(asking, question);
    }
}

/* The rest of what is inherited is asked about where it comes from. */
static bool has_own_default(const AgObject *part)
{
    return part->info->kind == AG_KIND_COLUMN &&
           (((const AgColumn *)part)->own & AG_FIELD_BIT(AG_COLUMN_DEFAULT_SQL)) != 0;
}

static void ask_rule(Asking *asking, AgCanonicalTable *table, AgRule *rule)
{
    static const AgPrintKind kinds[] = {
        [AG_RULE_WHERE] = AG_PRINT_RULE_CONDITION, [AG_RULE_COMMANDS] = AG_PRINT_RULE_COMMANDS};
    const AgKindInfo *info = rule->object.info;
    GPtrArray *parts = live_parts(asking, table, &rule->object);
    for (unsigned i = AG_RULE_WHERE; i <= AG_RULE_COMMANDS; i++) {
        AgSql *slot = ag_field_slot(rule, &info->fields[i]);
        if (slot->written == NULL)
            continue;
        Question *question = about_table(asking, table, kinds[i], slot);
        question->target = rule->event != NULL ? rule->event : "insert";
        for (guint k = 0; k < parts->len; k++)
            add_candidate(asking, question,
                          ag_field_at(g_ptr_array_index(parts, k), &info->fields[i]));
        add_question(asking, question);
    }
}

static void ask_part(Asking *asking, AgCanonicalTable *table, AgObject *part)
{
    if (part->inherited && !has_own_default(part))
        return;
    switch (part->info->kind) {
    case AG_KIND_COLUMN:
        ask_column(asking, table, (AgColumn *)part);
        return;
    case AG_KIND_CHECK:
        ask_check(asking, table, (AgCheck *)part);
        return;
    case AG_KIND_INDEX:
    case AG_KIND_EXCLUDE:
        ask_index(asking, table, (AgIndex *)part);
        return;
    case AG_KIND_POLICY:
        ask_policy(asking, table, (AgPolicy *)part);
        return;
    case AG_KIND_TRIGGER:
        ask_trigger(asking, table, (AgTrigger *)part);
        return;
    case AG_KIND_RULE:
        ask_rule(asking, table, (AgRule *)part);
        return;
    case AG_KIND_VIEW_COLUMN:
        ask_view_column(asking, table, (AgViewColumn *)part);
        return;
    case AG_KIND_VIEW:
    case AG_KIND_MATERIALIZED_VIEW:
    case AG_KIND_PRIMARY_KEY:
    case AG_KIND_UNIQUE:
    case AG_KIND_FOREIGN_KEY:
    case AG_KIND_NAMESPACE:
    case AG_KIND_EXTENSION:
    case AG_KIND_COLLATION:
    case AG_KIND_EVENT_TRIGGER:
    case AG_KIND_VIRTUAL_TABLE:
    case AG_KIND_PUBLICATION:
    case AG_KIND_PUBLISHED_TABLE:
    case AG_KIND_FOREIGN_DATA_WRAPPER:
    case AG_KIND_SERVER:
    case AG_KIND_USER_MAPPING:
    case AG_KIND_CAST:
    case AG_KIND_DEFAULT_PRIVILEGES:
    case AG_KIND_OPERATOR:
    case AG_KIND_OPERATOR_FAMILY:
    case AG_KIND_OPERATOR_CLASS:
    case AG_KIND_CLASS_OPERATOR:
    case AG_KIND_CLASS_FUNCTION:
    case AG_KIND_CONVERSION:
    case AG_KIND_TEXT_SEARCH_DICTIONARY:
    case AG_KIND_TEXT_SEARCH_CONFIGURATION:
    case AG_KIND_TEXT_SEARCH_MAPPING:
    case AG_KIND_ENUM:
    case AG_KIND_DOMAIN:
    case AG_KIND_DOMAIN_CHECK:
    case AG_KIND_COMPOSITE:
    case AG_KIND_COMPOSITE_FIELD:
    case AG_KIND_RANGE:
    case AG_KIND_SEQUENCE:
    case AG_KIND_STATISTICS:
    case AG_KIND_FUNCTION:
    case AG_KIND_PROCEDURE:
    case AG_KIND_AGGREGATE:
    case AG_KIND_TABLE:
        return;
    }
    g_assert_not_reached();
}

static AgCanonicalTable *find_table(const AgCanonical *c, AgQname name)
{
    for (guint i = 0; i < c->tables->len; i++) {
        AgCanonicalTable *table = g_ptr_array_index(c->tables, i);
        const AgObject *object = &table->desired->object;
        if (strcmp(object->name, name.name) == 0 && g_strcmp0(object->schema, name.schema) == 0)
            return table;
    }
    return NULL;
}

static void ask_statistics(Asking *asking, const AgStatistics *statistics)
{
    AgCanonicalTable *table = find_table(asking->c, statistics->table);
    const AgStatistics *live =
        (const AgStatistics *)ag_canonical_live(asking->c, &statistics->object);
    if (table == NULL || table->live == NULL || live == NULL || live->expressions == NULL)
        return;
    for (guint i = 0; statistics->expressions != NULL && i < statistics->expressions->len; i++) {
        AgPart *part = g_ptr_array_index(statistics->expressions, i);
        Question *question = about_table(asking, table, AG_PRINT_EXPRESSION, &part->expression);
        for (guint j = 0; j < live->expressions->len; j++)
            add_candidate(asking, question,
                          &((AgPart *)g_ptr_array_index(live->expressions, j))->expression);
        add_question(asking, question);
    }
}

static void ask_publication(Asking *asking, const AgObject *publication)
{
    const AgObject *live = ag_canonical_live(asking->c, publication);
    for (guint i = 0; live != NULL && publication->parts != NULL && i < publication->parts->len;
         i++) {
        AgPublishedTable *published = g_ptr_array_index(publication->parts, i);
        const AgObject *other = ag_canonical_part(live, &published->object);
        AgCanonicalTable *table = find_table(asking->c, published->table);
        if (published->where.written == NULL || other == NULL || table == NULL ||
            table->live == NULL)
            continue;
        Question *question = about_table(asking, table, AG_PRINT_CONDITION, &published->where);
        add_candidate(asking, question, &((const AgPublishedTable *)other)->where);
        add_question(asking, question);
    }
}

/* The key of a partitioned table, and the bound of a partition, which is read between the columns
 * of its parent's key. */
static void ask_table(Asking *asking, AgCanonicalTable *table)
{
    const AgTable *live = (const AgTable *)table->live;
    AgTable *desired = table->desired;
    if (desired->partition_by.written != NULL) {
        Question *question = about_table(asking, table, AG_PRINT_KEY, &desired->partition_by);
        add_candidate(asking, question, &live->partition_by);
        add_question(asking, question);
    }
    AgCanonicalTable *parent =
        desired->bound.written == NULL ? NULL : find_table(asking->c, desired->partition_of);
    if (parent == NULL || parent->live == NULL)
        return;
    Question *question = about_table(asking, parent, AG_PRINT_BOUND, &desired->bound);
    question->target = parent->desired->partition_by.written;
    add_candidate(asking, question, &live->bound);
    add_question(asking, question);
}

/* --- views --- */

static void note_shape(const AgCanonical *c, const Question *question)
{
    const AgPrint *print = question->prints[0];
    if (question->view == NULL || print == NULL || print->shape == NULL)
        return;
    question->view->shape = ag_pg_shape(c->pool, print->shape);
}

/* A query that cannot be asked about says something else than the live one. */
static void ask_view(Asking *asking, AgCanonicalTable *table)
{
    AgCanonical *c = asking->c;
    AgView *view = (AgView *)table->desired;
    const AgView *live = (const AgView *)table->live;
    const char *context = ag_canonical_query_context(c, view, live);
    if (context == NULL) {
        view->query.canonical = NULL;
        return;
    }
    Question *question = about_table(asking, table, AG_PRINT_QUERY, &view->query);
    question->context = context;
    question->target = ag_canonical_view_columns(c, view);
    question->view = view;
    add_candidate(asking, question, &live->query);
    if (same_text(c, view->query.written, live->query.canonical) && view->columns == NULL) {
        settle(c, question, live->query.canonical);
        view->shape = live->shape;
    } else {
        g_ptr_array_add(asking->questions, question);
    }
}

static void collect(Asking *asking)
{
    AgCanonical *c = asking->c;
    for (guint i = 0; i < c->tables->len; i++) {
        AgCanonicalTable *table = g_ptr_array_index(c->tables, i);
        const GPtrArray *parts = table->desired->object.parts;
        if (table->live != NULL && table->desired->object.info->kind == AG_KIND_TABLE)
            ask_table(asking, table);
        else if (table->live != NULL)
            ask_view(asking, table);
        for (guint j = 0; table->live != NULL && parts != NULL && j < parts->len; j++)
            ask_part(asking, table, g_ptr_array_index(parts, j));
    }
    for (guint i = 0; i < c->desired->objects->len; i++) {
        AgObject *object = g_ptr_array_index(c->desired->objects, i);
        if (object->info->kind == AG_KIND_STATISTICS)
            ask_statistics(asking, (const AgStatistics *)object);
        if (object->info->kind == AG_KIND_PUBLICATION)
            ask_publication(asking, object);
        if (object->info->kind == AG_KIND_DOMAIN)
            ask_domain(asking, (AgDomain *)object);
    }
}

/* --- rounds --- */

static const char *answer_of(const AgPrint *print)
{
    return print != NULL && print->state == AG_PRINT_ANSWERED ? print->answer : NULL;
}

/* Wants the next print of a chain that begins with `text`; only as long as it still changes. */
static void extend(Asking *asking, const Question *question, const char *text, AgPrint **prints,
                   int round)
{
    if (round == 0) {
        prints[0] = want(asking, question, text);
        return;
    }
    const char *last = answer_of(prints[round - 1]);
    const char *before = round == 1 ? text : answer_of(prints[round - 2]);
    if (last != NULL && strcmp(last, before) != 0)
        prints[round] = want(asking, question, last);
}

/* The written side is printed from the first round on, the live one from the second. */
static void extend_all(Asking *asking, int round)
{
    for (guint i = 0; i < asking->questions->len; i++) {
        Question *question = g_ptr_array_index(asking->questions, i);
        extend(asking, question, question->slot->written, question->prints, round);
        for (guint j = 0; round > 0 && j < question->candidates->len; j++) {
            Candidate *candidate = g_ptr_array_index(question->candidates, j);
            /* A text that does not compile cannot be the live one's equal. */
            if (answer_of(question->prints[0]) != NULL)
                extend(asking, question, candidate->live, candidate->prints, round - 1);
        }
    }
}

static bool in_chain(const AgCanonical *c, const Candidate *candidate, const char *text)
{
    if (same_text(c, text, candidate->live))
        return true;
    for (guint i = 0; i < MOST_PRINTS; i++) {
        const char *print = answer_of(candidate->prints[i]);
        if (print != NULL && same_text(c, text, print))
            return true;
    }
    return false;
}

static void judge(const AgCanonical *c, Question *question)
{
    /* The server keeps nothing of DEFAULT NULL. */
    if (question->prints[0]->state == AG_PRINT_ANSWERED && question->prints[0]->answer == NULL) {
        *question->slot = (AgSql){.place = question->slot->place};
        question->settled = true;
        return;
    }
    for (guint i = 0; i < question->candidates->len; i++) {
        const Candidate *candidate = g_ptr_array_index(question->candidates, i);
        for (guint j = 0; j < MOST_PRINTS; j++) {
            const char *print = answer_of(question->prints[j]);
            if (print != NULL && in_chain(c, candidate, print)) {
                settle(c, question, candidate->live);
                return;
            }
        }
    }
}

static void drop_settled(Asking *asking)
{
    GPtrArray *left = ag_pool_array(asking->c->scratch_pool);
    for (guint i = 0; i < asking->questions->len; i++) {
        Question *question = g_ptr_array_index(asking->questions, i);
        judge(asking->c, question);
        note_shape(asking->c, question);
        if (!question->settled)
            g_ptr_array_add(left, question);
    }
    asking->questions = left;
}

static bool run_rounds(Asking *asking, AgDiag *diag)
{
    for (int round = 0; round < MOST_PRINTS && asking->questions->len > 0; round++) {
        extend_all(asking, round);
        if (!ag_scratch_run(&asking->c->scratch, diag))
            return false;
        drop_settled(asking);
    }
    return true;
}

static bool ask_again(Asking *asking, AgPrint **prints)
{
    bool any = false;
    for (guint i = 0; i < MOST_PRINTS; i++) {
        if (prints[i] == NULL || !prints[i]->from_cache)
            continue;
        ag_scratch_again(&asking->c->scratch, prints[i]);
        any = true;
    }
    /* What was printed of a cached answer may be no print of the text. */
    if (any)
        memset(prints, 0, sizeof *prints * MOST_PRINTS);
    return any;
}

/* A difference is never concluded from the cache. */
static bool doubt_cache(Asking *asking)
{
    bool any = false;
    for (guint i = 0; i < asking->questions->len; i++) {
        Question *question = g_ptr_array_index(asking->questions, i);
        any = ask_again(asking, question->prints) || any;
        for (guint j = 0; j < question->candidates->len; j++)
            any = ask_again(asking,
                            ((Candidate *)g_ptr_array_index(question->candidates, j))->prints) ||
                  any;
    }
    return any;
}

/* What is different shows its own print; what does not compile stays as written. */
static void settle_differences(const Asking *asking)
{
    for (guint i = 0; i < asking->questions->len; i++) {
        const Question *question = g_ptr_array_index(asking->questions, i);
        const char *print = answer_of(question->prints[0]);
        question->slot->canonical =
            print != NULL ? ag_pool_text(asking->c->pool, print) : question->slot->written;
    }
}

bool ag_canonical_expressions(AgCanonical *c, AgDiag *diag)
{
    Asking asking = {.c = c, .questions = ag_pool_array(c->scratch_pool)};
    collect(&asking);
    if (!run_rounds(&asking, diag))
        return false;
    if (doubt_cache(&asking) && !run_rounds(&asking, diag))
        return false;
    if (c->scratch.unavailable && asking.questions->len > 0)
        ag_note(diag, AG_PROBLEM_REMARK, AG_NOWHERE,
                "%u expressions were compared word by word only, because the server does not let "
                "us make temporary tables (%s); some may differ in spelling alone",
                asking.questions->len, c->scratch.why);
    settle_differences(&asking);
    ag_canonical_stars(c);
    return ag_canonical_shadows(c, diag);
}
