// The HTTP server: the network around serve_answer.
#ifndef LIKELORE_SERVE_HTTP_H
#define LIKELORE_SERVE_HTTP_H

#include "command.h"
#include "serve_answer.h"

typedef struct http_server http_server;

// Prepares a server: loads libmicrohttpd. LK_ERROR_UNSUPPORTED, with the call's message, where
// there is none.
lk_status http_server_new(http_server **server, invocation *call);
// Answers, in a thread of its own, with what is in the site, until the server is freed. The socket
// is the server's from now on. The site is borrowed.
lk_status http_server_start(http_server *server, invocation *call, const serve_site *site,
                            int listening);
// Ends what is under way. Accepts NULL.
void http_server_free(http_server *server);

#endif
