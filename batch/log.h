/*
 * Messages on standard error: as text for people, or (--log json) as one JSON
 * object a line with time, level, command, month, run, and what happened.
 *
 * Where standard error is the journal's (JOURNAL_STREAM), each line begins with
 * its priority, as sd-daemon(3) has it.
 */
#ifndef MONTHEND_BATCH_LOG_H
#define MONTHEND_BATCH_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Whose messages these are from here on: the command's; then of which month (0: none), or of which of its runs ("1-close"). */
void log_begin(const char *command);
void log_month(int32_t month);
void log_run(int32_t month, const char *name);

/* The settings log and log-level were read, or changed by an option: take them up. */
void log_configure(void);

bool log_is_json(void);

/* What a line that is written without this file begins with: "<6>" for the journal, otherwise "". */
const char *log_mark(enum log_level level);

/* The one line of a failure. */
void log_failure(const struct err *err);

/* Any other message. As text it is the message alone where `place` says whose it is ("payments.csv:3"); "": the program's. */
__attribute__((format(printf, 3, 4))) void log_line(enum log_level level, const char *place, const char *format, ...);

/* How far a phase is, or was. */
struct log_phase {
    const char *phase; /* "reading usage" */
    const char *unit;  /* "events"; "": nothing is counted */
    int64_t done;
    int64_t total;     /* an estimate; 0: unknown */
    int64_t duration_ms;
};
void log_progress(struct log_phase phase); /* under way; JSON only: text has its bar */
void log_phase(struct log_phase phase);    /* over */

/* A phase that counts nothing is over; it began where the one before was over, or the command began. */
void log_phase_over(const char *phase);

/* Numbers of a result, by name: "invoiced", 30. The last name is NULL. */
struct log_count {
    const char *name;
    int64_t value;
};
void log_result(const char *message, const struct log_count *counts);

/* The command is over. */
void log_end(int status);

#endif
