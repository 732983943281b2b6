#include "likelore/lm.h"
#include "train/settings.h"

#include "likelore/json.h"
#include "test_context.h"

static lk_settings *make(lk_context *context, const char *preset) {
    lk_settings *settings = NULL;
    cr_assert(lk_settings_new(context, &settings, preset) == LK_OK, "%s",
              lk_context_error(context).message);
    return settings;
}

static void read(lk_settings *settings, const char *text) {
    cr_assert(lk_settings_read(settings, "test.conf", text, strlen(text)) == LK_OK, "%s",
              lk_context_error(settings->context).message);
}

static void expect_wrong(const char *text, lk_status status, int64_t line, int64_t column,
                         const char *words) {
    lk_context *context = make_context();
    lk_settings *settings = make(context, NULL);
    expect_failure(context, lk_settings_read(settings, "test.conf", text, strlen(text)), status,
                   words);
    lk_error error = lk_context_error(context);
    cr_assert(error.location.file && strcmp(error.location.file, "test.conf") == 0);
    cr_assert(error.location.line == line && error.location.column == column,
              "'%s' is wrong at %d:%d, not at %d:%d", text, (int)line, (int)column,
              (int)error.location.line, (int)error.location.column);
    lk_settings_free(settings);
    free_context(context);
}

// ---- Presets ------------------------------------------------------------------------------------

Test(settings, the_default_preset_is_nanogpt) {
    lk_context *context = make_context();
    lk_settings *settings = make(context, NULL);
    cr_assert(strcmp(settings->preset, "nanogpt") == 0);
    cr_assert(settings->n_layer == 8 && settings->n_head == 8 && settings->n_embd == 512);
    cr_assert(settings->learning_rate == 6e-4 && settings->min_lr == 6e-5);
    cr_assert(settings->beta1 == 0.9 && settings->beta2 == 0.95 && settings->weight_decay == 0.1);
    cr_assert(settings->warmup_iters == 2000 && settings->lr_decay_iters == 20000);
    cr_assert(settings->grad_clip == 1 && settings->eval_interval == 250);
    cr_assert(settings->activation == LK_ACTIVATION_GELU && settings->tied_head && settings->bias);
    lk_settings_free(settings);
    free_context(context);
}

Test(settings, the_character_models_differ_by_their_head_alone) {
    lk_context *context = make_context();
    lk_settings *untied = make(context, "chargpt"), *tied = make(context, "chargpt-tied");
    cr_assert(untied->n_embd == 384 && tied->n_embd == 384 && tied->block_size == 256);
    cr_assert(!untied->tied_head && tied->tied_head && tied->head_bias && untied->head_bias);
    cr_assert(tied->activation == LK_ACTIVATION_RELU && !tied->qkv_bias);
    cr_assert(tied->schedule == LK_SCHEDULE_CONSTANT && untied->schedule == LK_SCHEDULE_CONSTANT);
    cr_assert(tied->beta2 == 0.999 && tied->weight_decay == 0.01 && tied->decay_all);
    cr_assert(tied->grad_clip == 0 && tied->eval_interval == 500 && tied->eval_last);
    cr_assert(strcmp(tied->preset, "chargpt-tied") == 0);
    lk_settings_free(untied);
    lk_settings_free(tied);
    free_context(context);
}

Test(settings, cs336_trains_as_the_course_has_it) {
    lk_context *context = make_context();
    lk_settings *s = make(context, "cs336");
    cr_assert(s->optimizer == LK_OPTIMIZER_ADAMW_CS336 && s->beta1 == 0.9 && s->beta2 == 0.999);
    cr_assert(s->epsilon == 1e-8 && s->weight_decay == 0.01 && s->decay_all && s->grad_clip == 1);
    cr_assert(s->schedule == LK_SCHEDULE_COSINE && s->warmup_from_zero);
    lk_settings_free(s);
    free_context(context);
}

Test(settings, a_configuration_may_name_its_preset_first) {
    lk_context *context = make_context();
    lk_settings *settings = make(context, NULL);
    read(settings, "preset = chargpt\nn_layer = 2\n");
    cr_assert(settings->n_embd == 384 && settings->n_layer == 2);
    expect_failure(context, lk_settings_set(settings, "preset", "nanogpt"), LK_ERROR_USAGE,
                   "before the other settings");
    lk_settings_free(settings);
    free_context(context);
}

Test(settings, an_unknown_preset_gets_the_nearest_name) {
    lk_context *context = make_context();
    lk_settings *settings;
    expect_failure(context, lk_settings_new(context, &settings, "nanogtp"), LK_ERROR_UNKNOWN_NAME,
                   "did you mean 'nanogpt'?");
    free_context(context);
}

// ---- Values -------------------------------------------------------------------------------------

