// What a run found, as a table and as JSON.
#include "grad/expression.h"

#include "likelore/json.h"

#include <math.h>

// ---- Words --------------------------------------------------------------------------------------

const char *lk_step_sign(const lk_step *step) {
    static const char *const signs[] = {
#define STEP_SIGN(CODE, name, sign) [LK_STEP_##CODE] = (sign),
        LK_STEP_LIST(STEP_SIGN)
#undef STEP_SIGN
    };
    return signs[step->code];
}

void lk_step_append_label(lk_buffer *out, const lk_expression *expression, size_t index) {
    const lk_step *step = &expression->steps[index];
    if (step->node.name)
        lk_buffer_append_text(out, step->node.name);
    else if (step->code == LK_STEP_NUMBER)
        lk_buffer_append_double(out, step->node.value);
    else
        lk_buffer_printf(out, "#%zu", index);
}

// How the value comes about: x*w, tanh(#4); nothing for inputs.
static void append_formula(lk_buffer *out, const lk_expression *e, const lk_step *step) {
    const lk_expression_node *node = &step->node;
    const char *sign = lk_step_sign(step);
    if (node->input_count == 2) {
        lk_step_append_label(out, e, node->inputs[0]);
        lk_buffer_append_text(out, sign);
        lk_step_append_label(out, e, node->inputs[1]);
    } else if (node->input_count == 1) {
        lk_buffer_printf(out, sign ? "%s" : "%s(", sign ? sign : node->op);
        lk_step_append_label(out, e, node->inputs[0]);
        if (!sign) lk_buffer_append_byte(out, ')');
    }
}

// ---- Table --------------------------------------------------------------------------------------

enum { LABEL, FORMULA, VALUE, GRADIENT, DIFFERENCE, VERDICT, COLUMNS };

typedef struct table {
    lk_buffer *out;
    lk_buffer cell;
    const lk_expression *expression;
    size_t widths[COLUMNS];
} table;

static void append_number(lk_buffer *out, double value, int digits) {
    if (isnan(value))
        lk_buffer_append_text(out, "nan"); // without the sign, which has no meaning
    else
        lk_buffer_printf(out, "%.*g", digits, value);
}

static void append_cell(lk_buffer *out, const lk_expression *e, size_t index, int column) {
    const lk_step *step = &e->steps[index];
    switch (column) {
    case LABEL:
        lk_step_append_label(out, e, index);
        break;
    case FORMULA:
        append_formula(out, e, step);
        break;
    case VALUE:
        append_number(out, step->node.value, 10);
        break;
    case GRADIENT:
        append_number(out, step->node.gradient, 10);
        break;
    case DIFFERENCE:
        append_number(out, step->node.difference, 6);
        break;
    default:
        lk_buffer_append_text(out, step->node.agrees ? "agrees" : "differs");
        break;
    }
}

static const char *const headings[COLUMNS] = {"",         "computed as",    "value",
                                              "gradient", "by differences", ""};

// The last column of a row that has something in it.
static int last_column(const lk_expression *e, size_t row) {
    if (row == e->count) return e->was_checked ? DIFFERENCE : GRADIENT;
    if (e->steps[row].is_constant) return VALUE;
    return e->was_checked ? VERDICT : GRADIENT;
}

// Characters, which are the bytes that do not continue one.
static size_t width_of(const char *text) {
    size_t width = 0;
    for (; *text; text++) width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

// The cell of a row, or the heading for the row behind the last.
static const char *cell_text(table *t, size_t row, int column) {
    if (row == t->expression->count) return headings[column];
    lk_buffer_clear(&t->cell);
    append_cell(&t->cell, t->expression, row, column);
    return lk_buffer_text(&t->cell);
}

// Numbers have one where they have a name.
static bool has_row(const lk_expression *e, size_t index) {
    return index == e->count || e->steps[index].code != LK_STEP_NUMBER || e->steps[index].node.name;
}

static void measure(table *t) {
    for (size_t row = 0; row <= t->expression->count; row++)
        for (int column = 0; has_row(t->expression, row) && column < COLUMNS; column++) {
            size_t width = width_of(cell_text(t, row, column));
            if (width > t->widths[column]) t->widths[column] = width;
        }
}

static void append_row(table *t, size_t row) {
    int last = last_column(t->expression, row);
    for (int column = 0; column <= last; column++) {
        const char *text = cell_text(t, row, column);
        lk_buffer_append_text(t->out, text);
        if (column == last) break;
        for (size_t width = width_of(text); width < t->widths[column] + 2; width++)
            lk_buffer_append_byte(t->out, ' ');
    }
    lk_buffer_append_byte(t->out, '\n');
}

void lk_expression_to_text(lk_buffer *out, const lk_expression *expression) {
    table t = {.out = out, .cell = lk_buffer_make(out->context), .expression = expression};
    lk_buffer_append_text(out, "result ");
    lk_step_append_label(out, expression, expression->result);
    lk_buffer_append_text(out, " = ");
    append_number(out, expression->steps[expression->result].node.value, 10);
    lk_buffer_append_text(out, "\n\n");
    measure(&t);
    append_row(&t, expression->count);
    for (size_t row = 0; row < expression->count; row++)
        if (has_row(expression, row)) append_row(&t, row);
    if (t.cell.status != LK_OK) out->status = t.cell.status;
    lk_buffer_free(&t.cell);
}

// ---- JSON ---------------------------------------------------------------------------------------

static void add_node(lk_json_writer *writer, const lk_expression *e, size_t index) {
    const lk_expression_node *node = &e->steps[index].node;
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "id", (int64_t)index);
    lk_json_add_string(writer, "op", node->op);
    if (node->name) lk_json_add_string(writer, "name", node->name);
    lk_json_begin_array(writer, "inputs");
    for (size_t i = 0; i < node->input_count; i++)
        lk_json_add_integer(writer, NULL, (int64_t)node->inputs[i]);
    lk_json_end(writer);
    lk_json_add_number(writer, "value", node->value);
    lk_json_add_number(writer, "gradient", node->gradient);
    if (e->was_checked && !e->steps[index].is_constant) {
        lk_json_add_number(writer, "difference", node->difference);
        lk_json_add_bool(writer, "agrees", node->agrees);
    }
    lk_json_end(writer);
}

lk_status lk_expression_to_json(lk_buffer *out, const lk_expression *expression) {
    lk_json_writer *writer;
    LK_TRY(lk_json_writer_new(out->context, &writer));
    lk_json_begin_object(writer, NULL);
    lk_json_add_integer(writer, "version", 1);
    lk_json_add_number(writer, "value", expression->steps[expression->result].node.value);
    lk_json_add_integer(writer, "result", (int64_t)expression->result);
    lk_json_begin_array(writer, "nodes");
    for (size_t i = 0; i < expression->count; i++) add_node(writer, expression, i);
    lk_json_end(writer);
    lk_json_end(writer);
    lk_status status = lk_json_finish(writer, out, false);
    lk_json_writer_free(writer);
    return status;
}
