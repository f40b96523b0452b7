#define _GNU_SOURCE
#include "crash_blame.h"
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// The task-local values of the task that runs on the calling thread: a walk over a list that only this thread changes.
extern __attribute__((swiftcall)) void *swift_task_localValueGet(const void *key);

static _Thread_local wf_blame_mark thread_mark;
static const void *task_key;

static const int signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE};
enum { signal_count = sizeof signals / sizeof signals[0], stack_size = 64 * 1024 };
static struct sigaction previous[signal_count];

wf_blame_mark wf_swap_thread_blame(wf_blame_mark mark) {
    wf_blame_mark old = thread_mark;
    thread_mark = mark;
    return old;
}

static void leave_mark(void) {
    wf_blame_mark mark = thread_mark;
    if (!mark.slot && task_key) {
        const wf_blame_mark *local = swift_task_localValueGet(task_key);
        if (local) mark = *local;
    }
    // Code that outlived its attempt must not blame whoever has the slot now.
    if (mark.slot && mark.slot->serial == mark.serial) mark.slot->trapped = 1;
}

static void on_signal(int number, siginfo_t *info, void *context) {
    // A signal that somebody sent is nobody's fault here.
    int is_sent = info && (info->si_code == SI_USER || info->si_code == SI_QUEUE) && info->si_pid != getpid();
    if (!is_sent) leave_mark();
    const struct sigaction *before = 0;
    for (int index = 0; index < signal_count; index++) {
        if (signals[index] == number) before = &previous[index];
    }
    if (before && before->sa_flags & SA_SIGINFO && before->sa_sigaction) {
        before->sa_sigaction(number, info, context);
        return;
    }
    if (before && !(before->sa_flags & SA_SIGINFO) && before->sa_handler != SIG_DFL && before->sa_handler != SIG_IGN) {
        before->sa_handler(number);
        return;
    }
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    sigaction(number, &standard, 0);
    // The process dies of it, wherever the signal came from.
    raise(number);
}

void wf_install_crash_handlers(const void *task_local) {
    static atomic_flag installed = ATOMIC_FLAG_INIT;
    if (atomic_flag_test_and_set(&installed)) return;
    task_key = task_local;
    for (int index = 0; index < signal_count; index++) {
        struct sigaction action;
        memset(&action, 0, sizeof action);
        action.sa_sigaction = on_signal;
        // Not blocked in the handler: Swift's own, which is called from here, reads memory that may not be there while it
        // writes the backtrace, and a signal that is blocked then would end the process before it is written.
        action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
        sigemptyset(&action.sa_mask);
        // Known before the first signal can come to us.
        sigaction(signals[index], 0, &previous[index]);
        sigaction(signals[index], &action, 0);
    }
}

void *wf_begin_signal_stack(void) {
    stack_t now;
    if (sigaltstack(0, &now) == 0 && !(now.ss_flags & SS_DISABLE)) return 0;
    stack_t stack;
    memset(&stack, 0, sizeof stack);
    stack.ss_sp = malloc(stack_size);
    stack.ss_size = stack_size;
    if (!stack.ss_sp) return 0;
    if (sigaltstack(&stack, 0) == 0) return stack.ss_sp;
    free(stack.ss_sp);
    return 0;
}

void wf_end_signal_stack(void *memory) {
    if (!memory) return;
    stack_t stack;
    memset(&stack, 0, sizeof stack);
    stack.ss_flags = SS_DISABLE;
    sigaltstack(&stack, 0);
    free(memory);
}
