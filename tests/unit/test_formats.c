// What files of the formats mean, on texts written by hand.
#include "bif_text.h"
#include "same_network.h"

#include <stdlib.h>

static lk_context *context;

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(formats, .init = begin, .fini = end);

static lk_status read_text(lk_network **network, const char *text) {
    *network = NULL;
    return lk_network_read(context, network, text, strlen(text), "test", NULL);
}

static lk_network *parse(const char *text) {
    lk_network *network;
    lk_status status = read_text(&network, text);
    lk_error error = lk_context_error(context);
    cr_assert(status == LK_OK, "%lld:%lld %s", (long long)error.location.line,
              (long long)error.location.column, error.message);
    return network;
}

static void expect_table(const char *text, const char *variable, const double *expected,
                         size_t expected_count) {
    lk_network *network = parse(text);
    size_t count;
    const double *table = lk_network_table(network, variable_of(network, variable), &count);
    cr_assert(table, "%s has no table", variable);
    cr_assert(count == expected_count, "%zu cells", count);
    for (size_t i = 0; i < count; i++)
        cr_assert(fabs(table[i] - expected[i]) < 1e-15, "cell %zu: %.17g", i, table[i]);
    lk_network_free(network);
}

static void expect_refused(const char *text, lk_status expected, int64_t line, const char *words) {
    lk_network *network;
    expect_failure(context, read_text(&network, text), expected, words);
    cr_assert(lk_context_error(context).location.line == line, "line %lld: %s",
              (long long)lk_context_error(context).location.line,
              lk_context_error(context).message);
}

// A: 2 states; B: 3 states; C: 2 states given A and B, all rows different.
static const double C_TABLE[] = {0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6, 0.5, 0.5, 0.6, 0.4};

// ---- XMLBIF ------------------------------------------------------------------------------------

#define XML_A                                                                                      \
    "<VARIABLE TYPE=\"nature\"><NAME>A</NAME><OUTCOME>a0</OUTCOME><OUTCOME>a1</OUTCOME>"           \
    "<PROPERTY>position = (1,2)</PROPERTY></VARIABLE>\n"
#define XML_B                                                                                      \
    "<VARIABLE><NAME> B\n</NAME><OUTCOME>b0</OUTCOME><OUTCOME>b1</OUTCOME>"                        \
    "<OUTCOME>b2</OUTCOME></VARIABLE>\n"
#define XML_C "<VARIABLE><NAME>C</NAME><OUTCOME>c0</OUTCOME><OUTCOME>c1</OUTCOME></VARIABLE>\n"
#define XML_PA "<DEFINITION><FOR>A</FOR><TABLE>.25 .75</TABLE></DEFINITION>\n"
#define XML_PB "<DEFINITION><FOR>B</FOR><TABLE>.25 .5 .25</TABLE></DEFINITION>\n"
#define XML_PC                                                                                     \
    "<DEFINITION><FOR>C</FOR><GIVEN>A</GIVEN><GIVEN>B</GIVEN><TABLE>.1 .9 .2 .8 <!-- half -->"     \
    "\n .3 .7 .4 .6 .5 .5 .6 .4</TABLE></DEFINITION>\n"
#define XML(inner)                                                                                 \
    "<?xml version=\"1.0\"?>\n<BIF VERSION=\"0.3\"><NETWORK><NAME>n</NAME>\n" inner                \
    "</NETWORK></BIF>\n"

Test(formats, xmlbif_has_the_child_fastest) {
    expect_table(XML(XML_A XML_B XML_C XML_PA XML_PB XML_PC), "C", C_TABLE, 12);
    // Definitions before variables, and a comment and a document type before it all.
    expect_table(
        "<!-- by > hand --><!DOCTYPE BIF [ <!ELEMENT BIF (NETWORK)*> ]>\n<BIF><NETWORK>" XML_PC
            XML_PB XML_PA XML_C XML_B XML_A "</NETWORK></BIF>",
        "C", C_TABLE, 12);
}

