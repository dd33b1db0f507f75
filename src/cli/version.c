/* SPDX-License-Identifier: MIT */
/* The libraries are asked by name, because their headers belong to other folders; one that is
 * linked statically or not installed, and so cannot be found, is left out. */
#include "cli/version.h"

#include <dlfcn.h>
#include <string.h>

static void add_libpq(GString *out)
{
    int (*version)(void) = NULL;
    void *library = dlopen(AUTOGEN_LIBPQ, RTLD_LAZY | RTLD_LOCAL);
    void *symbol = library == NULL ? NULL : dlsym(library, "PQlibVersion");
    memcpy(&version, &symbol, sizeof version);
    if (version != NULL)
        g_string_append_printf(out, "libpq %d.%d\n", version() / 10000, version() % 10000);
}

static void add_sqlite(GString *out)
{
    const char *(*version)(void) = NULL;
    void *symbol = dlsym(RTLD_DEFAULT, "sqlite3_libversion");
    memcpy(&version, &symbol, sizeof version);
    if (version != NULL)
        g_string_append_printf(out, "SQLite %s\n", version());
}

/* xmlParserVersion is "20914", with more behind it in some builds. */
static void add_libxml(GString *out)
{
    void *library = dlopen(AUTOGEN_LIBXML, RTLD_LAZY | RTLD_LOCAL);
    const char *const *version = library == NULL ? NULL : dlsym(library, "xmlParserVersion");
    if (version == NULL || *version == NULL)
        return;
    int number = (int)g_ascii_strtoll(*version, NULL, 10);
    g_string_append_printf(out, "libxml2 %d.%d.%d\n", number / 10000, number / 100 % 100,
                           number % 100);
}

void ag_version_render(GString *out)
{
    g_string_append(out, "autogen " AUTOGEN_VERSION "\n");
    add_libpq(out);
    add_sqlite(out);
    add_libxml(out);
    g_string_append_printf(out, "GLib %u.%u.%u\n", glib_major_version, glib_minor_version,
                           glib_micro_version);
}
