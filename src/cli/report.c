/* SPDX-License-Identifier: MIT */
#include "cli/report.h"

#include <string.h>

#include "base/text.h"

const char *ag_verb_name(AgVerb verb)
{
    switch (verb) {
    case AG_CREATE:
        return "create";
    case AG_ALTER:
        return "alter";
    case AG_RENAME:
        return "rename";
    case AG_DROP:
        return "drop";
    }
    g_assert_not_reached();
}

static AgPaint paint_of(AgVerb verb)
{
    switch (verb) {
    case AG_CREATE:
        return AG_PAINT_PLUS;
    case AG_ALTER:
    case AG_RENAME:
        return AG_PAINT_CHANGE;
    case AG_DROP:
        return AG_PAINT_MINUS;
    }
    g_assert_not_reached();
}

bool ag_change_is_detail(const AgComparison *comparison, const AgChange *change)
{
    const AgObject *parent = ag_change_object(change)->parent;
    return parent != NULL && (change->verb == AG_CREATE || change->verb == AG_DROP) &&
           g_hash_table_contains(comparison->whole, parent);
}

/* Keys and policies, indexes and classes; "default privileges" are many already. */
static void append_count(GString *out, guint n, const char *noun)
{
    size_t length = strlen(noun);
    char last = noun[length - 1], before = length > 1 ? noun[length - 2] : ' ';
    g_string_append_printf(out, "%u %s", n, noun);
    if (n == 1 || (last == 's' && before != 's'))
        return;
    if (last == 'y' && strchr("aeiou", before) == NULL) {
        g_string_truncate(out, out->len - 1);
        g_string_append(out, "ies");
    } else {
        g_string_append(out, last == 'x' || last == 's' ? "es" : "s");
    }
}

/* " (5 columns, 1 index)" of an object with parts. */
static void append_parts(GString *out, const AgObject *object)
{
    if (object->parts == NULL || object->parts->len == 0)
        return;
    const char *lead = " (";
    for (int kind = 0; kind < AG_N_KINDS; kind++) {
        guint n = 0;
        for (guint i = 0; i < object->parts->len; i++) {
            const AgObject *part = g_ptr_array_index(object->parts, i);
            n += (int)part->info->kind == kind;
        }
        if (n == 0)
            continue;
        g_string_append(out, lead);
        append_count(out, n, ag_kind_info((AgKind)kind)->noun);
        lead = ", ";
    }
    g_string_append_c(out, ')');
}

char *ag_changes_summary(AgPool *pool, const GPtrArray *changes)
{
    g_autoptr(GString) out = g_string_new(NULL);
    static const AgVerb verbs[] = {AG_CREATE, AG_ALTER, AG_RENAME, AG_DROP};
    for (size_t v = 0; v < G_N_ELEMENTS(verbs); v++) {
        gsize before = out->len;
        for (int kind = 0; kind < AG_N_KINDS; kind++) {
            guint n = 0;
            for (guint i = 0; i < changes->len; i++) {
                const AgChange *change = g_ptr_array_index(changes, i);
                n += change->verb == verbs[v] && (int)ag_change_object(change)->info->kind == kind;
            }
            if (n == 0)
                continue;
            g_string_append(out, out->len > before ? ", " : before > 0 ? "; " : "");
            append_count(out, n, ag_kind_info((AgKind)kind)->noun);
        }
        if (out->len > before)
            g_string_append_printf(out, " to %s", ag_verb_name(verbs[v]));
    }
    return ag_pool_text(pool, out->str);
}

static AgFieldReport *common_field(AgPool *pool, const AgChange *change, AgFieldSet bit)
{
    AgFieldReport *field = ag_pool_new0(pool, AgFieldReport);
    bool comment = bit == AG_FIELD_COMMENT;
    const char *model = comment ? change->new->comment : change->new->owner;
    const char *database = comment ? change->old->comment : change->old->owner;
    field->name = comment ? "comment" : "owner";
    field->to = model == NULL ? "" : model;
    field->from = database == NULL ? "" : database;
    return field;
}

