/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/json.h"
#include "cli/output.h"
#include "db/url.h"

typedef struct {
    const char *name, *text, *origin;
} Entry;

typedef struct {
    const AgRun *run;
    GPtrArray *entries; /* of Entry * */
    bool origins;
} Listing;

/* A URL is shown without its password; one that cannot be understood is not shown at all. */
static const char *shown_url(AgRun *run, const AgConfigValue *value)
{
    g_autoptr(AgDiag) diag = ag_diag_new();
    const AgUrl *url = ag_url_parse(run->pool, value->text,
                                    *value->directory == '\0' ? NULL : value->directory, diag);
    return url == NULL ? "(not understood)" : url->shown;
}

static GPtrArray *gather(AgRun *run)
{
    GPtrArray *entries = ag_pool_array(run->pool);
    for (int i = 0; i < AG_N_CONFIG_KEYS; i++) {
        g_autoptr(AgDiag) diag = ag_diag_new();
        AgConfigValue value;
        Entry *entry = ag_pool_new0(run->pool, Entry);
        bool good = ag_config_get(run->config, (AgConfigKey)i, &value, diag);
        entry->name = ag_config_key_name((AgConfigKey)i);
        entry->origin = value.origin;
        entry->text = value.text;
        if (!good)
            entry->text = ag_pool_printf(run->pool, "(%s)", ag_diag_last(diag)->message);
        else if (i == AG_CONFIG_URL)
            entry->text = shown_url(run, &value);
        g_ptr_array_add(entries, entry);
    }
    return entries;
}

static void render_json(GString *out, const Listing *listing)
{
    AgJson json;
    ag_json_init(&json, out);
    ag_json_begin_object(&json, NULL);
    ag_json_int(&json, "version", 1);
    ag_json_text(&json, "file", ag_config_file(listing->run->config));
    ag_json_text(&json, "env", ag_config_env(listing->run->config));
    ag_json_begin_array(&json, "keys");
    for (guint i = 0; i < listing->entries->len; i++) {
        const Entry *entry = g_ptr_array_index(listing->entries, i);
        ag_json_begin_object(&json, NULL);
        ag_json_text(&json, "key", entry->name);
        ag_json_text(&json, "value", entry->text);
        ag_json_text(&json, "origin", entry->text == NULL ? NULL : entry->origin);
        ag_json_end_object(&json);
    }
    ag_json_end_array(&json);
    ag_json_end_object(&json);
}

static void render(GString *out, const AgLook *look, const void *data)
{
    const Listing *listing = data;
    if (look->format == AG_FORMAT_JSON) {
        render_json(out, listing);
        return;
    }
    for (guint i = 0; i < listing->entries->len; i++) {
        const Entry *entry = g_ptr_array_index(listing->entries, i);
        if (entry->text == NULL && !look->verbose)
            continue;
        g_string_append_printf(out, "%s =%s%s", entry->name, entry->text == NULL ? "" : " ",
                               entry->text == NULL ? "" : entry->text);
        if (listing->origins)
            g_string_append_printf(out, "\t(%s)", entry->text == NULL ? "not set" : entry->origin);
        g_string_append_c(out, '\n');
    }
}

static bool run_config(AgRun *run, AgDiag *diag)
{
    Listing listing = {.run = run,
                       .entries = gather(run),
                       .origins = ag_options_has(run->options, "show-origin")};
    if (ag_config_file(run->config) == NULL)
        ag_note(diag, AG_PROBLEM_REMARK, AG_NOWHERE,
                "no autogen.ini here or above: built-in values hold");
    return ag_output(run, render, &listing, diag);
}

static const AgOptionInfo options[] = {
    {"show-origin", 0, AG_OPTION_FLAG, false, NULL, "also say where each value comes from"},
    {0},
};

const AgCommand ag_command_config = {
    .name = "config",
    .words = "",
    .summary = "print the configuration in force",
    .about = "Prints every key with the value in force. Options stand above the environment "
             "(AUTOGEN_KEY),\n"
             "that above [env:NAME], that above [autogen], that above what is built in. Passwords "
             "of URLs\n"
             "are not shown. With -v also keys that are not set.",
    .options = options,
    .formats = AG_CAN(HUMAN) | AG_CAN(JSON),
    .configured = true,
    .run = run_config,
};
