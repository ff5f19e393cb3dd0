/*
 * The few settings that are not policies of the database: where reports go, the
 * workbook, whom a failure tells, the log. Each comes, in this order, from its
 * option, from the environment (MONTHEND_OUT), from /etc/monthend.conf, or it has
 * its default. They hold for the whole process.
 */
#ifndef MONTHEND_BATCH_SETTINGS_H
#define MONTHEND_BATCH_SETTINGS_H

#include "lib/err.h"

enum setting {
    SETTING_OUT,        /* a directory */
    SETTING_WORKBOOK,   /* full, summary or none */
    SETTING_ON_FAILURE, /* a shell command */
    SETTING_LOG,        /* text or json */
    SETTING_LOG_LEVEL,  /* error, warning, info or debug */
    SETTINGS_COUNT
};

#define SETTING_VALUE_MAX 4096 /* bytes, the closing NUL included */

/* "on-failure": in the file; the option is "--on-failure", the variable MONTHEND_ON_FAILURE. */
const char *setting_name(enum setting setting);

/* What holds where nothing says otherwise, in words: "reports-out beside the database". */
const char *setting_default_words(enum setting setting);

/*
 * Read the file and the environment, and forget what was set before. The file is /etc/monthend.conf, where it is
 * there, or the one that MONTHEND_CONFIG names. An empty variable counts as none.
 *
 *     # lines like this one, and empty ones, say nothing
 *     out = /srv/reports
 *     on-failure = mail -s "monthend failed" finance@example.com
 *
 * ERR_DATA: a line that is none of these, a value that does not fit; with file
 * and line, or variable. ERR_NO_INPUT, ERR_IO: the file cannot be read.
 */
ERR_MUST_USE enum err_code settings_read(struct err *err);

/* Which file that is. */
const char *settings_file(void);

/* The option --NAME. ERR_USAGE: the value does not fit. */
ERR_MUST_USE enum err_code settings_option(enum setting setting, const char *value, struct err *err);

/* The value that counts, or NULL: the default. */
const char *setting_value(enum setting setting);

/* Where that is from: "--out", "MONTHEND_OUT", "/etc/monthend.conf:3", "default". */
const char *setting_origin(enum setting setting);

#endif
