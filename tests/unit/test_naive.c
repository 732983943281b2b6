#include "learn/naive.h"
#include "likelore/json.h"
#include "likelore/learn.h"

#include "test_context.h"

#include <math.h>
#include <stdlib.h>

static lk_context *context;

static void begin(void) { context = make_context(); }
static void end(void) { free_context(context); }
TestSuite(naive, .init = begin, .fini = end);

// Nine people: whether they are rich, married, healthy, and satisfied.
static const char people[] = "rich,married,healthy,y\n1,1,1,1\n0,0,1,1\n1,1,0,1\n1,0,1,1\n0,0,0,0\n"
                             "1,0,0,0\n0,0,1,0\n0,1,0,0\n0,0,0,0\n";

static lk_status train_status(lk_naive **model, const char *text, const lk_naive_options *options) {
    lk_csv *table;
    cr_assert(lk_csv_new(context, &table, text, strlen(text), "data.csv", NULL) == LK_OK, "%s",
              lk_context_error(context).message);
    lk_status status = lk_naive_train(context, model, table, options);
    lk_csv_free(table);
    return status;
}

static lk_naive *train(const char *text, const lk_naive_options *options) {
    lk_naive *model = NULL;
    lk_status status = train_status(&model, text, options);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    return model;
}

static lk_naive_case *make_case(const lk_naive *model) {
    lk_naive_case *c = NULL;
    cr_assert(lk_naive_case_new(context, &c, model, false) == LK_OK);
    return c;
}

// P(class number `label` | row).
static double predict(const lk_naive *model, const char *row, uint32_t label) {
    lk_naive_case *c = make_case(model);
    lk_status status = lk_naive_text_column(model) ? lk_naive_case_add_words(c, row, strlen(row))
                                                   : lk_naive_case_add_text(c, row);
    if (status == LK_OK) status = lk_naive_case_run(c);
    cr_assert(status == LK_OK, "%s", lk_context_error(context).message);
    double p = lk_naive_case_posterior(c)[label];
    lk_naive_case_free(c);
    return p;
}

static void expect(double actual, double expected) {
    cr_assert(fabs(actual - expected) <= 1e-15 * 4, "%.17g is not %.17g", actual, expected);
}

// ---- Columns ----------------------------------------------------------------------------------

Test(naive, without_smoothing_posteriors_are_ratios_of_counts) {
    lk_naive *model = train(people, &(lk_naive_options){.class_column = "y"});
    expect(predict(model, "rich=0,married=1,healthy=1", 1), 75.0 / 107);
    expect(predict(model, "rich=0,married=1", 1), 5.0 / 13);
    lk_naive_free(model);
}

Test(naive, alpha_smooths_features_and_alpha_prior_classes) {
    static const struct {
        double alpha, alpha_prior, all, two;
    } cases[] = {{1, 0, 0.6038732394, 0.3951612903}, {1, 1, 0.6135957066, 0.4049586777}};
    for (int i = 0; i < 2; i++) {
        lk_naive_options options = {
            .class_column = "y", .alpha = cases[i].alpha, .alpha_prior = cases[i].alpha_prior};
        lk_naive *model = train(people, &options);
        cr_assert(fabs(predict(model, "rich=0,married=1,healthy=1", 1) - cases[i].all) < 1e-10);
        cr_assert(fabs(predict(model, "rich=0,married=1", 1) - cases[i].two) < 1e-10);
        lk_naive_free(model);
    }
}

Test(naive, the_explanation_has_the_joint_probabilities_as_fractions) {
    lk_naive *model = train(people, &(lk_naive_options){.class_column = "y"});
    lk_naive_case *c = make_case(model);
    cr_assert(lk_naive_case_add_text(c, "rich=0,married=1,healthy=1") == LK_OK);
    cr_assert(lk_naive_case_run(c) == LK_OK);
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_naive_case_to_text(&text, c, LK_ENGLISH) == LK_OK);
    cr_assert(strstr(lk_buffer_text(&text), "= 4/9 × 1/4 × 2/4 × 3/4 = 1/24 = 0.0416667\n"));
    cr_assert(strstr(lk_buffer_text(&text), "= 5/9 × 4/5 × 1/5 × 1/5 = 4/225 = 0.0177778\n"));
    lk_buffer_clear(&text);
    cr_assert(lk_naive_case_to_json(&text, c, true, false) == LK_OK);
    cr_assert(strstr(lk_buffer_text(&text), "\"fraction\":\"1/24\""));
    lk_buffer_free(&text);
    lk_naive_case_free(c);
    lk_naive_free(model);
}

