// Documents in two languages: the catalogue is whole, and both languages tell the same.
#include "bif_text.h"
#include "explain/words.h"
#include "likelore/exact.h"
#include "network/network.h"

#include <ctype.h>

static lk_context *context;

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(words, .init = begin, .fini = end);

// ---- The catalogue -----------------------------------------------------------------------------

#define EACH_PHRASE(phrase)                                                                        \
    lk_phrase phrase = (lk_phrase)0;                                                               \
    phrase < LK_PHRASE_COUNT;                                                                      \
    phrase++

// The slots of a phrase as bits; `chosen` gets those that choose between two words.
static unsigned slots_of(const char *words, unsigned *chosen) {
    unsigned slots = 0;
    *chosen = 0;
    for (const char *at = strchr(words, '{'); at; at = strchr(at + 1, '{')) {
        cr_assert(isdigit((unsigned char)at[1]), "%s", words);
        unsigned slot = 1u << (at[1] - '0');
        const char *close = strchr(at, '}');
        cr_assert(close, "%s", words);
        if (at[2] == '}') {
            slots |= slot;
            continue;
        }
        const char *bar = strchr(at, '|');
        cr_assert(at[2] == ':' && bar && bar < close, "%s", words);
        *chosen |= slot;
    }
    return slots;
}

Test(words, every_phrase_is_there_in_both_languages_with_the_same_slots) {
    for (EACH_PHRASE(phrase)) {
        unsigned slots[2], chosen[2];
        for (int language = LK_ENGLISH; language <= LK_CHINESE; language++) {
            const char *words = lk_phrase_words(phrase, (lk_language)language);
            cr_assert(words && *words, "phrase %d", (int)phrase);
            cr_assert(strlen(words) < LK_PHRASE_BYTES, "%s", words);
            slots[language] = slots_of(words, &chosen[language]);
            cr_assert((chosen[language] & ~slots[language]) == 0, "%s", words);
        }
        cr_assert(slots[0] == slots[1], "%s", lk_phrase_words(phrase, LK_CHINESE));
        cr_assert(chosen[LK_CHINESE] == 0, "%s", lk_phrase_words(phrase, LK_CHINESE));
    }
}

// Words of formulas and of the field that Chinese has as they are.
static bool is_common(const char *word, size_t length) {
    static const char *const common[] = {"d", "P", "f", "log10", "e", "inf"};
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        if (strlen(common[i]) == length && memcmp(common[i], word, length) == 0) return true;
    return false;
}

static size_t word_length(const char *text) {
    size_t length = 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '_') length++;
    return length;
}

Test(words, chinese_phrases_are_valid_and_have_no_english_and_no_narrow_marks) {
    for (EACH_PHRASE(phrase)) {
        const char *words = lk_phrase_words(phrase, LK_CHINESE);
        for (const char *at = words; *at;) {
            size_t length = word_length(at);
            bool letters = isalpha((unsigned char)*at);
            cr_assert(!letters || is_common(at, length), "%s", words);
            bool formula = strstr(words, "P(") || phrase == LK_SAY_QUESTION;
            cr_assert(formula || !strchr(",;:.?!\"()", *at), "%s", words);
            if (length > 0)
                at += length;
            else
                cr_assert(lk_document_next_character(&at) != 0xFFFD, "%s", words);
        }
    }
}

static void expect_said(lk_language language, lk_phrase phrase, const lk_slot *slots,
                        const char *expected) {
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_say_plainly(&text, language, phrase, slots) == LK_OK);
    cr_assert_str_eq(lk_buffer_text(&text), expected);
    lk_buffer_free(&text);
}

Test(words, one_of_something_has_a_word_of_its_own) {
    for (uint64_t n = 0; n < 3; n++) {
        static const char *const expected[] = {"0 multiplications and 1 addition",
                                               "1 multiplication and 2 additions",
                                               "2 multiplications and 3 additions"};
        expect_said(LK_ENGLISH, LK_SAY_WORK, LK_SLOTS(lk_count(n), lk_cells((double)n + 1)),
                    expected[n]);
    }
}

