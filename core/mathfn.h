// Elementary functions of our own. The C libraries' differ in the last bit between systems; these
// give the same bits on every compiler and target, because they use nothing but IEEE additions,
// multiplications, divisions and integer operations in a stated order (and -ffp-contract=off).
#ifndef LK_MATHFN_H
#define LK_MATHFN_H

double lk_exp(double x);
double lk_log(double x);
double lk_cos(double x);

#endif
