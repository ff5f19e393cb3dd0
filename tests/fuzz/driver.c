/*
 * driver.c - a target without libFuzzer: replays files and folders of inputs,
 * then tries inputs made from them. The same seed makes the same ones everywhere.
 * It knows nothing of coverage: for `make test`, which wants to be quick and the same each time.
 *
 * usage: TARGET [-runs=N] [-seed=S] [-artifact=FILE] FILE|FOLDER...
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sanitizer/common_interface_defs.h>

#include "tests/fuzz/target.h"
#include "tests/lib/random_world.h"

#define INPUT_MAX 8192 /* larger ones are cut */
#define PATH_BYTES 4096
#define CHANGES_MAX 6  /* of one input */

struct input {
    size_t size;
    uint8_t *bytes;
};

static struct corpus {
    struct input *inputs;
    size_t count, max;
} corpus;

static uint64_t state;
static char current[PATH_BYTES] = "./crash-input"; /* where an input is left that was made here */
static const uint8_t *running;
static size_t running_size;

static size_t below(size_t count)
{
    return (size_t)random_up_to(&state, (int64_t)count - 1);
}

static void corpus_add(const uint8_t *bytes, size_t size)
{
    if (corpus.count == corpus.max) {
        corpus.max = 2 * corpus.max + 64;
        corpus.inputs = realloc(corpus.inputs, corpus.max * sizeof *corpus.inputs);
        claim(corpus.inputs != NULL, "no memory for the inputs");
    }
    struct input *input = &corpus.inputs[corpus.count++];
    input->size = size < INPUT_MAX ? size : INPUT_MAX;
    input->bytes = malloc(input->size + 1);
    claim(input->bytes != NULL, "no memory for the inputs");
    memcpy(input->bytes, bytes, input->size);
}

/* A copy of its exact size: whoever reads beyond it is seen. */
static void run(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);

    claim(copy != NULL, "no memory for an input");
    memcpy(copy, bytes, size);
    running = copy;
    running_size = size;
    (void)LLVMFuzzerTestOneInput(copy, size);
    running = NULL;
    free(copy);
}

/* Before the end: leave the input behind. */
static void leave_input(void)
{
    FILE *file = running == NULL ? NULL : fopen(current, "wbe");

    if (file != NULL) {
        (void)fwrite(running, 1, running_size, file);
        (void)fclose(file);
    }
}

static void aborted(int signal_number)
{
    (void)signal(signal_number, SIG_DFL);
    leave_input(); /* nothing can be made worse */
}

/* A sanitizer's finding, and a claim or an assertion that does not hold. */
static void ends_watch(void)
{
    __sanitizer_set_death_callback(leave_input);
    (void)signal(SIGABRT, aborted);
}

static void file_take(const char *path)
{
    static uint8_t bytes[1 << 20];
    FILE *file = fopen(path, "rbe");

    claim(file != NULL, "%s: cannot be opened", path);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    corpus_add(bytes, size);
    run(bytes, size);
}

static void path_take(const char *path)
{
    struct dirent **entries = NULL;
    struct stat about;
    char name[PATH_BYTES];

    if (stat(path, &about) == 0 && !S_ISDIR(about.st_mode)) {
        file_take(path);
        return;
    }
    int count = scandir(path, &entries, NULL, alphasort); /* no folder: nothing was found yet */
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.') {
            (void)snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
            path_take(name);
        }
        free(entries[i]);
    }
    free(entries);
}

static size_t insert(uint8_t *bytes, size_t size, const uint8_t *more, size_t count)
{
    size_t at = below(size + 1);

    count = count < INPUT_MAX - size ? count : INPUT_MAX - size;
    memmove(bytes + at + count, bytes + at, size - at);
    memcpy(bytes + at, more, count);
    return size + count;
}

static size_t cut(uint8_t *bytes, size_t size)
{
    size_t at = below(size), count = 1 + below(size - at < 64 ? size - at : 64);

    memmove(bytes + at, bytes + at + count, size - at - count);
    return size - count;
}

static size_t change(uint8_t *bytes, size_t size)
{
    static const char *const words[] = {"\n", ",", "\"", "\"\"", "\r\n", "0", "9999999999999", "-", "1970-01-01T00:00:00Z",
                                        "9999-12-31T23:59:59.999Z", "2025-11", "\xff\xff\xff\xff", "\xc3\xa9", "--"};
    const char *word = words[below(sizeof words / sizeof words[0])];
    const struct input *other = &corpus.inputs[below(corpus.count)];

    switch (size == 0 ? 0 : below(6)) {
    case 0:
        return insert(bytes, size, (const uint8_t *)word, strlen(word));
    case 1:
        bytes[below(size)] ^= (uint8_t)(1U << below(8));
        return size;
    case 2:
        bytes[below(size)] = (uint8_t)below(256);
        return size;
    case 3:
        return cut(bytes, size);
    case 4:
        return insert(bytes, size, bytes + below(size), 1); /* which bytes move does not matter */
    default: {
        size_t at = other->size == 0 ? 0 : below(other->size);
        return insert(bytes, size, other->bytes + at, other->size == 0 ? 0 : 1 + below(other->size - at));
    }
    }
}

static void made_run(void)
{
    static uint8_t bytes[INPUT_MAX];
    const struct input *from = &corpus.inputs[below(corpus.count)];
    size_t size = from->size;

    memcpy(bytes, from->bytes, size);
    for (size_t changes = 1 + below(CHANGES_MAX); changes > 0; changes--) {
        size = change(bytes, size);
    }
    run(bytes, size);
}

static void corpus_free(void)
{
    for (size_t i = 0; i < corpus.count; i++) {
        free(corpus.inputs[i].bytes);
    }
    free(corpus.inputs);
}

int main(int argc, char **argv)
{
    long runs = 0;
    int told = dup(STDOUT_FILENO);

    (void)LLVMFuzzerInitialize(&argc, &argv);
    ends_watch();
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "-runs=", 6) == 0) {
            runs = atol(argv[i] + 6);
        } else if (strncmp(argv[i], "-seed=", 6) == 0) {
            state = (uint64_t)atol(argv[i] + 6);
        } else if (strncmp(argv[i], "-artifact=", 10) == 0) {
            (void)snprintf(current, sizeof current, "%s", argv[i] + 10);
        } else {
            path_take(argv[i]);
        }
    }
    size_t replayed = corpus.count;
    corpus_add((const uint8_t *)"", 0);
    for (long i = 0; i < runs; i++) {
        made_run();
    }
    (void)dprintf(told, "%zu replayed, %ld made\n", replayed, runs);
    corpus_free();
    return 0;
}
