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
    lk_network *own; // a copy, where evidence changes it or the request outlives it; or NULL
    lk_json *document;
    lk_variable_list targets;
    lk_evidence evidence;
    lk_variable_list order;
    lk_query_options options;
} lk_request;

// To be freed, also after a failure. The network must outlive it, unless the request is to keep a
// copy of it, as work in steps needs: the page may close a network meanwhile.
lk_status lk_request_read(lk_bridge *bridge, lk_request *request, const lk_network *network,
                          const char *text, size_t length, bool keep);
void lk_request_free(lk_bridge *bridge, lk_request *request);

// Reads the request, clears the output and has it answered there.
lk_status lk_request_answer(lk_bridge *bridge, lk_network *network, const char *text, size_t length,
                            lk_status (*work)(lk_bridge *, const lk_request *));

// Makes and runs the query; to be freed with lk_query_free, also after a failure.
lk_status lk_request_query(lk_bridge *bridge, lk_query **query, const lk_request *request);

// The member "format": *json when it is "json" or absent; and "language", "en" when it is absent.
// LK_ERROR_USAGE for an unknown one.
lk_status lk_request_format(lk_bridge *bridge, const lk_request *request, bool *json,
                            lk_document_options *options);
lk_status lk_request_language(lk_bridge *bridge, lk_language *language, const char *tag);
// LK_ERROR_USAGE, asking for a target, when there is none.
lk_status lk_request_need_target(lk_bridge *bridge, const lk_request *request);

// A member of a document that is a number from `least` to `most`, left as it is where there is
// none; LK_ERROR_USAGE for any other.
lk_status lk_request_number(lk_bridge *bridge, const lk_json *document, const char *name,
                            double *value, double least, double most);
lk_status lk_request_whole(lk_bridge *bridge, const lk_json *document, const char *name,
                           uint64_t *value, uint64_t least, uint64_t most);
// The member "seed", which is 42 where there is none, as for the command.
lk_status lk_request_seed(lk_bridge *bridge, const lk_json *document, uint64_t *seed);

// Seconds of a clock that never goes back.
double lk_bridge_seconds(void);

bool lk_is_heuristic(const char *name);
// Names of the engines in the order of lk_engine; NULL beyond the last.
const char *lk_engine_name(size_t index);

#endif