/* Privileges that only one side has: "select to app". */
static const char *grants_beyond(AgPool *pool, const GPtrArray *grants, const GPtrArray *others)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; grants != NULL && i < grants->len; i++) {
        const AgGrant *grant = g_ptr_array_index(grants, i);
        const AgGrant *other = ag_grants_find(others, grant);
        if (other != NULL && other->option == grant->option && other->revoked == grant->revoked)
            continue;
        g_string_append_printf(out, "%s%s%s %s %s%s", out->len > 0 ? ", " : "",
                               grant->revoked ? "no " : "", grant->privilege,
                               grant->revoked ? "for" : "to", grant->role,
                               grant->option ? " with grant option" : "");
    }
    return ag_pool_text(pool, out->str);
}

static AgFieldReport *grants_field(AgPool *pool, const AgChange *change)
{
    AgFieldReport *field = ag_pool_new0(pool, AgFieldReport);
    field->name = "privileges";
    field->to = grants_beyond(pool, change->new->grants, change->old->grants);
    field->from = grants_beyond(pool, change->old->grants, change->new->grants);
    return field;
}

GPtrArray *ag_change_fields(AgPool *pool, const AgChange *change)
{
    GPtrArray *fields = ag_pool_array(pool);
    const AgKindInfo *info = ag_change_object(change)->info;
    for (unsigned i = 0; change->verb == AG_ALTER && i < info->n_fields; i++) {
        if ((change->changed & AG_FIELD_BIT(i)) == 0)
            continue;
        const AgField *row = &info->fields[i];
        AgFieldReport *field = ag_pool_new0(pool, AgFieldReport);
        field->name = row->name;
        field->to = ag_field_text(pool, change->new, row);
        field->from = ag_field_text(pool, change->old, row);
        if (row->type == AG_FIELD_TYPE || row->type == AG_FIELD_EXPR) {
            field->to_sql = ag_field_at(change->new, row);
            field->from_sql = ag_field_at(change->old, row);
        }
        g_ptr_array_add(fields, field);
    }
    if ((change->changed & AG_FIELD_COMMENT) != 0)
        g_ptr_array_add(fields, common_field(pool, change, AG_FIELD_COMMENT));
    if ((change->changed & AG_FIELD_OWNER) != 0)
        g_ptr_array_add(fields, common_field(pool, change, AG_FIELD_OWNER));
    if ((change->changed & AG_FIELD_GRANTS) != 0)
        g_ptr_array_add(fields, grants_field(pool, change));
    return fields;
}

guint ag_report_findings(const AgReport *report)
{
    guint n = report->comparison->changes->len;
    if (report->pending != NULL)
        n += report->pending->len;
    if (report->heads != NULL && report->heads->len > 1)
        n++;
    if (report->edited != NULL)
        n += report->edited->len;
    if (report->lacking != NULL)
        n += report->lacking->len;
    return n;
}

/* A value on one line; an absent one in words. */
static char *shown_value(const char *value)
{
    return value == NULL || *value == '\0' ? g_strdup("(none)") : ag_text_printable(value);
}

static void append_place(GString *out, const AgLook *look, const AgObject *object)
{
    if (object->place.file == NULL)
        return;
    g_autofree char *text =
        g_strdup_printf("  %s:%d:%d", object->place.file, object->place.line, object->place.column);
    g_autofree char *shown = ag_text_printable(text);
    ag_paint(out, look->color, AG_PAINT_DIM, shown);
    if (object->mixin != NULL)
        g_string_append_printf(out, " (mixin %s)", object->mixin);
}

static void append_why(GString *out, const char *side, const AgSql *sql)
{
    g_autofree char *written = shown_value(sql->written);
    g_autofree char *canonical = shown_value(sql->canonical);
    g_string_append_printf(out, "      %s written: %s\n      %s canonical: %s\n", side, written,
                           side, canonical);
    if (sql->place.file != NULL)
        g_string_append_printf(out, "      %s origin: %s:%d:%d\n", side, sql->place.file,
                               sql->place.line, sql->place.column);
    else
        g_string_append_printf(out, "      %s origin: the database's catalogue\n", side);
}

static void append_fields(GString *out, const AgReport *report, const AgChange *change)
{
    GPtrArray *fields = ag_change_fields(report->pool, change);
    for (guint i = 0; i < fields->len; i++) {
        const AgFieldReport *field = g_ptr_array_index(fields, i);
        g_autofree char *model = shown_value(field->to);
        g_autofree char *database = shown_value(field->from);
        g_string_append_printf(out, "    %s: %s %s, %s %s\n", field->name, report->to, model,
                               report->from, database);
        if (!report->why || field->to_sql == NULL)
            continue;
        append_why(out, report->to, field->to_sql);
        append_why(out, report->from, field->from_sql);
    }
}

