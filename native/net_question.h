// What the words of a `net` command ask, in terms of its network.
#ifndef LIKELORE_NET_QUESTION_H
#define LIKELORE_NET_QUESTION_H

#include "command.h"
#include "language.h"

#include "likelore/bayes.h"

typedef struct question {
    lk_network *network;
    lk_variable_list targets;
    lk_evidence evidence;
    lk_variable_list order;
    lk_query_options options;
} question;

// Loads the network of the first operand, as --normalize asks.
lk_status load_network(invocation *call, lk_network **network);
// Reads the network and --target, --evidence, --order, --engine, --joint and --no-prune, as far as
// the command has them.
lk_status read_question(invocation *call, question *q);
void free_question(question *q);

// Reads the question, has it answered into a buffer, and prints that.
lk_status run_question(invocation *call,
                       lk_status (*work)(invocation *, const question *, lk_buffer *));

// What an explanation is to be written as.
typedef struct explanation_format {
    bool json;
    lk_document_options document; // with json its language alone
} explanation_format;

// Reads --format, --json and --language.
lk_status read_format(invocation *call, explanation_format *format);

// Makes and runs the query that was asked; to be freed with lk_query_free.
lk_status run_query(invocation *call, const question *q, lk_query **query);

// Options of several commands.
#define NET_FORMAT                                                                                 \
    { "format", 0, "FORMAT", "text, markdown, latex, html or json" }
#define NET_NORMALIZE                                                                              \
    { "normalize", 0, NULL, "divide rows that are far from the sum 1 by their sum" }
#define NET_TARGET                                                                                 \
    { "target", 't', "NAMES", "variables that are asked for, such as A,B; repeats" }
#define NET_EVIDENCE                                                                               \
    {"evidence", 'e', "FINDINGS",                                                                  \
     "what is known, such as A=yes,B!=no; repeats; names that hold "                               \
     ", : = ! in double quotes"},                                                                  \
        {"likelihood", 'l', "LIKELIHOOD",                                                          \
         "virtual evidence, a number for every state: A=yes:0.8,no:0.3; repeats"},                 \
    {                                                                                              \
        "do", 0, "SETTINGS", "variables set from outside, such as A=yes; repeats"                  \
    }
#define NET_UAI_EVIDENCE                                                                           \
    { "uai-evidence", 0, "FILE", "what is known, in a UAI evidence file" }
#define NET_ORDER                                                                                  \
    {                                                                                              \
        "order", 0, "ORDER",                                                                       \
            "order of elimination: min-fill, min-weight, min-degree, "                             \
            "weighted-min-fill, optimal, or variables such as A,B,C"                               \
    }
#define NET_EXACT                                                                                  \
    { "exact", 0, NULL, "answer in fractions as well, such as 75/107" }
#define NET_NO_PRUNE                                                                               \
    { "no-prune", 0, NULL, "keep variables that do not matter" }

#endif
