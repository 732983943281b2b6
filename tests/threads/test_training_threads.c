// Training steps on several threads, for the thread sanitizer, and the same digest as on one.
#include "training_text.h"

#include <stdio.h>
#include <stdlib.h>

static void train(int threads, char weights[65]) {
    lk_context *context;
    if (lk_context_new(&context, &(lk_options){.threads = threads}) != LK_OK) exit(1);
    training_setting more[] = {
        {"n_embd", "68"}, {"block_size", "70"}, {"batch_size", "8"}, {"split", "0.5"}};
    lk_trainer *trainer;
    lk_status status = make_tiny_trainer(context, &trainer, "chargpt", more, 4);
    lk_train_report report = {0};
    while (status == LK_OK && report.step < 4) status = lk_trainer_next(trainer, &report);
    char optimizer[65];
    if (status == LK_OK) status = lk_trainer_digest(trainer, weights, optimizer);
    if (status != LK_OK) {
        fprintf(stderr, "%s\n", lk_context_error(context).message);
        exit(1);
    }
    lk_trainer_free(trainer);
    lk_context_free(context);
}

int main(void) {
    char one[65], four[65];
    train(1, one);
    train(4, four);
    if (strcmp(one, four) == 0) return 0;
    fprintf(stderr, "1 thread gives %s, 4 threads give %s\n", one, four);
    return 1;
}
