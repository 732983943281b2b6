// Documents: names that are markup in some format stay names, and all formats tell the same.
#include "bif_text.h"

static lk_context *context;

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(document, .init = begin, .fini = end);

// A network whose names are markup.
static lk_network *make_hostile(void) {
    static const char *const states[2][2] = {{"{}$^~\\%#_&", "\xE6\x97\xA5 caf\xC3\xA9"},
                                             {"`` `|`", "<b>*x*</b>"}};
    static const char *const names[2] = {"a|_b", "\\end{document}\n# <script>"};
    lk_network *network;
    cr_assert(lk_network_new(context, &network, "hostile") == LK_OK);
    for (uint32_t v = 0; v < 2; v++) {
        uint32_t index, parent = 0;
        const double values[] = {0.00001, 0.99999, 0.5, 0.5};
        cr_assert(lk_network_add_variable(network, &index, names[v], states[v], 2) == LK_OK);
        cr_assert(lk_network_set_parents(network, v, &parent, v) == LK_OK);
        cr_assert(lk_network_set_table(network, v, values, 2 << v, NULL) == LK_OK);
    }
    cr_assert(lk_network_finish(network) == LK_OK);
    return network;
}

static lk_buffer render(const lk_network *network, const char *target, lk_document_format format) {
    uint32_t variable = target ? variable_of(network, target) : 1;
    lk_trace *trace;
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_trace_new(context, &trace, network, &variable, 1, NULL, 0, NULL) == LK_OK);
    cr_assert(lk_trace_to_document(&text, trace, &(lk_document_options){format, LK_ENGLISH}) ==
              LK_OK);
    lk_trace_free(trace);
    return text;
}

static void expect_hostile(lk_document_format format, const char *const *parts,
                           const char *const *absent) {
    lk_network *network = make_hostile();
    lk_buffer text = render(network, NULL, format);
    for (; *parts; parts++)
        cr_assert(strstr(lk_buffer_text(&text), *parts), "%s is not in %s", *parts,
                  lk_buffer_text(&text));
    for (; *absent; absent++)
        cr_assert(!strstr(lk_buffer_text(&text), *absent), "%s is in %s", *absent,
                  lk_buffer_text(&text));
    lk_buffer_free(&text);
    lk_network_free(network);
}

Test(document, html_escapes_names) {
    const char *const parts[] = {"<i>&lt;b&gt;*x*&lt;/b&gt;</i>", "{}$^~\\%#_&amp;", "&lt;script",
                                 NULL};
    const char *const absent[] = {"<script", "<b>", "src=", "href=", "http", NULL};
    expect_hostile(LK_DOCUMENT_HTML, parts, absent);
}

Test(document, markdown_fences_backquotes_and_escapes_bars_in_tables) {
    const char *const parts[] = {"| ``` `` `\\|` ``` |", "| `a\\|_b` |", "`<b>*x*</b>`", NULL};
    const char *const absent[] = {"\n# <script", NULL};
    expect_hostile(LK_DOCUMENT_MARKDOWN, parts, absent);
}

Test(document, latex_escapes_names_and_writes_what_its_fonts_lack_as_numbers) {
    const char *const parts[] = {"\\{\\}\\$\\^{}\\~{}\\textbackslash{}\\%\\#\\_\\&",
                                 "[U+65E5] caf\xC3\xA9", "\\textbackslash{}end\\{document\\} \\#",
                                 "1 \\times 10^{-5}", NULL};
    const char *const absent[] = {"\\end{document}\n#", NULL};
    expect_hostile(LK_DOCUMENT_LATEX, parts, absent);
}

Test(document, html_closes_what_it_opens) {
    lk_network *network = load_example(context, "asia");
    lk_buffer text = render(network, "dysp", LK_DOCUMENT_HTML);
    static const char *const elements[] = {
        "html", "head", "body", "main", "table", "thead", "tbody", "tr", "td",    "th",   "p",
        "span", "div",  "i",    "sub",  "h1",    "h2",    "ul",    "li", "style", "title"};
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++) {
        char opening[2][16], closing[16];
        snprintf(opening[0], sizeof opening[0], "<%s>", elements[i]);
        snprintf(opening[1], sizeof opening[1], "<%s ", elements[i]);
        snprintf(closing, sizeof closing, "</%s>", elements[i]);
        int depth = 0;
        for (const char *at = lk_buffer_text(&text); *at; at++) {
            for (int k = 0; k < 2; k++) depth += !strncmp(at, opening[k], strlen(opening[k]));
            depth -= !strncmp(at, closing, strlen(closing));
            cr_assert(depth >= 0);
        }
        cr_assert(depth == 0, "%s", elements[i]);
    }
    lk_buffer_free(&text);
    lk_network_free(network);
}