Test(formats, xmlbif_is_read_in_the_encoding_that_it_names) {
    lk_network *network = parse("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><BIF><NETWORK>"
                                "<NAME>n</NAME><VARIABLE><NAME>caf\xE9 &amp; &lt;&#x20AC;</NAME>"
                                "<OUTCOME>a</OUTCOME></VARIABLE><DEFINITION><FOR>caf\xE9 &amp; "
                                "&lt;&#x20AC;</FOR></DEFINITION></NETWORK></BIF>");
    cr_assert(strcmp(lk_network_variable_name(network, 0), "café & <€") == 0, "%s",
              lk_network_variable_name(network, 0));
    lk_network_free(network);
}

Test(formats, xmlbif_tells_what_is_wrong_with_its_line) {
    expect_refused(XML(XML_A XML_PA XML_PA), LK_ERROR_DATA, 5, "definition already");
    expect_refused(XML(XML_A), LK_ERROR_DATA, 3, "no definition for variable \"A\"");
    expect_refused(XML(XML_A XML_A XML_PA), LK_ERROR_DATA, 4, "there already");
    expect_refused(XML(XML_B "<DEFINITION><FOR>B</FOR><TABLE>.5 .5</TABLE></DEFINITION>"),
                   LK_ERROR_DATA, 5, "needs 3 values and has 2");
    expect_refused(XML(XML_A "<DEFINITION><FOR>A</FOR><TABLE>.5 x</TABLE></DEFINITION>"),
                   LK_ERROR_SYNTAX, 4, "found \"x\"");
    expect_refused(XML(XML_A "<DEFINITION><FOR>B</FOR></DEFINITION>"), LK_ERROR_DATA, 4,
                   "no variable \"B\"");
    expect_refused(XML("<VARIABLE TYPE=\"utility\"><NAME>U</NAME></VARIABLE>"),
                   LK_ERROR_UNSUPPORTED, 3, "\"utility\"");
    expect_refused(XML("<VARIABLE><NAME>U</NAME></VARIABLE>"), LK_ERROR_DATA, 3, "no states");
    expect_refused("<BIF><NETWORK>\n</BIF>", LK_ERROR_SYNTAX, 2, "not XML: mismatched tag");
    expect_refused("<BIF></BIF>", LK_ERROR_SYNTAX, 1, "NETWORK");
    expect_refused(XML(""), LK_ERROR_DATA, 0, "no variables");
}

Test(formats, xml_does_not_grow) {
    expect_refused("<!DOCTYPE BIF [\n<!ENTITY a \"aaaaaaaaaa\">\n<!ENTITY b \"&a;&a;&a;\">]>"
                   "<BIF><NETWORK><NAME>&b;</NAME></NETWORK></BIF>",
                   LK_ERROR_UNSUPPORTED, 2, "declare entities");
    expect_refused(
        "<!DOCTYPE BIF SYSTEM \"x.dtd\">\n<BIF><NETWORK><NAME>&b;</NAME></NETWORK></BIF>",
        LK_ERROR_UNSUPPORTED, 2, "declared elsewhere");
    lk_buffer text = lk_buffer_make(context);
    lk_buffer_append_text(&text, "<BIF>");
    for (int i = 0; i < 100000; i++) lk_buffer_append_text(&text, "<NETWORK>");
    expect_refused(lk_buffer_text(&text), LK_ERROR_LIMIT, 1, "64 levels");
    lk_buffer_free(&text);
}

// ---- XDSL --------------------------------------------------------------------------------------

#define XDSL(inner)                                                                                \
    "<?xml version=\"1.0\"?>\n<smile version=\"1.0\" id=\"N\"><nodes>\n" inner                     \
    "</nodes><extensions/></smile>\n"
#define CPT_A                                                                                      \
    "<cpt id=\"A\"><state id=\"a0\"/><state id=\"a1\"/>"                                           \
    "<probabilities>0.25 0.75</probabilities></cpt>\n"
#define CPT_B                                                                                      \
    "<cpt id=\"B\"><state id=\"b0\"/><state id=\"b1\"/><state id=\"b2\"/>"                         \
    "<probabilities>0.25 0.5 0.25</probabilities></cpt>\n"

Test(formats, xdsl_has_the_node_fastest) {
    expect_table(XDSL(CPT_A CPT_B "<cpt id=\"C\"><state id=\"c0\"/><state id=\"c1\"/>"
                                  "<parents>A B</parents><probabilities>.1 .9 .2 .8 .3 .7 .4 .6 "
                                  ".5 .5 .6 .4</probabilities></cpt>"),
                 "C", C_TABLE, 12);
}

