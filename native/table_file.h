// Tables of data that commands read.
#ifndef LIKELORE_TABLE_FILE_H
#define LIKELORE_TABLE_FILE_H

#include "command.h"

#include "likelore/csv.h"

// A table and the file whose bytes it reads.
typedef struct table_file {
    lk_file *file;
    lk_csv *csv;
} table_file;

#define TABLE_SEPARATOR                                                                            \
    {                                                                                              \
        "separator", 0, "CHARACTER",                                                               \
            "between the fields of the data: , ; | or tab (default: the most frequent in the "     \
            "first line)"                                                                          \
    }
#define TABLE_MISSING                                                                              \
    {                                                                                              \
        "missing", 0, "WORD",                                                                      \
            "a field that means a missing value; repeats; replaces the usual ones: empty, ?, NA"   \
    }

// Opens a path ("-": standard input) as --separator and --missing ask.
lk_status open_table(invocation *call, table_file *table, const char *path);
void close_table(table_file *table);

#endif
