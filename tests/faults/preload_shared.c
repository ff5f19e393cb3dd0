#include "tests/faults/preload_shared.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

void *shared_open(const char *path, size_t bytes)
{
    int file = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    void *page = file < 0 ? MAP_FAILED : mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

    if (file >= 0) {
        close(file);
    }
    return page == MAP_FAILED ? NULL : page;
}