Test(formats, xdsl_deterministic_nodes_become_tables_of_0_and_1) {
    static const double expected[] = {1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0};
    expect_table(XDSL(CPT_A CPT_B "<deterministic id=\"C\"><state id=\"c0\"/><state id=\"c1\"/>"
                                  "<parents>A B</parents><resultingstates>c0 c1 c0 c1 c1 c0"
                                  "</resultingstates></deterministic>"),
                 "C", expected, 12);
}

Test(formats, xdsl_noisy_or_multiplies_what_causes_leave_absent) {
    // Two causes with 0.6 and 0.8, leak 0.1.
    static const double expected[] = {
        1 - 0.4 * 0.2 * 0.9, 0.4 * 0.2 * 0.9, 1 - 0.4 * 0.9, 0.4 * 0.9,
        1 - 0.2 * 0.9,       0.2 * 0.9,       0.1,           0.9};
    expect_table(XDSL(CPT_A "<cpt id=\"D\"><state id=\"d0\"/><state id=\"d1\"/>"
                            "<probabilities>0.5 0.5</probabilities></cpt>"
                            "<noisymax id=\"C\"><state id=\"c0\"/><state id=\"c1\"/>"
                            "<parents>A D</parents><strengths>0 1 0 1</strengths>"
                            "<parameters>.6 .4 0 1 .8 .2 0 1 .1 .9</parameters></noisymax>"),
                 "C", expected, 8);
}

Test(formats, xdsl_noisy_max_takes_the_strongest_effect) {
    // States strong, weak, none. P(at most weak | a0) = 0.5 · 0.9; P(none | a0) = 0.2 · 0.7.
    static const double expected[] = {
        1 - 0.5 * 0.9, 0.5 * 0.9 - 0.2 * 0.7, 0.2 * 0.7, 0.1, 0.2, 0.7};
    expect_table(XDSL(CPT_A "<noisymax id=\"C\"><state id=\"s\"/><state id=\"w\"/><state id=\"n\"/>"
                            "<parents>A</parents>"
                            "<parameters>.5 .3 .2 0 0 1 .1 .2 .7</parameters></noisymax>"),
                 "C", expected, 6);
}

Test(formats, identifiers_that_spell_no_utf_8_are_names_as_they_stand) {
    static const char text[] = "<smile version=\"1.0\" id=\"n\"><nodes><cpt id=\"A\">"
                               "<state id=\"lk___A3\"/><state id=\"lk___C2_A3\"/>"
                               "<probabilities>0.5 0.5</probabilities></cpt></nodes></smile>";
    lk_network *network;
    cr_assert(lk_network_read(context, &network, text, sizeof text - 1, NULL, NULL) == LK_OK);
    cr_assert(strcmp(lk_network_state_name(network, 0, 0), "lk___A3") == 0);
    cr_assert(strcmp(lk_network_state_name(network, 0, 1), "\xC2\xA3") == 0);
    lk_network_free(network);
}

Test(formats, xdsl_refuses_what_is_no_table) {
    expect_refused(XDSL("<equation id=\"E\"/>"), LK_ERROR_UNSUPPORTED, 3, "\"equation\"");
    expect_refused(XDSL("<decision id=\"E\"/>"), LK_ERROR_UNSUPPORTED, 3, "\"decision\"");
    expect_refused(XDSL("<utility id=\"E\"/>"), LK_ERROR_UNSUPPORTED, 3, "\"utility\"");
    expect_refused(XDSL("<cpt id=\"E\" dynamic=\"plate\"/>"), LK_ERROR_UNSUPPORTED, 3, "dynamic");
    expect_refused(XDSL("<cpt id=\"E\"><state/></cpt>"), LK_ERROR_SYNTAX, 3, "needs an id");
    expect_refused(XDSL(CPT_A "<cpt id=\"E\"><state id=\"e\"/><parents>Z</parents></cpt>"),
                   LK_ERROR_DATA, 4, "no variable \"Z\"");
    expect_refused(XDSL(CPT_A "<noisymax id=\"C\"><state id=\"c0\"/><state id=\"c1\"/>"
                              "<parents>A</parents><strengths>1 0</strengths>"
                              "<parameters>.6 .4 0 1 .1 .9</parameters></noisymax>"),
                   LK_ERROR_UNSUPPORTED, 4, "strengths");
    expect_refused(XDSL(CPT_A "<noisymax id=\"C\"><state id=\"c0\"/><state id=\"c1\"/>"
                              "<parents>A</parents><parameters>.6 .4 0 1</parameters></noisymax>"),
                   LK_ERROR_DATA, 4, "needs 6 parameters and has 4");
    expect_refused(XDSL(CPT_A "<noisymax id=\"C\"><state id=\"c0\"/><state id=\"c1\"/>"
                              "<parameters>.6 .5</parameters></noisymax>"),
                   LK_ERROR_DATA, 4, "no distribution");
}

