/* SPDX-License-Identifier: MIT */
#include "db/url.h"

#include "base/text.h"
#include "db/url_private.h"

#include <stdlib.h>
#include <string.h>

/* What this file never does is show any part of the text it was given except a parameter's name
 * that stands safely behind the host: whatever else it holds may be a piece of a password that was
 * not percent-encoded (libpq would connect to such a piece as a host, and print it). */

static const char *const libpq_keywords[] = {"application_name",
                                             "channel_binding",
                                             "client_encoding",
                                             "connect_timeout",
                                             "dbname",
                                             "fallback_application_name",
                                             "gssdelegation",
                                             "gssencmode",
                                             "gsslib",
                                             "host",
                                             "hostaddr",
                                             "keepalives",
                                             "keepalives_count",
                                             "keepalives_idle",
                                             "keepalives_interval",
                                             "krbsrvname",
                                             "load_balance_hosts",
                                             "max_protocol_version",
                                             "min_protocol_version",
                                             "options",
                                             "passfile",
                                             "password",
                                             "port",
                                             "require_auth",
                                             "requirepeer",
                                             "service",
                                             "servicefile",
                                             "ssl_max_protocol_version",
                                             "ssl_min_protocol_version",
                                             "sslcert",
                                             "sslcertmode",
                                             "sslcompression",
                                             "sslcrl",
                                             "sslcrldir",
                                             "sslkey",
                                             "sslmode",
                                             "sslnegotiation",
                                             "sslpassword",
                                             "sslrootcert",
                                             "sslsni",
                                             "target_session_attrs",
                                             "tcp_user_timeout",
                                             "user",
                                             NULL};

/* Parameters of other clients' URLs that mean nothing to libpq. */
static const char *const foreign_keywords[] = {"async_fallback",
                                               "charset",
                                               "client_min_messages",
                                               "command_timeout",
                                               "connection_limit",
                                               "currentSchema",
                                               "max_cacheable_statement_size",
                                               "max_cached_statement_lifetime",
                                               "pgbouncer",
                                               "pool_max_conns",
                                               "pool_timeout",
                                               "prepare_threshold",
                                               "prepared_statement_cache_size",
                                               "prepared_statement_name_func",
                                               "schema",
                                               "server_settings",
                                               "socket_timeout",
                                               "sslaccept",
                                               "statement_cache_size",
                                               "timeout",
                                               NULL};

static const char *const ssl_modes[] = {"disable",   "allow",       "prefer", "require",
                                        "verify-ca", "verify-full", NULL};

static bool is_listed(const char *word, const char *const *list)
{
    for (size_t i = 0; list[i] != NULL; i++)
        if (strcmp(word, list[i]) == 0)
            return true;
    return false;
}

bool ag_url_is_keyword(const char *name)
{
    return is_listed(name, libpq_keywords);
}

const char *const *ag_url_keywords(void)
{
    return libpq_keywords;
}

bool ag_url_fail(AgDiag *diag, const char *problem)
{
    return ag_fail(diag, AG_PROBLEM_BAD_URL, AG_NOWHERE, "the database URL cannot be used: %s",
                   problem);
}

static bool fail_encode(AgDiag *diag, const char *problem)
{
    ag_url_fail(diag, problem);
    ag_hint(diag, "percent-encode special characters of user, password and database: @ as %%40, "
                  "/ as %%2F, ? as %%3F, # as %%23, : as %%3A, %% as %%25");
    return false;
}

