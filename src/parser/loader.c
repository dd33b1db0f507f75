/* SPDX-License-Identifier: MIT */
#include "base/file.h"
#include "base/limits.h"
#include "parser/parse.h"
#include "parser/xml.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char model_root[] = "model";

/* A file that waits to be read, and who asked for it. */
typedef struct Pending Pending;
struct Pending {
    const char *path;
    const Pending *by; /* the file that includes it; NULL: it lies in the tree */
    AgPlace place;
    AgFileStamp stamp; /* once it is read */
};

typedef struct {
    AgPool *pool;  /* of the trees */
    AgPool *names; /* of the paths that places name */
    AgDiag *diag;
    GPtrArray *queue;     /* of Pending * */
    GPtrArray *roots;     /* of const char *: real paths of the directories */
    GHashTable *seen;     /* Pending * by the id of its file; owned */
    GString *text;        /* of the file being read */
    GPtrArray *documents; /* of AgDocument * */
    size_t bytes;
    bool roots_only;
} Loader;

static const char *real_path(AgPool *pool, const char *path)
{
    char *resolved = realpath(path, NULL);
    const char *result = ag_pool_text(pool, resolved == NULL ? path : resolved);
    free(resolved);
    return result;
}

static guint hash_id(gconstpointer pending)
{
    const Pending *file = pending;
    return (guint)(file->stamp.inode ^ file->stamp.inode >> 32 ^ file->stamp.device);
}

static gboolean same_id(gconstpointer a, gconstpointer b)
{
    const Pending *x = a, *y = b;
    return x->stamp.inode == y->stamp.inode && x->stamp.device == y->stamp.device;
}

static unsigned dialects_of(const AgElement *root, AgDiag *diag)
{
    const AgAttribute *attribute = ag_element_attribute(root, "dialects");
    if (attribute == NULL)
        return AG_IN(POSTGRESQL);
    static const char *const names[] = {"postgresql", "sqlite", NULL};
    unsigned dialects = 0;
    g_auto(GStrv) words = g_strsplit(attribute->value, " ", -1);
    for (size_t i = 0; words[i] != NULL; i++) {
        AgDialectId id;
        if (words[i][0] == '\0')
            continue;
        if (ag_dialect_id_parse(words[i], &id)) {
            dialects |= 1u << id;
            continue;
        }
        ag_fail(diag, AG_PROBLEM_BAD_VALUE, attribute->value_place, "unknown dialect '%s'",
                words[i]);
        ag_hint_nearest(diag, words[i], names);
        return 0;
    }
    if (dialects == 0) {
        ag_fail(diag, AG_PROBLEM_BAD_VALUE, attribute->value_place, "'dialects' names none");
        ag_hint(diag, "write dialects=\"postgresql\", \"sqlite\" or both");
    }
    return dialects;
}

/* A relative path and no URL: what include and src accept. */
static bool is_relative(const char *href)
{
    return href[0] != '\0' && !g_path_is_absolute(href) && strstr(href, "://") == NULL;
}

static bool lies_in_tree(const Loader *loader, const char *path)
{
    for (guint i = 0; i < loader->roots->len; i++) {
        const char *root = g_ptr_array_index(loader->roots, i);
        size_t length = strlen(root);
        if (strncmp(path, root, length) == 0 && (path[length] == '/' || root[length - 1] == '/'))
            return true;
    }
    return false;
}

static bool report_cycle(Loader *loader, const Pending *file, const char *path, AgPlace place)
{
    g_autoptr(GString) chain = g_string_new(NULL);
    const Pending *at = file;
    for (; strcmp(real_path(loader->pool, at->path), path) != 0; at = at->by) {
        g_string_prepend(chain, at->path);
        g_string_prepend(chain, " -> ");
    }
    g_string_prepend(chain, at->path);
    g_string_append_printf(chain, " -> %s", at->path);
    return ag_fail(loader->diag, AG_PROBLEM_CYCLE, place, "files include each other: %s",
                   chain->str);
}

static bool is_included_by(Loader *loader, const Pending *file, const char *path)
{
    for (const Pending *at = file; at != NULL; at = at->by) {
        if (strcmp(real_path(loader->pool, at->path), path) == 0)
            return true;
    }
    return false;
}

