// What JavaScript asks of a network: a JSON object whose members are the options of the `likelore
// net` commands as texts in the command's notation, all optional:
// {"targets":"A,B","evidence":"X=a,Y!=b","likelihoods":["Z=a:0.3,b:0.7"],"do":"V=a",
// "order":"min-fill" or "C,D","engine":"auto","joint":false,"no_prune":false}, and members of each
// function's own.
#ifndef LK_BRIDGE_REQUEST_H
#define LK_BRIDGE_REQUEST_H

#include "bridge.h"

#include "likelore/bayes.h"

typedef struct lk_request {
    lk_network *network;
    lk_network *own; // a copy of it that the evidence changes; NULL: it does not
    lk_json *document;
    lk_variable_list targets;
    lk_evidence evidence;
    lk_variable_list order;
    lk_query_options options;
} lk_request;

// To be freed, also after a failure. The network must outlive it.
lk_status lk_request_read(lk_bridge *bridge, lk_request *request, lk_network *network,
                          const char *text, size_t length);
void lk_request_free(lk_bridge *bridge, lk_request *request);

// Reads the request, clears the output and has it answered there.
lk_status lk_request_answer(lk_bridge *bridge, lk_network *network, const char *text, size_t length,
                            lk_status (*work)(lk_bridge *, const lk_request *));

// Makes and runs the query; to be freed with lk_query_free, also after a failure.
lk_status lk_request_query(lk_bridge *bridge, lk_query **query, const lk_request *request);

// The member "format": *json when it is "json" or absent. LK_ERROR_USAGE for an unknown one.
lk_status lk_request_format(lk_bridge *bridge, const lk_request *request, bool *json,
                            lk_document_format *format);
// LK_ERROR_USAGE, asking for a target, when there is none.
lk_status lk_request_need_target(lk_bridge *bridge, const lk_request *request);

bool lk_is_heuristic(const char *name);
// Names of the engines in the order of lk_engine; NULL beyond the last.
const char *lk_engine_name(size_t index);

#endif