/* One part with its %XX taken back; `part` is the word for messages. */
static char *decode(AgPool *pool, const char *text, size_t length, const char *part, AgDiag *diag)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c <= ' ' || c == 0x7f) {
            g_autofree char *problem =
                g_strdup_printf("the %s holds a blank or a control character", part);
            fail_encode(diag, problem);
            return NULL;
        }
        if (c != '%') {
            g_string_append_c(out, (char)c);
            continue;
        }
        int high = -1, low = -1;
        if (length - i > 2) {
            high = g_ascii_xdigit_value(text[i + 1]);
            low = g_ascii_xdigit_value(text[i + 2]);
        }
        if (high < 0 || low < 0 || high + low == 0) {
            g_autofree char *problem = g_strdup_printf(
                "a %% in the %s is not followed by two hexadecimal digits (and not 00)", part);
            fail_encode(diag, problem);
            return NULL;
        }
        g_string_append_c(out, (char)(high * 16 + low));
        i += 2;
    }
    if (ag_text_invalid_utf8(out->str, out->len) >= 0) {
        g_autofree char *problem = g_strdup_printf("the %s is not valid UTF-8", part);
        ag_url_fail(diag, problem);
        return NULL;
    }
    return ag_pool_text_n(pool, out->str, out->len);
}

void ag_url_set(AgPool *pool, AgUrl *url, const char *name, const char *value)
{
    for (guint i = 0; i < url->keywords->len; i++) {
        AgUrlKeyword *known = g_ptr_array_index(url->keywords, i);
        if (strcmp(known->name, name) == 0) {
            known->value = value;
            return;
        }
    }
    AgUrlKeyword *keyword = ag_pool_new0(pool, AgUrlKeyword);
    keyword->name = ag_pool_text(pool, name);
    keyword->value = value;
    g_ptr_array_add(url->keywords, keyword);
}

const char *ag_url_get(const AgUrl *url, const char *name)
{
    for (guint i = 0; url->keywords != NULL && i < url->keywords->len; i++) {
        const AgUrlKeyword *known = g_ptr_array_index(url->keywords, i);
        if (strcmp(known->name, name) == 0)
            return known->value;
    }
    return NULL;
}

/* Ports are checked here, because libpq would print what stands in their place. */
static bool check_port(const char *ports, AgDiag *diag)
{
    g_auto(GStrv) list = g_strsplit(ports, ",", -1);
    for (size_t i = 0; list[i] != NULL; i++) {
        const char *port = list[i];
        size_t digits = strspn(port, "0123456789");
        if (*port == '\0')
            continue;
        long number = digits > 5 ? 0 : strtol(port, NULL, 10);
        if (port[digits] != '\0' || number < 1 || number > 65535)
            return fail_encode(diag, "the port is not a number from 1 to 65535");
    }
    return true;
}

static bool check_values(const AgUrl *url, AgDiag *diag)
{
    const char *mode = ag_url_get(url, "sslmode");
    if (mode != NULL && !is_listed(mode, ssl_modes)) {
        ag_url_fail(diag, "sslmode has a value that does not exist");
        ag_hint(diag, "sslmode is one of: disable, allow, prefer, require, verify-ca, verify-full");
        return false;
    }
    const char *timeout = ag_url_get(url, "connect_timeout");
    if (timeout != NULL && (strlen(timeout) > 6 || timeout[strspn(timeout, "0123456789")] != '\0'))
        return ag_url_fail(diag, "connect_timeout is not a number of seconds");
    const char *port = ag_url_get(url, "port");
    return port == NULL || check_port(port, diag);
}

/* host[:port], [v6]:port, or nothing. */
static bool parse_host(AgPool *pool, const char *text, size_t length, GString *hosts,
                       GString *ports, AgDiag *diag)
{
    const char *end = text + length, *host_end = end, *port = NULL;
    if (length > 0 && *text == '[') {
        const char *close = memchr(text, ']', length);
        if (close == NULL)
            return ag_url_fail(diag, "the bracket of an IPv6 address is not closed");
        if (close + 1 != end && close[1] != ':')
            return ag_url_fail(diag, "something follows the IPv6 address that is not a port");
        port = close + 1 == end ? NULL : close + 2;
        text++;
        host_end = close;
        if (text == host_end)
            return ag_url_fail(diag, "the IPv6 address is empty");
    } else {
        const char *colon = memchr(text, ':', length);
        if (colon != NULL) {
            host_end = colon;
            port = colon + 1;
        }
    }
    char *host = decode(pool, text, (size_t)(host_end - text), "host", diag);
    char *number = port == NULL ? ag_pool_text(pool, "")
                                : decode(pool, port, (size_t)(end - port), "port", diag);
    if (host == NULL || number == NULL || !check_port(number, diag))
        return false;
    g_string_append(hosts, host);
    g_string_append(ports, number);
    return true;
}