/* "models/../shared/a.xml" -> "shared/a.xml", where that is the same file. */
static const char *shorter_path(const Loader *loader, const char *joined)
{
    g_auto(GStrv) parts = g_strsplit(joined, "/", -1);
    g_autoptr(GPtrArray) kept = g_ptr_array_new();
    for (size_t i = 0; parts[i] != NULL; i++) {
        const char *last = kept->len == 0 ? ".." : g_ptr_array_index(kept, kept->len - 1);
        if (strcmp(parts[i], "..") == 0 && last[0] != '\0' && strcmp(last, "..") != 0)
            g_ptr_array_remove_index(kept, kept->len - 1);
        else if (strcmp(parts[i], ".") != 0)
            g_ptr_array_add(kept, parts[i]);
    }
    g_ptr_array_add(kept, NULL);
    g_autofree char *shorter = g_strjoinv("/", (char **)kept->pdata);
    bool same = strcmp(real_path(loader->pool, shorter), real_path(loader->pool, joined)) == 0;
    return ag_pool_text(loader->names, same ? shorter : joined);
}

static void follow_include(Loader *loader, const AgElement *element, const Pending *file)
{
    const AgAttribute *href = ag_element_attribute(element, "href");
    if (href == NULL) {
        ag_fail(loader->diag, AG_PROBLEM_MISSING_ATTRIBUTE, element->place,
                "<include> needs attribute 'href'");
        return;
    }
    if (!is_relative(href->value)) {
        ag_fail(loader->diag, AG_PROBLEM_BAD_VALUE, href->value_place,
                "'%s' is not a relative path", href->value);
        ag_hint(loader->diag, "href is relative to the file it stands in; URLs are never fetched");
        return;
    }
    g_autofree char *directory = g_path_get_dirname(file->path);
    g_autofree char *joined = g_build_filename(directory, href->value, NULL);
    const char *path = real_path(loader->pool, joined);
    if (is_included_by(loader, file, path)) {
        report_cycle(loader, file, path, href->value_place);
        return;
    }
    if (lies_in_tree(loader, path)) {
        ag_fail(loader->diag, AG_PROBLEM_EXCLUSIVE, href->value_place,
                "'%s' lies in the models directory", href->value);
        ag_hint(loader->diag, "every file there is read anyway: remove the <include>");
        return;
    }
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        ag_fail(loader->diag, AG_PROBLEM_FILE_MISSING, href->value_place,
                "included file '%s' does not exist", href->value);
        return;
    }
    Pending *pending = ag_pool_new0(loader->pool, Pending);
    *pending = (Pending){shorter_path(loader, joined), file, href->value_place};
    g_ptr_array_add(loader->queue, pending);
}

static void add_document(Loader *loader, AgElement *root, const Pending *file)
{
    if (strcmp(root->name, model_root) != 0) {
        ag_fail(loader->diag, AG_PROBLEM_UNKNOWN_ELEMENT, root->place,
                "the root element is <%s>, not <model>", root->name);
        return;
    }
    AgDocument *document = ag_pool_new0(loader->pool, AgDocument);
    document->file = file->path;
    document->root = root;
    document->dialects = dialects_of(root, loader->diag);
    document->schema = ag_element_value(root, "schema");
    document->owner = ag_element_value(root, "owner");
    g_ptr_array_add(loader->documents, document);
    for (guint i = 0; i < ag_element_count(root); i++) {
        if (strcmp(ag_element_child(root, i)->name, "include") == 0)
            follow_include(loader, ag_element_child(root, i), file);
    }
}

/* A path to a file that was read already. Equal ids alone are not believed: hard links have them,
 * too, and there are file systems that give them twice. */
static bool is_known(Loader *loader, Pending *file)
{
    const Pending *known = g_hash_table_lookup(loader->seen, file);
    if (known == NULL) {
        g_hash_table_add(loader->seen, file);
        return false;
    }
    return strcmp(real_path(loader->pool, known->path), real_path(loader->pool, file->path)) == 0;
}

