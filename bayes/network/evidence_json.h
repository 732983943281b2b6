// The member "evidence" of answers.
#ifndef LK_EVIDENCE_JSON_H
#define LK_EVIDENCE_JSON_H

#include "likelore/json.h"
#include "network/network.h"

// "evidence":{"X":"a"}; with {"not":["a"]} or {"likelihood":{"a":0.3,"b":0.7}} for a child that
// carries it, under the name of its parent, and {"do":"a"} for what was set. Of a variable of which
// more than one thing is known there is a list: "X":[{"not":["a"]},{"likelihood":{…}}].
void lk_json_add_evidence(lk_json_writer *writer, const lk_network *network,
                          const uint32_t *evidence, size_t count, const uint32_t *states);

#endif
