// Answers to the records of a table, as columns that go beside it.
#include "learn/naive.h"

#include <string.h>

lk_status lk_naive_append_names(lk_buffer *out, const lk_naive *model, char separator) {
    lk_csv_append_field(out, "prediction", strlen("prediction"), separator);
    lk_buffer name = lk_buffer_make(out->context);
    for (uint32_t i = 0; i < lk_naive_class_count(model); i++) {
        lk_buffer_clear(&name);
        lk_buffer_printf(&name, "P(%s=%s)", lk_naive_class_column(model),
                         lk_naive_class_name(model, i));
        lk_buffer_append_byte(out, separator);
        lk_csv_append_field(out, lk_buffer_text(&name), name.length, separator);
    }
    lk_buffer_append_byte(out, '\n');
    lk_status status = lk_buffer_status(&name);
    lk_buffer_free(&name);
    return status == LK_OK ? lk_buffer_status(out) : status;
}

lk_status lk_naive_case_append_record(lk_buffer *out, const lk_naive_case *c, char separator) {
    const lk_naive *model = c->model;
    const char *answer = model->classes[lk_naive_case_best(c)];
    lk_csv_append_field(out, answer, strlen(answer), separator);
    for (uint32_t i = 0; i < model->class_count; i++) {
        lk_buffer_append_byte(out, separator);
        lk_buffer_append_double(out, lk_naive_case_posterior(c)[i]);
    }
    lk_buffer_append_byte(out, '\n');
    return lk_buffer_status(out);
}
