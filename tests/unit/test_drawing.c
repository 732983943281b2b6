// Drawings: documents that are well-formed whatever the names are, and graphs that are right.
#include "draw/drawing.h"

#include "bif_text.h"
#include "random_network.h"
#include "xml_check.h"

static lk_context *context;

static const char *draw(lk_buffer *out, const lk_network *network, const lk_draw_options *options) {
    lk_buffer_clear(out);
    cr_assert(lk_network_draw(out, network, options) == LK_OK, "%s",
              lk_context_error(context).message);
    return lk_buffer_text(out);
}

static size_t count_text(const char *text, const char *part) {
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part)) count++;
    return count;
}

static lk_query *ask_all(const lk_network *network, const lk_finding *evidence, size_t count) {
    uint32_t observed[RANDOM_MOST_VARIABLES] = {0};
    lk_query *query;
    for (size_t i = 0; i < count; i++) observed[i] = evidence[i].variable;
    cr_assert(lk_query_new(context, &query, network, NULL, 0, observed, count, NULL) == LK_OK);
    for (size_t i = 0; i < count; i++)
        cr_assert(lk_query_set_evidence(query, i, evidence[i].state) == LK_OK);
    cr_assert(lk_query_run(query) == LK_OK, "%s", lk_context_error(context).message);
    return query;
}

// ---- Documents ---------------------------------------------------------------------------------

static const char *const hostile[] = {
    "a\"b",     "<svg>",       "&amp;",  "]]>",         "日本語の変数",       "two  words",
    "\x01\x02", "back\\slash", "ends\\", "line\nbreak", "e\xCC\x81t\xCC\x81", "👩‍🔬"};
enum { HOSTILE = sizeof hostile / sizeof hostile[0] };

// A chain of variables with these names, the last one's as long as names may be.
static lk_network *hostile_network(void) {
    lk_network *network;
    cr_assert(lk_network_new(context, &network, "<\"&'>") == LK_OK);
    char longest[LK_NAME_BYTES + 1];
    memset(longest, 'W', LK_NAME_BYTES);
    longest[LK_NAME_BYTES] = 0;
    for (uint32_t v = 0; v <= HOSTILE; v++) {
        const char *name = v < HOSTILE ? hostile[v] : longest;
        const char *states[] = {name, hostile[(v + 1) % HOSTILE]};
        uint32_t variable;
        cr_assert(lk_network_add_variable(network, &variable, name, states, 2) == LK_OK, "%s",
                  lk_context_error(context).message);
        if (v == 0) continue;
        cr_assert(lk_network_set_parents(network, v, &(uint32_t){v - 1}, 1) == LK_OK);
    }
    for (uint32_t v = 0; v <= HOSTILE; v++) {
        static const double values[] = {.25, .75, .5, .5};
        cr_assert(lk_network_set_table(network, v, values, v == 0 ? 2 : 4, NULL) == LK_OK);
    }
    cr_assert(lk_network_finish(network) == LK_OK);
    return network;
}

Test(drawing, is_well_formed_whatever_the_names_are) {
    context = make_context();
    lk_network *network = hostile_network();
    lk_finding evidence = {0, 1};
    lk_query *query = ask_all(network, &evidence, 1);
    lk_buffer out = lk_buffer_make(context);
    for (size_t i = 0; lk_drawing_graph_name(i); i++) {
        for (int bars = 0; bars < 2; bars++) {
            lk_draw_options options = {.graph = lk_drawing_graph_name(i),
                                       .posteriors = bars ? query : NULL,
                                       .evidence = &evidence,
                                       .evidence_count = 1};
            if (bars && strcmp(options.graph, "tree") == 0) continue;
            size_t elements = check_xml(draw(&out, network, &options));
            cr_assert(elements > 3 * HOSTILE);
        }
    }
    lk_buffer_free(&out);
    lk_query_free(query);
    lk_network_free(network);
    free_context(context);
}

// In Graphviz's quoted strings a quote ends the string unless an odd number of backslashes is
// before it.
static void check_quotes(const char *text) {
    bool inside = false;
    for (; *text; text++) {
        if (inside && *text == '\\') {
            cr_assert(text[1], "a backslash ends the text");
            text++;
        } else if (*text == '"') {
            inside = !inside;
        } else if (!inside) {
            cr_assert(strchr("{}[]=;,->\n abcdefghijklmnopqrstuvwxyz0123456789", *text),
                      "“%.20s” is outside quotes", text);
        }
    }
    cr_assert(!inside);
}

