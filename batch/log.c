/*
 * Messages on standard error.
 */
#define _GNU_SOURCE /* vasprintf, open_memstream */
#include "batch/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch/clock.h"
#include "batch/settings.h"
#include "lib/calendar.h"
#include "reports/json.h"

static const char *const LEVELS[] = {
    [LOG_ERROR] = "error", [LOG_WARNING] = "warning", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"};

/* One process, one standard error. */
static struct {
    const char *command;
    char month[MONTH_TEXT_MAX]; /* "": none */
    char run[64];               /* "": none */
    int64_t started_ms;
    int64_t phase_ms; /* when the last phase was over */
    bool json;
    bool journal;
    enum log_level level;
} state = {.command = "", .level = LOG_WARNING};

/* Is standard error the stream to the journal that the variable names, and not a file that it was sent to since? */
static bool is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat about;
    char here[64];

    if (stream == NULL || fstat(STDERR_FILENO, &about) != 0) {
        return false;
    }
    (void)snprintf(here, sizeof here, "%ju:%ju", (uintmax_t)about.st_dev, (uintmax_t)about.st_ino);
    return strcmp(stream, here) == 0;
}

void log_configure(void)
{
    const char *format = setting_value(SETTING_LOG), *level = setting_value(SETTING_LOG_LEVEL);

    state.json = format != NULL && strcmp(format, "json") == 0;
    state.level = state.json ? LOG_INFO : LOG_WARNING;
    for (size_t i = 0; level != NULL && i < sizeof LEVELS / sizeof LEVELS[0]; i++) {
        if (strcmp(LEVELS[i], level) == 0) {
            state.level = (enum log_level)i;
        }
    }
}

void log_begin(const char *command)
{
    state.command = command;
    state.started_ms = clock_running_ms();
    state.phase_ms = state.started_ms;
    state.journal = is_journal();
    log_configure();
}

void log_month(int32_t month)
{
    state.month[0] = '\0';
    state.run[0] = '\0';
    if (month != 0) {
        month_format(month, state.month);
    }
}

void log_run(int32_t month, const char *name)
{
    log_month(month);
    (void)snprintf(state.run, sizeof state.run, "%s/%s", state.month, name);
}

bool log_is_json(void)
{
    return state.json;
}

const char *log_mark(enum log_level level)
{
    static const char *const MARKS[] = {
        [LOG_ERROR] = "<3>", [LOG_WARNING] = "<4>", [LOG_INFO] = "<6>", [LOG_DEBUG] = "<7>"}; /* sd-daemon(3) */

    return state.journal ? MARKS[level] : "";
}

/* A line in the making, so that it is written at once and lines do not mix. Without memory it is written as it comes. */
struct record {
    FILE *file;
    char *line;
    size_t length;
};

static void put_text(FILE *file, const char *name, const char *text)
{
    fprintf(file, ", \"%s\": ", name);
    json_string(file, text);
}

static void put_number(FILE *file, const char *name, int64_t value)
{
    fprintf(file, ", \"%s\": %" PRId64, name, value);
}

/* False: it is not to be logged. */
static bool record_begin(struct record *record, enum log_level level)
{
    char now[INSTANT_TEXT_MAX];

    if (level > state.level) {
        return false;
    }
    *record = (struct record){NULL, NULL, 0};
    record->file = open_memstream(&record->line, &record->length);
    if (record->file == NULL) {
        record->file = stderr;
    }
    fputs(log_mark(level), record->file);
    if (!state.json) {
        return true;
    }
    instant_format(clock_now_ms(), now);
    fprintf(record->file, "{\"time\": \"%s\", \"level\": \"%s\"", now, LEVELS[level]);
    put_text(record->file, "command", state.command);
    if (state.month[0] != '\0') {
        put_text(record->file, "month", state.month);
    }
    if (state.run[0] != '\0') {
        put_text(record->file, "run", state.run);
    }
    return true;
}

static void record_end(struct record *record)
{
    fputs(state.json ? "}\n" : "\n", record->file);
    if (record->file == stderr) {
        return;
    }
    if (fflush(record->file) == 0) { /* fclose() may lose the line: it asks for memory to give some back */
        (void)fwrite(record->line, 1, record->length, stderr); /* where it cannot be written there is no one to tell */
    }
    (void)fclose(record->file);
    free(record->line);
}

void log_failure(const struct err *err)
{
    struct record record;

    fflush(stdout); /* what came before it is read before it */
    if (!record_begin(&record, LOG_ERROR)) {
        return;
    }
    if (state.json) {
        put_text(record.file, "message", err->text);
        put_number(record.file, "status", err->code);
    } else {
        fprintf(record.file, "monthend: %s", err->text);
    }
    record_end(&record);
}

void log_line(enum log_level level, const char *place, const char *format, ...)
{
    struct record record;
    char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0 || !record_begin(&record, level)) {
        free(length < 0 ? NULL : text);
        return;
    }
    if (state.json) {
        if (place[0] != '\0') {
            put_text(record.file, "place", place);
        }
        put_text(record.file, "message", text);
    } else {
        fprintf(record.file, "%s: %s", place[0] != '\0' ? place : "monthend", text);
    }
    record_end(&record);
    free(text);
}

static void put_phase(struct record *record, struct log_phase phase)
{
    if (!state.json) {
        fprintf(record->file, "monthend: %s: ", phase.phase);
        if (phase.unit[0] != '\0') {
            fprintf(record->file, "%" PRId64 " %s in ", phase.done, phase.unit);
        }
        fprintf(record->file, "%" PRId64 ".%03d s", phase.duration_ms / 1000, (int)(phase.duration_ms % 1000));
        return;
    }
    put_text(record->file, "phase", phase.phase);
    if (phase.unit[0] != '\0') {
        put_number(record->file, "done", phase.done);
        put_text(record->file, "unit", phase.unit);
    }
    if (phase.total > 0) {
        put_number(record->file, "of", phase.total);
    }
    put_number(record->file, "duration_ms", phase.duration_ms);
}

void log_progress(struct log_phase phase)
{
    struct record record;

    if (state.json && record_begin(&record, LOG_INFO)) {
        put_phase(&record, phase);
        record_end(&record);
    }
}

void log_phase(struct log_phase phase)
{
    struct record record;

    state.phase_ms = clock_running_ms();
    phase.total = 0; /* an estimate is of no use any more */
    if (record_begin(&record, LOG_INFO)) {
        put_phase(&record, phase);
        record_end(&record);
    }
}

void log_phase_over(const char *phase)
{
    log_phase((struct log_phase){.phase = phase, .unit = "", .duration_ms = clock_running_ms() - state.phase_ms});
}

void log_result(const char *message, const struct log_count *counts)
{
    struct record record;

    if (!record_begin(&record, LOG_INFO)) {
        return;
    }
    if (state.json) {
        put_text(record.file, "message", message);
    } else {
        fprintf(record.file, "monthend: %s", message);
    }
    for (; counts->name != NULL; counts++) {
        if (state.json) {
            put_number(record.file, counts->name, counts->value);
        } else {
            fprintf(record.file, ", %s %" PRId64, counts->name, counts->value);
        }
    }
    record_end(&record);
}

void log_end(int status)
{
    const struct log_count counts[] = {
        {"status", status}, {"duration_ms", clock_running_ms() - state.started_ms}, {NULL, 0}};

    log_month(0);
    log_result("ended", counts);
}
