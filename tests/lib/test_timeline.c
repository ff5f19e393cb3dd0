/*
 * The plan timeline, step by step: R9, R10, R16's last upgrade, R20's settings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/timeline.h"
#include "tests/lib/script.h"

static struct world world;

static const struct {
    const char *name;
    const char *script;
    const char *steps; /* of the months up to E; '|' is where the base charge of S stands */
} rows[] = {
    {"R2 nothing", "", "|"},
    {"R9 an upgrade", "change 2025-11-05 pro", "| 05 free>pro"},
    {"R9 a downgrade waits", "change 2025-10-05 pro; change 2025-11-05 free", "05 free>pro | 05 pending"},
    {"R9 and lands at the next S", "change 2025-10-05 power; change 2025-10-20 pro",
     "05 free>power 20 pending 01 power-pro |"},
    {"R9 landing, then the change at exactly S",
     "change 2025-10-05 power; change 2025-10-20 pro; change 2025-11-01 proplus",
     "05 free>power 20 pending 01 power-pro | 01 pro>proplus"},
    {"R9 an upgrade removes it", "change 2025-10-05 pro; change 2025-10-20 free; change 2025-10-21 power",
     "05 free>pro 20 pending 21 pro>power |"},
    {"R9 the plan held removes it", "change 2025-10-05 pro; change 2025-10-20 free; change 2025-10-21 pro",
     "05 free>pro 20 pending 21 kept |"},
    {"R9 another downgrade replaces it",
     "change 2025-10-05 power; change 2025-10-20 free; change 2025-10-21 pro",
     "05 free>power 20 pending 21 pending 01 power-pro |"},
    {"R9 landings in months before, too", "change 2025-08-05 power; change 2025-08-20 pro; change 2025-10-07 free",
     "05 free>power 20 pending 01 power-pro 07 pending 01 pro-free |"},
    {"R9 a downgrade at exactly S lands at E, not yet", "change 2025-10-05 pro; change 2025-11-01 free",
     "05 free>pro | 01 pending"},
    {"R9 a change at exactly E is the next month's", "change 2025-12-01 pro", "|"},
    {"R9 over the year's end", "change 2024-12-05 pro; change 2024-12-31T23:59:59.999Z free",
     "05 free>pro 31 pending 01 pro-free |"},
    {"R27 an unknown plan is passed over",
     "change 2025-10-05 pro; change 2025-10-06 free; change 2025-10-07 platinum",
     "05 free>pro 06 pending 07 unknown 01 pro-free |"},
    {"R20 settings count on a paid plan alone",
     "overage 2025-11-04 on; change 2025-11-05 pro; overage 2025-11-06 on", "| 04 ignored 05 free>pro 06 set"},
    {"R20 after the changes of that instant", "overage 2025-11-05 on; change 2025-11-05 pro", "| 05 free>pro 05 set"},
    {"R20 on free again after the landing",
     "change 2025-10-05 pro; change 2025-10-06 free; overage 2025-10-31T23:59:59.999Z on; overage 2025-11-01 on",
     "05 free>pro 06 pending 31 set 01 pro-free | 01 ignored"},
};

static void tell(char *out, size_t size)
{
    const struct timeline *timeline = &world.timeline;
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i <= timeline->step_count; i++) {
        if (i == timeline->month_first) {
            used += (size_t)snprintf(out + used, size - used, "%s|", used > 0 ? " " : "");
        }
        if (i == timeline->step_count) {
            break;
        }
        const struct timeline_step *step = &timeline->steps[i];
        const char *before = world.plans[step->plan_before].code;
        const char *after = world.plans[step->plan_after].code;
        const char *words[] = {[STEP_PENDING] = "pending", [STEP_KEPT] = "kept", [STEP_UNKNOWN] = "unknown",
                               [STEP_SETTING] = "set", [STEP_SETTING_IGNORED] = "ignored"};
        used += (size_t)snprintf(out + used, size - used, "%s%02d ", used > 0 ? " " : "", (int)day_of_month(step->at));
        if (step->kind == STEP_UPGRADED || step->kind == STEP_LANDED) {
            used += (size_t)snprintf(out + used, size - used, "%s%s%s", before, step->kind == STEP_LANDED ? "-" : ">",
                                     after);
        } else {
            used += (size_t)snprintf(out + used, size - used, "%s", words[step->kind]);
        }
    }
}

