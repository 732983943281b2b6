// Cuts by a regular expression: where each match begins and where it ends. What matches nothing is
// a piece too, so that no text is lost; so is what is no UTF-8, in which nothing matches.
//
// An expression may look ahead as far as it likes, and what follows may change any match. So no
// piece is certain before the text ends, or a special token.
#include "tokenizer/pretokenizer.h"

#include "regex.h"
#include "unicode.h"

// Behind the bytes from `at` on that are no UTF-8.
static size_t end_of_invalid(const lk_piece_scan *scan, size_t at) {
    bool valid = false;
    while (at < scan->text.length) {
        uint32_t character;
        size_t size =
            lk_utf8_decode(scan->text.bytes + at, scan->text.length - at, &character, &valid);
        if (valid) break;
        at += size;
    }
    return at;
}

// Begins with what is UTF-8 from `at` on.
static void enter_valid(lk_piece_scan *scan) {
    scan->valid_begin = scan->at;
    scan->valid_end =
        scan->at + lk_utf8_validate(scan->text.bytes + scan->at, scan->text.length - scan->at);
    scan->match_begin = scan->match_end = scan->search = scan->at;
}

// Finds the next match. An empty one cuts as well; the next is looked for behind the character
// there.
static bool find_match(lk_piece_scan *scan) {
    const uint8_t *text = scan->text.bytes + scan->valid_begin;
    size_t length = scan->valid_end - scan->valid_begin, begin, end;
    scan->match_begin = scan->match_end = scan->valid_end;
    if (scan->search >= scan->valid_end) return true;
    scan->failure =
        lk_regex_find(scan->regex, &begin, &end, text, length, scan->search - scan->valid_begin);
    if (scan->failure != LK_OK) return false;
    scan->match_begin = scan->valid_begin + begin;
    scan->match_end = scan->search = scan->valid_begin + end;
    if (begin == end && end < length) {
        uint32_t character;
        scan->search += lk_utf8_decode(text + end, length - end, &character, NULL);
    }
    return true;
}

// The end of the piece that begins at `at`; `at` where finding it has failed.
static size_t end_of_piece(lk_piece_scan *scan) {
    if (scan->at == scan->valid_end) enter_valid(scan);
    if (scan->at == scan->valid_end) return scan->valid_end = end_of_invalid(scan, scan->at);
    for (;;) {
        if (scan->at < scan->match_begin) return scan->match_begin;
        if (scan->at < scan->match_end) return scan->match_end;
        if (!find_match(scan)) return scan->at;
    }
}

size_t lk_expression_scan_next(lk_piece_scan *scan, size_t *ends, size_t capacity) {
    size_t found = 0;
    if (!scan->is_last || scan->failure != LK_OK) return 0;
    if (scan->at == 0) lk_regex_begin(scan->regex, scan->text.length);
    while (found < capacity && scan->at < scan->text.length) {
        size_t end = end_of_piece(scan);
        if (scan->failure != LK_OK) break;
        ends[found++] = scan->at = end;
    }
    return found;
}
