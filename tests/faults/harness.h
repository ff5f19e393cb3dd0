/* Where the harness itself cannot go on: it says why and exits with 70. */
#ifndef MONTHEND_TESTS_FAULTS_HARNESS_H
#define MONTHEND_TESTS_FAULTS_HARNESS_H

/* `doing` failed, errno says why. */
_Noreturn void harness_failed(const char *doing);

/* printf's text into `out` of PATH_MAX bytes; too long a path ends the harness. */
__attribute__((format(printf, 2, 3))) void harness_path(char *out, const char *format, ...);

#endif
