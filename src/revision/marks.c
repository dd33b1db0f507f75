/* SPDX-License-Identifier: MIT */
#include "revision/dag_private.h"

#include "base/text.h"

AgRevision *ag_dag_at(const AgDag *dag, guint position)
{
    return g_ptr_array_index(dag->revisions, position);
}

int ag_dag_position(const AgDag *dag, const char *id)
{
    gpointer position;
    if (!g_hash_table_lookup_extended(dag->order, id, NULL, &position))
        return -1;
    return GPOINTER_TO_INT(position);
}

AgMarks ag_marks_new(const AgDag *dag)
{
    return g_new0(guint8, dag->revisions->len + 1);
}

static void mark_list(const AgDag *dag, AgMarks marks, const GPtrArray *ids)
{
    for (guint i = 0; i < ids->len; i++)
        marks[ag_dag_position(dag, g_ptr_array_index(ids, i))] = 1;
}

void ag_marks_add_ancestors(const AgDag *dag, AgMarks marks, AgLinks links)
{
    for (guint i = dag->revisions->len; i > 0; i--) {
        if (!marks[i - 1])
            continue;
        const AgRevision *revision = ag_dag_at(dag, i - 1);
        mark_list(dag, marks, revision->parents);
        if (links == AG_LINK_ALL)
            mark_list(dag, marks, revision->depends);
    }
}

static bool has_marked(const AgDag *dag, const AgMarks marks, const GPtrArray *ids)
{
    for (guint i = 0; i < ids->len; i++)
        if (marks[ag_dag_position(dag, g_ptr_array_index(ids, i))])
            return true;
    return false;
}

void ag_marks_add_descendants(const AgDag *dag, AgMarks marks, AgLinks links)
{
    for (guint i = 0; i < dag->revisions->len; i++) {
        const AgRevision *revision = ag_dag_at(dag, i);
        if (!marks[i] && (has_marked(dag, marks, revision->parents) ||
                          (links == AG_LINK_ALL && has_marked(dag, marks, revision->depends))))
            marks[i] = 1;
    }
}

AgMarks ag_marks_applied(const AgDag *dag, const GPtrArray *current, AgDiag *diag)
{
    g_autofree AgMarks marks = ag_marks_new(dag);
    for (guint i = 0; i < current->len; i++) {
        const char *id = g_ptr_array_index(current, i);
        int position = ag_dag_position(dag, id);
        if (position < 0) {
            g_autofree char *shown = ag_text_printable(id);
            ag_fail(diag, AG_PROBLEM_REVISION_UNKNOWN, AG_NOWHERE,
                    "the database records revision '%s', which no revision file has", shown);
            ag_hint(diag, "get its file back from version control, or correct the record with "
                          "`autogen stamp --purge REV`");
            return NULL;
        }
        marks[position] = 1;
    }
    ag_marks_add_ancestors(dag, marks, AG_LINK_ALL);
    return g_steal_pointer(&marks);
}

AgMarks ag_marks_line(const AgDag *dag, const AgRevision *revision)
{
    AgMarks above = ag_marks_new(dag), line = ag_marks_new(dag);
    int position = ag_dag_position(dag, revision->id);
    above[position] = line[position] = 1;
    ag_marks_add_ancestors(dag, above, AG_LINK_PARENTS);
    ag_marks_add_descendants(dag, line, AG_LINK_PARENTS);
    for (guint i = 0; i < dag->revisions->len; i++)
        line[i] |= above[i];
    g_free(above);
    return line;
}

void ag_hint_revision(AgDiag *diag, const AgRevision *revision)
{
    g_autofree char *message = ag_text_printable(revision->message);
    g_autofree char *file = ag_text_printable(revision->file != NULL ? revision->file : "");
    ag_hint(diag, "%s  %s  (%s%s%s)", revision->id, message, file,
            revision->created != NULL ? ", " : "",
            revision->created != NULL ? revision->created : "");
}
