#include "serve_listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static lk_status fail_to_listen(invocation *call, uint16_t port, int error) {
    if (error == EADDRINUSE)
        snprintf(call->message, sizeof call->message,
                 "port %u is in use, perhaps by another likelore serve; --port takes another one, "
                 "and --port 0 any that is free",
                 port);
    else
        snprintf(call->message, sizeof call->message, "port %u of 127.0.0.1 cannot be opened: %s",
                 port, strerror(error));
    return LK_ERROR_CREATE;
}

static bool bind_and_listen(int opened, uint16_t *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(*port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t bytes = sizeof address;
    // Not to wait for the connections of a server that was stopped a moment ago.
    int yes = 1;
    if (setsockopt(opened, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(opened, (struct sockaddr *)&address, bytes) != 0 || listen(opened, SOMAXCONN) != 0 ||
        getsockname(opened, (struct sockaddr *)&address, &bytes) != 0)
        return false;
    *port = ntohs(address.sin_port);
    return true;
}

lk_status listen_locally(int *opened, uint16_t *port, invocation *call) {
    int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (made < 0) return fail_to_listen(call, *port, errno);
    if (bind_and_listen(made, port)) {
        *opened = made;
        return LK_OK;
    }
    int error = errno;
    close(made);
    return fail_to_listen(call, *port, error);
}