Test(words, numbers_up_to_ten_are_words) {
    const lk_slot two[] = {lk_worded(2)}, twelve[] = {lk_worded(12)};
    expect_said(LK_ENGLISH, LK_SAY_SO_MANY_FACTORS, two, "two of them");
    expect_said(LK_ENGLISH, LK_SAY_SO_MANY_FACTORS, twelve, "12 of them");
    for (uint64_t n = 0; n <= 10; n++)
        expect_said(LK_ENGLISH, LK_SAY_SO_MANY_FACTORS, LK_SLOTS(lk_worded(n)),
                    (const char *const[]){"no of them", "one of them", "two of them",
                                          "three of them", "four of them", "five of them",
                                          "six of them", "seven of them", "eight of them",
                                          "nine of them", "ten of them"}[n]);
}

Test(words, blanks_stand_beside_letters_and_digits_alone) {
    const lk_slot two[] = {lk_worded(2)}, twelve[] = {lk_worded(12)};
    expect_said(LK_CHINESE, LK_SAY_SO_MANY_FACTORS, two, "生成两个这样的因子");
    expect_said(LK_CHINESE, LK_SAY_SO_MANY_FACTORS, twelve, "生成 12 个这样的因子");
    expect_said(LK_CHINESE, LK_SAY_ORDERS_TITLE, LK_SLOTS(lk_phrased(LK_SAY_MIN_FILL, NULL)),
                "最小填充的消元顺序");
    expect_said(LK_CHINESE, LK_SAY_ORDERS_TITLE, LK_SLOTS(lk_said("P(A)")), "P(A) 的消元顺序");
}

// ---- Documents ---------------------------------------------------------------------------------

// What a document is of; `variables` are the first, the second and the last of the network.
typedef lk_status renderer(lk_buffer *out, const lk_network *network, const uint32_t *variables,
                           const lk_document_options *options);

static lk_status render_trace(lk_buffer *out, const lk_network *network, const uint32_t *variables,
                              const lk_document_options *options) {
    lk_trace *trace;
    const lk_finding known = {.variable = variables[0]};
    LK_TRY((network->is_markov ? lk_trace_new : lk_trace_new_exact)(
        context, &trace, network, &variables[2], 1, &known, 1, NULL));
    lk_status status = lk_trace_to_document(out, trace, options);
    lk_trace_free(trace);
    return status;
}

static lk_status render_orders(lk_buffer *out, const lk_network *network, const uint32_t *variables,
                               const lk_document_options *options) {
    lk_orders *orders;
    const lk_order_choice choices[] = {{.heuristic = "min-fill"}, {.heuristic = "optimal"}};
    LK_TRY(lk_orders_new(context, &orders, network, &variables[2], 1, NULL, 0, choices, 2));
    lk_status status = lk_orders_to_document(out, orders, options);
    lk_orders_free(orders);
    return status;
}

static lk_status separate(lk_buffer *out, const lk_network *network, uint32_t left, uint32_t right,
                          uint32_t given, const lk_document_options *options) {
    lk_independence *answer;
    LK_TRY(lk_independence_new(context, &answer, network, &left, 1, &right, 1, &given,
                               given < network->count, NULL));
    lk_status status = lk_independence_to_document(out, answer, options);
    lk_independence_free(answer);
    return status;
}

static lk_status render_separation(lk_buffer *out, const lk_network *network,
                                   const uint32_t *variables, const lk_document_options *options) {
    LK_TRY(separate(out, network, variables[0], variables[1], variables[2], options));
    LK_TRY(separate(out, network, variables[0], variables[1], UINT32_MAX, options));
    LK_TRY(separate(out, network, variables[0], variables[2], UINT32_MAX, options));
    return separate(out, network, variables[0], variables[2], variables[1], options);
}