static void test_steps(void **state)
{
    (void)state;
    int failed = 0;
    char got[512];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        script_bill(&world, rows[i].script);
        tell(got, sizeof got);
        if (strcmp(got, rows[i].steps) != 0) {
            print_error("%s: want \"%s\", got \"%s\"\n", rows[i].name, rows[i].steps, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static const struct {
    const char *name;
    const char *script;
    const char *first_paid; /* "": none */
    bool in_month;
} firsts[] = {
    {"R10 never", "", "", false},
    {"R10 the first change to a paid plan", "change 2025-11-05 pro; change 2025-11-06 power", "2025-11-05", true},
    {"R10 at exactly S", "change 2025-11-01 pro", "2025-11-01", true},
    {"R10 a month before", "change 2025-10-31T23:59:59.999Z pro", "2025-10-31T23:59:59.999Z", false},
    {"R10 first_paid_at earlier", "first_paid 2025-06-01; change 2025-11-05 pro", "2025-06-01", false},
    {"R10 first_paid_at later", "first_paid 2025-11-06; change 2025-11-05 pro", "2025-11-05", true},
    {"R10 first_paid_at alone", "first_paid 2025-11-30", "2025-11-30", true},
    {"R10 first_paid_at after the month", "first_paid 2025-12-01", "2025-12-01", false},
    {"R10 a change to an unknown plan is none", "change 2025-11-05 platinum; change 2025-11-07 pro", "2025-11-07", true},
    {"R10 a change to free is none", "change 2025-11-05 free; change 2025-11-07 pro", "2025-11-07", true},
};

static void test_first_paid(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof firsts / sizeof firsts[0]; i++) {
        script_bill(&world, firsts[i].script);
        int64_t want = firsts[i].first_paid[0] == '\0' ? INSTANT_NONE : script_instant(firsts[i].first_paid);
        bool in_month = timeline_first_paid_in(&world.timeline, month_start_ms(202511), month_end_ms(202511));
        if (world.timeline.first_paid != want || in_month != firsts[i].in_month) {
            print_error("%s: got %" PRId64 ", in the month %d\n", firsts[i].name, world.timeline.first_paid, in_month);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static const struct {
    const char *name;
    const char *script;
    const char *last_upgrade; /* its change_id; "": none */
    bool overage_on;
    int64_t cap_credits;
    const char *unknown; /* the change's id; "": none */
} starts[] = {
    {"nothing", "", "", false, CAP_NONE, ""},
    {"R16 the last upgrade before S", "change 2025-09-01 pro c1; change 2025-10-01 power c2; change 2025-10-02 pro c3",
     "c2", false, CAP_NONE, ""},
    {"R16 not one at exactly S", "change 2025-09-01 pro c1; change 2025-11-01 power c2", "c1", false, CAP_NONE, ""},
    {"R20 the switch stays as set", "change 2025-09-01 pro c1; overage 2025-09-02 on 12.5", "c1", true, 1250, ""},
    {"R20 a setting at exactly S is not yet", "change 2025-09-01 pro c1; overage 2025-11-01 on 12.5", "c1", false,
     CAP_NONE, ""},
    {"R20 a landing on free at S switches off",
     "change 2025-09-01 pro c1; overage 2025-09-02 on; change 2025-10-02 free c2", "c1", false, CAP_NONE, ""},
    {"R27 the first unknown plan", "change 2025-09-01 gold c1; change 2025-09-02 gold c2", "", false, CAP_NONE, "c1"},
};

static void test_what_the_month_finds(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        script_bill(&world, starts[i].script);
        const struct timeline *timeline = &world.timeline;
        const char *last =
            timeline->last_upgrade_before == SIZE_MAX ? "" : world.changes[timeline->last_upgrade_before].change_id;
        const char *unknown = timeline->unknown_plan ? world.changes[timeline->unknown_change].change_id : "";
        if (strcmp(last, starts[i].last_upgrade) != 0 || timeline->overage_on_at_start != starts[i].overage_on ||
            timeline->cap_at_start != starts[i].cap_credits || strcmp(unknown, starts[i].unknown) != 0) {
            print_error("%s: got last upgrade '%s', overage %d, cap %" PRId64 ", unknown '%s'\n", starts[i].name, last,
                        timeline->overage_on_at_start, timeline->cap_at_start, unknown);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps), cmocka_unit_test(test_first_paid), cmocka_unit_test(test_what_the_month_finds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