Test(drawing, quotes_every_name_for_graphviz) {
    context = make_context();
    lk_network *network = hostile_network();
    lk_query *query = ask_all(network, NULL, 0);
    lk_buffer out = lk_buffer_make(context);
    for (size_t i = 0; lk_drawing_graph_name(i); i++) {
        bool tree = strcmp(lk_drawing_graph_name(i), "tree") == 0;
        check_quotes(draw(&out, network,
                          &(lk_draw_options){.graph = lk_drawing_graph_name(i),
                                             .format = "dot",
                                             .posteriors = tree ? NULL : query}));
    }
    lk_buffer_free(&out);
    lk_query_free(query);
    lk_network_free(network);
    free_context(context);
}

Test(drawing, has_a_box_for_each_variable_and_a_path_for_each_edge) {
    context = make_context();
    lk_buffer out = lk_buffer_make(context), again = lk_buffer_make(context);
    for (uint32_t i = 0; i < 100; i++) {
        lk_random random = lk_random_stream(1, LK_RANDOM_TEST, i, 0);
        uint32_t n = 1 + (uint32_t)lk_random_below(&random, RANDOM_MOST_VARIABLES), arrows = 0;
        lk_network *network = random_network(context, &random, n);
        for (uint32_t v = 0; v < n; v++) arrows += lk_network_parent_count(network, v);
        const char *text = draw(&out, network, NULL);
        check_xml(text);
        cr_assert(count_text(text, "class=\"lk-box\"") == n);
        cr_assert(count_text(text, "class=\"lk-edge\"") == arrows);
        cr_assert(count_text(text, "class=\"lk-head\"") == arrows);
        cr_assert(strcmp(text, draw(&again, network, NULL)) == 0, "two drawings differ");
        for (size_t g = 1; lk_drawing_graph_name(g); g++)
            check_xml(draw(&out, network, &(lk_draw_options){.graph = lk_drawing_graph_name(g)}));
        lk_network_free(network);
    }
    lk_buffer_free(&out);
    lk_buffer_free(&again);
    free_context(context);
}

Test(drawing, shows_posteriors_and_marks_what_is_observed) {
    context = make_context();
    lk_network *network = load_example(context, "asia");
    lk_finding evidence[] = {{variable_of(network, "xray"), 0}, {variable_of(network, "asia"), 0}};
    lk_query *query = ask_all(network, evidence, 2);
    lk_buffer out = lk_buffer_make(context);
    const char *text =
        draw(&out, network,
             &(lk_draw_options){.posteriors = query, .evidence = evidence, .evidence_count = 2});
    check_xml(text);
    cr_assert(count_text(text, "lk-observed\"") == 2);
    cr_assert(count_text(text, "class=\"lk-track\"") == 16);
    cr_assert(strstr(text, ">37.1%<") && strstr(text, ">62.9%<"), "lung");
    cr_assert(count_text(text, ">100.0%<") == 2);
    lk_buffer_free(&out);
    lk_query_free(query);
    lk_network_free(network);
    free_context(context);
}

// The children that carry likelihoods are no part of what was drawn.
Test(drawing, marks_soft_evidence_on_the_variable_itself) {
    context = make_context();
    lk_network *plain = load_example(context, "sprinkler"), *network;
    cr_assert(lk_network_copy(context, &network, plain) == LK_OK);
    lk_evidence evidence = {0};
    cr_assert(lk_evidence_add_text(network, &evidence, "wet_grass!=no") == LK_OK);
    cr_assert(lk_evidence_add_likelihood_text(network, &evidence, "rain=yes:0.9,no:0.2") == LK_OK);
    cr_assert(lk_evidence_add_likelihood_text(network, &evidence, "rain=yes:0.5,no:0.25") == LK_OK);
    lk_query *query = ask_all(network, evidence.findings, evidence.count);
    lk_buffer out = lk_buffer_make(context), before = lk_buffer_make(context);
    for (size_t g = 0; lk_drawing_graph_name(g); g++) {
        const char *graph = lk_drawing_graph_name(g);
        lk_draw_options options = {
            .graph = graph, .evidence = evidence.findings, .evidence_count = evidence.count};
        const char *text = draw(&out, network, &options);
        check_xml(text);
        draw(&before, plain, &(lk_draw_options){.graph = graph});
        const char *const same[] = {"<g>", "class=\"lk-edge", "class=\"lk-clique\"", "edges"};
        for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
            cr_assert(count_text(text, same[i]) == count_text(lk_buffer_text(&before), same[i]));
        cr_assert(!strstr(text, "likelihood of") && !strstr(text, "seen\""));
        if (strcmp(graph, "tree") == 0) continue;
        cr_assert(count_text(text, "class=\"lk-box lk-hinted\"") == 2);
        cr_assert(strstr(text, ">≠ no<"));
        cr_assert(
            strstr(text, "; likelihood yes 0.9, no 0.2; likelihood yes 0.5, no 0.25</title>"));
        options.posteriors = query;
        cr_assert(count_text(draw(&out, network, &options), "class=\"lk-track\"") == 8);
    }
    lk_buffer_free(&out);
    lk_buffer_free(&before);
    lk_query_free(query);
    lk_evidence_free(network, &evidence);
    lk_network_free(network);
    lk_network_free(plain);
    free_context(context);
}