// Questions of all kinds; a Markov network has no reports.
static lk_status render_report(lk_buffer *out, const lk_network *network, const uint32_t *variables,
                               const lk_document_options *options) {
    if (network->is_markov) return LK_OK;
    const lk_variable *a = &network->variables[variables[0]];
    const lk_variable *b = &network->variables[variables[1]];
    const lk_variable *c = &network->variables[variables[2]];
    lk_buffer sheet = lk_buffer_make(context);
    lk_buffer_printf(&sheet, "P(%s=%s)\nP(%s=%s | %s=%s)\nP(%s | %s=%s)\n", b->name, b->states[0],
                     a->name, a->states[0], c->name, c->states[0], b->name, c->name, c->states[1]);
    lk_buffer_printf(&sheet, "P(%s=%s) = P(%s=%s | %s=%s) ?\n", a->name, a->states[0], a->name,
                     a->states[0], c->name, c->states[0]);
    lk_buffer_printf(&sheet, "P(%s=%s) = P(%s=%s) ?\ntrace P(%s | %s=%s)\n", a->name, a->states[0],
                     b->name, b->states[0], c->name, a->name, a->states[0]);
    lk_status status =
        lk_report_write(context, out, network, lk_buffer_text(&sheet), sheet.length, NULL, options);
    lk_buffer_free(&sheet);
    return status;
}

static renderer *const renderers[] = {render_trace, render_orders, render_separation,
                                      render_report};

static lk_network *make_markov(void) {
    static const char text[] = "MARKOV\n4\n2 2 2 2\n3\n2 0 1\n2 1 2\n2 2 3\n4 1 2 3 4\n"
                               "4 1 2 3 4\n4 1 1 1 1\n";
    lk_network *network = NULL;
    cr_assert(lk_network_read(context, &network, text, strlen(text), "test.uai", NULL) == LK_OK,
              "%s", lk_context_error(context).message);
    return network;
}

enum { NETWORKS = 10 };

static lk_network *network_at(int i) {
    static const char *const examples[NETWORKS - 1] = {
        "abcd",       "asia",      "cancer",  "earthquake",        "homework",
        "monty-hall", "sprinkler", "student", "homework-structure"};
    return i < NETWORKS - 1 ? load_example(context, examples[i]) : make_markov();
}

static lk_buffer render(renderer *write, const lk_network *network, lk_document_format format,
                        lk_language language) {
    const lk_document_options options = {format, language};
    const uint32_t variables[] = {0, 1, network->count - 1};
    lk_buffer text = lk_buffer_make(context);
    cr_assert(write(&text, network, variables, &options) == LK_OK ||
                  !lk_network_has_tables(network),
              "%s", lk_context_error(context).message);
    return text;
}

// Calls a function with the documents of every kind about every network, in both languages.
static void each_document(lk_document_format format,
                          void (*check)(const lk_network *, const char *english,
                                        const char *chinese)) {
    for (int i = 0; i < NETWORKS; i++) {
        lk_network *network = network_at(i);
        for (size_t k = 0; k < sizeof renderers / sizeof renderers[0]; k++) {
            lk_buffer english = render(renderers[k], network, format, LK_ENGLISH);
            lk_buffer chinese = render(renderers[k], network, format, LK_CHINESE);
            check(network, lk_buffer_text(&english), lk_buffer_text(&chinese));
            lk_buffer_free(&english);
            lk_buffer_free(&chinese);
        }
        lk_network_free(network);
    }
}

// ---- The same numbers and formulas -------------------------------------------------------------

// The code of a Markdown document, a line each: its formulas, and tables' numbers.
static lk_buffer formulas_of(const char *markdown) {
    lk_buffer formulas = lk_buffer_make(context);
    bool in_code = false, display = false;
    for (const char *at = markdown; *at; at++) {
        bool starts_line = at == markdown || at[-1] == '\n';
        if (starts_line) display = strncmp(at, "    ", 4) == 0;
        if (*at == '`') in_code = !in_code;
        if (in_code || display || *at == '\n') lk_buffer_append_byte(&formulas, *at);
    }
    return formulas;
}