static bool parse_hosts(AgPool *pool, AgUrl *url, const char *text, size_t length, AgDiag *diag)
{
    g_autofree char *copy = g_strndup(text, length);
    g_auto(GStrv) list = g_strsplit(copy, ",", -1);
    g_autoptr(GString) hosts = g_string_new(NULL);
    g_autoptr(GString) ports = g_string_new(NULL);
    for (size_t i = 0; list[i] != NULL; i++) {
        if (i > 0) {
            g_string_append_c(hosts, ',');
            g_string_append_c(ports, ',');
        }
        if (!parse_host(pool, list[i], strlen(list[i]), hosts, ports, diag))
            return false;
    }
    if (strspn(hosts->str, ",") < hosts->len)
        ag_url_set(pool, url, "host", ag_pool_text(pool, hosts->str));
    if (strspn(ports->str, ",") < ports->len)
        ag_url_set(pool, url, "port", ag_pool_text(pool, ports->str));
    return true;
}

static bool parse_user(AgPool *pool, AgUrl *url, const char *text, size_t length, AgDiag *diag)
{
    const char *colon = memchr(text, ':', length);
    size_t user_length = colon == NULL ? length : (size_t)(colon - text);
    char *user = decode(pool, text, user_length, "user", diag);
    if (user == NULL)
        return false;
    if (*user != '\0')
        ag_url_set(pool, url, "user", user);
    if (colon == NULL)
        return true;
    if (memchr(colon + 1, ':', length - user_length - 1) != NULL)
        return fail_encode(diag, "the user part holds a second ':'");
    char *password = decode(pool, colon + 1, length - user_length - 1, "password", diag);
    if (password != NULL && *password != '\0')
        ag_url_set(pool, url, "password", password);
    return password != NULL;
}

/* ssl=... as asyncpg, JDBC and node write it. */
static const char *ssl_mode_of(const char *value)
{
    if (g_ascii_strcasecmp(value, "true") == 0 || strcmp(value, "1") == 0)
        return "require";
    if (g_ascii_strcasecmp(value, "false") == 0 || strcmp(value, "0") == 0)
        return "disable";
    return value;
}

static bool set_parameter(AgPool *pool, AgUrl *url, const char *name, const char *value,
                          bool has_driver, AgDiag *diag)
{
    if (strcmp(name, "ssl") == 0) {
        ag_url_set(pool, url, "sslmode", ag_pool_text(pool, ssl_mode_of(value)));
        return true;
    }
    if (ag_url_is_keyword(name)) {
        ag_url_set(pool, url, name, value);
        return true;
    }
    g_autofree char *shown = ag_text_printable(name);
    if (has_driver || is_listed(name, foreign_keywords)) {
        ag_note(diag, AG_PROBLEM_IGNORED, AG_NOWHERE,
                "the parameter '%s' of the database URL is meant for another client and was "
                "left out",
                shown);
        return true;
    }
    ag_fail(diag, AG_PROBLEM_BAD_URL, AG_NOWHERE,
            "the database URL cannot be used: unknown parameter '%s'", shown);
    ag_hint_nearest(diag, name, libpq_keywords);
    return false;
}

