/* Owns the folder. */
#define _GNU_SOURCE /* nftw, FTW_DEPTH */
#include "tests/fuzz/place.h"

#include <fcntl.h>
#include <ftw.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch/program.h"
#include "tests/fuzz/target.h"

#define WORDS_MAX 64

static char root[PATH_MAX]; /* of the sources */
static char folder[PATH_MAX];

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void)about;
    (void)kind;
    if (where->level > 0) {
        (void)remove(path);
    }
    return 0;
}

void place_empty(void)
{
    (void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void place_remove(void)
{
    place_empty();
    (void)rmdir(folder);
}

void place_make(void)
{
    if (folder[0] != '\0') {
        return;
    }
    const char *below = getenv("TMPDIR");
    int nowhere = open("/dev/null", O_RDONLY | O_CLOEXEC);

    claim(getcwd(root, sizeof root) != NULL, "nobody knows where the sources are");
    (void)snprintf(folder, sizeof folder, "%.4000s/monthend-fuzz-XXXXXX", below == NULL ? "/dev/shm" : below);
    claim(mkdtemp(folder) != NULL && chdir(folder) == 0, "%s cannot be made", folder);
    (void)atexit(place_remove);
    (void)dup2(nowhere, STDIN_FILENO);
    (void)close(nowhere);
    (void)unsetenv("JOURNAL_STREAM");
    (void)unsetenv("COLUMNS");
    place_write("monthend.conf", "", 0);
    (void)setenv("MONTHEND_CONFIG", "monthend.conf", 1);
}

int place_run_words(int argc, char **argv)
{
    optind = 0; /* getopt begins anew */
    int status = program_run(argc, argv);
    (void)fflush(stdout);
    return status;
}

int place_run(const char *line)
{
    char text[2 * PATH_MAX];
    char *words[WORDS_MAX] = {NULL};
    char *rest = NULL;
    int count = 0;

    (void)snprintf(text, sizeof text, "monthend %s", line);
    for (char *word = strtok_r(text, " ", &rest); word != NULL && count < WORDS_MAX - 1; word = strtok_r(NULL, " ", &rest)) {
        words[count++] = word;
    }
    return place_run_words(count, words);
}

/* It must work: nothing else can be tried otherwise. */
static void must(const char *line)
{
    target_quiet_start();
    int status = place_run(line);
    claim(status <= 1, "%s: status %d: %s", line, status, target_said());
}

static void import_world(const char *name)
{
    char line[2 * PATH_MAX];

    (void)snprintf(line, sizeof line, "import " PLACE_DATABASE " %s/fixtures/worlds/%s/in --recorded-at 2025-11-30T00:00:00Z --rejects rejects.csv --quiet",
                   root, name);
    must(line);
}

static void import_text(const char *table, const char *csv, const char *day)
{
    char line[PATH_MAX];

    place_write("table.csv", csv, strlen(csv));
    (void)snprintf(line, sizeof line, "import " PLACE_DATABASE " %s table.csv --recorded-at %sT00:00:00Z --quiet", table, day);
    must(line);
    (void)unlink("table.csv");
}

static void close_and_correct(const char *table, const char *late)
{
    must("close " PLACE_DATABASE " --month 2025-11 --as-of 2025-12-02T00:00:00Z --accept-held --quiet --workbook none --out out");
    import_text(table, late, "2025-12-03");
    must("reprocess " PLACE_DATABASE " --month 2025-11 --as-of 2025-12-04T00:00:00Z --accept-held --quiet --workbook none --out out");
}

void place_database(bool closed)
{
    static const char LATE[] = "adjustment_id,account_id,month,amount,currency,reason,approved_by\n"
                               "late-1,acme,2025-11,-1.25,USD,goodwill,Ada\n";

    must("init " PLACE_DATABASE);
    import_world("x02-then-proplus");
    import_world("text-of-customers");
    import_world("currency-without-digits");
    import_world("grants");
    if (closed) {
        close_and_correct("adjustments", LATE);
    }
}

void place_database_full(void)
{
    static const char *const WORLDS[] = {"x02-then-proplus", "held-no-address", "shown-against-billed", "voids-of-every-table",
                                         "payments", "grants", "currency-without-digits"};
    static const char LEDGER[] = "role,name\ncash,assets:1800 Bank\n";
    static const char TOTALS[] = "day,events,quantity\n2025-11-30,0,0\n";
    static const char LATE[] = "table_name,id,reason\nplan_changes,chg-2,by mistake\nusage_events,a-2,sent twice\n";

    must("init " PLACE_DATABASE);
    for (size_t i = 0; i < sizeof WORLDS / sizeof WORLDS[0]; i++) {
        import_world(WORLDS[i]);
    }
    import_text("ledger_accounts", LEDGER, "2025-11-30");
    import_text("source_totals", TOTALS, "2025-12-01");
    close_and_correct("voids", LATE);
    must("index " PLACE_DATABASE " --quiet");
}

void place_write(const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(name, "wbe");

    claim(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0, "%s cannot be written", name);
}

struct bytes place_read(const char *name)
{
    struct bytes bytes = {NULL, 0};
    struct stat about;
    FILE *file = fopen(name, "rbe");

    if (file == NULL) {
        return bytes;
    }
    claim(fstat(fileno(file), &about) == 0, "%s has no size", name);
    bytes = (struct bytes){malloc((size_t)about.st_size + 1), (size_t)about.st_size};
    claim(bytes.start != NULL && fread(bytes.start, 1, bytes.size, file) == bytes.size, "%s cannot be read", name);
    (void)fclose(file);
    return bytes;
}
