/* SPDX-License-Identifier: MIT */
/* libautogen: what the program `autogen` does, for programs that bring their database up to date
 * when they start. The library prints nothing, reads no terminal and never ends the process, except
 * that running out of memory aborts, as in every program that uses GLib.
 *
 * A handle is used by one thread at a time; different handles may be used by different threads at
 * once. Locale and signal handlers are left alone. An `env-file` of the configuration is put into
 * the environment of the process, and the option "directory" changes its working directory: who
 * uses these sets them up before other threads start.
 *
 *     Autogen *autogen = autogen_new();
 *     autogen_set(autogen, "config", "/srv/shop/autogen.ini");
 *     autogen_set(autogen, "wait", "30");
 *     if (autogen_upgrade(autogen, "head") != AUTOGEN_DONE)
 *         fputs(autogen_explain(autogen), stderr);
 *     autogen_free(autogen);
 */
#ifndef AUTOGEN_H
#define AUTOGEN_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef AUTOGEN_API
#ifdef __GNUC__
#define AUTOGEN_API __attribute__((visibility("default")))
#else
#define AUTOGEN_API
#endif
#endif

/* How a call ended: the exit codes of the program. */
typedef enum {
    AUTOGEN_DONE = 0,           /* done, or nothing to do */
    AUTOGEN_FAILED = 1,         /* a statement failed */
    AUTOGEN_DIFFERENT = 2,      /* differences or pending revisions */
    AUTOGEN_REFUSED = 3,        /* a person must decide: data loss, rename, review */
    AUTOGEN_USAGE = 64,         /* an option or a revision that does not exist */
    AUTOGEN_INVALID = 65,       /* a model or a revision file is wrong */
    AUTOGEN_MISSING = 66,       /* a file is missing */
    AUTOGEN_UNREACHABLE = 69,   /* the database does not answer */
    AUTOGEN_INTERNAL = 70,      /* a mistake of autogen */
    AUTOGEN_UNWRITABLE = 73,    /* a file cannot be written */
    AUTOGEN_LOCKED = 75,        /* a lock was not obtained in time */
    AUTOGEN_DENIED = 77,        /* the database refuses the right */
    AUTOGEN_CONFIGURATION = 78, /* autogen.ini or a URL is wrong */
} AutogenCode;

typedef enum { AUTOGEN_ERROR, AUTOGEN_WARNING, AUTOGEN_NOTICE } AutogenSeverity;

/* Something that a call had to say. Texts belong to the handle and stay until its next call. */
typedef struct {
    AutogenSeverity severity;
    const char *id;       /* stable word, for `autogen explain`: "lock-timeout" */
    const char *message;  /* one line */
    const char *file;     /* NULL: no place */
    int line, column;     /* from 1; 0: not known */
    const char *sqlstate; /* of the server, or NULL */
    const char *detail;   /* what the server added, or NULL */
    const char *hint;     /* lines of advice, or NULL */
} AutogenProblem;

typedef enum {
    AUTOGEN_REVISION_BEGINS,
    AUTOGEN_STATEMENT_BEGINS,
    AUTOGEN_STATEMENT_ENDS,
    AUTOGEN_REVISION_ENDS,
} AutogenEventKind;

/* A step of an upgrade or downgrade. Texts stay until the callback returns. */
typedef struct {
    AutogenEventKind kind;
    const char *revision, *message;
    bool upgrade;       /* false: it is taken back */
    unsigned statement; /* from 1; 0 for a revision as a whole */
    unsigned n_statements;
    double seconds; /* what ends: how long it took; otherwise 0 */
} AutogenEvent;

/* Where a database stands. Texts as in AutogenProblem. */
typedef struct {
    bool connected;
    const char *database;        /* its URL without the password */
    const char *current, *heads; /* ids, joined by ", "; "base": none; current NULL: not known */
    unsigned pending;            /* revisions that `upgrade heads` would run */
    const char *last_applied, *last_applied_at; /* NULL: none; UTC, ISO 8601 */
} AutogenStatus;

typedef enum { AUTOGEN_RESULTS = 1, AUTOGEN_NOTES = 2 } AutogenStream;

typedef struct Autogen Autogen;

/* "0.1.0". */
AUTOGEN_API const char *autogen_version(void);

AUTOGEN_API Autogen *autogen_new(void);
AUTOGEN_API void autogen_free(Autogen *autogen);

/* Sets an option of the command line for all later calls, its name without dashes: "config", "env",
 * "url", "wait", "lock-timeout", "allow" ("deletes-data:shop.customers.phone"), "tag" and so on. A
 * flag ("allow-destructive") has the value NULL. Setting it again sets it anew; options that may be
 * repeated gather. An option that the called command does not have is passed over; one that no
 * command has fails the call with AUTOGEN_USAGE. */
AUTOGEN_API void autogen_set(Autogen *autogen, const char *option, const char *value);

/* The commands of these names; REV is "head", "heads", "base", "+1", "-1", an id and so on. Safe to
 * start from many processes at once: one runs the revisions, the others wait for it. */
AUTOGEN_API AutogenCode autogen_upgrade(Autogen *autogen, const char *revision);
AUTOGEN_API AutogenCode autogen_downgrade(Autogen *autogen, const char *revision);
/* AUTOGEN_DIFFERENT when models, revisions and database have drifted apart. */
AUTOGEN_API AutogenCode autogen_check(Autogen *autogen);
AUTOGEN_API AutogenCode autogen_status(Autogen *autogen, AutogenStatus *out);

/* Any command line; argv[0] is passed over, and argv may be rearranged and secrets in it wiped. The
 * result is the program's exit code, 128 + N after autogen_cancel with N. */
AUTOGEN_API int autogen_run(Autogen *autogen, int argc, char **argv);

/* How many revisions the last call ran, and the AutogenProblem number i (from 0) it had to tell;
 * false when there are not as many. */
AUTOGEN_API unsigned autogen_applied(const Autogen *autogen);
AUTOGEN_API bool autogen_problem(const Autogen *autogen, unsigned i, AutogenProblem *out);
/* All of them as the program prints them, each with place, id and hints; "" when there is none. */
AUTOGEN_API const char *autogen_explain(Autogen *autogen);

/* What the commands print, which without this goes nowhere. `write` gets text as it comes; with
 * text NULL it is asked whether all of the results were written, and answers false with errno set
 * when not. `terminals`: the streams that are terminals (colours, live lines). */
AUTOGEN_API void autogen_on_output(Autogen *autogen,
                                   bool (*write)(AutogenStream stream, const char *text,
                                                 size_t length, void *data),
                                   unsigned terminals, void *data);
/* Told of each step of upgrade and downgrade. */
AUTOGEN_API void autogen_on_event(Autogen *autogen,
                                  void (*event)(const AutogenEvent *event, void *data), void *data);
/* Asked before something that needs consent; without it the call ends with AUTOGEN_REFUSED. */
AUTOGEN_API void autogen_on_question(Autogen *autogen,
                                     bool (*ask)(const char *question, void *data), void *data);

/* Stops the call that is running on the handle: the statement is cancelled at the server, what it
 * is in rolled back, the lock released. May be called by a signal handler or another thread.
 * `signal` is told in the message. False when nothing is at stake (no database is open) or it was
 * asked before: the process may as well end. Lasts for all later calls. */
AUTOGEN_API bool autogen_cancel(Autogen *autogen, int signal);

#ifdef __cplusplus
}
#endif
#endif
