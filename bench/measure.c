/* SPDX-License-Identifier: MIT */
/* measure RUNS COMMAND...: runs it that many times with its output thrown away and prints the
 * median wall time in seconds, the peak memory in megabytes and the last exit code. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_RUNS = 100 };

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

int main(int argc, char **argv)
{
    int runs = argc > 2 ? atoi(argv[1]) : 0;
    if (runs < 1 || runs > MOST_RUNS) {
        fputs("usage: measure RUNS COMMAND...\n", stderr);
        return 64;
    }
    double seconds[MOST_RUNS];
    long peak = 0;
    int status = 0;
    for (int i = 0; i < runs; i++) {
        double start = now();
        pid_t child = fork();
        if (child == 0)
            run_child(argv + 2);
        struct rusage usage;
        wait4(child, &status, 0, &usage);
        seconds[i] = now() - start;
        if (usage.ru_maxrss > peak)
            peak = usage.ru_maxrss;
    }
    qsort(seconds, (size_t)runs, sizeof seconds[0], by_value);
    printf("%.4f %.1f %d\n", seconds[runs / 2], (double)peak / 1024, WEXITSTATUS(status));
    return 0;
}
