#include "draw/drawing.h"

static lk_status draw_svg(lk_buffer *out, lk_arena *arena, const lk_diagram *diagram) {
    return lk_diagram_to_svg(out, arena, diagram);
}

static lk_status draw_dot(lk_buffer *out, lk_arena *arena, const lk_diagram *diagram) {
    (void)arena;
    lk_diagram_to_dot(out, diagram);
    return LK_OK;
}

static const struct format {
    const char *name;
    lk_status (*draw)(lk_buffer *, lk_arena *, const lk_diagram *);
} formats[] = {{"svg", draw_svg}, {"dot", draw_dot}};

enum { FORMAT_COUNT = sizeof formats / sizeof formats[0] };

static lk_status find_format(lk_context *context, const struct format **found, const char *name) {
    *found = &formats[0];
    if (!name) return LK_OK;
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        *found = &formats[i];
        if (strcmp(formats[i].name, name) == 0) return LK_OK;
    }
    return lk_fail(context, LK_ERROR_UNKNOWN_NAME,
                   "there is no format \"%.100s\"; drawings are \"svg\" or \"dot\"", name);
}

static lk_status draw(lk_buffer *out, lk_arena *arena, const lk_network *network,
                      const lk_draw_options *options) {
    const struct format *format;
    LK_TRY(find_format(network->context, &format, options->format));
    lk_diagram diagram;
    LK_TRY(lk_diagram_make(arena, &diagram, network, options));
    LK_TRY(format->draw(out, arena, &diagram));
    return lk_buffer_status(out);
}

lk_status lk_network_draw(lk_buffer *out, const lk_network *network,
                          const lk_draw_options *options) {
    static const lk_draw_options defaults = {0};
    LK_TRY(lk_network_need_finished(network->context, network));
    lk_arena arena = lk_arena_make(network->context, 0);
    size_t length = out->length;
    lk_status status = draw(out, &arena, network, options ? options : &defaults);
    if (status != LK_OK && out->status == LK_OK) out->length = length;
    lk_arena_release(&arena);
    return status;
}