Test(settings, lines_of_nanogpt_are_read) {
    lk_context *context = make_context();
    lk_settings *settings = make(context, NULL);
    read(settings, "# a comment\n"
                   "\n"
                   "out = 'runs/a b'  # trailing\n"
                   "data = \"it's.txt\"\r\n"
                   "  learning_rate=6e-4# close\n"
                   "gradient_accumulation_steps = 5 * 8\n"
                   "weight_decay = 1e-1\n"
                   "dropout = 0 # an integer for a number\n"
                   "bias = False\n"
                   "decay_lr = true\n"
                   "activation = 'relu'\n"
                   "max_iters = 600000");
    cr_assert(strcmp(settings->out, "runs/a b") == 0);
    cr_assert(strcmp(settings->data, "it's.txt") == 0);
    cr_assert(settings->learning_rate == 6e-4 && settings->gradient_accumulation_steps == 40);
    cr_assert(settings->weight_decay == 0.1 && settings->dropout == 0);
    cr_assert(!settings->bias && settings->schedule == LK_SCHEDULE_COSINE &&
              settings->max_iters == 600000);
    cr_assert(settings->activation == LK_ACTIVATION_RELU);
    lk_settings_free(settings);
    free_context(context);
}

Test(settings, nanogpts_switch_of_the_schedule_is_read) {
    lk_context *context = make_context();
    lk_settings *settings = make(context, NULL);
    cr_assert(settings->schedule == LK_SCHEDULE_COSINE && !settings->warmup_from_zero);
    read(settings, "decay_lr = False");
    cr_assert(settings->schedule == LK_SCHEDULE_CONSTANT);
    read(settings, "decay_lr = True");
    cr_assert(settings->schedule == LK_SCHEDULE_COSINE);
    read(settings, "schedule = 'wsd'\ndecay_lr = True");
    cr_assert(settings->schedule == LK_SCHEDULE_WSD, "a schedule that decays stays");
    read(settings, "{\"decay_lr\": false}");
    cr_assert(settings->schedule == LK_SCHEDULE_CONSTANT);
    lk_settings_free(settings);
    free_context(context);
    expect_wrong("decay_lr = 1", LK_ERROR_USAGE, 1, 12, "True or False");
    expect_wrong("schedule = cosin", LK_ERROR_USAGE, 1, 12, "constant|linear|cosine|wsd");
}

Test(settings, a_json_object_is_read) {
    lk_context *context = make_context();
    lk_settings *settings = make(context, NULL);
    read(settings, " {\"preset\": \"chargpt\", \"learning_rate\": 1, \"bias\": false,\n"
                   "  \"data\": [\"a.txt\", \"b.txt\"], \"max_iters\": 7}");
    cr_assert(settings->n_embd == 384 && settings->learning_rate == 1 && !settings->bias);
    cr_assert(strcmp(settings->data, "a.txt,b.txt") == 0 && settings->max_iters == 7);
    lk_settings_free(settings);
    free_context(context);
}

Test(settings, a_value_may_hold_equals_signs_and_quotes) {
    lk_context *context = make_context();
    lk_settings *settings = make(context, NULL);
    cr_assert(lk_settings_set(settings, "out", "a=b='c'") == LK_OK);
    cr_assert(strcmp(settings->out, "a=b='c'") == 0);
    cr_assert(lk_settings_set(settings, "max_iters", "2 * 3 * 4") == LK_OK);
    cr_assert(settings->max_iters == 24);
    lk_settings_free(settings);
    free_context(context);
}

static void keep_note(void *user, const char *text) {
    char *kept = user;
    strncat(kept, text, 200);
}

Test(settings, settings_of_nanogpt_without_meaning_here_are_noted) {
    char notes[1000] = "";
    lk_context *context;
    lk_options options = {.threads = 1, .note = keep_note, .note_user = notes};
    cr_assert(lk_context_new(&context, &options) == LK_OK);
    lk_settings *settings = make(context, NULL);
    read(settings, "device = 'cuda:0'\ndtype = 'float16'\ncompile = True\n");
    cr_assert(strstr(notes, "'device'") && strstr(notes, "'dtype'") && strstr(notes, "'compile'"));
    lk_settings_free(settings);
    lk_context_free(context);
}

// ---- Mistakes -----------------------------------------------------------------------------------

