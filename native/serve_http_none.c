// In place of serve_http.c where the build did not find libmicrohttpd's header.
#include "serve_http.h"

#include <stdio.h>

lk_status http_server_new(http_server **server, invocation *call) {
    *server = NULL;
    snprintf(call->message, sizeof call->message,
             "this likelore was built without its server; build it again with libmicrohttpd "
             "(Debian: libmicrohttpd-dev)");
    return LK_ERROR_UNSUPPORTED;
}

lk_status http_server_start(http_server *server, invocation *call, const serve_site *site,
                            int listening) {
    (void)server;
    (void)call;
    (void)site;
    (void)listening;
    return LK_ERROR_UNSUPPORTED;
}

void http_server_free(http_server *server) { (void)server; }