// What --exact says of a row.
static void expect_fractions(const char *data, lk_naive_options options, const char *row,
                             const char *expected) {
    lk_naive *model = train(data, &options);
    lk_naive_case *c = make_case(model);
    lk_status status = options.text_column ? lk_naive_case_add_words(c, row, strlen(row))
                                           : lk_naive_case_add_text(c, row);
    cr_assert(status == LK_OK);
    cr_assert(lk_naive_case_run(c) == LK_OK);
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_naive_case_to_json(&text, c, false, true) == LK_OK);
    cr_assert(strstr(lk_buffer_text(&text), expected), "%s", lk_buffer_text(&text));
    lk_buffer_free(&text);
    lk_naive_case_free(c);
    lk_naive_free(model);
}

Test(naive, exact_answers_are_fractions_of_the_counts) {
    lk_naive_options options = {.class_column = "y"};
    expect_fractions(people, options, "rich=0,married=1,healthy=1",
                     "\"exact\":{\"class\":{\"0\":\"32/107\",\"1\":\"75/107\"},\"joint\":{"
                     "\"0\":\"4/225\",\"1\":\"1/24\"}}");
    expect_fractions(people, options, "rich=0,married=1", "\"1\":\"5/13\"}");
    options.alpha = 0.1; // 5/9 (4.1/5.2) (1.1/5.2) against 4/9 (1.1/4.2) (2.1/4.2)
    expect_fractions(people, options, "rich=0,married=1",
                     "\"joint\":{\"0\":\"2255/24336\",\"1\":"
                     "\"11/189\"}");
}

Test(naive, exact_answers_of_texts_have_powers_and_absent_words) {
    static const char data[] = "text,y\na a b,p\nb,q\nc,q\n";
    lk_naive_options options = {
        .kind = LK_NAIVE_MULTINOMIAL, .class_column = "y", .text_column = "text", .alpha = 1};
    // 1/3 (3/6)^3 against 2/3 (1/5)^3.
    expect_fractions(data, options, "a A a", "\"joint\":{\"p\":\"1/24\",\"q\":\"2/375\"}");
    options.kind = LK_NAIVE_BERNOULLI;
    // 1/3 (2/3)(1/3)(2/3) against 2/3 (1/4)(2/4)(2/4).
    expect_fractions(data, options, "a", "\"joint\":{\"p\":\"4/81\",\"q\":\"1/24\"}");
}

Test(naive, a_feature_given_twice_and_unknown_names_are_refused) {
    lk_naive *model = train(people, &(lk_naive_options){.class_column = "y"});
    lk_naive_case *c = make_case(model);
    expect_failure(context, lk_naive_case_add_text(c, "rich=0,rich=0"), LK_ERROR_USAGE,
                   "feature \"rich\" is given twice");
    lk_naive_case_clear(c);
    expect_failure(context, lk_naive_case_add_text(c, "maried=0"), LK_ERROR_UNKNOWN_NAME,
                   "did you mean \"married\"?");
    expect_failure(context, lk_naive_case_add_text(c, "rich=2"), LK_ERROR_UNKNOWN_NAME,
                   "training saw no \"2\" of feature \"rich\"");
    expect_failure(context, lk_naive_case_add_text(c, "rich"), LK_ERROR_USAGE, "\"=\" and a value");
    lk_naive_case_free(c);
    lk_naive_free(model);
}

