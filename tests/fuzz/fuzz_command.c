/*
 * The command line, in a folder with a closed month.
 *
 * Input: the words after the program's name, each ended by a line end.
 * Claims: the exit status is one of spec/commands.md, and none of a bug or a failed control; a failure says so, a wrong usage in one line;
 * what it says is text that acts on no terminal; commands that only look leave the database as it is, to the byte.
 * Passed over: words that lead out of the folder, and --on-failure, whose value is a command for the shell.
 *
 * make test: 250 inputs
 */
#include <stdlib.h>
#include <string.h>

#include "lib/err.h"
#include "lib/text.h"
#include "lib/visible.h"
#include "tests/fuzz/place.h"
#include "tests/fuzz/target.h"

#define WORDS_MAX 40
#define LOG_LINES 2 /* --log json: what is wrong, and that the program has ended */
#define BYTES_MAX 2048

static struct bytes database;

static const char PLANS[] = "plan,name,rank\nfree,Free,0\npro,Pro,1\n";
static const char ACCOUNTS[] = "account_id,name,currency,created_at\nnew,\"=New\x1b[31m\",USD,2025-12-01T00:00:00Z\nbad,Bad,ZZZ,2025-12-01\n";

/* The folder as every input finds it. */
static void prepare(void)
{
    if (database.start == NULL) {
        place_make();
        place_database(true);
        database = place_read(PLACE_DATABASE);
    }
    place_empty();
    place_write(PLACE_DATABASE, database.start, database.size);
    place_write("monthend.conf", "", 0);
    place_write("accounts.csv", ACCOUNTS, sizeof ACCOUNTS - 1);
    place_write("plans.csv", PLANS, sizeof PLANS - 1);
    place_write("empty", "", 0);
}

/* Every word in place; 0: one of them is not for here. */
static int words_of(char *text, char **words)
{
    static char program[] = "monthend";
    int count = 0;
    char *rest = NULL;

    words[count++] = program;
    for (char *word = strtok_r(text, "\n", &rest); word != NULL; word = strtok_r(NULL, "\n", &rest)) {
        bool alert = strncmp(word, "--o", 3) == 0 && strncmp(word, "--ou", 4) != 0;
        bool away = word[0] == '/' || strstr(word, "..") != NULL || strstr(word, "=/") != NULL;
        if (alert || away || count == WORDS_MAX) {
            return 0;
        }
        words[count++] = word;
    }
    words[count] = NULL;
    return count;
}

static void claim_status(int status, const char *said)
{
    static const int statuses[] = {0, 1, ERR_USAGE, ERR_DATA, ERR_NO_INPUT, ERR_UNAVAILABLE, ERR_CREATE, ERR_IO, ERR_BUSY};
    bool known = false;

    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        known = known || statuses[i] == status;
    }
    claim(known, "exit status %d: %s", status, said);
}

/* Lines of text that a terminal shows as it is. Returns how many. */
static int claim_lines(const char *said)
{
    size_t length = strlen(said);
    int lines = 0;

    claim(text_is_utf8(said, length), "what is said is not UTF-8: %s", said);
    for (size_t at = 0; at < length;) {
        struct text_character character = text_character(said + at, length - at);
        lines += character.point == '\n';
        claim(character.point == '\n' || visible_as_is(character.point), "the character U+%04X is said: %s",
              (unsigned)character.point, said);
        at += character.bytes;
    }
    claim(length == 0 || said[length - 1] == '\n', "a line is not ended: %s", said);
    return lines;
}

static bool only_looks(const char *command)
{
    static const char *const commands[] = {"preview", "report",   "explain", "verify", "sample", "simulate",
                                           "diff",    "quote",    "status",  "config", "complete", "help"};

    for (size_t i = 0; command != NULL && i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(command, commands[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void claim_as_it_was(const char *command)
{
    struct bytes after = place_read(PLACE_DATABASE);

    claim(after.start != NULL && after.size == database.size && memcmp(after.start, database.start, after.size) == 0,
          "%s has changed the database", command);
    free(after.start);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[BYTES_MAX + 1];
    char *words[WORDS_MAX + 1];

    if (size > BYTES_MAX || memchr(data, '\0', size) != NULL) {
        return INPUT_PASSED_OVER;
    }
    memcpy(text, data, size);
    text[size] = '\0';
    int count = words_of(text, words);
    if (count == 0) {
        return INPUT_PASSED_OVER;
    }
    prepare();
    target_quiet_start();
    const char *command = words[1];
    int status = place_run_words(count, words);
    const char *said = target_said();
    claim_status(status, said);
    int lines = claim_lines(said);
    if (command == NULL || strcmp(command, "complete") != 0) { /* which says nothing amid what is typed */
        claim(status < ERR_USAGE || lines > 0, "exit status %d without a word", status);
        claim(status != ERR_USAGE || lines == (said[0] == '{' ? LOG_LINES : 1), "a wrong usage in %d lines: %s", lines, said);
    }
    if (only_looks(command)) {
        claim_as_it_was(command);
    }
    return INPUT_TAKEN;
}
