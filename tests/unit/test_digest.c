#include "digest.h"

#include "likelore/core.h"

#include <criterion/criterion.h>
#include <string.h>

static void expect_digest(const char *text, size_t length, const char *expected) {
    lk_sha256 digest;
    char hex[LK_SHA256_HEX + 1];
    lk_sha256_begin(&digest);
    lk_sha256_add(&digest, text, length);
    lk_sha256_end(&digest, hex);
    cr_assert(strcmp(hex, expected) == 0, "%s", hex);
}

// FIPS 180-2, appendix B, and the empty message.
Test(digest, gives_the_known_answers) {
    expect_digest("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect_digest("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const char *two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    expect_digest(two_blocks, strlen(two_blocks),
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

Test(digest, a_million_letters_give_the_known_answer) {
    char letters[1000];
    char hex[LK_SHA256_HEX + 1];
    lk_sha256 digest;
    memset(letters, 'a', sizeof letters);
    lk_sha256_begin(&digest);
    for (int i = 0; i < 1000; i++) lk_sha256_add(&digest, letters, sizeof letters);
    lk_sha256_end(&digest, hex);
    cr_assert(strcmp(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0") == 0);
}

Test(digest, does_not_depend_on_how_the_bytes_arrive) {
    char bytes[300], whole[LK_SHA256_HEX + 1], pieces[LK_SHA256_HEX + 1];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i * 31);
    lk_sha256 digest;
    lk_sha256_begin(&digest);
    lk_sha256_add(&digest, bytes, sizeof bytes);
    lk_sha256_end(&digest, whole);
    lk_random random = lk_random_stream(3, LK_RANDOM_TEST, 0, 0);
    for (int round = 0; round < 100; round++) {
        lk_sha256_begin(&digest);
        for (size_t at = 0; at < sizeof bytes;) {
            size_t length = lk_random_below(&random, sizeof bytes - at + 1);
            lk_sha256_add(&digest, bytes + at, length);
            at += length;
        }
        lk_sha256_end(&digest, pieces);
        cr_assert(strcmp(whole, pieces) == 0);
    }
}
