/* SPDX-License-Identifier: MIT */
/* The program, a user of libautogen: its streams are stdout and stderr, its questions go to the
 * terminal, and SIGINT, SIGTERM and SIGHUP stop it. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "autogen.h"
#include "cli/console.h"
#include "cli/program.h"

static Autogen *volatile running;

static void on_signal(int number)
{
    if (running == NULL || !autogen_cancel(running, number))
        _exit(128 + number);
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    struct sigaction before;
    if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN) /* nohup */
        sigaction(SIGHUP, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    sigaction(SIGXFSZ, &action, NULL); /* a limit for files is then a write that fails */
}

/* Whether all of stdout was taken; a pipe without a reader is EPIPE whatever the first error was.
 */
static bool flush_results(void)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return true;
    struct pollfd end = {.fd = STDOUT_FILENO, .events = POLLOUT};
    errno = poll(&end, 1, 0) == 1 && (end.revents & POLLERR) != 0 ? EPIPE : EIO;
    return false;
}

static bool write_text(AutogenStream stream, const char *text, size_t length, void *data)
{
    (void)data;
    if (text == NULL)
        return flush_results();
    if (stream == AUTOGEN_RESULTS)
        return fwrite(text, 1, length, stdout) == length;
    fflush(stdout);
    return fwrite(text, 1, length, stderr) == length;
}

static bool can_ask(void)
{
    const char *ci = getenv("CI");
    return (ci == NULL || *ci == '\0') && isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

/* Only "y" or "yes" is a yes. */
static bool ask(const char *question, void *data)
{
    char answer[16] = "";
    (void)data;
    fflush(stdout);
    fprintf(stderr, "%s [y/N] ", question);
    fflush(stderr);
    if (fgets(answer, sizeof answer, stdin) == NULL)
        return false;
    const char *word = answer + strspn(answer, " \t");
    size_t length = strcspn(word, " \t\r\n");
    return (length == 1 && strncasecmp(word, "y", 1) == 0) ||
           (length == 3 && strncasecmp(word, "yes", 3) == 0);
}

int ag_program(int argc, char **argv, bool tidy)
{
    unsigned terminals = (isatty(STDOUT_FILENO) == 1 ? AUTOGEN_RESULTS : 0) |
                         (isatty(STDERR_FILENO) == 1 ? AUTOGEN_NOTES : 0);
    Autogen *autogen = autogen_new();
    autogen_on_output(autogen, write_text, terminals, NULL);
    if (can_ask())
        autogen_on_question(autogen, ask, NULL);
    ag_console_of(autogen)->ends = !tidy;
    running = autogen;
    catch_signals();
    int code = autogen_run(autogen, argc, argv);
    if (tidy) {
        running = NULL;
        autogen_free(autogen);
    }
    return code;
}