Test(naive, an_unseen_value_that_is_ignored_is_like_a_missing_one) {
    lk_naive *model = train(people, &(lk_naive_options){.class_column = "y"});
    lk_naive_case *c;
    cr_assert(lk_naive_case_new(context, &c, model, true) == LK_OK);
    cr_assert(lk_naive_case_add_text(c, "rich=0,married=1,healthy=maybe") == LK_OK);
    cr_assert(lk_naive_case_run(c) == LK_OK);
    expect(lk_naive_case_posterior(c)[1], 5.0 / 13);
    cr_assert(lk_naive_case_unseen(c) == 1);
    lk_naive_case_free(c);
    lk_naive_free(model);
}

Test(naive, a_row_that_every_class_rules_out_is_an_error_that_says_why) {
    lk_naive *model = train("a,b,y\n1,0,p\n0,1,q\n", &(lk_naive_options){.class_column = "y"});
    lk_naive_case *c = make_case(model);
    cr_assert(lk_naive_case_add_text(c, "a=1,b=1") == LK_OK);
    expect_failure(context, lk_naive_case_run(c), LK_ERROR_IMPOSSIBLE,
                   "class \"p\" never had b=1; class \"q\" never had a=1");
    lk_naive_case_clear(c);
    cr_assert(lk_naive_case_add_text(c, "a=1") == LK_OK);
    cr_assert(lk_naive_case_run(c) == LK_OK);
    cr_assert(lk_naive_case_posterior(c)[0] == 1 && lk_naive_case_posterior(c)[1] == 0);
    lk_naive_case_free(c);
    lk_naive_free(model);
}

Test(naive, missing_values_are_not_counted) {
    lk_naive *model =
        train("a,y\n1,p\n,p\n0,p\n?,q\n1,q\nNA,\n", &(lk_naive_options){.class_column = "y"});
    // P(p) = 3/5, P(a=1|p) = 1/2; P(q) = 2/5, P(a=1|q) = 1.
    expect(predict(model, "a=1", 0), 0.3 / 0.7);
    lk_naive_free(model);
}

Test(naive, a_feature_never_seen_with_a_class_is_uniform_in_it) {
    lk_naive *model = train("a,y\n0,p\n1,p\n2,p\n,q\n", &(lk_naive_options){.class_column = "y"});
    expect(predict(model, "a=1", 0), 3.0 / 4);
    lk_naive_free(model);
}

Test(naive, classes_and_values_are_sorted_by_number_and_then_by_bytes) {
    static const char text[] = "a,y\nx,10\ny,9\nx,b\nx,a\nx,-1\n";
    lk_naive *model = train(text, &(lk_naive_options){.class_column = "y"});
    static const char *const expected[] = {"-1", "9", "10", "a", "b"};
    cr_assert(lk_naive_class_count(model) == 5);
    for (uint32_t i = 0; i < 5; i++)
        cr_assert(strcmp(lk_naive_class_name(model, i), expected[i]) == 0);
    lk_naive_free(model);
}

Test(naive, ignored_columns_are_no_features) {
    static const char *const ignored[] = {"married", "healthy"};
    lk_naive_options options = {.class_column = "y", .ignored = ignored, .ignored_count = 2};
    lk_naive *model = train(people, &options);
    lk_naive_case *c = make_case(model);
    expect_failure(context, lk_naive_case_add_text(c, "married=1"), LK_ERROR_UNKNOWN_NAME,
                   "no feature \"married\"");
    lk_naive_case_free(c);
    lk_naive_free(model);
    options.ignored = (const char *const[]){"y"};
    options.ignored_count = 1;
    expect_failure(context, train_status(&model, people, &options), LK_ERROR_USAGE,
                   "is also ignored");
}

Test(naive, bernoulli_columns_take_bits_in_several_spellings) {
    static const char text[] = "a,y\nTrue,p\n1,p\nno,p\nFALSE,q\n0,q\nyes,q\n";
    lk_naive_options options = {.kind = LK_NAIVE_BERNOULLI, .class_column = "y"};
    lk_naive *model = train(text, &options);
    expect(predict(model, "a=yes", 0), 2.0 / 3);
    lk_naive_free(model);
    expect_failure(context, train_status(&model, "a,y\n0,p\n2,p\n", &options), LK_ERROR_DATA,
                   "column \"a\" holds \"2\"");
    cr_assert(lk_context_error(context).location.line == 3);
}

