/* The result file of a shard: what was written is read, a file that is touched is refused, and one that is not whole does not appear. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "schema/store_shard.h"

#define ACCOUNTS 300
#define BILL "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct place {
    char folder[64];
    char path[96];
};

static int setup(void **state)
{
    static struct place place;

    snprintf(place.folder, sizeof place.folder, "/tmp/monthend-test-XXXXXX");
    if (mkdtemp(place.folder) == NULL) {
        return -1;
    }
    snprintf(place.path, sizeof place.path, "%s/1.result", place.folder);
    *state = &place;
    return 0;
}

static int teardown(void **state)
{
    struct place *place = *state;

    unlink(place->path);
    return rmdir(place->folder); /* nothing else is left in it */
}

static const struct shard_head HEAD = {
    .shard = {2, 3}, .month = 202511, .as_of = 1764633600000, .program_version = "0.1.0", .rules_version = "2025-10",
    .catalogue = BILL, .runs = 1, .first_month = 202510, .counts = {100, 7}, .edges = {4, 5},
    .days = {[0] = {10, 11}, [30] = {12, INT64_C(9000000000000000000)}}, .voided = {7, UINT64_C(0xFFFFFFFFFFFFFFF0)},
};

static const struct shard_month MONTHS[] = {
    {.month = 202510, .events = 50},
    {.month = 202511, .events = 200, .seen = 150, .known = {160, {1, UINT64_MAX, UINT64_C(1) << 63, 4}}},
};

/* The account of a number: each third has usage of two models, each fourth breakpoints, each fifth an unknown model. */
static struct shard_account account_of(int i, char id[32], struct shard_model models[2], struct usage_cell cells[3])
{
    snprintf(id, 32, "acc-%05d", i);
    models[0] = (struct shard_model){"auto", {i, i + 1}};
    models[1] = (struct shard_model){"sonnet '4'", {CREDITS_OVER, INT64_MAX}};
    for (int j = 0; j < 3; j++) {
        cells[j] = (struct usage_cell){1761955200000 + j * 1000 + i, j, i};
    }
    return (struct shard_account){
        .account_id = id, .bill = i < ACCOUNTS - 3 ? BILL : "",
        .unknown_model = i % 5 == 0 ? "nobody's" : "", .unknown_at = i % 5 == 0 ? 1762000000000 : 0,
        .unknown_events = i % 5 == 0, .models = models, .model_count = i % 3 == 0 ? 2 : 0,
        .cells = cells, .cell_count = i % 4 == 0 ? 3 : 0,
    };
}

static void file_make(const struct place *place)
{
    struct shard_file *file = NULL;
    struct err err = {0};
    const struct usage_sample sample = {202511, "e-1", "acc-00001", 5, "auto", 7, TOKENS_NONE, 9, 11};

    assert_int_equal(shard_file_create(place->path, &file, &err), ERR_NONE);
    for (int i = 0; i < ACCOUNTS; i++) {
        char id[32];
        struct shard_model models[2];
        struct usage_cell cells[3];
        struct shard_account account = account_of(i, id, models, cells);
        assert_int_equal(shard_file_add(file, &account, &err), ERR_NONE);
    }
    assert_int_equal(shard_file_add_month(file, &MONTHS[0], &err), ERR_NONE);
    assert_int_equal(shard_file_add_month(file, &MONTHS[1], &err), ERR_NONE);
    assert_int_equal(shard_file_add_sample(file, &sample, &err), ERR_NONE);
    assert_int_equal(shard_file_publish(file, &HEAD, &err), ERR_NONE);
    shard_file_end(file);
}

static bool account_is(const struct shard_account *a, const struct shard_account *b)
{
    bool is = strcmp(a->account_id, b->account_id) == 0 && strcmp(a->bill, b->bill) == 0 &&
              strcmp(a->unknown_model, b->unknown_model) == 0 && a->unknown_at == b->unknown_at &&
              a->unknown_events == b->unknown_events && a->model_count == b->model_count && a->cell_count == b->cell_count;

    for (size_t i = 0; i < a->model_count && is; i++) {
        is = strcmp(a->models[i].model, b->models[i].model) == 0 &&
             memcmp(&a->models[i].sums, &b->models[i].sums, sizeof a->models[i].sums) == 0;
    }
    return is && (a->cell_count == 0 || memcmp(a->cells, b->cells, a->cell_count * sizeof *a->cells) == 0);
}

static bool head_is(const struct shard_head *head)
{
    return head->shard.index == 2 && head->shard.count == 3 && head->month == HEAD.month && head->as_of == HEAD.as_of &&
           strcmp(head->program_version, HEAD.program_version) == 0 &&
           strcmp(head->rules_version, HEAD.rules_version) == 0 && strcmp(head->catalogue, HEAD.catalogue) == 0 &&
           head->runs == HEAD.runs && head->first_month == HEAD.first_month &&
           memcmp(&head->counts, &HEAD.counts, sizeof head->counts) == 0 &&
           memcmp(&head->edges, &HEAD.edges, sizeof head->edges) == 0 &&
           memcmp(head->days, HEAD.days, sizeof head->days) == 0 &&
           memcmp(&head->voided, &HEAD.voided, sizeof head->voided) == 0 && head->accounts == ACCOUNTS;
}