Test(settings, mistakes_are_told_with_their_place) {
    expect_wrong("n_layer = 2\nlearning_rat = 1", LK_ERROR_UNKNOWN_NAME, 2, 1,
                 "did you mean 'learning_rate'?");
    expect_wrong("  zzzzqqqq = 1", LK_ERROR_UNKNOWN_NAME, 1, 3, "no setting 'zzzzqqqq'");
    expect_wrong("max_iters = 1.5", LK_ERROR_USAGE, 1, 13, "a whole number");
    expect_wrong("max_iters = '5'", LK_ERROR_USAGE, 1, 13, "a whole number");
    expect_wrong("learning_rate = fast", LK_ERROR_USAGE, 1, 17, "a number");
    expect_wrong("learning_rate = 1 + 1", LK_ERROR_USAGE, 1, 17, "a number");
    expect_wrong("learning_rate = 5 *", LK_ERROR_USAGE, 1, 17, "a number");
    expect_wrong("learning_rate = nan", LK_ERROR_USAGE, 1, 17, "a number");
    expect_wrong("learning_rate = 1e999", LK_ERROR_USAGE, 1, 17, "a number");
    expect_wrong("bias = 1", LK_ERROR_USAGE, 1, 8, "True or False");
    expect_wrong("activation = 'tanh'", LK_ERROR_USAGE, 1, 14, "relu|gelu|gelu_tanh");
    expect_wrong("n_layer = 0", LK_ERROR_USAGE, 1, 11, "from 1 to");
    expect_wrong("split = 1.5", LK_ERROR_USAGE, 1, 9, "from 0 to 1");
    expect_wrong("n_layer", LK_ERROR_SYNTAX, 1, 1, "key = value");
    expect_wrong("n_layer = ", LK_ERROR_SYNTAX, 1, 11, "value is missing");
    expect_wrong("out = 'a", LK_ERROR_SYNTAX, 1, 7, "no closing '");
    expect_wrong("out = 'a' b", LK_ERROR_SYNTAX, 1, 11, "nothing may follow");
    expect_wrong("é = 1", LK_ERROR_SYNTAX, 1, 1, "key = value");
    expect_wrong("import os", LK_ERROR_SYNTAX, 1, 1, "key = value");
    expect_wrong("preset = nothing_of_the_kind", LK_ERROR_UNKNOWN_NAME, 1, 10, "no preset");
    expect_wrong("{\"n_layer\": 2,\n \"bias\": 1}", LK_ERROR_USAGE, 2, 2, "True or False");
    expect_wrong("{\"n_layer\": null}", LK_ERROR_USAGE, 1, 2, "must be a text");
    expect_wrong("{\"n_layr\": 1}", LK_ERROR_UNKNOWN_NAME, 1, 2, "did you mean 'n_layer'?");
}

Test(settings, a_configuration_that_is_not_utf8_is_refused) {
    lk_context *context = make_context();
    lk_settings *settings = make(context, NULL);
    expect_failure(context, lk_settings_read(settings, "x", "out = 'a\xFF'", 10), LK_ERROR_SYNTAX,
                   "not UTF-8");
    cr_assert(lk_context_error(context).location.byte == 8);
    lk_settings_free(settings);
    free_context(context);
}

// ---- Writing ------------------------------------------------------------------------------------

static void expect_same_after(lk_status (*write)(lk_buffer *, const lk_settings *)) {
    lk_context *context = make_context();
    lk_settings *settings = make(context, "chargpt-tied"), *again = make(context, NULL);
    read(settings, "out = 'it\\'s \\\\ here'\nlearning_rate = 0.1\nactivation = gelu_tanh\n");
    lk_buffer text = lk_buffer_make(context), second = lk_buffer_make(context);
    cr_assert(write(&text, settings) == LK_OK);
    read(again, text.data);
    cr_assert(write(&second, again) == LK_OK);
    cr_assert(strcmp(text.data, second.data) == 0, "%s\n%s", text.data, second.data);
    cr_assert(strcmp(again->out, "it's \\ here") == 0 && again->learning_rate == 0.1);
    lk_buffer_free(&text);
    lk_buffer_free(&second);
    lk_settings_free(settings);
    lk_settings_free(again);
    free_context(context);
}

static lk_status write_json(lk_buffer *out, const lk_settings *settings) {
    return lk_settings_write(out->context, out, settings);
}

Test(settings, what_is_written_as_json_reads_back_the_same) { expect_same_after(write_json); }

Test(settings, what_is_written_as_lines_reads_back_the_same) {
    expect_same_after(lk_settings_write_lines);
}

Test(settings, a_setting_is_given_as_text) {
    lk_context *context = make_context();
    lk_settings *settings = make(context, NULL);
    static const char *const cases[][2] = {
        {"preset", "nanogpt"}, {"out", ""},      {"learning_rate", "0.0006"},
        {"n_layer", "8"},      {"bias", "True"}, {"activation", "gelu"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lk_buffer out = lk_buffer_make(context);
        cr_assert(lk_settings_get(&out, settings, cases[i][0]) == LK_OK);
        cr_assert(strcmp(lk_buffer_text(&out), cases[i][1]) == 0, "%s", lk_buffer_text(&out));
        lk_buffer_free(&out);
    }
    lk_settings_free(settings);
    free_context(context);
}

Test(settings, any_allocation_may_fail_without_a_leak) {
    lk_context *context = make_context();
    lk_status status = LK_ERROR_MEMORY;
    for (uint64_t k = 1; status != LK_OK; k++) {
        uint64_t live = lk_context_memory_usage(context).live_bytes;
        lk_settings *settings = NULL, *copy = NULL;
        lk_context_fail_allocation(context, k);
        status = lk_settings_new(context, &settings, "chargpt-tied");
        if (status == LK_OK) status = lk_settings_read(settings, "x", "out = 'a'\nn_layer=1", 19);
        if (status == LK_OK) status = lk_settings_copy(context, &copy, settings);
        lk_context_fail_allocation(context, 0);
        cr_assert(status == LK_OK || status == LK_ERROR_MEMORY);
        lk_settings_free(settings);
        lk_settings_free(copy);
        cr_assert(lk_context_memory_usage(context).live_bytes == live, "allocation %d leaks",
                  (int)k);
    }
    free_context(context);
}
