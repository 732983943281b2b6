// What the environment keeps the kernels from, told on standard error unless --quiet.
#ifndef LIKELORE_KERNELS_REMARK_H
#define LIKELORE_KERNELS_REMARK_H

#include "command.h"

// Nothing where the text is empty.
void print_remark(const invocation *call, const lk_buffer *remark);
// That of the call's context.
void print_kernels_remark(const invocation *call);

#endif
