#include "likelore/core.h"

#include "integer.h"
#include "mathfn.h"
#include "philox.h"

#include <math.h>

void lk_philox4x32(uint32_t out[4], const uint32_t counter[4], const uint32_t key[2]) {
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < LK_PHILOX_ROUNDS; round++) {
        uint64_t p0 = (uint64_t)LK_PHILOX_M0 * c0;
        uint64_t p1 = (uint64_t)LK_PHILOX_M1 * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += LK_PHILOX_W0;
        k1 += LK_PHILOX_W1;
    }
    out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;
}

lk_random lk_random_stream(uint64_t seed, lk_random_purpose purpose, uint64_t step,
                           uint32_t index) {
    return (lk_random){
        .key = {(uint32_t)seed, (uint32_t)(seed >> 32)},
        .counter = {0, index, (uint32_t)step, (uint32_t)(step >> 32) << 8 | (uint32_t)purpose},
        .used = 4,
    };
}

uint32_t lk_random_u32(lk_random *random) {
    if (random->used == 4) {
        lk_philox4x32(random->block, random->counter, random->key);
        random->counter[0]++;
        random->used = 0;
    }
    return random->block[random->used++];
}

uint64_t lk_random_u64(lk_random *random) {
    uint64_t low = lk_random_u32(random);
    return low | (uint64_t)lk_random_u32(random) << 32;
}

double lk_random_uniform(lk_random *random) {
    return (double)(lk_random_u64(random) >> 11) * 0x1p-53;
}

float lk_random_uniform_float(lk_random *random) {
    return (float)(lk_random_u32(random) >> 8) * 0x1p-24f;
}

uint64_t lk_random_below(lk_random *random, uint64_t bound) {
    uint64_t low;
    uint64_t high = lk_multiply_wide(&low, lk_random_u64(random), bound);
    if (low < bound) {
        uint64_t threshold = (0 - bound) % bound;
        while (low < threshold) high = lk_multiply_wide(&low, lk_random_u64(random), bound);
    }
    return high;
}

double lk_random_normal(lk_random *random) {
    double radius = sqrt(-2.0 * lk_log(1.0 - lk_random_uniform(random)));
    return radius * lk_cos(6.283185307179586 * lk_random_uniform(random));
}