Test(naive, multinomial_columns_are_counts) {
    static const char text[] = "red,blue,y\n3,1,p\n0,0,p\n1,3,q\n";
    lk_naive_options options = {.kind = LK_NAIVE_MULTINOMIAL, .class_column = "y"};
    lk_naive *model = train(text, &options);
    // 2/3 (3/4)^2 (1/4) against 1/3 (1/4)^2 (3/4).
    expect(predict(model, "red=2,blue=1", 0), 6.0 / 7);
    expect(predict(model, "red=0", 0), 2.0 / 3);
    lk_naive_free(model);
    expect_failure(context, train_status(&model, "a,y\n-1,p\n", &options), LK_ERROR_DATA,
                   "no whole number");
}

Test(naive, what_cannot_be_trained_is_refused) {
    static const struct {
        const char *text;
        lk_naive_options options;
        lk_status status;
        const char *words;
    } cases[] = {
        {people, {.class_column = "z"}, LK_ERROR_UNKNOWN_NAME, "no column \"z\""},
        {people, {0}, LK_ERROR_USAGE, "a class column is needed"},
        {people, {.class_column = "y", .alpha = -1}, LK_ERROR_USAGE, "alpha is from 0"},
        {people, {.class_column = "y", .alpha_prior = NAN}, LK_ERROR_USAGE, "alpha-prior is from"},
        {people, {.class_column = "y", .text_column = "rich"}, LK_ERROR_USAGE, "not a categorical"},
        {"a,y\n1,\n", {.class_column = "y"}, LK_ERROR_DATA, "no record has a class"},
        {"y\n1\n", {.class_column = "y"}, LK_ERROR_DATA, "no column is left"},
        {"a,y\n,1\n", {.class_column = "y"}, LK_ERROR_DATA, "column \"a\" has no value"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lk_naive *model;
        expect_failure(context, train_status(&model, cases[i].text, &cases[i].options),
                       cases[i].status, cases[i].words);
    }
}

// ---- Texts ------------------------------------------------------------------------------------

Test(naive, words_are_runs_of_letters_marks_and_numbers_in_lower_case) {
    static const char text[] = "It's 5\xC3\x97 Ä\xCC\x81RGER_2! \xCC\x81x \xFFΣÉ";
    static const char *const expected[] = {"it", "s", "5", "ä\xCC\x81rger", "2", "x", "σé"};
    lk_words words = lk_words_make(text, strlen(text));
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        cr_assert(lk_words_next(&words));
        cr_assert(words.length == strlen(expected[i]) &&
                      memcmp(words.word, expected[i], words.length) == 0,
                  "“%.*s” is not “%s”", (int)words.length, words.word, expected[i]);
    }
    cr_assert(!lk_words_next(&words));
}

Test(naive, a_word_of_more_than_100_bytes_is_left_out) {
    char text[300] = "";
    memset(text, 'a', 100);
    memset(text + 101, 'b', 101);
    text[100] = text[202] = ' ';
    text[203] = 'c';
    lk_words words = lk_words_make(text, 204);
    cr_assert(lk_words_next(&words) && words.length == 100 && words.word[0] == 'a');
    cr_assert(lk_words_next(&words) && words.length == 1 && words.word[0] == 'c');
    cr_assert(!lk_words_next(&words));
}

static const char mails[] = "text,y\n\"win money, win now\",spam\nmoney for you,spam\n"
                            "meeting now,ham\nsee you at the meeting,ham\nlunch?,ham\n";

