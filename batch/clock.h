/*
 * The clocks. The only place that reads them: everything else is given its
 * instants.
 */
#ifndef MONTHEND_BATCH_CLOCK_H
#define MONTHEND_BATCH_CLOCK_H

#include <stdint.h>

/* Now, in Unix milliseconds UTC. */
int64_t clock_now_ms(void);

/* Milliseconds that only ever grow, for durations. */
int64_t clock_running_ms(void);

/* Sleep for so long, or until a signal. */
void clock_sleep_ms(int64_t duration_ms);

#endif
