// libmicrohttpd is loaded when it is needed: it brings eight libraries along, for TLS, which all
// other commands would have to load as well (docs/decisions/0011-libmicrohttpd-at-run-time.md).
#include "serve_http.h"

#include <dlfcn.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 200, SECONDS_OF_SILENCE = 30 };

struct http_server {
    void *library; // never closed: GnuTLS does not like that
    __typeof__(&MHD_start_daemon) start_daemon;
    __typeof__(&MHD_stop_daemon) stop_daemon;
    __typeof__(&MHD_lookup_connection_value) lookup_connection_value;
    __typeof__(&MHD_get_connection_values) get_connection_values;
    __typeof__(&MHD_create_response_from_fd_at_offset64) create_response_from_fd_at_offset64;
    __typeof__(&MHD_create_response_from_buffer) create_response_from_buffer;
    __typeof__(&MHD_add_response_header) add_response_header;
    __typeof__(&MHD_queue_response) queue_response;
    __typeof__(&MHD_destroy_response) destroy_response;
    struct MHD_Daemon *daemon;
    int listening;
    const serve_site *site;
};

// ---- Requests -----------------------------------------------------------------------------------

typedef enum MHD_Result result;

// Counts the Host fields: a request with two of them means to deceive somebody.
static result count_host(void *count, enum MHD_ValueKind kind, const char *name,
                         const char *value) {
    (void)kind;
    (void)value;
    if (strcasecmp(name, "Host") == 0) ++*(int *)count;
    return MHD_YES;
}

static const char *field(const http_server *server, struct MHD_Connection *connection,
                         const char *name) {
    return server->lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static serve_request read_request(const http_server *server, struct MHD_Connection *connection,
                                  const char *method, const char *target) {
    int hosts = 0;
    server->get_connection_values(connection, MHD_HEADER_KIND, count_host, &hosts);
    return (serve_request){
        .method = method,
        .target = target,
        .host = hosts == 1 ? field(server, connection, "Host") : NULL,
        .range = field(server, connection, "Range"),
        .if_range = field(server, connection, "If-Range"),
        .if_none_match = field(server, connection, "If-None-Match"),
    };
}

// ---- Answers ------------------------------------------------------------------------------------

// A response of libmicrohttpd closes its file when it is destroyed.
static struct MHD_Response *make_response(const http_server *server, const serve_answer *answer) {
    if (answer->file < 0)
        return server->create_response_from_buffer(strlen(answer->text), (void *)answer->text,
                                                   MHD_RESPMEM_PERSISTENT);
    struct MHD_Response *response =
        server->create_response_from_fd_at_offset64(answer->length, answer->file, answer->first);
    if (!response) close(answer->file);
    return response;
}

static result send_answer(const http_server *server, struct MHD_Connection *connection,
                          const serve_answer *answer) {
    struct MHD_Response *response = make_response(server, answer);
    if (!response) return MHD_NO;
    result done = MHD_YES;
    for (size_t i = 0; done == MHD_YES && i < answer->field_count; i++)
        done =
            server->add_response_header(response, answer->fields[i].name, answer->fields[i].value);
    if (done == MHD_YES) done = server->queue_response(connection, answer->status, response);
    server->destroy_response(response);
    return done;
}

// Called when the header of a request is there, then for each piece of its body, and then once
// more; an answer at the first call would end the connection. Bodies are not listened to.
static result handle(void *user, struct MHD_Connection *connection, const char *target,
                     const char *method, const char *version, const char *body, size_t *body_bytes,
                     void **state) {
    (void)version;
    (void)body;
    http_server *server = user;
    bool reads =
        strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
    if (reads && (!*state || *body_bytes > 0)) {
        *state = server;
        *body_bytes = 0;
        return MHD_YES;
    }
    serve_request request = read_request(server, connection, method, target);
    serve_answer answer;
    serve_request_answer(&answer, server->site, &request);
    return send_answer(server, connection, &answer);
}

// serve_path decodes targets, and it has to see what is encoded in them.
static size_t keep_encoded(void *user, struct MHD_Connection *connection, char *text) {
    (void)user;
    (void)connection;
    return strlen(text);
}

// ---- Life ---------------------------------------------------------------------------------------

// POSIX gives function pointers as void *; ISO C converts them by way of their bytes only.
static bool find_symbol(void *function, void *library, const char *name) {
    void *symbol = dlsym(library, name);
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static bool load(http_server *server) {
    void *library = dlopen("libmicrohttpd.so.12", RTLD_NOW | RTLD_LOCAL);
    server->library = library;
    return library && find_symbol(&server->start_daemon, library, "MHD_start_daemon") &&
           find_symbol(&server->stop_daemon, library, "MHD_stop_daemon") &&
           find_symbol(&server->lookup_connection_value, library, "MHD_lookup_connection_value") &&
           find_symbol(&server->get_connection_values, library, "MHD_get_connection_values") &&
           find_symbol(&server->create_response_from_fd_at_offset64, library,
                       "MHD_create_response_from_fd_at_offset64") &&
           find_symbol(&server->create_response_from_buffer, library,
                       "MHD_create_response_from_buffer") &&
           find_symbol(&server->add_response_header, library, "MHD_add_response_header") &&
           find_symbol(&server->queue_response, library, "MHD_queue_response") &&
           find_symbol(&server->destroy_response, library, "MHD_destroy_response");
}

lk_status http_server_new(http_server **server, invocation *call) {
    *server = calloc(1, sizeof **server);
    if (!*server) return LK_ERROR_MEMORY;
    (*server)->listening = -1;
    if (load(*server)) return LK_OK;
    http_server_free(*server);
    *server = NULL;
    snprintf(call->message, sizeof call->message,
             "serving needs libmicrohttpd, which is not installed (Debian: libmicrohttpd12)");
    return LK_ERROR_UNSUPPORTED;
}

lk_status http_server_start(http_server *server, invocation *call, const serve_site *site,
                            int listening) {
    server->site = site;
    server->listening = listening;
    server->daemon = server->start_daemon(
        MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, handle, server,
        MHD_OPTION_LISTEN_SOCKET, listening, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)MOST_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SECONDS_OF_SILENCE,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_encoded, NULL, MHD_OPTION_END);
    if (server->daemon) return LK_OK;
    snprintf(call->message, sizeof call->message, "the HTTP server could not be started");
    return LK_ERROR_INTERNAL;
}

void http_server_free(http_server *server) {
    if (!server) return;
    if (server->daemon)
        server->stop_daemon(server->daemon); // closes the socket, too
    else if (server->listening >= 0)
        close(server->listening);
    free(server);
}
