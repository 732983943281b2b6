// The two builds of lm/grad. Its sources are compiled for float, in which models learn, and for
// double, in which expressions are computed and tests check gradients. A program may hold both, so
// in the double build every external name ends in _f64: what lk_add is in the source is lk_add_f64
// for the linker (as fftw_ and fftwf_ come from one source).
//
// A function that is added to this directory is added to the list; a test looks at the object files
// for names that were forgotten. The functions of an op's row need no line: op.h renames them.
#ifndef LK_REAL_H
#define LK_REAL_H

#define LK_REAL_FUNCTIONS(X)                                                                       \
    /* tensor.h */                                                                                 \
    X(lk_tensor_columns)                                                                           \
    X(lk_tensor_rows)                                                                              \
    X(lk_tensor_same_shape)                                                                        \
    /* tape.h */                                                                                   \
    X(lk_tape_backward)                                                                            \
    X(lk_tape_constant)                                                                            \
    X(lk_tape_make)                                                                                \
    X(lk_tape_release)                                                                             \
    X(lk_tape_reset)                                                                               \
    X(lk_tape_status)                                                                              \
    /* op.h */                                                                                     \
    X(lk_dropout_apply)                                                                            \
    X(lk_dropout_draw)                                                                             \
    X(lk_gradient_begin_part)                                                                      \
    X(lk_gradient_end_part)                                                                        \
    X(lk_gradient_in_place)                                                                        \
    X(lk_gradient_pass)                                                                            \
    X(lk_gradient_sum)                                                                             \
    X(lk_gradient_target)                                                                          \
    X(lk_gradient_writable)                                                                        \
    X(lk_make_and_sum_columns)                                                                     \
    X(lk_parallel_ranges)                                                                          \
    X(lk_row_grain)                                                                                \
    X(lk_shape_as)                                                                                 \
    X(lk_shape_scalar)                                                                             \
    X(lk_shape_set)                                                                                \
    X(lk_shape_unary)                                                                              \
    X(lk_sum_columns)                                                                              \
    X(lk_tape_apply)                                                                               \
    X(lk_tape_borrow)                                                                              \
    X(lk_tape_gemm)                                                                                \
    X(lk_tape_gemm_then)                                                                           \
    X(lk_tape_give_back)                                                                           \
    X(lk_tape_room)                                                                                \
    X(lk_wants_gradient)                                                                           \
    /* ops.h */                                                                                    \
    X(lk_add)                                                                                      \
    X(lk_apply_unary)                                                                              \
    X(lk_attention_scratch)                                                                        \
    X(lk_batch_statistics_inverse)                                                                 \
    X(lk_batch_statistics_set)                                                                     \
    X(lk_batchnorm)                                                                                \
    X(lk_batchnorm_rows)                                                                           \
    X(lk_concatenate)                                                                              \
    X(lk_cross_attention)                                                                          \
    X(lk_cross_entropy)                                                                            \
    X(lk_cross_entropy_chunk)                                                                      \
    X(lk_divide)                                                                                   \
    X(lk_drop)                                                                                     \
    X(lk_embedding)                                                                                \
    X(lk_head_logits)                                                                              \
    X(lk_layernorm)                                                                                \
    X(lk_linear)                                                                                   \
    X(lk_linear_activated)                                                                         \
    X(lk_matrix_product)                                                                           \
    X(lk_mean)                                                                                     \
    X(lk_mean_square)                                                                              \
    X(lk_moments_add)                                                                              \
    X(lk_multiply)                                                                                 \
    X(lk_op_at)                                                                                    \
    X(lk_op_name)                                                                                  \
    X(lk_power)                                                                                    \
    X(lk_reshape)                                                                                  \
    X(lk_rmsnorm)                                                                                  \
    X(lk_rope)                                                                                     \
    X(lk_rotation_tables)                                                                          \
    X(lk_scale)                                                                                    \
    X(lk_self_attention)                                                                           \
    X(lk_slice)                                                                                    \
    X(lk_softmax)                                                                                  \
    X(lk_subtract)                                                                                 \
    X(lk_sum)                                                                                      \
    X(lk_swiglu)                                                                                   \
    X(lk_transpose)

#ifdef LK_REAL_IS_DOUBLE
#define LK_REAL_PRAGMA(text) _Pragma(#text)
#define LK_REAL_RENAME(name) LK_REAL_PRAGMA(redefine_extname name name##_f64)
LK_REAL_FUNCTIONS(LK_REAL_RENAME)
#else
#define LK_REAL_RENAME(name)
#endif

#endif