/* What a created or dropped object says about itself, for --why. */
static void append_self(GString *out, const AgReport *report, const AgChange *change)
{
    const AgObject *object = ag_change_object(change);
    for (unsigned i = 0; i < object->info->n_fields; i++) {
        const AgField *field = &object->info->fields[i];
        if (!ag_field_is_set(object, field))
            continue;
        g_autofree char *value = shown_value(ag_field_text(report->pool, object, field));
        g_string_append_printf(out, "    %s: %s %s\n", field->name,
                               change->new == NULL ? report->from : report->to, value);
    }
}

static void human_change(GString *out, const AgLook *look, const AgReport *report,
                         const AgChange *change)
{
    bool detail = ag_change_is_detail(report->comparison, change);
    if (detail && !look->verbose && !report->why)
        return;
    if (detail)
        g_string_append(out, "  ");
    ag_paint(out, look->color, paint_of(change->verb), ag_change_text(report->pool, change));
    if (change->verb == AG_CREATE || change->verb == AG_DROP)
        append_parts(out, ag_change_object(change));
    append_place(out, look, ag_change_object(change));
    g_string_append_c(out, '\n');
    append_fields(out, report, change);
    if (report->why && change->verb != AG_ALTER)
        append_self(out, report, change);
}

static void human_state(GString *out, const AgReport *report)
{
    for (guint i = 0; report->pending != NULL && i < report->pending->len; i++) {
        const AgRevision *revision = g_ptr_array_index(report->pending, i);
        g_autofree char *message =
            ag_text_printable(revision->message == NULL ? "" : revision->message);
        g_string_append_printf(out, "! pending revision %s %s\n", revision->id, message);
    }
    if (report->heads != NULL && report->heads->len > 1) {
        g_string_append_printf(out, "! %u heads:", report->heads->len);
        for (guint i = 0; i < report->heads->len; i++) {
            const AgRevision *revision = g_ptr_array_index(report->heads, i);
            g_string_append_printf(out, " %s", revision->id);
        }
        g_string_append_c(out, '\n');
    }
    for (guint i = 0; report->edited != NULL && i < report->edited->len; i++)
        g_string_append_printf(out, "! %s\n", (const char *)g_ptr_array_index(report->edited, i));
    for (guint i = 0; report->lacking != NULL && i < report->lacking->len; i++)
        g_string_append_printf(out, "! %s\n", (const char *)g_ptr_array_index(report->lacking, i));
}

static void render_human(GString *out, const AgLook *look, const AgReport *report)
{
    const AgComparison *comparison = report->comparison;
    for (guint i = 0; i < comparison->changes->len; i++)
        human_change(out, look, report, g_ptr_array_index(comparison->changes, i));
    human_state(out, report);
    if (comparison->changes->len > 0)
        g_string_append_printf(out, "%s\n", ag_changes_summary(report->pool, comparison->changes));
    else if (ag_report_findings(report) == 0)
        g_string_append_printf(out, "no differences: models%s and %s agree\n",
                               report->pending == NULL ? "" : ", revisions",
                               report->replayed ? "revisions" : "database");
}

static void render_sql(GString *out, const AgReport *report)
{
    if (report->plan != NULL)
        ag_script_render(out, report->plan->upgrade);
}

/* Text of a table cell. */
static void append_cell(GString *out, const char *text)
{
    g_autofree char *shown = ag_text_printable(text);
    for (const char *p = shown; *p != '\0'; p++) {
        if (*p == '|' || *p == '\\' || *p == '`' || *p == '<')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *p);
    }
}

static void markdown_change(GString *out, const AgReport *report, const AgChange *change)
{
    GPtrArray *fields = ag_change_fields(report->pool, change);
    for (guint i = 0; i == 0 || i < fields->len; i++) {
        const AgFieldReport *field = fields->len == 0 ? NULL : g_ptr_array_index(fields, i);
        g_string_append_printf(out, "| %s | ", ag_verb_name(change->verb));
        append_cell(out, ag_change_text(report->pool, change) + 2);
        g_string_append(out, " | ");
        append_cell(out, field == NULL ? "" : field->name);
        g_string_append(out, " | ");
        append_cell(out, field == NULL ? "" : field->to);
        g_string_append(out, " | ");
        append_cell(out, field == NULL ? "" : field->from);
        g_string_append(out, " |\n");
    }
}

