/* SPDX-License-Identifier: MIT */
#include "cli/listing.h"

#include <string.h>

#include "base/text.h"
#include "cli/json.h"

static bool contains(const GPtrArray *ids, const char *id)
{
    for (guint i = 0; ids != NULL && i < ids->len; i++)
        if (strcmp(g_ptr_array_index(ids, i), id) == 0)
            return true;
    return false;
}

static bool is_head(const AgListing *listing, const AgRevision *revision)
{
    return g_ptr_array_find((GPtrArray *)(guintptr)listing->heads, revision, NULL);
}

static void append_ids(GString *out, const char *word, const GPtrArray *ids)
{
    for (guint i = 0; i < ids->len; i++)
        g_string_append_printf(out, "%s%s", i == 0 ? word : ", ",
                               (const char *)g_ptr_array_index(ids, i));
    if (ids->len > 0)
        g_string_append_c(out, '\n');
}

static void append_details(GString *out, const AgRevision *revision)
{
    g_autofree char *file = ag_text_printable(revision->file == NULL ? "" : revision->file);
    append_ids(out, "  parent: ", revision->parents);
    append_ids(out, "  depends: ", revision->depends);
    append_ids(out, "  labels: ", revision->labels);
    g_string_append_printf(out, "  file: %s\n", file);
    if (revision->created != NULL)
        g_string_append_printf(out, "  created: %s\n", revision->created);
    if (revision->seal != NULL) {
        g_autofree char *by =
            ag_text_printable(revision->sealed_by == NULL ? "" : revision->sealed_by);
        g_string_append_printf(out, "  reviewed: by %s\n", by);
    }
}

static GPtrArray *children_of(const AgListing *listing, const AgRevision *revision)
{
    const GPtrArray *children = ag_dag_children(listing->dag, revision->id);
    return children == NULL ? ag_pool_array(listing->pool)
                            : ag_revision_ids(listing->pool, children);
}

static void append_children(GString *out, const AgListing *listing, const AgRevision *revision)
{
    GPtrArray *ids = children_of(listing, revision);
    for (guint i = 0; i < ids->len; i++) {
        const AgRevision *child = ag_dag_find(listing->dag, g_ptr_array_index(ids, i));
        g_string_append_printf(out, "  -> %s\n", ag_revision_title(listing->pool, child));
    }
}

static void append_revision(GString *out, const AgLook *look, const AgListing *listing,
                            const AgRevision *revision)
{
    g_autofree char *message =
        ag_text_printable(revision->message == NULL ? "" : revision->message);
    ag_paint(out, look->color, AG_PAINT_CHANGE, revision->id);
    if (contains(listing->current, revision->id))
        ag_paint(out, look->color, AG_PAINT_PLUS, " (current)");
    if (is_head(listing, revision))
        ag_paint(out, look->color, AG_PAINT_BOLD, " (head)");
    for (guint i = 0; i < revision->labels->len; i++)
        g_string_append_printf(out, " [%s]", (const char *)g_ptr_array_index(revision->labels, i));
    g_string_append_printf(out, " %s\n", message);
    if (look->verbose)
        append_details(out, revision);
    if (listing->children)
        append_children(out, listing, revision);
}

static void json_revision(AgJson *json, const AgListing *listing, const AgRevision *revision)
{
    ag_json_begin_object(json, NULL);
    ag_json_text(json, "id", revision->id);
    ag_json_texts(json, "parents", revision->parents);
    ag_json_texts(json, "depends", revision->depends);
    ag_json_texts(json, "labels", revision->labels);
    ag_json_text(json, "message", revision->message);
    ag_json_text(json, "created", revision->created);
    ag_json_text(json, "file", revision->file);
    ag_json_bool(json, "head", is_head(listing, revision));
    if (listing->current != NULL)
        ag_json_bool(json, "current", contains(listing->current, revision->id));
    if (listing->children)
        ag_json_texts(json, "children", children_of(listing, revision));
    ag_json_end_object(json);
}

void ag_listing_render(GString *out, const AgLook *look, const void *data)
{
    AgListing with_heads = *(const AgListing *)data;
    const AgListing *listing = &with_heads;
    AgJson json;
    with_heads.heads = ag_dag_heads(with_heads.dag);
    if (look->format == AG_FORMAT_JSON) {
        ag_json_init(&json, out);
        ag_json_begin_object(&json, NULL);
        ag_json_int(&json, "version", 1);
        ag_json_begin_array(&json, "revisions");
        for (guint i = 0; i < listing->revisions->len; i++)
            json_revision(&json, listing, g_ptr_array_index(listing->revisions, i));
        ag_json_end_array(&json);
        ag_json_end_object(&json);
        return;
    }
    for (guint i = 0; i < listing->revisions->len; i++)
        append_revision(out, look, listing, g_ptr_array_index(listing->revisions, i));
    if (listing->revisions->len == 0 && listing->none != NULL)
        g_string_append_printf(out, "%s\n", listing->none);
}
