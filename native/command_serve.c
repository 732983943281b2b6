// `likelore serve`: the page, and the browser package, on this machine.
#include "command.h"
#include "serve_http.h"
#include "serve_listen.h"
#include "serve_places.h"
#include "terminal.h"

#include "likelore/json.h"

#include <stdio.h>
#include <unistd.h>

static const char address_format[] = "http://127.0.0.1:%u/";

static lk_status append_json(lk_buffer *out, const serve_site *site, uint16_t port) {
    char address[64];
    snprintf(address, sizeof address, address_format, port);
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(out->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_string(writer, "address", address);
    lk_json_add_integer(writer, "port", port);
    lk_json_add_string(writer, "directory", site->directory);
    if (site->package)
        lk_json_add_string(writer, "package", site->package);
    else
        lk_json_add_null(writer, "package");
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    return status;
}

// The address is the answer: programs that start a server read it to know when it listens, and
// where.
static lk_status tell_address(const invocation *call, const serve_site *site, uint16_t port) {
    lk_buffer out = lk_buffer_make(call->context);
    lk_status status = LK_OK;
    if (has_flag(call->arguments, "json"))
        status = append_json(&out, site, port);
    else
        lk_buffer_printf(&out, address_format, port);
    lk_buffer_append_byte(&out, '\n');
    if (status == LK_OK) status = emit(call, &out);
    lk_buffer_free(&out);
    if (status == LK_OK && fflush(stdout) != 0) status = LK_ERROR_IO;
    if (status == LK_OK && !has_flag(call->arguments, "quiet"))
        fprintf(stderr, "likelore: serving %s; Ctrl-C ends it\n", site->directory);
    return status;
}

static lk_status serve(invocation *call, http_server *server, const serve_site *site,
                       uint16_t port) {
    int listening;
    LK_TRY(listen_locally(&listening, &port, call));
    terminal_catch_interrupts();
    LK_TRY(http_server_start(server, call, site, listening));
    LK_TRY(tell_address(call, site, port));
    terminal_wait_for_interrupt();
    return LK_OK;
}

static lk_status run(invocation *call) {
    uint64_t port = 8017;
    if (!option_integer(call->arguments, "port", &port, 0, UINT16_MAX))
        return usage_error(call, "--port takes a number from 0 to %d, not '%s'", UINT16_MAX,
                           option_value(call->arguments, "port", ""));
    serve_places places;
    LK_TRY(find_places(&places, call));
    http_server *server;
    LK_TRY(http_server_new(&server, call));
    lk_status status = serve(call, server, &places.site, (uint16_t)port);
    http_server_free(server);
    return status;
}

static const option options[] = {
    {"port", 0, "N", "listen on this port (default 8017); 0: on any that is free"}, {0}};

static const command serve_command = {
    .verb = "serve",
    .operands = "[DIRECTORY]",
    .summary = "serve the page, and the browser package, on this machine",
    .details =
        "Serves the page that was installed or built with this command, or the directory that is "
        "named, which must have an index.html. The address is printed once it answers; Ctrl-C ends "
        "it. It listens on 127.0.0.1, so only this machine can reach it, and answers to the names "
        "127.0.0.1 and localhost alone.\n\n"
        "Below /likelore/ there is the browser package, for pages of one's own:\n"
        "  import { openBayesLab } from '/likelore/worker/index.js';\n"
        "Answers have the headers by which browsers isolate a page from others "
        "(Cross-Origin-Opener-Policy and Cross-Origin-Embedder-Policy); without them they give it "
        "no "
        "threads. Names that begin with a dot and symbolic links are not served, and directories "
        "are not listed. Nothing is written.",
    .options = options,
    .most_operands = 1,
    .run = run,
};

static const command *const commands[] = {&serve_command, NULL};

const command_group serve_commands = {"serve", commands};