static bool parse_parameters(AgPool *pool, AgUrl *url, const char *text, bool has_driver,
                             AgDiag *diag)
{
    g_auto(GStrv) list = g_strsplit(text, "&", -1);
    for (size_t i = 0; list[i] != NULL; i++) {
        if (*list[i] == '\0')
            continue;
        const char *equals = strchr(list[i], '=');
        if (equals == NULL)
            return fail_encode(diag, "a parameter after '?' has no '='");
        char *name = decode(pool, list[i], (size_t)(equals - list[i]), "parameter", diag);
        char *value = decode(pool, equals + 1, strlen(equals + 1), "parameter", diag);
        if (name == NULL || value == NULL ||
            !set_parameter(pool, url, name, value, has_driver, diag))
            return false;
    }
    return true;
}

/* Everything between scheme:// and the end. */
static bool parse_postgres(AgPool *pool, AgUrl *url, const char *rest, bool has_driver,
                           AgDiag *diag)
{
    if (strchr(rest, '#') != NULL)
        return fail_encode(diag, "it holds a raw '#'");
    size_t authority = strcspn(rest, "/?");
    if (strchr(rest + authority, '@') != NULL)
        return fail_encode(diag, "an '@' stands behind the host part, so user or password hold "
                                 "a raw '/' or '?', or the rest a raw '@'");
    const char *at = memchr(rest, '@', authority);
    if (at != NULL && memchr(at + 1, '@', authority - (size_t)(at + 1 - rest)) != NULL)
        return fail_encode(diag, "there are two '@' before the host");
    if (at != NULL && !parse_user(pool, url, rest, (size_t)(at - rest), diag))
        return false;
    const char *host = at == NULL ? rest : at + 1;
    if (!parse_hosts(pool, url, host, authority - (size_t)(host - rest), diag))
        return false;
    const char *path = rest + authority;
    if (*path == '/') {
        size_t length = strcspn(++path, "?");
        if (memchr(path, '/', length) != NULL)
            return fail_encode(diag, "the database name holds a raw '/'");
        char *name = decode(pool, path, length, "database name", diag);
        if (name == NULL)
            return false;
        if (*name != '\0')
            ag_url_set(pool, url, "dbname", name);
        path += length;
    }
    return *path != '?' || parse_parameters(pool, url, path + 1, has_driver, diag);
}

static AgUrl *sqlite_url(AgPool *pool, AgUrl *url, const char *path, const char *directory)
{
    url->dialect = AG_DIALECT_SQLITE;
    if (*path == '\0' || strcmp(path, ":memory:") == 0) {
        url->path = ":memory:";
        url->shown = "sqlite://";
        return url;
    }
    g_autofree char *shown = ag_text_printable(path);
    url->shown = ag_pool_printf(pool, "sqlite:///%s", shown);
    g_autofree char *whole = g_path_is_absolute(path) || directory == NULL
                                 ? g_strdup(path)
                                 : g_build_filename(directory, path, NULL);
    url->path = ag_pool_text(pool, whole);
    return url;
}

static AgUrl *parse_sqlite(AgPool *pool, const char *rest, const char *directory, AgDiag *diag)
{
    AgUrl *url = ag_pool_new0(pool, AgUrl);
    url->dialect = AG_DIALECT_SQLITE;
    size_t length = strcspn(rest, "?");
    if (length > 0 && *rest != '/') {
        ag_url_fail(diag, "a SQLite URL has no host");
        ag_hint(diag, "write sqlite:///relative.db or sqlite:////absolute.db");
        return NULL;
    }
    if (rest[length] == '?')
        ag_note(diag, AG_PROBLEM_IGNORED, AG_NOWHERE,
                "the parameters of the SQLite URL are meant for another client and were left out");
    const char *path = length == 0 ? "" : ag_pool_text_n(pool, rest + 1, length - 1);
    return sqlite_url(pool, url, path, directory);
}

