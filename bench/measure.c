/* SPDX-License-Identifier: MIT */
/* measure RUNS COMMAND... [-- COMMAND...]...: runs the commands in turn, that many rounds, with
 * their output thrown away. Prints for each the median wall time in seconds, the median ratio to
 * the first command of the same round (a machine that is slow for a while is so for both), the peak
 * memory in megabytes and the last exit code. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_RUNS = 100, MOST_COMMANDS = 8 };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void run_child(char **argv)
{
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    if (getenv("MEASURE_SHOW") == NULL)
        dup2(null, STDERR_FILENO);
    execvp(argv[0], argv);
    _exit(127);
}

typedef struct {
    char **argv;
    double seconds[MOST_RUNS], ratios[MOST_RUNS];
    long peak;
    int status;
} Command;

static void measure(Command *command, int round)
{
    struct rusage usage;
    double start = now();
    pid_t child = fork();
    if (child == 0)
        run_child(command->argv);
    wait4(child, &command->status, 0, &usage);
    command->seconds[round] = now() - start;
    if (usage.ru_maxrss > command->peak)
        command->peak = usage.ru_maxrss;
}

static double median(double *values, int n)
{
    qsort(values, (size_t)n, sizeof values[0], by_value);
    return values[n / 2];
}

/* Cuts the arguments at each "--". */
static int split(char **argv, Command *commands)
{
    int n = 0;
    commands[n++].argv = argv;
    for (; *argv != NULL; argv++)
        if (strcmp(*argv, "--") == 0 && n < MOST_COMMANDS) {
            *argv = NULL;
            commands[n++].argv = argv + 1;
        }
    return n;
}

int main(int argc, char **argv)
{
    static Command commands[MOST_COMMANDS];
    int runs = argc > 2 ? atoi(argv[1]) : 0;
    if (runs < 1 || runs > MOST_RUNS) {
        fputs("usage: measure RUNS COMMAND... [-- COMMAND...]...\n", stderr);
        return 64;
    }
    int n = split(argv + 2, commands);
    for (int round = 0; round < runs; round++)
        for (int i = 0; i < n; i++) {
            measure(&commands[i], round);
            commands[i].ratios[round] = commands[i].seconds[round] / commands[0].seconds[round];
        }
    for (int i = 0; i < n; i++)
        printf("%.4f %.2f %.1f %d\n", median(commands[i].seconds, runs),
               median(commands[i].ratios, runs), (double)commands[i].peak / 1024,
               WEXITSTATUS(commands[i].status));
    return 0;
}
