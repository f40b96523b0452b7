#define _GNU_SOURCE
#include "threads.h"
#include <pthread.h>
#include <string.h>

void wf_name_current_thread(const char *name) {
    char shortened[16] = {0};
    strncpy(shortened, name, sizeof shortened - 1);
#ifdef __APPLE__
    pthread_setname_np(shortened);
#else
    pthread_setname_np(pthread_self(), shortened);
#endif
}