// All numerals, a line each.
static lk_buffer numerals_of(const char *text) {
    lk_buffer numerals = lk_buffer_make(context);
    for (const char *at = text; *at; at++) {
        if (!isdigit((unsigned char)*at)) continue;
        bool goes_on = (at[1] == '.' || at[1] == '/') && isdigit((unsigned char)at[2]);
        lk_buffer_append_byte(&numerals, *at);
        if (goes_on) lk_buffer_append_byte(&numerals, *++at);
        if (!goes_on && !isdigit((unsigned char)at[1])) lk_buffer_append_byte(&numerals, '\n');
    }
    return numerals;
}

static void expect_same(lk_buffer english, lk_buffer chinese) {
    cr_assert_str_eq(lk_buffer_text(&english), lk_buffer_text(&chinese));
    lk_buffer_free(&english);
    lk_buffer_free(&chinese);
}

static void expect_same_content(const lk_network *network, const char *english,
                                const char *chinese) {
    (void)network;
    expect_same(formulas_of(english), formulas_of(chinese));
    expect_same(numerals_of(english), numerals_of(chinese));
}

Test(words, both_languages_have_the_same_formulas_and_numbers_in_the_same_order) {
    each_document(LK_DOCUMENT_MARKDOWN, expect_same_content);
}

static void expect_same_numerals(const lk_network *network, const char *english,
                                 const char *chinese) {
    (void)network;
    expect_same(numerals_of(english), numerals_of(chinese));
}

Test(words, texts_and_latex_have_the_same_numbers_in_the_same_order) {
    each_document(LK_DOCUMENT_TEXT, expect_same_numerals);
    each_document(LK_DOCUMENT_LATEX, expect_same_numerals);
}

// ---- Nothing left in English -------------------------------------------------------------------

static bool is_of_network(const lk_network *network, const char *word, size_t length) {
    char text[64];
    snprintf(text, sizeof text, "%.*s", (int)length, word);
    if (strstr(network->name, text)) return true;
    for (uint32_t v = 0; v < network->count; v++) {
        if (strstr(network->variables[v].name, text)) return true;
        for (uint32_t s = 0; s < network->variables[v].state_count; s++)
            if (strstr(network->variables[v].states[s], text)) return true;
    }
    return false;
}

// A message of an error, in brackets after what it means, is English; so is the sheet itself.
static const char *skip_english(const char *at) {
    static const char *const known[] = {"数据缺失或有误（", "trace P("};
    if (strncmp(at, known[1], strlen(known[1])) == 0) return at + strlen(known[1]);
    if (strncmp(at, known[0], strlen(known[0])) != 0) return at;
    return strstr(at, "）");
}

static void expect_chinese(const lk_network *network, const char *english, const char *chinese) {
    (void)english;
    for (const char *at = chinese; *at;) {
        const char *next = skip_english(at);
        size_t length = word_length(next);
        bool letters = isalpha((unsigned char)*next) && length > 0;
        cr_assert(!letters || (next[0] == 'f' && isdigit((unsigned char)next[1])) ||
                      is_common(next, length) || is_of_network(network, next, length),
                  "\"%.*s\" is in %s", (int)length, next, chinese);
        if (next > at || length > 0)
            at = next + length;
        else
            cr_assert(lk_document_next_character(&at) != 0xFFFD, "%s", chinese);
    }
}

Test(words, chinese_documents_have_no_english_beside_names) {
    each_document(LK_DOCUMENT_TEXT, expect_chinese);
    each_document(LK_DOCUMENT_MARKDOWN, expect_chinese);
}

// ---- Formats -----------------------------------------------------------------------------------

static void expect_within(lk_document_format format, lk_language language, const char *part) {
    lk_network *network = load_example(context, "homework");
    lk_buffer text = render(render_trace, network, format, language);
    cr_assert(strstr(lk_buffer_text(&text), part), "%s", lk_buffer_text(&text));
    lk_buffer_free(&text);
    lk_network_free(network);
}

