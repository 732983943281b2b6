// The socket that a server listens on.
#ifndef LIKELORE_SERVE_LISTEN_H
#define LIKELORE_SERVE_LISTEN_H

#include "command.h"

#include <stdint.h>

// Opens a socket that listens on 127.0.0.1, which the caller closes. *port is the port asked for, 0
// for any that is free, and then the one it has. LK_ERROR_CREATE, with the call's message, when it
// cannot.
lk_status listen_locally(int *opened, uint16_t *port, invocation *call);

#endif