Test(naive, multinomial_words_are_counted_with_their_repetitions) {
    lk_naive_options options = {
        .kind = LK_NAIVE_MULTINOMIAL, .class_column = "y", .text_column = "text", .alpha = 1};
    lk_naive *model = train(mails, &options);
    // 10 words: at for lunch meeting money now see the win you. ham has 8 of them, spam 7.
    double ham = 3.0 / 5 * (1.0 / 18) * (1.0 / 18) * (3.0 / 18);
    double spam = 2.0 / 5 * (3.0 / 17) * (3.0 / 17) * (1.0 / 17);
    expect(predict(model, "WIN, win a meeting!", 0), ham / (ham + spam));
    lk_naive_free(model);
}

Test(naive, bernoulli_words_count_their_absence_too) {
    lk_naive_options options = {
        .kind = LK_NAIVE_BERNOULLI, .class_column = "y", .text_column = "text", .alpha = 1};
    lk_naive *model = train(mails, &options);
    // Texts with each word in ham (of 3) and spam (of 2), in the order of the alphabet.
    static const int ham_counts[] = {1, 0, 1, 2, 0, 1, 1, 1, 0, 1};
    static const int spam_counts[] = {0, 1, 0, 0, 2, 1, 0, 0, 1, 1};
    double ham = 3.0 / 5, spam = 2.0 / 5;
    for (int i = 0; i < 10; i++) {
        bool there = i == 3 || i == 8; // meeting, win
        double in_ham = (ham_counts[i] + 1) / 5.0, in_spam = (spam_counts[i] + 1) / 4.0;
        ham *= there ? in_ham : 1 - in_ham;
        spam *= there ? in_spam : 1 - in_spam;
    }
    cr_assert(fabs(predict(model, "win win meeting", 0) - ham / (ham + spam)) < 1e-14);
    lk_naive_free(model);
}

Test(naive, bernoulli_words_without_smoothing_rule_out_by_absence) {
    static const char text[] = "text,y\na b,p\na,p\nb,q\n";
    lk_naive_options options = {
        .kind = LK_NAIVE_BERNOULLI, .class_column = "y", .text_column = "text"};
    lk_naive *model = train(text, &options);
    expect(predict(model, "a b", 0), 1); // q never has a
    expect(predict(model, "b", 1), 1);   // p is never without a
    lk_naive_case *c = make_case(model);
    expect_failure(context, lk_naive_case_run(c), LK_ERROR_IMPOSSIBLE,
                   "class \"p\" was never without a word that is not here");
    lk_naive_case_free(c);
    lk_naive_free(model);
}

Test(naive, the_vocabulary_keeps_the_words_of_most_texts) {
    lk_naive_options options = {
        .kind = LK_NAIVE_MULTINOMIAL, .class_column = "y", .text_column = "text", .least_texts = 2};
    lk_naive *model = train(mails, &options);
    cr_assert(model->feature_count == 4); // meeting money now you
    lk_naive_free(model);
    options.most_words = 2;
    model = train(mails, &options);
    cr_assert(model->feature_count == 2);
    cr_assert(strcmp(model->features[0].name, "meeting") == 0);
    cr_assert(strcmp(model->features[1].name, "money") == 0);
    lk_naive_free(model);
}

// ---- Evaluation -------------------------------------------------------------------------------

