// BLAS's sgemm_ by way of oneDNN's, to be preloaded into PyTorch:
//
//     cc -O2 -shared -fPIC onednn_sgemm.c -o libonednn_sgemm.so -l:libdnnl.so.2
typedef long long dnnl_dim; // of oneDNN's C interface

int dnnl_sgemm(char transpose_a, char transpose_b, dnnl_dim m, dnnl_dim n, dnnl_dim k, float alpha,
               const float *a, dnnl_dim lda, const float *b, dnnl_dim ldb, float beta, float *c,
               dnnl_dim ldc);

void sgemm_(const char *transpose_a, const char *transpose_b, const int *m, const int *n,
            const int *k, const float *alpha, const float *a, const int *lda, const float *b,
            const int *ldb, const float *beta, float *c, const int *ldc);

// BLAS stores columns, oneDNN rows: what the one calls B A is A B for the other.
void sgemm_(const char *transpose_a, const char *transpose_b, const int *m, const int *n,
            const int *k, const float *alpha, const float *a, const int *lda, const float *b,
            const int *ldb, const float *beta, float *c, const int *ldc) {
    dnnl_sgemm(*transpose_b, *transpose_a, *n, *m, *k, *alpha, b, *ldb, a, *lda, *beta, c, *ldc);
}
