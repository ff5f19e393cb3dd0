/*
 * Settings from options, environment and file.
 */
#include "batch/settings.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/disk.h"

#define FILE_DEFAULT "/etc/monthend.conf"
#define FILE_VARIABLE "MONTHEND_CONFIG"
#define ORIGIN_MAX 4200
#define LINE_MAX_BYTES 4200
#define WORDS_MAX 5

static const struct {
    const char *name;
    const char *variable;
    const char *default_words;
    const char *kind;             /* of its value, for messages */
    const char *words[WORDS_MAX]; /* what it may be; none: any text */
} KINDS[SETTINGS_COUNT] = {
    [SETTING_OUT] = {"out", "MONTHEND_OUT", "reports-out beside the database", "a directory", {NULL}},
    [SETTING_WORKBOOK] = {"workbook", "MONTHEND_WORKBOOK", "full up to 200,000 lines, then summary",
                          "full, summary or none", {"full", "summary", "none", NULL}},
    [SETTING_ON_FAILURE] = {"on-failure", "MONTHEND_ON_FAILURE", "nothing is called", "a command", {NULL}},
    [SETTING_LOG] = {"log", "MONTHEND_LOG", "text", "text or json", {"text", "json", NULL}},
    [SETTING_LOG_LEVEL] = {"log-level", "MONTHEND_LOG_LEVEL", "warning; info where the log is json",
                           "error, warning, info or debug", {"error", "warning", "info", "debug", NULL}},
};

static struct {
    bool set;
    char value[SETTING_VALUE_MAX];
    char origin[ORIGIN_MAX];
} settings[SETTINGS_COUNT];

const char *setting_name(enum setting setting)
{
    return KINDS[setting].name;
}

const char *setting_default_words(enum setting setting)
{
    return KINDS[setting].default_words;
}

const char *setting_value(enum setting setting)
{
    return settings[setting].set ? settings[setting].value : NULL;
}

const char *setting_origin(enum setting setting)
{
    return settings[setting].set ? settings[setting].origin : "default";
}

static bool is_one_of(const char *value, const char *const words[WORDS_MAX])
{
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], value) == 0) {
            return true;
        }
    }
    return words[0] == NULL;
}

/* `wrong`: the class of a value that does not fit. */
static enum err_code take(enum setting setting, const char *value, const char *origin, enum err_code wrong, struct err *err)
{
    if (value[0] == '\0' || strlen(value) >= SETTING_VALUE_MAX || !is_one_of(value, KINDS[setting].words)) {
        return err_set(err, wrong, "%s '%.64s' is not %s", origin, value, KINDS[setting].kind);
    }
    settings[setting].set = true;
    strcpy(settings[setting].value, value);
    (void)snprintf(settings[setting].origin, ORIGIN_MAX, "%s", origin);
    return ERR_NONE;
}

enum err_code settings_option(enum setting setting, const char *value, struct err *err)
{
    char origin[32];

    (void)snprintf(origin, sizeof origin, "--%s", KINDS[setting].name);
    return take(setting, value, origin, ERR_USAGE, err);
}

const char *settings_file(void)
{
    const char *named = getenv(FILE_VARIABLE);

    return named != NULL && named[0] != '\0' ? named : FILE_DEFAULT;
}

/* Cut blanks and the line's end off, in place. */
static char *trimmed(char *text)
{
    text += strspn(text, " \t");
    for (size_t length = strlen(text); length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL; length--) {
        text[length - 1] = '\0';
    }
    return text;
}

static enum err_code line_take(char *line, const char *place, struct err *err)
{
    char *text = trimmed(line);
    char *equals = strchr(text, '=');

    if (text[0] == '\0' || text[0] == '#') {
        return ERR_NONE;
    }
    if (equals == NULL) {
        return err_set(err, ERR_DATA, "%s: '%.64s' is not a setting; write NAME = VALUE", place, text);
    }
    *equals = '\0';
    const char *name = trimmed(text), *value = trimmed(equals + 1);
    for (int i = 0; i < SETTINGS_COUNT; i++) {
        if (strcmp(KINDS[i].name, name) == 0) {
            char origin[ORIGIN_MAX];
            (void)snprintf(origin, sizeof origin, "%.4000s: %s", place, name);
            enum err_code code = take((enum setting)i, value, origin, ERR_DATA, err);
            (void)snprintf(settings[i].origin, ORIGIN_MAX, "%s", place);
            return code;
        }
    }
    return err_set(err, ERR_DATA, "%s: there is no setting '%.64s'; 'monthend config' shows them", place, name);
}

/* The next line as far as it fits, its end included; its bytes, 0 at the end. A NUL byte is one of them, unlike with fgets(). */
static size_t line_read(FILE *file, char line[LINE_MAX_BYTES])
{
    size_t length = 0;

    for (int byte = 0; byte != '\n' && length + 1 < LINE_MAX_BYTES && (byte = fgetc(file)) != EOF;) {
        line[length++] = (char)byte;
    }
    line[length] = '\0';
    return length;
}

static enum err_code lines_take(FILE *file, const char *path, struct err *err)
{
    char line[LINE_MAX_BYTES];
    char place[ORIGIN_MAX];
    size_t length;

    for (int number = 1; (length = line_read(file, line)) > 0; number++) {
        (void)snprintf(place, sizeof place, "%.4000s:%d", path, number);
        if (strlen(line) != length) {
            return err_set(err, ERR_DATA, "%s: the line has a NUL byte: not a text file", place);
        }
        if (strchr(line, '\n') == NULL && length + 1 == sizeof line) {
            return err_set(err, ERR_DATA, "%s: the line is longer than %d bytes", place, LINE_MAX_BYTES);
        }
        if (line_take(line, place, err) != ERR_NONE) {
            return err->code;
        }
    }
    return ferror(file) ? err_set(err, disk_class(errno, ERR_IO), "%s: cannot be read: %s", path, strerror(errno)) : ERR_NONE;
}

static enum err_code file_read(struct err *err)
{
    const char *path = settings_file();
    FILE *file = fopen(path, "re");

    if (file == NULL) {
        bool none = errno == ENOENT && strcmp(path, FILE_DEFAULT) == 0; /* it need not be there */
        return none ? ERR_NONE : err_set(err, disk_class(errno, ERR_NO_INPUT), "%s: cannot be read: %s", path, strerror(errno));
    }
    enum err_code code = lines_take(file, path, err);
    (void)fclose(file);
    return code;
}

enum err_code settings_read(struct err *err)
{
    memset(settings, 0, sizeof settings);
    enum err_code code = file_read(err);

    for (int i = 0; i < SETTINGS_COUNT && code == ERR_NONE; i++) {
        const char *value = getenv(KINDS[i].variable);
        if (value != NULL && value[0] != '\0') {
            code = take((enum setting)i, value, KINDS[i].variable, ERR_DATA, err);
        }
    }
    return code;
}