/* user@host:port/database, made of the fields that hold no secret. */
static void show_url(AgPool *pool, AgUrl *url)
{
    g_autoptr(GString) out = g_string_new("postgresql://");
    const char *service = ag_url_get(url, "service"), *user = ag_url_get(url, "user");
    const char *host = ag_url_get(url, "host"), *port = ag_url_get(url, "port");
    const char *name = ag_url_get(url, "dbname");
    if (host == NULL)
        host = ag_url_get(url, "hostaddr");
    if (user != NULL)
        g_string_append_printf(out, "%s@", user);
    if (host != NULL)
        g_string_append(out, host);
    if (port != NULL)
        g_string_append_printf(out, ":%s", port);
    g_string_append_printf(out, "/%s", name == NULL ? "" : name);
    if (service != NULL)
        g_string_append_printf(out, "?service=%s", service);
    g_autofree char *printable = ag_text_printable(out->str);
    url->shown = ag_pool_text(pool, printable);
    url->password = ag_url_get(url, "password");
}

static AgUrl *new_postgres(AgPool *pool)
{
    AgUrl *url = ag_pool_new0(pool, AgUrl);
    url->dialect = AG_DIALECT_POSTGRESQL;
    url->keywords = ag_pool_array(pool);
    return url;
}

AgUrl *ag_url_with_database(AgPool *pool, const AgUrl *url, const char *name)
{
    AgUrl *other = new_postgres(pool);
    for (guint i = 0; i < url->keywords->len; i++) {
        const AgUrlKeyword *keyword = g_ptr_array_index(url->keywords, i);
        ag_url_set(pool, other, keyword->name, keyword->value);
    }
    ag_url_set(pool, other, "dbname", name);
    show_url(pool, other);
    return other;
}

static AgUrl *finish_postgres(AgPool *pool, AgUrl *url, bool parsed, AgDiag *diag)
{
    if (!parsed || !check_values(url, diag))
        return NULL;
    show_url(pool, url);
    return url;
}

/* scheme[+driver]://... */
static AgUrl *parse_scheme(AgPool *pool, const char *text, const char *directory, AgDiag *diag)
{
    const char *end = strstr(text, "://");
    size_t length = (size_t)(end - text), word = MIN(strcspn(text, "+"), length);
    bool has_driver = word < length;
    if ((word == 10 && strncmp(text, "postgresql", word) == 0) ||
        (word == 8 && strncmp(text, "postgres", word) == 0)) {
        AgUrl *url = new_postgres(pool);
        bool parsed = parse_postgres(pool, url, end + 3, has_driver, diag);
        return finish_postgres(pool, url, parsed, diag);
    }
    if ((word == 6 && strncmp(text, "sqlite", word) == 0) ||
        (word == 7 && strncmp(text, "sqlite3", word) == 0))
        return parse_sqlite(pool, end + 3, directory, diag);
    ag_url_fail(diag, "its scheme is none of postgresql, postgres, sqlite");
    ag_hint(diag, "write postgresql://user@host/database or sqlite:///file.db");
    return NULL;
}

static bool is_file_name(const char *text)
{
    return g_str_has_suffix(text, ".db") || g_str_has_suffix(text, ".sqlite") ||
           g_str_has_suffix(text, ".sqlite3") || strcmp(text, ":memory:") == 0;
}

AgUrl *ag_url_parse(AgPool *pool, const char *text, const char *directory, AgDiag *diag)
{
    if (ag_text_invalid_utf8(text, strlen(text)) >= 0) {
        ag_url_fail(diag, "it is not valid UTF-8");
        return NULL;
    }
    const char *scheme_end = strstr(text, "://");
    const char *equals = strchr(text, '=');
    if (scheme_end != NULL && (equals == NULL || scheme_end < equals))
        return parse_scheme(pool, text, directory, diag);
    if (equals != NULL && !is_file_name(text)) {
        AgUrl *url = new_postgres(pool);
        bool parsed = ag_url_parse_keywords(pool, url, text, diag);
        return finish_postgres(pool, url, parsed, diag);
    }
    if (is_file_name(text))
        return sqlite_url(pool, ag_pool_new0(pool, AgUrl), text, directory);
    ag_url_fail(diag, *text == '\0' ? "it is empty" : "it has no scheme");
    ag_hint(diag, "write postgresql://user@host/database or sqlite:///file.db");
    return NULL;
}