static enum err_code month_take(void *context, const struct shard_month *month, struct err *err)
{
    int *months = context;
    (void)err;

    assert_in_range(*months, 0, 1);
    const struct shard_month *wanted = &MONTHS[*months];
    *months += month->month == wanted->month && month->events == wanted->events && month->seen == wanted->seen &&
               fact_digest_same(&month->known, &wanted->known);
    return ERR_NONE;
}

static enum err_code sample_take(void *context, const struct usage_sample *sample, struct err *err)
{
    (void)err;
    *(int *)context += strcmp(sample->event_id, "e-1") == 0 && strcmp(sample->account_id, "acc-00001") == 0 &&
                       strcmp(sample->model, "auto") == 0 && sample->month == 202511 && sample->at == 5 &&
                       sample->quantity == 7 && sample->tokens == TOKENS_NONE && sample->recorded_at == 9 &&
                       sample->number == 11;
    return ERR_NONE;
}

/* Everything that was written, or the error. */
static enum err_code file_read(const struct place *place, bool *whole, struct err *err)
{
    struct shard_file *file = NULL;
    struct shard_head head;
    const struct shard_account *account = NULL;
    int months = 0;
    int samples = 0;
    int count = 0;

    if (shard_file_open(place->path, &file, &head, err) != ERR_NONE) {
        return err->code;
    }
    *whole = head_is(&head);
    while (shard_file_next(file, &account, err) == ERR_NONE && account != NULL) {
        char id[32];
        struct shard_model models[2];
        struct usage_cell cells[3];
        struct shard_account wanted = account_of(count++, id, models, cells);
        *whole = *whole && account_is(account, &wanted);
    }
    if (shard_file_months(file, month_take, &months, err) == ERR_NONE) {
        (void)!shard_file_samples(file, sample_take, &samples, err);
    }
    *whole = *whole && count == ACCOUNTS && months == 2 && samples == 1;
    shard_file_end(file);
    return err->code;
}

static void test_round_trip(void **state)
{
    struct place *place = *state;
    struct err err = {0};
    bool whole = false;
    struct stat status;

    file_make(place);
    assert_int_equal(file_read(place, &whole, &err), ERR_NONE);
    assert_true(whole);
    assert_int_equal(stat(place->path, &status), 0);
    assert_int_equal(status.st_mode & 077, 0); /* nobody else's */
}

static void byte_put(const char *path, long at, int byte)
{
    FILE *file = fopen(path, "r+b");

    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    fputc(byte, file);
    assert_int_equal(fclose(file), 0);
}

/* A byte changed anywhere: it is refused as damaged, or it is one that nothing was written to. */
static void test_any_byte(void **state)
{
    struct place *place = *state;
    struct stat status;
    uint64_t random = 42;
    int refused = 0;

    file_make(place);
    assert_int_equal(stat(place->path, &status), 0);
    for (int i = 0; i < 400; i++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        long at = (long)((random >> 33) % (uint64_t)status.st_size);
        struct err err = {0};
        bool whole = false;
        FILE *file = fopen(place->path, "rb");
        assert_non_null(file);
        fseek(file, at, SEEK_SET);
        int byte = fgetc(file);
        fclose(file);
        byte_put(place->path, at, byte ^ (1 << (random >> 20 & 7)));
        enum err_code code = file_read(place, &whole, &err);
        if (code == ERR_NONE ? !whole : code != ERR_DATA) {
            fail_msg("byte %ld: %d, %s", at, (int)code, err.text);
        }
        refused += code == ERR_DATA;
        byte_put(place->path, at, byte);
    }
    assert_in_range(refused, 100, 400);
}

/* Cut anywhere: refused; but for zeros at the end, without which SQLite reads the same. */
static void test_any_length(void **state)
{
    struct place *place = *state;
    struct stat status;

    file_make(place);
    assert_int_equal(stat(place->path, &status), 0);
    for (off_t length = status.st_size - 1; length >= 0; length = length > 3000 ? length - 2999 : length - 499) {
        struct err err = {0};
        bool whole = false;
        assert_int_equal(truncate(place->path, length), 0);
        enum err_code code = file_read(place, &whole, &err);
        assert_true(code == ERR_DATA || (code == ERR_NONE && whole && length > status.st_size - 16));
    }
}

/* What is not published is not there, and what is there is left alone. */
static void test_places(void **state)
{
    struct place *place = *state;
    struct shard_file *file = NULL;
    struct shard_file *other = NULL;
    struct err err = {0};
    char part[128];

    snprintf(part, sizeof part, "%s.part", place->path);
    assert_int_equal(shard_file_create(place->path, &file, &err), ERR_NONE);
    assert_int_equal(access(part, F_OK), 0);
    assert_int_equal(shard_file_create(place->path, &other, &err), ERR_BUSY);
    shard_file_end(file);
    assert_int_not_equal(access(part, F_OK), 0);
    assert_int_not_equal(access(place->path, F_OK), 0);
    err = (struct err){0};
    file_make(place);
    assert_int_equal(shard_file_create(place->path, &file, &err), ERR_CREATE);
    assert_non_null(strstr(err.text, "exists already and is left alone"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_round_trip), TEST(test_any_byte), TEST(test_any_length), TEST(test_places)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