static void render_markdown(GString *out, const AgLook *look, const AgReport *report)
{
    const GPtrArray *changes = report->comparison->changes;
    if (changes->len > 0)
        g_string_append_printf(out,
                               "| change | object | field | %s | %s |\n"
                               "| --- | --- | --- | --- | --- |\n",
                               report->to, report->from);
    for (guint i = 0; i < changes->len; i++) {
        const AgChange *change = g_ptr_array_index(changes, i);
        if (look->verbose || !ag_change_is_detail(report->comparison, change))
            markdown_change(out, report, change);
    }
    if (changes->len > 0)
        g_string_append_c(out, '\n');
    g_autoptr(GString) state = g_string_new(NULL);
    human_state(state, report);
    g_auto(GStrv) lines = g_strsplit(state->str, "\n", -1);
    for (char **line = lines; *line != NULL && **line != '\0'; line++)
        g_string_append_printf(out, "- %s\n", *line + 2);
    if (ag_report_findings(report) == 0)
        g_string_append_printf(out, "Models and %s agree.\n",
                               report->replayed ? "revisions" : "database");
}

/* Data of a workflow command: % and line ends are escaped; in properties , and : too. */
static void append_github(GString *out, const char *text, bool property)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '%' || *p == '\n' || *p == '\r' || (property && (*p == ',' || *p == ':')))
            g_string_append_printf(out, "%%%02X", (unsigned char)*p);
        else
            g_string_append_c(out, *p);
    }
}

/* GitHub counts from the root of the repository, whatever directory a step works in. */
static char *file_in_repository(const char *file)
{
    const char *root = g_getenv("GITHUB_WORKSPACE");
    g_autofree char *whole = g_canonicalize_filename(file, NULL);
    size_t length = root == NULL ? 0 : strlen(root);
    bool below = length > 0 && strncmp(whole, root, length) == 0 && whole[length] == '/';
    return g_strdup(below ? whole + length + 1 : file);
}

static void github_change(GString *out, const AgReport *report, const AgChange *change)
{
    const AgObject *object = ag_change_object(change);
    g_string_append(out, "::error ");
    if (object->place.file != NULL) {
        g_autofree char *file = file_in_repository(object->place.file);
        g_string_append(out, "file=");
        append_github(out, file, true);
        g_string_append_printf(out, ",line=%d,col=%d,", object->place.line, object->place.column);
    }
    g_string_append(out, "title=autogen check::");
    append_github(out, ag_change_text(report->pool, change), false);
    GPtrArray *fields = ag_change_fields(report->pool, change);
    for (guint i = 0; i < fields->len; i++) {
        const AgFieldReport *field = g_ptr_array_index(fields, i);
        g_autofree char *text = g_strdup_printf("; %s: %s '%s', %s '%s'", field->name, report->to,
                                                field->to, report->from, field->from);
        append_github(out, text, false);
    }
    g_string_append_c(out, '\n');
}

static void render_github(GString *out, const AgReport *report)
{
    const AgComparison *comparison = report->comparison;
    for (guint i = 0; i < comparison->changes->len; i++) {
        const AgChange *change = g_ptr_array_index(comparison->changes, i);
        if (!ag_change_is_detail(comparison, change))
            github_change(out, report, change);
    }
    g_autoptr(GString) state = g_string_new(NULL);
    human_state(state, report);
    g_auto(GStrv) lines = g_strsplit(state->str, "\n", -1);
    for (char **line = lines; *line != NULL && **line != '\0'; line++) {
        g_string_append(out, "::error title=autogen check::");
        append_github(out, *line + 2, false);
        g_string_append_c(out, '\n');
    }
}

void ag_report_render(GString *out, const AgLook *look, const void *data)
{
    const AgReport *report = data;
    switch (look->format) {
    case AG_FORMAT_HUMAN:
        render_human(out, look, report);
        return;
    case AG_FORMAT_JSON:
        ag_report_json(out, report);
        return;
    case AG_FORMAT_SQL:
        render_sql(out, report);
        return;
    case AG_FORMAT_MARKDOWN:
        render_markdown(out, look, report);
        return;
    case AG_FORMAT_GITHUB:
        render_github(out, report);
        return;
    }
}
