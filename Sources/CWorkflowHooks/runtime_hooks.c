#include "runtime_hooks.h"
#include <stdatomic.h>

_Thread_local void *wf_current_run = 0;

// The hooks of the Swift concurrency runtime: exported variables, each called with the original function behind it.
typedef struct SwiftJob SwiftJob;
#define SWIFT_CC __attribute__((swiftcall))
typedef SWIFT_CC void (*enqueue_fn)(SwiftJob *);
typedef SWIFT_CC void (*delay_fn)(unsigned long long, SwiftJob *);
typedef SWIFT_CC void (*deadline_fn)(long long, long long, long long, long long, int, SwiftJob *);
typedef SWIFT_CC void (*enqueue_hook)(SwiftJob *, enqueue_fn);
typedef SWIFT_CC void (*delay_hook)(unsigned long long, SwiftJob *, delay_fn);
typedef SWIFT_CC void (*deadline_hook)(long long, long long, long long, long long, int, SwiftJob *, deadline_fn);

extern enqueue_hook swift_task_enqueueGlobal_hook;
extern delay_hook swift_task_enqueueGlobalWithDelay_hook;
extern deadline_hook swift_task_enqueueGlobalWithDeadline_hook;
extern enqueue_hook swift_task_enqueueMainExecutor_hook;

static wf_escape_callback report;
static enqueue_hook previous_global, previous_main;
static delay_hook previous_delay;
static deadline_hook previous_deadline;

static inline void escaped(int kind) {
    if (wf_current_run) report(kind, wf_current_run);
}

static SWIFT_CC void on_global(SwiftJob *job, enqueue_fn original) {
    escaped(wf_escape_global);
    if (previous_global) previous_global(job, original); else original(job);
}
static SWIFT_CC void on_main(SwiftJob *job, enqueue_fn original) {
    escaped(wf_escape_main);
    if (previous_main) previous_main(job, original); else original(job);
}
static SWIFT_CC void on_delay(unsigned long long delay, SwiftJob *job, delay_fn original) {
    escaped(wf_escape_delay);
    if (previous_delay) previous_delay(delay, job, original); else original(delay, job);
}
static SWIFT_CC void on_deadline(long long a, long long b, long long c, long long d, int clock, SwiftJob *job, deadline_fn original) {
    escaped(wf_escape_deadline);
    if (previous_deadline) previous_deadline(a, b, c, d, clock, job, original); else original(a, b, c, d, clock, job);
}

void wf_install_escape_hooks(wf_escape_callback callback) {
    static atomic_flag installed = ATOMIC_FLAG_INIT;
    if (atomic_flag_test_and_set(&installed)) return;
    report = callback;
    previous_global = swift_task_enqueueGlobal_hook;
    previous_main = swift_task_enqueueMainExecutor_hook;
    previous_delay = swift_task_enqueueGlobalWithDelay_hook;
    previous_deadline = swift_task_enqueueGlobalWithDeadline_hook;
    swift_task_enqueueGlobal_hook = on_global;
    swift_task_enqueueMainExecutor_hook = on_main;
    swift_task_enqueueGlobalWithDelay_hook = on_delay;
    swift_task_enqueueGlobalWithDeadline_hook = on_deadline;
}
