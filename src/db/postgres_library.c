/* SPDX-License-Identifier: MIT */
/* libpq brings two dozen libraries with it (TLS, Kerberos, LDAP), and loading them takes longer
 * than a whole check of a small SQLite file. So the program is not linked with it: the functions of
 * libpq-fe.h that the driver calls are defined here, and lead to the library once it is loaded. */
#include "db/postgres_private.h"

#include <dlfcn.h>
#include <string.h>

/* result, name, parameters, arguments */
#define LIBPQ_FUNCTIONS(F)                                                                         \
    F(int, PQbackendPID, (const PGconn *a), (a))                                                   \
    F(int, PQcancel, (PGcancel * a, char *b, int c), (a, b, c))                                    \
    F(void, PQclear, (PGresult * a), (a))                                                          \
    F(char *, PQcmdStatus, (PGresult * a), (a))                                                    \
    F(char *, PQcmdTuples, (PGresult * a), (a))                                                    \
    F(PQconninfoOption *, PQconndefaults, (void), ())                                              \
    F(PostgresPollingStatusType, PQconnectPoll, (PGconn * a), (a))                                 \
    F(PGconn *, PQconnectStartParams, (const char *const *a, const char *const *b, int c),         \
      (a, b, c))                                                                                   \
    F(PGconn *, PQconnectdbParams, (const char *const *a, const char *const *b, int c), (a, b, c)) \
    F(int, PQconnectionNeedsPassword, (const PGconn *a), (a))                                      \
    F(PQconninfoOption *, PQconninfo, (PGconn * a), (a))                                           \
    F(void, PQconninfoFree, (PQconninfoOption * a), (a))                                           \
    F(char *, PQdb, (const PGconn *a), (a))                                                        \
    F(int, PQenterPipelineMode, (PGconn * a), (a))                                                 \
    F(char *, PQerrorMessage, (const PGconn *a), (a))                                              \
    F(PGresult *, PQexec, (PGconn * a, const char *b), (a, b))                                     \
    F(PGresult *, PQexecParams,                                                                    \
      (PGconn * a, const char *b, int c, const Oid *d, const char *const *e, const int *f,         \
       const int *g, int h),                                                                       \
      (a, b, c, d, e, f, g, h))                                                                    \
    F(int, PQexitPipelineMode, (PGconn * a), (a))                                                  \
    F(void, PQfinish, (PGconn * a), (a))                                                           \
    F(char *, PQfname, (const PGresult *a, int b), (a, b))                                         \
    F(void, PQfreeCancel, (PGcancel * a), (a))                                                     \
    F(void, PQfreemem, (void *a), (a))                                                             \
    F(PGcancel *, PQgetCancel, (PGconn * a), (a))                                                  \
    F(int, PQgetCopyData, (PGconn * a, char **b, int c), (a, b, c))                                \
    F(PGresult *, PQgetResult, (PGconn * a), (a))                                                  \
    F(int, PQgetisnull, (const PGresult *a, int b, int c), (a, b, c))                              \
    F(char *, PQgetvalue, (const PGresult *a, int b, int c), (a, b, c))                            \
    F(char *, PQhost, (const PGconn *a), (a))                                                      \
    F(char *, PQhostaddr, (const PGconn *a), (a))                                                  \
    F(int, PQnfields, (const PGresult *a), (a))                                                    \
    F(int, PQntuples, (const PGresult *a), (a))                                                    \
    F(char *, PQpass, (const PGconn *a), (a))                                                      \
    F(int, PQpipelineSync, (PGconn * a), (a))                                                      \
    F(char *, PQport, (const PGconn *a), (a))                                                      \
    F(int, PQputCopyEnd, (PGconn * a, const char *b), (a, b))                                      \
    F(char *, PQresultErrorField, (const PGresult *a, int b), (a, b))                              \
    F(ExecStatusType, PQresultStatus, (const PGresult *a), (a))                                    \
    F(int, PQsendPrepare, (PGconn * a, const char *b, const char *c, int d, const Oid *e),         \
      (a, b, c, d, e))                                                                             \
    F(int, PQsendQueryPrepared,                                                                    \
      (PGconn * a, const char *b, int c, const char *const *d, const int *e, const int *f, int g), \
      (a, b, c, d, e, f, g))                                                                       \
    F(int, PQsendQueryParams,                                                                      \
      (PGconn * a, const char *b, int c, const Oid *d, const char *const *e, const int *f,         \
       const int *g, int h),                                                                       \
      (a, b, c, d, e, f, g, h))                                                                    \
    F(int, PQserverVersion, (const PGconn *a), (a))                                                \
    F(PGVerbosity, PQsetErrorVerbosity, (PGconn * a, PGVerbosity b), (a, b))                       \
    F(PQnoticeReceiver, PQsetNoticeReceiver, (PGconn * a, PQnoticeReceiver b, void *c), (a, b, c)) \
    F(int, PQsetSingleRowMode, (PGconn * a), (a))                                                  \
    F(int, PQsocket, (const PGconn *a), (a))                                                       \
    F(int, PQsslInUse, (PGconn * a), (a))                                                          \
    F(ConnStatusType, PQstatus, (const PGconn *a), (a))                                            \
    F(PGTransactionStatusType, PQtransactionStatus, (const PGconn *a), (a))                        \
    F(char *, PQuser, (const PGconn *a), (a))

#define MEMBER(result, name, parameters, arguments) __typeof__(name) *name;
static struct {
    void *library; /* stays loaded: OpenSSL cannot be unloaded */
    LIBPQ_FUNCTIONS(MEMBER)
} libpq;
#undef MEMBER

static bool fail_load(AgDiag *diag)
{
    ag_fail(diag, AG_PROBLEM_CONNECTION, AG_NOWHERE, "libpq cannot be loaded: %s", dlerror());
    ag_hint(diag, "install PostgreSQL's client library, libpq 14 or newer");
    return false;
}

/* All at once: a signal handler that cancels must not look for anything. */
static bool find_functions(void *library, AgDiag *diag)
{
    void *symbol;
#define FIND(result, name, parameters, arguments)                                                  \
    symbol = dlsym(library, #name);                                                                \
    if (symbol == NULL)                                                                            \
        return fail_load(diag);                                                                    \
    memcpy(&libpq.name, &symbol, sizeof symbol);
    LIBPQ_FUNCTIONS(FIND)
#undef FIND
    return true;
}

bool ag_libpq_load(AgDiag *diag)
{
    static GMutex mutex;
    g_autoptr(GMutexLocker) locked = g_mutex_locker_new(&mutex);
    (void)locked;
    if (libpq.library != NULL)
        return true;
    void *library = dlopen(AUTOGEN_LIBPQ, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return fail_load(diag);
    if (!find_functions(library, diag)) {
        dlclose(library);
        return false;
    }
    libpq.library = library;
    return true;
}

#define DEFINE(result, name, parameters, arguments)                                                \
    result name parameters                                                                         \
    {                                                                                              \
        return libpq.name arguments;                                                               \
    }
LIBPQ_FUNCTIONS(DEFINE)
#undef DEFINE
