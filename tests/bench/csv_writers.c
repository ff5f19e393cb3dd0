/*
 * csv_writers - the same rows by the program's CSV writer, its digest and its
 * flush to the disk included, or by libcsv's csv_fwrite.
 * usage: BENCH_SECONDS=FILE csv_writers ours|csv_fwrite ROWS FILE
 */
#include <csv.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "reports/csv_write.h"

#define ROWS_KEPT 1024 /* that the file repeats: more would measure the memory */
#define COLUMNS 16
#define FIELD_BYTES 48

static char cells[ROWS_KEPT][COLUMNS][FIELD_BYTES];

static void must(bool done, const char *what)
{
    if (!done) {
        perror(what);
        exit(EXIT_FAILURE);
    }
}

/* As a line of invoice_lines.csv is; one account's name in sixteen needs quotes. */
static void cells_fill(void)
{
    for (int i = 0; i < ROWS_KEPT; i++) {
        const char *const row[COLUMNS] = {
            "INV-2025-11-00012345", "2", "acc-00012345", "2025-11", "overage",
            i % 16 == 0 ? "Usage beyond, \"as agreed\"" : "Usage beyond the plan's credits", "proplus",
            "2025-11-01T00:00:00Z", "2025-12-01T00:00:00Z", "1234.56", "credit", "0.04", "49.38", "USD",
            "2025-11-30T23:59:59.999Z", "R20"};
        for (int j = 0; j < COLUMNS; j++) {
            (void)snprintf(cells[i][j], FIELD_BYTES, "%s", row[j]);
        }
    }
}

static void write_ours(long rows, const char *path)
{
    struct err err = {0};
    struct csv csv;
    char hex[DIGEST_HEX_MAX];
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    must(file >= 0, path);
    must(csv_begin(&csv, file, path, &err) == ERR_NONE, err.text);
    for (long i = 0; i < rows; i++) {
        for (int j = 0; j < COLUMNS; j++) {
            csv_text(&csv, cells[i % ROWS_KEPT][j]);
        }
        must(csv_row_end(&csv, &err) == ERR_NONE, err.text);
    }
    must(csv_close(&csv, hex, &err) == ERR_NONE, err.text);
}

static void write_csv_fwrite(long rows, const char *path)
{
    FILE *file = fopen(path, "we");

    must(file != NULL, path);
    for (long i = 0; i < rows; i++) {
        for (int j = 0; j < COLUMNS; j++) {
            const char *cell = cells[i % ROWS_KEPT][j];
            if (j > 0) {
                (void)fputc(',', file);
            }
            (void)csv_fwrite(file, cell, strlen(cell));
        }
        (void)fputc('\n', file);
    }
    must(fflush(file) == 0 && fsync(fileno(file)) == 0 && fclose(file) == 0, path);
}

int main(int argc, char **argv)
{
    struct timespec begun, done;

    must(argc == 4 && getenv("BENCH_SECONDS") != NULL, "usage: BENCH_SECONDS=FILE csv_writers ours|csv_fwrite ROWS FILE");
    cells_fill();
    clock_gettime(CLOCK_MONOTONIC, &begun);
    if (strcmp(argv[1], "ours") == 0) {
        write_ours(atol(argv[2]), argv[3]);
    } else {
        write_csv_fwrite(atol(argv[2]), argv[3]);
    }
    clock_gettime(CLOCK_MONOTONIC, &done);
    FILE *file = fopen(getenv("BENCH_SECONDS"), "we");
    double seconds = (double)(done.tv_sec - begun.tv_sec) + (double)(done.tv_nsec - begun.tv_nsec) / 1e9;
    must(file != NULL && fprintf(file, "%.6f\n", seconds) > 0 && fclose(file) == 0, "BENCH_SECONDS");
    return EXIT_SUCCESS;
}