Test(drawing, sums_up_the_states_of_a_variable_with_10000) {
    context = make_context();
    enum { MANY = 10000 };
    static char names[MANY][8];
    static const char *states[MANY];
    static double table[MANY];
    for (uint32_t s = 0; s < MANY; s++) {
        snprintf(names[s], sizeof names[s], "s%u", s);
        states[s] = names[s];
        table[s] = s == 7777 ? 0.5 : 0.5 / (MANY - 1);
    }
    lk_network *network;
    uint32_t variable;
    cr_assert(lk_network_new(context, &network, "many") == LK_OK);
    cr_assert(lk_network_add_variable(network, &variable, "X", states, MANY) == LK_OK);
    cr_assert(lk_network_set_table(network, 0, table, MANY, NULL) == LK_OK);
    cr_assert(lk_network_finish(network) == LK_OK);
    lk_query *query = ask_all(network, NULL, 0);
    lk_buffer out = lk_buffer_make(context);
    const char *text = draw(&out, network, &(lk_draw_options){.posteriors = query});
    check_xml(text);
    cr_assert(count_text(text, "class=\"lk-track\"") == 12);
    cr_assert(strstr(text, ">s7777<") && strstr(text, ">50.0%<") && strstr(text, "9989 others"));
    lk_buffer_free(&out);
    lk_query_free(query);
    lk_network_free(network);
    free_context(context);
}

Test(drawing, tells_small_and_large_probabilities_from_0_and_1) {
    context = make_context();
    static const struct {
        double p;
        const char *text;
    } cases[] = {{0, "0.0%"},       {1e-9, "<0.1%"},     {0.0005, "0.1%"}, {0.12345, "12.3%"},
                 {0.9994, "99.9%"}, {0.99999, ">99.9%"}, {1, "100.0%"}};
    lk_buffer out = lk_buffer_make(context);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lk_buffer_clear(&out);
        lk_append_percentage(&out, cases[i].p, "<", ">");
        cr_assert(strcmp(lk_buffer_text(&out), cases[i].text) == 0, "%s", lk_buffer_text(&out));
    }
    lk_buffer_free(&out);
    free_context(context);
}

// ---- Graphs ------------------------------------------------------------------------------------

static void check_cliques(const lk_network *network, const lk_clique_tree *tree) {
    uint32_t n = network->count;
    for (uint32_t a = 0; a < n; a++) {
        for (uint32_t b = 0; b < a; b++) {
            bool together = false;
            for (uint32_t c = 0; c < tree->count; c++) {
                bool has_a = false, has_b = false;
                for (uint32_t i = tree->starts[c]; i < tree->starts[c + 1]; i++) {
                    has_a |= tree->members[i] == a;
                    has_b |= tree->members[i] == b;
                }
                together |= has_a && has_b;
            }
            cr_assert(together == lk_graph_connected(&tree->filled, a, b));
        }
    }
}

static bool clique_has(const lk_clique_tree *tree, uint32_t clique, uint32_t variable) {
    for (uint32_t i = tree->starts[clique]; i < tree->starts[clique + 1]; i++)
        if (tree->members[i] == variable) return true;
    return false;
}

