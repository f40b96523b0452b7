#pragma once
#include <stdint.h>

// Where the code of a suspended task goes on, innermost first, and where the code that waits for it does; how many places.
// `task` is a task of Swift's runtime, or a job that is one. 0 where that cannot be read.
int wf_async_chain(const void *task, uintptr_t *addresses, int capacity);
