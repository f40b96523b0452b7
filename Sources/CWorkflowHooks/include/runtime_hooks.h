#pragma once
#include <stdbool.h>
#include <stdint.h>

// Which workflow run is being drained on this thread; null outside.
extern _Thread_local void *wf_current_run;

static inline void *wf_get_current_run(void) { return wf_current_run; }
static inline void *wf_swap_current_run(void *run) {
    void *old = wf_current_run;
    wf_current_run = run;
    return old;
}

// How a job left the run that made it.
enum wf_escape_kind { wf_escape_global = 0, wf_escape_delay = 1, wf_escape_deadline = 2, wf_escape_main = 3 };

// Called on the thread of the run, at the escape itself.
typedef void (*wf_escape_callback)(int kind, void *run);

// Installs the hooks of the concurrency runtime, chained before those that were there. Repeated calls do nothing.
void wf_install_escape_hooks(wf_escape_callback callback);