static void check_maximality(const lk_clique_tree *tree) {
    for (uint32_t a = 0; a < tree->count; a++) {
        for (uint32_t b = 0; b < tree->count; b++) {
            bool within = a != b;
            for (uint32_t i = tree->starts[a]; i < tree->starts[a + 1]; i++)
                within = within && clique_has(tree, b, tree->members[i]);
            cr_assert(!within, "clique %u is within clique %u", a, b);
        }
    }
}

// The cliques that have a variable are connected in the forest: exactly one of them has a parent
// without it, or none.
static void check_running_intersection(const lk_network *network, const lk_clique_tree *tree) {
    for (uint32_t v = 0; v < network->count; v++) {
        uint32_t tops = 0;
        for (uint32_t c = 0; c < tree->count; c++)
            tops += clique_has(tree, c, v) &&
                    (tree->parents[c] == c || !clique_has(tree, tree->parents[c], v));
        cr_assert(tops == 1, "variable %u is in %u parts of the tree", v, tops);
    }
}

static void check_sequence(const lk_clique_tree *tree) {
    for (uint32_t i = 0; i < tree->count; i++) {
        uint32_t c = tree->sequence[i], before = 0;
        for (uint32_t k = 0; k < i; k++) before += tree->sequence[k] == tree->parents[c];
        cr_assert(tree->parents[c] == c || before == 1);
    }
}

Test(junction_tree_of_a_drawing, has_the_maximal_cliques_and_the_running_intersection_property) {
    context = make_context();
    for (uint32_t i = 0; i < 300; i++) {
        lk_random random = lk_random_stream(2, LK_RANDOM_TEST, i, 0);
        uint32_t n = 1 + (uint32_t)lk_random_below(&random, RANDOM_MOST_VARIABLES);
        lk_network *network = random_network(context, &random, n);
        uint32_t order[RANDOM_MOST_VARIABLES];
        shuffle(&random, order, n);
        lk_draw_options options = {.heuristic = lk_order_heuristic_name(i % 5)};
        if (i % 6 == 5) options = (lk_draw_options){.order = order, .order_count = n};
        lk_arena arena = lk_arena_make(context, 0);
        lk_graph moral;
        lk_clique_tree tree;
        cr_assert(lk_network_moral_graph(&arena, &moral, network) == LK_OK);
        cr_assert(lk_clique_tree_make(&arena, &tree, network, &moral, &options) == LK_OK);
        check_cliques(network, &tree);
        check_maximality(&tree);
        check_running_intersection(network, &tree);
        check_sequence(&tree);
        lk_arena_release(&arena);
        lk_network_free(network);
    }
    free_context(context);
}

Test(drawing, of_asia_has_the_graphs_of_the_textbooks) {
    context = make_context();
    lk_network *network = load_example(context, "asia");
    lk_buffer out = lk_buffer_make(context);
    // Lauritzen and Spiegelhalter 1988: two marriages, one fill-in, six cliques.
    const char *text = draw(&out, network, &(lk_draw_options){.graph = "moral", .format = "dot"});
    cr_assert(count_text(text, " -- ") == 10 && count_text(text, "[style=dashed]") == 2);
    cr_assert(strstr(text, "\"tub\" -- \"lung\" [style=dashed]") ||
              strstr(text, "\"lung\" -- \"tub\" [style=dashed]"));
    text = draw(&out, network, &(lk_draw_options){.graph = "triangulated", .format = "dot"});
    cr_assert(count_text(text, " -- ") == 11 && count_text(text, "style=dotted") == 1);
    cr_assert(strstr(text, "6 cliques, the largest of 8 cells, 40 cells in all"));
    text = draw(&out, network, &(lk_draw_options){.graph = "tree", .format = "dot"});
    cr_assert(count_text(text, " -- ") == 10 && count_text(text, "style=rounded") == 6);
    cr_assert(strstr(text, "label=\"tub, lung, either\\n8 cells\""));
    lk_buffer_free(&out);
    lk_network_free(network);
    free_context(context);
}

// A grid of 3 by 3 variables with a potential for each edge.
static lk_network *make_grid(void) {
    lk_network *network;
    cr_assert(lk_network_new_markov(context, &network, "grid") == LK_OK);
    for (uint32_t v = 0; v < 9; v++) {
        char name[8];
        uint32_t variable;
        snprintf(name, sizeof name, "X%u", v);
        static const char *const states[] = {"a", "b"};
        cr_assert(lk_network_add_variable(network, &variable, name, states, 2) == LK_OK);
    }
    static const double values[] = {1, 2, 3, 4};
    for (uint32_t v = 0; v < 9; v++) {
        uint32_t right[] = {v, v + 1}, below[] = {v, v + 3};
        if (v % 3 < 2) cr_assert(lk_network_add_potential(network, right, 2, values, 4) == LK_OK);
        if (v < 6) cr_assert(lk_network_add_potential(network, below, 2, values, 4) == LK_OK);
    }
    cr_assert(lk_network_finish(network) == LK_OK);
    return network;
}