// ---- HUGIN -------------------------------------------------------------------------------------

#define NET_A "node A { states = (\"a0\" \"a1\"); label = \"x;}\"; position = (1 2); }\n"
#define NET_B "discrete node B { states = (\"b 0\" \"b\\\"1\" \"b2\"); }\n"
#define NET_C "node C { states = (\"c0\" \"c1\"); }\n"
#define NET_PA "potential (A) { data = (0.25 0.75); }\n"
#define NET_PB "potential (B) { data = (.25 .5 .25); }\n"

Test(formats, hugin_has_the_child_fastest_with_and_without_parentheses) {
    expect_table("net { node_size = (80 40); } % comment }\n" NET_A NET_B NET_C NET_PA NET_PB
                 "potential (C | A B) { data = (((.1 .9)(.2 .8) % row\n(.3 .7))((.4 .6)(.5 .5)"
                 "(.6 .4))); }",
                 "C", C_TABLE, 12);
    expect_table("net{}potential(C|A B){data=(.1 .9 .2 .8 .3 .7 .4 .6 .5 .5 .6 .4);}" NET_PA NET_PB
                     NET_A NET_B NET_C,
                 "C", C_TABLE, 12);
}

Test(formats, hugin_states_are_texts_in_quotes) {
    lk_network *network = parse("net {}\n" NET_B NET_PB);
    cr_assert(strcmp(lk_network_state_name(network, 0, 0), "b 0") == 0);
    cr_assert(strcmp(lk_network_state_name(network, 0, 1), "b\"1") == 0);
    lk_network_free(network);
}

Test(formats, hugin_refuses_what_is_no_discrete_node) {
    expect_refused("net {}\nutility U {}", LK_ERROR_UNSUPPORTED, 2, "\"utility\"");
    expect_refused("net {}\n\ndecision U {}", LK_ERROR_UNSUPPORTED, 3, "\"decision\"");
    expect_refused("net {}\ncontinuous node U {}", LK_ERROR_UNSUPPORTED, 2, "\"continuous\"");
    expect_refused("class X {}", LK_ERROR_UNSUPPORTED, 1, "\"class\"");
    expect_refused("net {}\n" NET_A NET_C "potential (A C) {}", LK_ERROR_UNSUPPORTED, 4,
                   "several variables");
    expect_refused("net {}\n" NET_A "potential (A) { model_nodes = (); }", LK_ERROR_UNSUPPORTED, 3,
                   "expressions");
    expect_refused("net {}\n" NET_A NET_PA NET_PA, LK_ERROR_DATA, 4, "potential already");
    expect_refused("net {}\n" NET_A "potential (A) { data = (1 0", LK_ERROR_SYNTAX, 3, "not end");
    expect_refused("net {}\n" NET_A "potential (A) { data = (1 0; }", LK_ERROR_SYNTAX, 3,
                   "found \";\"");
    expect_refused("net {}\n" NET_A "potential (A) { data = 1 0; }", LK_ERROR_SYNTAX, 3, "\"(\"");
    expect_refused("net {}\n" NET_A "potential (A) { data = (1); }", LK_ERROR_DATA, 3,
                   "needs 2 values and has 1");
    expect_refused("net {}\nnode A { states = (\"a", LK_ERROR_SYNTAX, 2, "quote");
    expect_refused("net {}\nnode A { states = (); }", LK_ERROR_DATA, 2, "no states");
}

// ---- JSON --------------------------------------------------------------------------------------

#define JSON_AB                                                                                    \
    "{\"name\":\"A\",\"states\":[\"a0\",\"a1\"],\"parents\":[],\"table\":[\"1/4\",0.75]},"         \
    "{\"name\":\"B\",\"states\":[\"b0\",\"b1\",\"b2\"],\"table\":[0.25,0.5,0.25]}"

