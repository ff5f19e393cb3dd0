/*
 * alternate - runs a command and its yardstick in turn, A B A B ..., and prints
 * one line of tab-separated results: what run and table.awk make the table of.
 *
 * The ratio of each pair is the time of the one by that of the other; a machine
 * that is busy for a while slows both. A command that writes a number of seconds
 * into the file $BENCH_SECONDS is counted with these instead of its own time.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAIRS_MAX 99

static const char USAGE[] =
    "usage: alternate --row NAME --goal 'OP NUMBER' --measured COMMAND [--yardstick COMMAND]\n"
    "                 [--kind time|memory] [--pairs N] [--before COMMAND]\n"
    "OP is <= or >=. What is compared is the time, or with --kind memory the peak memory; without\n"
    "a yardstick the goal is in seconds, or in MB.\n"
    "The command of --before runs before each measured one and is not counted.\n";

struct options {
    const char *row;
    const char *goal;
    const char *measured;
    const char *yardstick;
    const char *kind;
    const char *before;
    const char *pairs;
};

struct cost {
    double seconds;
    double cpu_seconds;
    double peak_mb;
};

struct spread {
    double min, median, max;
};

static void give_up(const char *what, const char *about)
{
    (void)fprintf(stderr, "alternate: %s '%s'\n", what, about);
    exit(EXIT_FAILURE);
}

static double now_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

/* What the command says that it took, or what the clock says. */
static double seconds_told(double clock_seconds)
{
    FILE *file = fopen(getenv("BENCH_SECONDS"), "re");
    double told = 0;

    if (file == NULL) {
        return clock_seconds;
    }
    if (fscanf(file, "%lf", &told) != 1 || told <= 0) {
        give_up("no seconds in", getenv("BENCH_SECONDS"));
    }
    (void)fclose(file);
    return told;
}

static struct cost run(const char *command)
{
    struct rusage usage;
    int status = 0;

    (void)unlink(getenv("BENCH_SECONDS"));
    double begun = now_seconds();
    pid_t child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        give_up(strerror(errno), command);
    }
    double clock_seconds = now_seconds() - begun;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        give_up("failed:", command);
    }
    return (struct cost){
        .seconds = seconds_told(clock_seconds),
        .cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
        .peak_mb = (double)usage.ru_maxrss / 1024,
    };
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return a < b ? -1 : a > b;
}

static struct spread spread_of(const double *values, int count)
{
    double sorted[PAIRS_MAX];

    memcpy(sorted, values, (size_t)count * sizeof *sorted);
    qsort(sorted, (size_t)count, sizeof *sorted, by_size);
    double middle = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    return (struct spread){sorted[0], middle, sorted[count - 1]};
}

static double ratio(double measured, double yardstick)
{
    return yardstick > 0 ? measured / yardstick : 0;
}

static void option_take(struct options *options, const char *name, const char *value)
{
    const struct {
        const char *name;
        const char **value;
    } known[] = {
        {"--row", &options->row},           {"--goal", &options->goal},   {"--measured", &options->measured},
        {"--yardstick", &options->yardstick}, {"--kind", &options->kind}, {"--before", &options->before},
        {"--pairs", &options->pairs},
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(name, known[i].name) == 0) {
            *known[i].value = value;
            return;
        }
    }
    give_up("unknown option", name);
}

/* The median decides; a goal is "<= N" or ">= N". */
static bool is_held(const char *goal, double median)
{
    double bound = strtod(goal + 2, NULL);

    return strncmp(goal, "<=", 2) == 0 ? median <= bound : median >= bound;
}

/* What the goal is about. */
static double value_of(const struct options *options, struct cost own, struct cost other)
{
    bool memory = strcmp(options->kind, "memory") == 0;
    double value = memory ? own.peak_mb : own.seconds;

    return options->yardstick == NULL ? value : ratio(value, memory ? other.peak_mb : other.seconds);
}

static void measure(const struct options *options, int pairs)
{
    double ratios[PAIRS_MAX], measured[PAIRS_MAX], yardstick[PAIRS_MAX], cpu[PAIRS_MAX], peak[PAIRS_MAX];

    for (int i = 0; i < pairs; i++) {
        if (options->before != NULL) {
            (void)run(options->before);
        }
        struct cost own = run(options->measured);
        struct cost other = options->yardstick == NULL ? (struct cost){0} : run(options->yardstick);
        measured[i] = own.seconds;
        yardstick[i] = other.seconds;
        peak[i] = own.peak_mb;
        cpu[i] = ratio(own.cpu_seconds, other.cpu_seconds);
        ratios[i] = value_of(options, own, other);
    }
    struct spread found = spread_of(ratios, pairs);
    (void)printf("%s\t%s\t%.2f\t%.2f\t%.2f\t%s\t%d\t%.2f\t%.2f\t%.2f\t%.0f\n", options->row, options->goal, found.min,
                 found.median, found.max, is_held(options->goal, found.median) ? "held" : "missed", pairs,
                 spread_of(measured, pairs).median, spread_of(yardstick, pairs).median, spread_of(cpu, pairs).median,
                 spread_of(peak, pairs).max);
}

int main(int argc, char **argv)
{
    struct options options = {.kind = "time", .pairs = "5"};

    for (int i = 1; i + 1 < argc; i += 2) {
        option_take(&options, argv[i], argv[i + 1]);
    }
    int pairs = atoi(options.pairs);
    if (argc % 2 == 0 || options.row == NULL || options.goal == NULL || options.measured == NULL ||
        strlen(options.goal) < 3 || pairs < 1 || pairs > PAIRS_MAX || getenv("BENCH_SECONDS") == NULL) {
        (void)fputs(USAGE, stderr);
        return EXIT_FAILURE;
    }
    measure(&options, pairs);
    return EXIT_SUCCESS;
}