Test(drawing, of_a_markov_network_has_its_edges_without_heads) {
    context = make_context();
    lk_network *network = make_grid();
    lk_query *query = ask_all(network, NULL, 0);
    lk_buffer out = lk_buffer_make(context);
    const char *text = draw(&out, network, &(lk_draw_options){.posteriors = query});
    check_xml(text);
    cr_assert(count_text(text, "class=\"lk-edge\"") == 12);
    cr_assert(count_text(text, "class=\"lk-head\"") == 0);
    expect_failure(context, lk_network_draw(&out, network, &(lk_draw_options){.graph = "dag"}),
                   LK_ERROR_USAGE, "Markov");
    check_xml(draw(&out, network, &(lk_draw_options){.graph = "tree"}));
    lk_buffer_free(&out);
    lk_query_free(query);
    lk_network_free(network);
    free_context(context);
}

// ---- Failures ----------------------------------------------------------------------------------

static void expect_refusal(const lk_network *network, lk_draw_options options, lk_status status,
                           const char *words) {
    lk_buffer out = lk_buffer_make(context);
    lk_buffer_append_text(&out, "before");
    expect_failure(context, lk_network_draw(&out, network, &options), status, words);
    cr_assert(strcmp(lk_buffer_text(&out), "before") == 0, "something was appended");
    lk_buffer_free(&out);
}

Test(drawing, is_refused_with_what_is_wrong) {
    context = make_context();
    lk_network *network = load_example(context, "homework");
    lk_query *query = ask_all(network, NULL, 0);
    static const uint32_t some[] = {0, 1}, twice[] = {0, 0, 1, 2, 3};
    static const lk_finding wrong = {0, 99};
    expect_refusal(network, (lk_draw_options){.graph = "morall"}, LK_ERROR_UNKNOWN_NAME,
                   "did you mean \"moral\"");
    expect_refusal(network, (lk_draw_options){.format = "png"}, LK_ERROR_UNKNOWN_NAME, "svg");
    expect_refusal(network, (lk_draw_options){.graph = "tree", .heuristic = "min-fil"},
                   LK_ERROR_UNKNOWN_NAME, "min-fill");
    expect_refusal(network, (lk_draw_options){.graph = "tree", .order = some, .order_count = 2},
                   LK_ERROR_USAGE, "must also name");
    expect_refusal(network, (lk_draw_options){.graph = "tree", .order = twice, .order_count = 5},
                   LK_ERROR_USAGE, "twice");
    expect_refusal(network, (lk_draw_options){.graph = "tree", .posteriors = query}, LK_ERROR_USAGE,
                   "bars");
    expect_refusal(network, (lk_draw_options){.evidence = &wrong, .evidence_count = 1},
                   LK_ERROR_USAGE, "does not exist");
    lk_query_free(query);
    lk_network_free(network);
    free_context(context);
}

Test(drawing, gives_everything_back_when_memory_runs_out) {
    context = make_context();
    lk_network *network = load_example(context, "asia");
    lk_query *query = ask_all(network, NULL, 0);
    for (size_t g = 0; lk_drawing_graph_name(g); g++) {
        lk_draw_options options = {.graph = lk_drawing_graph_name(g),
                                   .posteriors = g < 3 ? query : NULL};
        uint64_t k = 1;
        for (lk_status status = LK_ERROR_MEMORY; status != LK_OK; k++) {
            lk_buffer out = lk_buffer_make(context);
            uint64_t live = lk_context_memory_usage(context).live_bytes;
            lk_context_fail_allocation(context, k);
            status = lk_network_draw(&out, network, &options);
            lk_context_fail_allocation(context, 0);
            cr_assert(status == LK_OK || status == LK_ERROR_MEMORY);
            lk_buffer_free(&out);
            cr_assert(lk_context_memory_usage(context).live_bytes == live);
        }
        cr_assert(k > 5);
    }
    lk_query_free(query);
    lk_network_free(network);
    free_context(context);
}
