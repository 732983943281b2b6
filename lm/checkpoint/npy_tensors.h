// Models whose tensors are arrays of NumPy, a file NAME.npy for each, beside config.json.
#ifndef LK_NPY_TENSORS_H
#define LK_NPY_TENSORS_H

#include "checkpoint/stored_tensor.h"
#include "checkpoint/tensor_files.h"

#define LK_NPY_ENDING ".npy"

// Reads all arrays of the directory, of floating-point numbers, in the order of C: an
// lk_tensor_reader. LK_ERROR_NO_INPUT when there are none.
lk_status lk_npy_tensors_read(lk_tensor_files *tensors);
// Sends a tensor as the file of an array.
lk_status lk_npy_tensor_send(const lk_stored_tensor *tensor, lk_byte_sink *sink, void *user);

#endif
