/*
 * monthend: the program.
 */
#include "batch/program.h"

int main(int argc, char **argv)
{
    return program_run(argc, argv);
}
