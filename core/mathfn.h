// Elementary functions of our own. The C libraries' differ in the last bit between systems; these
// give the same bits on every compiler and target, because they use nothing but IEEE additions,
// multiplications, divisions and integer operations in a stated order (and -ffp-contract=off).
// Special values are those of C17 Annex F; the sign and payload of a NaN are not defined.
//
// Bounds of the error, in units in the last place of the result (subnormal results included); the
// tests hold them at samples, and for the float functions of one variable at every float.
//
//            exp    log    pow    tanh   erf    sin    cos
//   double   1.1    0.95   1.1    1.6    1.6    0.95   0.95
//   float    1.1    0.95   0.501  1.4    1.4    0.501  0.501
#ifndef LK_MATHFN_H
#define LK_MATHFN_H

double lk_exp(double x);
double lk_log(double x);
double lk_pow(double x, double y);
double lk_tanh(double x);
double lk_erf(double x);
double lk_sin(double x);
double lk_cos(double x);

float lk_expf(float x);
float lk_logf(float x);
float lk_powf(float x, float y);
float lk_tanhf(float x);
float lk_erff(float x);
float lk_sinf(float x);
float lk_cosf(float x);

#endif