Test(naive, evaluation_measures_are_those_of_their_definitions) {
    // P(p) = 3/4 whatever the row says.
    lk_naive *model = train("a,y\n0,p\n0,p\n0,p\n0,q\n", &(lk_naive_options){.class_column = "y"});
    static const char test[] = "a,y\n0,p\n0,q\n0,p\n0,\n0,p\n";
    lk_csv *table;
    cr_assert(lk_csv_new(context, &table, test, strlen(test), NULL, NULL) == LK_OK);
    lk_naive_evaluation *evaluation;
    cr_assert(lk_naive_evaluate(context, &evaluation, model, table, false) == LK_OK);
    lk_buffer text = lk_buffer_make(context);
    cr_assert(lk_naive_evaluation_to_json(&text, evaluation) == LK_OK);
    lk_json *document;
    cr_assert(lk_json_parse(context, &document, text.data, text.length) == LK_OK);
    double loss = -(3 * log(0.75) + log(0.25)) / 4;
    expect(lk_json_number(lk_json_get(document, "accuracy"), 0), 0.75);
    expect(lk_json_number(lk_json_get(document, "log_loss"), 0), loss);
    expect(lk_json_number(lk_json_get(document, "brier"), 0), (3 * 0.125 + 1.125) / 4);
    expect(lk_json_number(lk_json_get(document, "calibration_error"), 1), 0);
    expect(lk_json_number(lk_json_get(document, "skipped"), 0), 1);
    // Wilson's interval for 3 of 4, from R: prop.test(3, 4, correct = FALSE).
    const lk_json *low = lk_json_first(lk_json_get(document, "accuracy_interval"));
    cr_assert(fabs(lk_json_number(low, 0) - 0.3006418) < 1e-7);
    cr_assert(fabs(lk_json_number(lk_json_next(low), 0) - 0.9544127) < 1e-7);
    lk_json_free(context, document);
    lk_buffer_free(&text);
    lk_naive_evaluation_free(evaluation);
    lk_csv_free(table);
    lk_naive_free(model);
}

// ---- Files ------------------------------------------------------------------------------------

static void to_json(lk_buffer *text, const lk_naive *model) {
    lk_buffer_clear(text);
    cr_assert(lk_naive_to_json(text, model) == LK_OK);
}

Test(naive, a_model_that_was_written_is_read_as_the_same) {
    const lk_naive_options options[] = {
        {.class_column = "y", .alpha = 0.5},
        {.kind = LK_NAIVE_BERNOULLI, .class_column = "y", .alpha_prior = 2},
        {.kind = LK_NAIVE_MULTINOMIAL, .class_column = "y"},
        {.kind = LK_NAIVE_MULTINOMIAL, .class_column = "y", .text_column = "rich"},
        {.kind = LK_NAIVE_BERNOULLI, .class_column = "y", .text_column = "rich"}};
    lk_buffer first = lk_buffer_make(context), second = lk_buffer_make(context);
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        lk_naive *model = train(people, &options[i]), *again;
        to_json(&first, model);
        cr_assert(lk_naive_read(context, &again, first.data, first.length, "m.json") == LK_OK, "%s",
                  lk_context_error(context).message);
        to_json(&second, again);
        cr_assert(strcmp(first.data, second.data) == 0);
        const char *row = options[i].text_column ? "1" : "rich=1";
        expect(predict(again, row, 0), predict(model, row, 0));
        lk_naive_free(model);
        lk_naive_free(again);
    }
    lk_buffer_free(&first);
    lk_buffer_free(&second);
}

#define HEAD "{\"format\":\"likelore-naive-bayes\",\"version\":1,\"model\":\"categorical\","
#define MODEL HEAD "\"class\":\"y\",\"alpha\":0,\"alpha_prior\":0,\"classes\":[\"p\",\"q\"],"