static bool read_one(Loader *loader, Pending *file)
{
    guint errors = ag_diag_errors(loader->diag);
    if (!ag_file_read_into(loader->text, file->path, AG_LIMIT_MODEL_BYTES, &file->stamp,
                           loader->diag))
        return false;
    if (is_known(loader, file))
        return true;
    loader->bytes += loader->text->len;
    if (loader->bytes > AG_LIMIT_MODELS_BYTES)
        return ag_fail(loader->diag, AG_PROBLEM_TOO_LARGE, (AgPlace){file->path, 0, 0},
                       "the models are larger than %d MiB together",
                       AG_LIMIT_MODELS_BYTES / 1024 / 1024);
    /* An <include> may stand anywhere in the file. */
    const GString *text = loader->text;
    bool whole = !loader->roots_only || strstr(text->str, "include") != NULL;
    AgElement *root = (whole ? ag_xml_parse : ag_xml_parse_root)(loader->pool, text->str, text->len,
                                                                 file->path, loader->diag);
    if (root != NULL)
        add_document(loader, root, file);
    return ag_diag_errors(loader->diag) == errors;
}

static bool read_queue(Loader *loader)
{
    bool good = true;
    for (guint i = 0; i < loader->queue->len; i++) {
        if (i >= AG_LIMIT_MODEL_FILES)
            return ag_fail(loader->diag, AG_PROBLEM_TOO_LARGE, AG_NOWHERE,
                           "there are more than %d model files", AG_LIMIT_MODEL_FILES);
        good = read_one(loader, g_ptr_array_index(loader->queue, i)) && good;
        if (loader->bytes > AG_LIMIT_MODELS_BYTES)
            return false;
    }
    return good;
}

static Loader loader_for(const AgFiles *files, AgDiag *diag)
{
    return (Loader){
        .pool = files->trees,
        .names = files->names,
        .diag = diag,
        .queue = ag_pool_array(files->trees),
        .roots = ag_pool_array(files->trees),
        .seen = g_hash_table_new(hash_id, same_id),
        .text = g_string_new(NULL),
        .documents = files->documents,
        .roots_only = files->roots_only,
    };
}

static void release(Loader *loader)
{
    g_hash_table_destroy(loader->seen);
    g_string_free(loader->text, TRUE);
}

static bool add_directory(Loader *loader, const char *directory)
{
    if (!g_file_test(directory, G_FILE_TEST_IS_DIR))
        return ag_fail(loader->diag, AG_PROBLEM_FILE_MISSING, (AgPlace){directory, 0, 0},
                       "models directory '%s' does not exist", directory);
    GPtrArray *paths =
        ag_file_list(loader->names, directory, ".xml", AG_LIMIT_MODEL_FILES, loader->diag);
    if (paths == NULL)
        return false;
    if (paths->len == 0) {
        ag_note(loader->diag, AG_PROBLEM_REMARK, (AgPlace){directory, 0, 0},
                "models directory '%s' holds no *.xml", directory);
        ag_hint(loader->diag, "start with `autogen inspect` or write a first model file");
    }
    for (guint i = 0; i < paths->len; i++) {
        Pending *pending = ag_pool_new0(loader->pool, Pending);
        pending->path = g_ptr_array_index(paths, i);
        g_ptr_array_add(loader->queue, pending);
    }
    g_ptr_array_add(loader->roots, (gpointer)(guintptr)real_path(loader->pool, directory));
    return true;
}

bool ag_load_directories(const AgFiles *files, const GPtrArray *directories, AgDiag *diag)
{
    Loader loader = loader_for(files, diag);
    bool good = true;
    for (guint i = 0; i < directories->len; i++)
        good =
            add_directory(&loader, ag_pool_text(files->names, g_ptr_array_index(directories, i))) &&
            good;
    good = read_queue(&loader) && good;
    release(&loader);
    return good;
}

bool ag_load_text(const AgFiles *files, const char *text, const char *file, AgDiag *diag)
{
    Pending first = {.path = ag_pool_text(files->names, file)};
    guint errors = ag_diag_errors(diag);
    if (strlen(text) > AG_LIMIT_MODEL_BYTES)
        return ag_fail(diag, AG_PROBLEM_TOO_LARGE, (AgPlace){first.path, 0, 0},
                       "the model is larger than %d MiB", AG_LIMIT_MODEL_BYTES / 1024 / 1024);
    AgElement *root = ag_xml_parse(files->trees, text, strlen(text), first.path, diag);
    if (root == NULL)
        return false;
    Loader loader = loader_for(files, diag);
    add_document(&loader, root, &first);
    bool good = ag_diag_errors(diag) == errors;
    good = read_queue(&loader) && good;
    release(&loader);
    return good;
}
