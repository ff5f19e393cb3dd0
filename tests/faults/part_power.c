/*
 * The power fails after every operation on the disk: what was not flushed is lost, all of it or some.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/faults/disk.h"
#include "tests/faults/files.h"
#include "tests/faults/harness.h"
#include "tests/faults/parts.h"
#include "tests/faults/record.h"

static const char *const LOSSES[LOSS_KINDS] = {"all that was not flushed", "contents that were not flushed", "some of what was not flushed"};

/* Number: a kind of loss for each count of operations. */
static long cut_image(const struct play *play, long number, const char *folder, struct fault *fault)
{
    const struct disk *disk = play->context;
    long count = number / LOSS_KINDS;
    enum disk_loss loss = (enum disk_loss)(number % LOSS_KINDS);

    snprintf(fault->name, sizeof fault->name, "power cut after operation %ld of %ld, %s lost", count, disk_count(disk), LOSSES[loss]);
    fault->done = count == disk_count(disk); /* the run has said that it is done */
    return disk_after_cut(disk, count, loss, (unsigned)number, folder);
}

int part_power(const struct settings *settings, const struct scenes *scenes)
{
    const struct scene *all[] = {&scenes->init, &scenes->import, &scenes->close, &scenes->reprocess};
    char folder[PATH_MAX];
    int failed = 0;

    harness_path(folder, "%s/recorded", settings->stage.folder);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        files_copy(all[i]->before, folder);
        struct disk *disk = disk_new(folder);
        struct program program = scene_program(&settings->stage, all[i], folder);
        struct outcome outcome = record_run(&program, all[i]->arguments, disk);
        if (outcome.by_signal || outcome.status > 1) {
            fprintf(stderr, "faults: recorded, and yet: %s", outcome.said);
            exit(1);
        }
        struct play play = {.part = "power", .scene = all[i], .image = cut_image, .context = disk,
                            .count = LOSS_KINDS * (disk_count(disk) + 1)};
        play.every = play_every(settings, play.count);
        play.every += play.every % LOSS_KINDS == 0; /* all kinds */
        failed += !play_all(settings, &play);
        disk_free(disk);
    }
    return failed;
}