Test(document, every_format_has_the_steps_of_the_textbook) {
    static const char *const steps[][3] = {
        [LK_DOCUMENT_MARKDOWN] = {"    f1(A,B) = Σ_E P(E) P(A|B,E)\n",
                                  "    f2(A) = Σ_H P(H|A) = 1\n",
                                  "    f3(B,W=w) = Σ_A f1(A,B) f2(A) P(W=w|A)\n"},
        [LK_DOCUMENT_LATEX] = {"f_{1}(",
                               "f_{2}(\\text{\\itshape A}) = \\sum_{\\text{\\itshape H}} P(",
                               "\\frac{P("},
        [LK_DOCUMENT_HTML] = {"<i>f</i><sub>1</sub>(<i>A</i>, <i>B</i>) = Σ<sub><i>E</i></sub> ",
                              "<h2>Step 2: eliminate H</h2>", "<td class=\"r\">"},
    };
    lk_network *network = load_example(context, "homework");
    uint32_t target = variable_of(network, "B");
    lk_evidence evidence = {0};
    lk_variable_list order = {0};
    cr_assert(lk_evidence_add_text(network, &evidence, "W=w") == LK_OK);
    cr_assert(lk_variable_list_add_text(network, &order, "E,H,A") == LK_OK);
    lk_query_options options = {.order = order.variables, .order_count = order.count};
    lk_trace *trace;
    cr_assert(lk_trace_new(context, &trace, network, &target, 1, evidence.findings, 1, &options) ==
              LK_OK);
    for (int format = LK_DOCUMENT_MARKDOWN; format <= LK_DOCUMENT_HTML; format++) {
        lk_buffer text = lk_buffer_make(context);
        cr_assert(lk_trace_to_document(
                      &text, trace,
                      &(lk_document_options){(lk_document_format)format, LK_ENGLISH}) == LK_OK);
        for (int i = 0; i < 3; i++)
            cr_assert(strstr(lk_buffer_text(&text), steps[format][i]), "%s", steps[format][i]);
        lk_buffer_free(&text);
    }
    lk_trace_free(trace);
    lk_evidence_free(network, &evidence);
    lk_variable_list_free(network, &order);
    lk_network_free(network);
}

Test(document, large_tables_are_cut_and_say_by_how_much) {
    lk_network *network =
        parse_bif(context, BIF_VARIABLE("X", "a, b, c, d, e, f, g, h, i, j", "10")
                               BIF_VARIABLE("Y", "a, b, c, d, e, f, g, h, i, j",
                                            "10") "probability(X){ table 0.1, 0.1, "
                                                  "0.1, 0.1, 0.1, 0.1, 0.1, 0.1, "
                                                  "0.1, 0.1; } probability(Y|X){ "
                                                  "default 0.1, 0.1, 0.1, 0.1, 0.1, "
                                                  "0.1, 0.1, 0.1, 0.1, 0.1; }");
    lk_buffer text = render(network, "Y", LK_DOCUMENT_MARKDOWN);
    cr_assert(strstr(lk_buffer_text(&text), "… and 36 more rows."), "%s", lk_buffer_text(&text));
    lk_buffer_free(&text);
    lk_network_free(network);
}

Test(document, every_failed_allocation_is_a_clean_error) {
    lk_network *network = load_example(context, "homework");
    uint32_t target = variable_of(network, "B");
    lk_trace *trace;
    cr_assert(lk_trace_new(context, &trace, network, &target, 1, NULL, 0, NULL) == LK_OK);
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    for (int format = LK_DOCUMENT_TEXT; format <= LK_DOCUMENT_HTML; format++)
        for (uint64_t k = 1;; k++) {
            cr_assert(k < 2000);
            lk_buffer text = lk_buffer_make(context);
            lk_context_fail_allocation(context, k);
            lk_status status = lk_trace_to_document(
                &text, trace, &(lk_document_options){(lk_document_format)format, LK_ENGLISH});
            lk_context_fail_allocation(context, 0);
            lk_buffer_free(&text);
            cr_assert(lk_context_memory_usage(context).live_bytes == before);
            if (status == LK_OK) break;
            cr_assert(status == LK_ERROR_MEMORY);
        }
    lk_trace_free(trace);
    lk_network_free(network);
}
