/* SPDX-License-Identifier: MIT */
/* A proxy between a client and a PostgreSQL server that breaks the first connection at COMMIT:
 *     cut_proxy LISTEN-SOCKET SERVER-SOCKET before|after
 * before: the server never sees the COMMIT. after: the server gets it and answers, the client never
 * sees the answer. Connections behind the cut pass untouched, so that a client can ask what became
 * of it. Unix sockets on both sides. */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static bool cut_done;

static int unix_socket(const char *path, bool listens)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    const struct sockaddr *generic = (const struct sockaddr *)&address;
    if (listens ? bind(fd, generic, sizeof address) != 0 || listen(fd, 8) != 0
                : connect(fd, generic, sizeof address) != 0) {
        perror(path);
        exit(1);
    }
    return fd;
}

static bool send_all(int fd, const char *data, size_t length)
{
    for (size_t sent = 0; sent < length;) {
        ssize_t n = write(fd, data + sent, length - sent);
        if (n <= 0)
            return false;
        sent += (size_t)n;
    }
    return true;
}

/* The extended protocol's Parse carries "\0COMMIT\0": an unnamed statement with that text. */
static bool holds_commit(const char *data, size_t length)
{
    static const char wanted[] = "\0COMMIT";
    return memmem(data, length, wanted, sizeof wanted) != NULL;
}

/* Lets the server work and answer, and tells nobody. */
static void swallow_answer(int server)
{
    char data[4096];
    struct pollfd wait = {.fd = server, .events = POLLIN};
    if (poll(&wait, 1, 5000) > 0 && read(server, data, sizeof data) < 0)
        perror("server");
}

/* One client, until either end goes. */
static void serve(int client, const char *server_path, bool after)
{
    int server = unix_socket(server_path, false);
    struct pollfd ends[2] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
    char data[65536];
    for (bool open = true; open && poll(ends, 2, -1) >= 0;) {
        for (int i = 0; open && i < 2; i++) {
            if (ends[i].revents == 0)
                continue;
            ssize_t n = read(ends[i].fd, data, sizeof data);
            bool cut = n > 0 && i == 0 && !cut_done && holds_commit(data, (size_t)n);
            open = n > 0 && !(cut && !after) && send_all(ends[1 - i].fd, data, (size_t)n) && !cut;
            if (cut && after)
                swallow_answer(server);
            cut_done = cut_done || cut;
        }
    }
    shutdown(client, SHUT_RDWR);
    shutdown(server, SHUT_RDWR);
    close(client);
    close(server);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 64;
    int listener = unix_socket(argv[1], true);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client >= 0)
            serve(client, argv[2], strcmp(argv[3], "after") == 0);
    }
}
