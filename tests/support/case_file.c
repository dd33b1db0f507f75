/* SPDX-License-Identifier: MIT */
#include "support/case_file.h"

#include "base/file.h"

#include <string.h>

enum { CASE_BYTES = 1024 * 1024 };

/* "-- name --" gives the name, anything else NULL. */
static char *section_name(AgPool *pool, const char *line)
{
    size_t length = strlen(line);
    if (length < 7 || strncmp(line, "-- ", 3) != 0 || strcmp(line + length - 3, " --") != 0)
        return NULL;
    return ag_pool_text_n(pool, line + 3, length - 6);
}

static char *trimmed(AgPool *pool, GString *text)
{
    while (text->len > 1 && text->str[text->len - 1] == '\n' && text->str[text->len - 2] == '\n')
        g_string_truncate(text, text->len - 1);
    if (strcmp(text->str, "\n") == 0)
        g_string_truncate(text, 0);
    return ag_pool_text(pool, text->str);
}

CaseFile *case_file_read(AgPool *pool, const char *path, AgDiag *diag)
{
    char *text = ag_file_read(pool, path, CASE_BYTES, NULL, diag);
    if (text == NULL)
        return NULL;
    CaseFile *file = ag_pool_new0(pool, CaseFile);
    file->path = ag_pool_text(pool, path);
    file->sections = ag_pool_array(pool);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GString) collected = g_string_new(NULL);
    CaseSection *section = NULL;
    file->title = ag_pool_text(pool, lines[0] == NULL ? "" : lines[0]);
    for (int i = 1; lines[0] != NULL && lines[i] != NULL; i++) {
        char *name = section_name(pool, lines[i]);
        if (name == NULL) {
            if (lines[i + 1] != NULL || lines[i][0] != '\0')
                g_string_append_printf(collected, "%s\n", lines[i]);
            continue;
        }
        *(section == NULL ? &file->about : &section->text) = trimmed(pool, collected);
        g_string_truncate(collected, 0);
        section = ag_pool_new0(pool, CaseSection);
        section->name = name;
        section->line = i + 2;
        g_ptr_array_add(file->sections, section);
    }
    *(section == NULL ? &file->about : &section->text) = trimmed(pool, collected);
    return file;
}

static CaseSection *find(const CaseFile *file, const char *name)
{
    for (guint i = 0; i < file->sections->len; i++) {
        CaseSection *section = g_ptr_array_index(file->sections, i);
        if (strcmp(section->name, name) == 0)
            return section;
    }
    return NULL;
}

const char *case_file_section(const CaseFile *file, const char *name)
{
    const CaseSection *section = find(file, name);
    return section == NULL ? NULL : section->text;
}

const char *case_file_option(AgPool *pool, const CaseFile *file, const char *key)
{
    const char *text = case_file_section(file, "options");
    if (text == NULL)
        return NULL;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (int i = 0; lines[i] != NULL; i++) {
        size_t length = strlen(key);
        if (strncmp(lines[i], key, length) == 0 && lines[i][length] == '=')
            return ag_pool_text(pool, lines[i] + length + 1);
    }
    return NULL;
}

void case_file_set(AgPool *pool, CaseFile *file, const char *name, const char *text)
{
    CaseSection *section = find(file, name);
    if (section == NULL) {
        section = ag_pool_new0(pool, CaseSection);
        section->name = ag_pool_text(pool, name);
        g_ptr_array_add(file->sections, section);
    }
    section->text = ag_pool_text(pool, text);
}

bool case_file_write(AgPool *pool, const CaseFile *file, AgDiag *diag)
{
    (void)pool;
    g_autoptr(GString) out = g_string_new(file->title);
    g_string_append_c(out, '\n');
    g_string_append(out, file->about);
    for (guint i = 0; i < file->sections->len; i++) {
        const CaseSection *section = g_ptr_array_index(file->sections, i);
        if (!g_str_has_suffix(out->str, "\n\n"))
            g_string_append_c(out, '\n');
        g_string_append_printf(out, "-- %s --\n%s", section->name, section->text);
    }
    return ag_file_write(file->path, out->str, true, diag);
}
