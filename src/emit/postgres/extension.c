/* SPDX-License-Identifier: MIT */
#include "model/extension.h"

#include "emit/postgres/postgres.h"

static AgStrategy choose_strategy(const AgChange *change)
{
    (void)change;
    return AG_IN_PLACE;
}

static bool create(AgWriting *w, const AgChange *change)
{
    const AgExtension *extension = (const AgExtension *)change->new;
    g_autoptr(GString) out = g_string_new("CREATE EXTENSION ");
    ag_quote_name(w->dialect, out, extension->object.name);
    if (extension->in != NULL)
        g_string_append_printf(out, " SCHEMA %s",
                               ag_writing_name(w,
                                               ag_writing_schema(w, ag_writing_side(w, change->new),
                                                                 extension->in)));
    if (extension->version != NULL) {
        g_string_append(out, " VERSION ");
        ag_quote_text(out, extension->version);
    }
    ag_write(w, change, "%s", out->str);
    return true;
}

static AgFieldSet alter(AgWriting *w, const AgChange *change)
{
    const AgExtension *extension = (const AgExtension *)change->new;
    const char *name = ag_writing_name(w, extension->object.name);
    AgFieldSet handled = 0;
    if ((change->changed & AG_FIELD_BIT(AG_EXTENSION_SCHEMA)) != 0) {
        const char *schema = extension->in != NULL ? extension->in : w->dialect->default_schema;
        ag_write(w, change, "ALTER EXTENSION %s SET SCHEMA %s", name,
                 ag_writing_name(w, ag_writing_schema(w, ag_writing_side(w, change->new), schema)));
        handled |= AG_FIELD_BIT(AG_EXTENSION_SCHEMA);
    }
    if ((change->changed & AG_FIELD_BIT(AG_EXTENSION_VERSION)) != 0) {
        g_autoptr(GString) version = g_string_new(NULL);
        if (extension->version != NULL) {
            g_string_append(version, " TO ");
            ag_quote_text(version, extension->version);
        }
        ag_write(w, change, "ALTER EXTENSION %s UPDATE%s", name, version->str);
        handled |= AG_FIELD_BIT(AG_EXTENSION_VERSION);
    }
    return handled;
}

static bool move(AgWriting *w, const AgChange *change)
{
    ag_fail(w->diag, AG_PROBLEM_UNSUPPORTED, change->new->place,
            "extension '%s' cannot be renamed: its name is that of its files",
            ag_object_label(w->pool, change->old));
    ag_hint(w->diag, "remove renamed-from; the old extension is dropped and the new one created");
    return false;
}

static bool drop(AgWriting *w, const AgChange *change)
{
    AgStatement *statement =
        ag_write(w, change, "DROP EXTENSION %s", ag_writing_name(w, change->old->name));
    ag_write_hazard(w, statement, AG_PROBLEM_HAZARD_DROPS_EXTENSION, change->old);
    return true;
}

const AgKindWriter ag_postgres_extension_writer = {
    .strategy = choose_strategy,
    .create = create,
    .alter = alter,
    .rename = move,
    .drop = drop,
};