Test(words, documents_say_which_language_they_are_in) {
    expect_within(LK_DOCUMENT_HTML, LK_ENGLISH, "<html lang=\"en\">");
    expect_within(LK_DOCUMENT_HTML, LK_CHINESE, "<html lang=\"zh-Hans\">");
    expect_within(LK_DOCUMENT_HTML, LK_CHINESE, "<meta charset=\"utf-8\">");
    expect_within(LK_DOCUMENT_LATEX, LK_ENGLISH, "\\documentclass{article}");
    expect_within(LK_DOCUMENT_LATEX, LK_CHINESE, "\\documentclass{ctexart}");
}

Test(words, english_messages_are_marked_in_pages) {
    lk_network *network = load_example(context, "homework-structure");
    const lk_document_options options = {LK_DOCUMENT_HTML, LK_CHINESE};
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_report_write(context, &text, network, "P(B=b)", 6, NULL, &options) == LK_OK);
    cr_assert(
        strstr(lk_buffer_text(&text), "（<span lang=\"en\">the network has no numbers</span>）。"),
        "%s", lk_buffer_text(&text));
    lk_buffer_free(&text);
    lk_network_free(network);
}

Test(words, latex_has_the_letters_of_chinese_and_numbers_for_others) {
    lk_buffer text = lk_buffer_make(context);
    lk_document d = lk_document_open(&text, &(lk_document_options){LK_DOCUMENT_LATEX, LK_CHINESE});
    lk_document_text(&d, "雨，é 😀");
    cr_assert(lk_document_finish(&d) == LK_OK);
    cr_assert_str_eq(lk_buffer_text(&text), "雨，é [U+1F600]");
    lk_buffer_free(&text);
}

Test(words, columns_are_two_for_a_chinese_letter) {
    lk_buffer text = lk_buffer_make(context);
    lk_document d = lk_document_open(&text, &(lk_document_options){.language = LK_CHINESE});
    cr_assert(lk_document_width(&d, "雨，a→é") == 7);
    lk_document_table_begin(&d, "lr");
    lk_document_cell_text(&d, "变量");
    lk_document_cell_text(&d, "格数");
    lk_document_cell_text(&d, "a");
    lk_document_cell_text(&d, "1");
    lk_document_table_end(&d);
    cr_assert(lk_document_finish(&d) == LK_OK);
    cr_assert_str_eq(lk_buffer_text(&text), "    变量  格数\n    a        1\n\n");
    lk_buffer_free(&text);
}

Test(words, languages_have_tags) {
    lk_language language = LK_ENGLISH;
    cr_assert(lk_language_find(&language, "zh") && language == LK_CHINESE);
    cr_assert(lk_language_find(&language, "en") && language == LK_ENGLISH);
    cr_assert(!lk_language_find(&language, "zh-Hans") && !lk_language_find(&language, ""));
}

Test(words, every_failed_allocation_is_a_clean_error) {
    lk_network *network = load_example(context, "abcd");
    const lk_document_options options = {LK_DOCUMENT_HTML, LK_CHINESE};
    static const char sheet[] = "P(+b) = P(+b | -d) ?\norders P(B | C=c): A,D; D,A\n";
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    for (uint64_t k = 1;; k++) {
        cr_assert(k < 4000);
        lk_buffer text = lk_buffer_make(context);
        lk_context_fail_allocation(context, k);
        lk_status status =
            lk_report_write(context, &text, network, sheet, strlen(sheet), NULL, &options);
        lk_context_fail_allocation(context, 0);
        lk_buffer_free(&text);
        cr_assert(lk_context_memory_usage(context).live_bytes == before);
        if (status == LK_OK) break;
        cr_assert(status == LK_ERROR_MEMORY, "allocation %llu", (unsigned long long)k);
    }
    lk_network_free(network);
}