#define JSON_C                                                                                     \
    "{\"name\":\"C\",\"states\":[\"c0\",\"c1\"],\"parents\":[\"A\",\"B\"],"                        \
    "\"table\":[0.1,0.9,0.2,0.8,0.3,0.7,0.4,0.6,0.5,0.5,0.6,0.4]}"
#define JSON(variables) "{\"version\":1,\"name\":\"n\",\"variables\":[" variables "]}"

Test(formats, json_has_the_variable_fastest) {
    expect_table(JSON(JSON_C "," JSON_AB), "C", C_TABLE, 12);
}

Test(formats, json_says_what_is_wrong) {
    expect_refused("{\n\"version\":2,\"variables\":[]}", LK_ERROR_UNSUPPORTED, 2, "version 1 only");
    expect_refused("{\"version\":1,\n\"variables\":\n{}}", LK_ERROR_DATA, 3, "must be a list");
    expect_refused(JSON(""), LK_ERROR_DATA, 1, "no variables");
    expect_refused(JSON("\n{}"), LK_ERROR_DATA, 2, "\"name\"");
    expect_refused(JSON("\n{\"name\":\"A\",\n\"states\":[\n1]}"), LK_ERROR_DATA, 4,
                   "list of texts");
    expect_refused(JSON(JSON_C), LK_ERROR_DATA, 1, "no variable \"A\"");
    expect_refused(JSON(JSON_AB ",{\"name\":\"AAAA\",\"states\":[\"a\"],\"parents\":[\n\"AAA\"]}"),
                   LK_ERROR_DATA, 2, "did you mean \"AAAA\"?");
    expect_refused(JSON("{\"name\":\"A\",\"states\":[\"a\"],\"table\":[\ntrue]}"), LK_ERROR_DATA, 2,
                   "list of numbers");
    expect_refused(JSON("{\"name\":\"A\",\"states\":[\"a\"],\"table\":[\n\"x\"]}"), LK_ERROR_SYNTAX,
                   2, "found \"x\"");
    expect_refused(JSON("{\"name\":\"A\",\"states\":[\"a\"],\n\"table\":\n[1,2]}"), LK_ERROR_DATA,
                   3, "needs 1 values and has 2");
    expect_refused("{\"version\":1,\"kind\":\"markov\",\"variables\":[" JSON_AB "]}", LK_ERROR_DATA,
                   1, "not tables");
    expect_refused("{\"version\":1,\"kind\":\n\"x\",\"variables\":[" JSON_AB "]}", LK_ERROR_DATA, 2,
                   "\"markov\", not");
    expect_refused("{\"version\":1,\n\"variables\":[", LK_ERROR_SYNTAX, 2, "");
}

Test(formats, json_members_that_are_there_twice_are_refused) {
    static const char *const variables[] = {
        "{\"name\":\"A\",\"states\":[\"a\"],\"table\":[1],\n\"table\":[1]}",
        "{\"name\":\"A\",\n\"name\":\"B\",\"states\":[\"a\"],\"table\":[1]}",
        "{\"name\":\"A\",\"states\":[\"a\"],\n\"states\":[\"b\"],\"table\":[1]}",
        "{\"name\":\"A\",\"states\":[\"a\"],\"parents\":[],\n\"parents\":[],\"table\":[1]}",
    };
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        char text[256];
        snprintf(text, sizeof text, JSON("%s"), variables[i]);
        expect_refused(text, LK_ERROR_DATA, 2, "here is a second \"");
    }
    expect_refused("{\"version\":1,\n\"version\":1,\"variables\":[" JSON_AB "]}", LK_ERROR_DATA, 2,
                   "here is a second \"version\"");
}

// Brackets, commas, colons and quotes within texts are no tokens.
Test(formats, json_finds_the_place_behind_texts_that_look_like_json) {
    lk_network *network;
    static const char text[] =
        "\xEF\xBB\xBF{\"version\" : 1, \"x\" : [{\"y:\" : \"[\\\"{\"}, -1.5e3, null, \"\\\\\"],\n"
        " \"variables\": [{\"name\": \"\xC3\xA4,]\", \"states\": [\"a\"], \"parents\": [\"b\"]}]}";
    expect_failure(context, read_text(&network, text), LK_ERROR_DATA, "no variable \"b\"");
    lk_location place = lk_context_error(context).location;
    const char *found = strstr(text, "\"b\"");
    cr_assert(place.line == 2 && place.byte == found - text, "line %lld byte %lld",
              (long long)place.line, (long long)place.byte);
    // One of the characters has two bytes.
    cr_assert(place.column == found - strchr(text, '\n') - 1, "%lld", (long long)place.column);
}

