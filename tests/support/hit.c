/* SPDX-License-Identifier: MIT */
/* Preloaded into autogen, hits it before or after one statement of its run, on SQLite and on
 * PostgreSQL: AUTOGEN_HIT=before:N | after:N  the N-th statement that counts, from 1
 *     AUTOGEN_HIT_DO=COMMAND          what the shell does at that moment, the run waiting for it;
 * without it the process gets SIGKILL AUTOGEN_HIT_NOT=REGEX           statements that do not count
 * (extended; letter case does not matter) AUTOGEN_HIT_LOG=FILE            gets a line for each
 * statement that counts: number, blank, first line faults.sh builds it and has the functions
 * make_hit and hitting. For PostgreSQL it must be linked with libpq: the program looks for the
 * functions of libpq in what dlopen gives, which is then this file. */
#include <dlfcn.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NEVER = -1, MOST_SENT = 4096, ROW = 100 };

static long count, before = NEVER, after = NEVER;
static regex_t ignored;
static int ignores;

/* The children of AUTOGEN_HIT_DO and hooks are left alone. */
__attribute__((constructor)) static void begin(void)
{
    const char *when = getenv("AUTOGEN_HIT"), *not = getenv("AUTOGEN_HIT_NOT");
    unsetenv("LD_PRELOAD");
    if (when != NULL && strncmp(when, "before:", 7) == 0)
        before = atol(when + 7);
    else if (when != NULL && strncmp(when, "after:", 6) == 0)
        after = atol(when + 6);
    ignores = not != NULL && regcomp(&ignored, not, REG_EXTENDED | REG_ICASE | REG_NOSUB) == 0;
}

static void *real(const char *name)
{
    void *symbol = dlsym(RTLD_NEXT, name);
    if (symbol == NULL) {
        fprintf(stderr, "hit.c: there is no %s\n", name);
        abort();
    }
    return symbol;
}

static void hit(void)
{
    const char *command = getenv("AUTOGEN_HIT_DO");
    before = after = NEVER;
    if (command == NULL)
        kill(getpid(), SIGKILL);
    else if (system(command) == -1)
        abort();
}

/* The number of a statement that is about to run, 0 when it does not count. */
static long starts(const char *sql)
{
    const char *log = getenv("AUTOGEN_HIT_LOG");
    if (sql == NULL || (ignores && regexec(&ignored, sql, 0, NULL, 0) == 0))
        return 0;
    count++;
    FILE *file = log == NULL ? NULL : fopen(log, "ae");
    if (file != NULL) {
        fprintf(file, "%ld %.*s\n", count, (int)strcspn(sql, "\n"), sql);
        fclose(file);
    }
    if (count == before)
        hit();
    return count;
}

static void has_ended(long number)
{
    if (number != 0 && number == after)
        hit();
}

/* --- SQLite --- */

int sqlite3_step(void *statement)
{
    int (*step)(void *) = (int (*)(void *))real("sqlite3_step");
    int (*is_busy)(void *) = (int (*)(void *))real("sqlite3_stmt_busy");
    const char *(*text)(void *) = (const char *(*)(void *))real("sqlite3_sql");
    static void *awaited;
    if (!is_busy(statement) && starts(text(statement)) == after)
        awaited = statement;
    int code = step(statement);
    if (code != ROW && statement == awaited)
        has_ended(after);
    return code;
}

/* --- PostgreSQL: every statement goes by one of these functions --- */

/* Sent and not answered yet; a pipeline has several. */
static long sent[MOST_SENT];
static int n_sent;

void *dlopen(const char *name, int flags)
{
    void *(*open)(const char *, int) = (void *(*)(const char *, int))real("dlopen");
    Dl_info self;
    if (name != NULL && strncmp(name, "libpq.so", 8) == 0 && dladdr((void *)begin, &self) != 0)
        name = self.dli_fname;
    return open(name, flags);
}

int PQsendQueryParams(void *conn, const char *sql, int n, const void *types,
                      const char *const *values, const int *lengths, const int *formats, int format)
{
    int (*send)(void *, const char *, int, const void *, const char *const *, const int *,
                const int *, int) =
        (int (*)(void *, const char *, int, const void *, const char *const *, const int *,
                 const int *, int))real("PQsendQueryParams");
    long number = starts(sql);
    int good = send(conn, sql, n, types, values, lengths, formats, format);
    if (good && n_sent < MOST_SENT)
        sent[n_sent++] = number;
    return good;
}

/* What was prepared, by the number in its name. */
static char *prepared[MOST_SENT];

static size_t slot(const char *name)
{
    const char *digits = name + strcspn(name, "0123456789");
    return (size_t)strtoul(digits, NULL, 10) % MOST_SENT;
}

/* To prepare changes nothing: it is answered, and does not count. */
int PQsendPrepare(void *conn, const char *name, const char *sql, int n, const void *types)
{
    int (*send)(void *, const char *, const char *, int, const void *) =
        (int (*)(void *, const char *, const char *, int, const void *))real("PQsendPrepare");
    int good = send(conn, name, sql, n, types);
    free(prepared[slot(name)]);
    prepared[slot(name)] = strdup(sql);
    if (good && n_sent < MOST_SENT)
        sent[n_sent++] = 0;
    return good;
}

int PQsendQueryPrepared(void *conn, const char *name, int n, const char *const *values,
                        const int *lengths, const int *formats, int format)
{
    int (*send)(void *, const char *, int, const char *const *, const int *, const int *, int) =
        (int (*)(void *, const char *, int, const char *const *, const int *, const int *,
                 int))real("PQsendQueryPrepared");
    long number = starts(prepared[slot(name)]);
    int good = send(conn, name, n, values, lengths, formats, format);
    if (good && n_sent < MOST_SENT)
        sent[n_sent++] = number;
    return good;
}

/* NULL ends the results of a statement. */
void *PQgetResult(void *conn)
{
    void *(*get)(void *) = (void *(*)(void *))real("PQgetResult");
    void *result = get(conn);
    if (result == NULL && n_sent > 0) {
        long number = sent[0];
        memmove(sent, sent + 1, (size_t)--n_sent * sizeof *sent);
        has_ended(number);
    }
    return result;
}

void *PQexec(void *conn, const char *sql)
{
    void *(*exec)(void *, const char *) = (void *(*)(void *, const char *))real("PQexec");
    long number = starts(sql);
    void *result = exec(conn, sql);
    has_ended(number);
    return result;
}

void *PQexecParams(void *conn, const char *sql, int n, const void *types, const char *const *values,
                   const int *lengths, const int *formats, int format)
{
    void *(*exec)(void *, const char *, int, const void *, const char *const *, const int *,
                  const int *, int) =
        (void *(*)(void *, const char *, int, const void *, const char *const *, const int *,
                   const int *, int))real("PQexecParams");
    long number = starts(sql);
    void *result = exec(conn, sql, n, types, values, lengths, formats, format);
    has_ended(number);
    return result;
}