Test(naive, files_that_contradict_themselves_are_refused) {
    static const struct {
        const char *text;
        lk_status status;
        const char *words;
    } cases[] = {
        {"[1]", LK_ERROR_DATA, "\"format\" is not"},
        {"{\"format\":\"likelore-naive-bayes\",\"version\":2}", LK_ERROR_UNSUPPORTED, "version"},
        {HEAD "\"class\":1}", LK_ERROR_DATA, "\"class\" is missing"},
        {HEAD "\"class\":\"y\"}", LK_ERROR_USAGE, "alpha is from 0"},
        {MODEL "\"class_counts\":[1]}", LK_ERROR_DATA, "one whole number"},
        {MODEL "\"class_counts\":[1,-1]}", LK_ERROR_DATA, "one whole number"},
        {MODEL "\"class_counts\":[1,0.5]}", LK_ERROR_DATA, "one whole number"},
        {MODEL "\"class_counts\":[1,1e300]}", LK_ERROR_DATA, "one whole number"},
        {MODEL "\"class_counts\":[1,1]}", LK_ERROR_DATA, "\"features\" is a list"},
        {MODEL "\"class_counts\":[0,0],\"features\":[]}", LK_ERROR_DATA, "no row has a class"},
        {MODEL "\"class_counts\":[9007199254740992,1],\"features\":[]}", LK_ERROR_DATA, "2^53"},
        {MODEL "\"class_counts\":[1,1],\"features\":[1]}", LK_ERROR_DATA, "has no name"},
        {MODEL "\"class_counts\":[1,1],\"features\":[{\"name\":\"a\",\"values\":[]}]}",
         LK_ERROR_DATA, "has no values"},
        {MODEL "\"class_counts\":[1,1],\"features\":[{\"name\":\"a\",\"values\":[\"0\",\"0\"]}]}",
         LK_ERROR_DATA, "has value \"0\" twice"},
        {MODEL "\"class_counts\":[1,1],\"features\":[{\"name\":\"a\",\"values\":[\"0\"],"
               "\"counts\":[[1,1],[0,0]]}]}",
         LK_ERROR_DATA, "one list for each"},
        {MODEL "\"class_counts\":[1,1],\"features\":[{\"name\":\"a\",\"values\":[\"0\"],"
               "\"counts\":[[2,1]]}]}",
         LK_ERROR_DATA, "\"a\" is counted 2 times in class \"p\", which has 1 rows"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lk_naive *model = NULL;
        lk_status status =
            lk_naive_read(context, &model, cases[i].text, strlen(cases[i].text), "m.json");
        expect_failure(context, status, cases[i].status, cases[i].words);
        cr_assert(strcmp(lk_context_error(context).location.file, "m.json") == 0);
    }
}

Test(naive, a_changed_file_is_read_or_refused) {
    lk_naive *model = train(people, &(lk_naive_options){.class_column = "y"});
    lk_buffer text = lk_buffer_make(context);
    to_json(&text, model);
    lk_naive_free(model);
    lk_random random = lk_random_stream(5, LK_RANDOM_TEST, 0, 0);
    int read = 0;
    for (int i = 0; i < 5000; i++) {
        char *copy = malloc(text.length);
        memcpy(copy, text.data, text.length);
        for (int edits = 1 + (int)lk_random_below(&random, 3); edits > 0; edits--)
            copy[lk_random_below(&random, text.length)] =
                "0123456789[]{},:\"-ab"[lk_random_below(&random, 20)];
        if (lk_naive_read(context, &model, copy, text.length, NULL) == LK_OK) {
            lk_buffer again = lk_buffer_make(context);
            cr_assert(lk_naive_to_text(&again, model, 3, LK_ENGLISH) == LK_OK);
            lk_buffer_free(&again);
            lk_naive_free(model);
            read++;
        }
        free(copy);
    }
    cr_assert(read > 50 && read < 5000, "%d", read);
    lk_buffer_free(&text);
}

// Three mebibytes of people, so that each walk takes several steps.
static void append_many_people(lk_buffer *out) {
    const char *rows = strchr(people, '\n') + 1;
    lk_buffer_append(out, people, (size_t)(rows - people));
    while (out->length < (3u << 20)) lk_buffer_append_text(out, rows);
}

Test(naive, in_steps_a_table_gives_the_model_it_gives_at_once) {
    lk_buffer text = lk_buffer_make(context), stepped = lk_buffer_make(context);
    append_many_people(&text);
    lk_naive_options options = {.class_column = "y"};
    lk_naive *at_once = train(lk_buffer_text(&text), &options);
    lk_csv *table;
    lk_naive_trainer *trainer;
    cr_assert(lk_csv_new(context, &table, text.data, text.length, NULL, NULL) == LK_OK);
    cr_assert(lk_naive_trainer_new(context, &trainer, table, &options) == LK_OK);
    lk_naive_progress progress = {0};
    int steps = 0;
    for (double before = -1; !progress.done; before = progress.share, steps++) {
        cr_assert(lk_naive_trainer_take(trainer) == NULL);
        cr_assert(lk_naive_trainer_next(trainer, &progress) == LK_OK);
        cr_assert(progress.share > before && progress.share <= 1);
    }
    cr_assert(steps >= 6 && progress.share == 1, "%d steps", steps);
    expect_failure(context, lk_naive_trainer_next(trainer, &progress), LK_ERROR_USAGE, "done");
    lk_naive *model = lk_naive_trainer_take(trainer);
    lk_buffer_clear(&text);
    cr_assert(lk_naive_to_json(&text, at_once) == LK_OK);
    cr_assert(lk_naive_to_json(&stepped, model) == LK_OK);
    cr_assert(strcmp(lk_buffer_text(&text), lk_buffer_text(&stepped)) == 0);
    lk_naive_free(model);
    lk_naive_free(at_once);
    lk_naive_trainer_free(trainer);
    lk_csv_free(table);
    lk_buffer_free(&text);
    lk_buffer_free(&stepped);
}

Test(naive, without_memory_everything_fails_cleanly) {
    uint64_t before = lk_context_memory_usage(context).live_bytes;
    for (int text_model = 0; text_model < 2; text_model++)
        for (uint64_t k = 1;; k++) {
            cr_assert(k < 5000);
            lk_naive_options options = {.class_column = "y", .alpha = 1};
            if (text_model) {
                options.text_column = "text";
                options.kind = LK_NAIVE_BERNOULLI;
            }
            const char *data = text_model ? mails : people;
            lk_csv *table = NULL;
            lk_naive *model = NULL, *again = NULL;
            lk_network *network = NULL;
            lk_naive_evaluation *evaluation = NULL;
            lk_buffer text = lk_buffer_make(context);
            lk_context_fail_allocation(context, k);
            lk_status status = lk_csv_new(context, &table, data, strlen(data), NULL, NULL);
            if (status == LK_OK) status = lk_naive_train(context, &model, table, &options);
            if (status == LK_OK) status = lk_naive_to_json(&text, model);
            if (status == LK_OK)
                status = lk_naive_read(context, &again, text.data, text.length, NULL);
            if (status == LK_OK) status = lk_naive_to_text(&text, again, 3, LK_ENGLISH);
            if (status == LK_OK) status = lk_naive_summary_to_json(&text, again, 3);
            if (status == LK_OK)
                status = lk_naive_evaluate(context, &evaluation, again, table, false);
            if (status == LK_OK) status = lk_naive_evaluation_to_text(&text, evaluation);
            if (status == LK_OK) status = lk_naive_append_names(&text, again, ',');
            if (status == LK_OK) status = lk_naive_to_network(again, &network);
            if (status == LK_OK) status = lk_network_info_to_json(&text, network);
            lk_context_fail_allocation(context, 0);
            lk_buffer_free(&text);
            lk_network_free(network);
            lk_naive_evaluation_free(evaluation);
            lk_naive_free(model);
            lk_naive_free(again);
            lk_csv_free(table);
            cr_assert(lk_context_memory_usage(context).live_bytes == before);
            if (status == LK_OK) break;
            cr_assert(status == LK_ERROR_MEMORY, "allocation %llu: %s", (unsigned long long)k,
                      lk_context_error(context).message);
        }
}

Test(naive, a_case_that_is_asked_again_allocates_nothing) {
    lk_naive_options options = {
        .kind = LK_NAIVE_MULTINOMIAL, .class_column = "y", .text_column = "text", .alpha = 1};
    lk_naive *model = train(mails, &options);
    lk_naive_case *c = make_case(model);
    static const char text[] = "win money now, see you at the meeting";
    uint64_t allocations = 0;
    for (int i = 0; i < 3; i++) {
        if (i == 1) allocations = lk_context_memory_usage(context).allocations;
        lk_naive_case_clear(c);
        cr_assert(lk_naive_case_add_words(c, text, strlen(text)) == LK_OK);
        cr_assert(lk_naive_case_run(c) == LK_OK);
    }
    cr_assert(lk_context_memory_usage(context).allocations == allocations);
    lk_naive_case_free(c);
    lk_naive_free(model);
}