Test(formats, json_keeps_fractions_as_they_are_written) {
    lk_network *network = parse(
        JSON("{\"name\":\"A\",\"states\":[\"a\",\"b\",\"c\"],\"table\":[\"1/3\",0.5,\"1/6\"]}"));
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_network_write(&text, network, "json") == LK_OK);
    cr_assert(strstr(lk_buffer_text(&text), "[\"1/3\",0.5,\"1/6\"]"), "%s", lk_buffer_text(&text));
    lk_buffer_clear(&text);
    cr_assert(lk_network_to_json(&text, network) == LK_OK);
    cr_assert(strstr(lk_buffer_text(&text), "[0.3333333333333333,0.5,0.16666666666666666]"));
    lk_buffer_free(&text);
    lk_network_free(network);
}

// ---- All ---------------------------------------------------------------------------------------

Test(formats, the_content_tells_the_format_whatever_the_name) {
    const char *format;
    lk_network *network = uneven_network(context, "");
    for (size_t f = 0; (format = lk_network_format_name(f)) != NULL; f++) {
        lk_buffer text = lk_buffer_make(context);
        cr_assert(lk_network_write(&text, network, format) == LK_OK);
        lk_network *read;
        lk_status status =
            lk_network_read(context, &read, text.data, text.length, "liar.bif", NULL);
        cr_assert(status == LK_OK, "%s: %s", format, lk_context_error(context).message);
        lk_network_free(read);
        lk_buffer_free(&text);
    }
    lk_network_free(network);
}

Test(formats, extensions_name_formats) {
    cr_assert(strcmp(lk_network_format_of_name("a.b/x.XDSL"), "xdsl") == 0);
    cr_assert(strcmp(lk_network_format_of_name("x.net"), "hugin") == 0);
    cr_assert(lk_network_format_of_name("x.dsc") == NULL);
    cr_assert(lk_network_format_of_name("bif") == NULL);
}

// As in every format: what is left of a large network after a passage through each.
static lk_network *large_network(uint32_t count, uint32_t states) {
    lk_network *network;
    cr_assert(lk_network_new(context, &network, "large") == LK_OK);
    char(*names)[16] = calloc(states, sizeof *names);
    const char **pointers = calloc(states, sizeof *pointers);
    double *row = calloc(states, sizeof *row);
    cr_assert(names && pointers && row);
    for (uint32_t s = 0; s < states; s++) {
        snprintf(names[s], sizeof *names, "%u", s);
        pointers[s] = names[s];
        row[s] = 1.0 / states;
    }
    for (uint32_t v = 0; v < count; v++) {
        char name[16];
        uint32_t index;
        snprintf(name, sizeof name, "v%u", v);
        cr_assert(lk_network_add_variable(network, &index, name, pointers, states) == LK_OK);
        cr_assert(lk_network_set_table(network, index, row, states, NULL) == LK_OK);
    }
    cr_assert(lk_network_finish(network) == LK_OK);
    free(names);
    free(pointers);
    free(row);
    return network;
}

static void pass_large(uint32_t count, uint32_t states) {
    lk_network *network = large_network(count, states);
    const char *format;
    for (size_t f = 0; (format = lk_network_format_name(f)) != NULL; f++) {
        lk_buffer text = lk_buffer_make(context);
        cr_assert(lk_network_write(&text, network, format) == LK_OK);
        lk_network *read;
        cr_assert(lk_network_read(context, &read, text.data, text.length, NULL, NULL) == LK_OK,
                  "%s: %s", format, lk_context_error(context).message);
        expect_same_network(network, read);
        lk_network_free(read);
        lk_buffer_free(&text);
    }
    lk_network_free(network);
}

Test(formats, a_variable_may_have_10000_states) { pass_large(2, 10000); }
Test(formats, a_network_may_have_5000_variables) { pass_large(5000, 2); }
