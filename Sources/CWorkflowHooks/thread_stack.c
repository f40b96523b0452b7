#define _GNU_SOURCE
#include "thread_stack.h"
#include <errno.h>
#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum { idle, asked, answering, answered, depth = 64, own_frames = 2 };

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static atomic_int state = idle;
static pthread_t wanted;
static void *frames[depth];
static int frame_count;
static struct sigaction previous;

uintptr_t wf_this_thread(void) {
    static _Thread_local int listens = 0;
    if (!listens) {
        // Threads that descend from Dispatch's have every signal blocked.
        sigset_t question;
        sigemptyset(&question);
        sigaddset(&question, SIGURG);
        pthread_sigmask(SIG_UNBLOCK, &question, 0);
        listens = 1;
    }
    return (uintptr_t)pthread_self();
}

static void on_question(int number, siginfo_t *info, void *context) {
    int error = errno;
    int expected = asked;
    if (pthread_equal(pthread_self(), wanted) && atomic_compare_exchange_strong(&state, &expected, answering)) {
        frame_count = backtrace(frames, depth);
        atomic_store(&state, answered);
    } else if (previous.sa_flags & SA_SIGINFO && previous.sa_sigaction) {
        previous.sa_sigaction(number, info, context);
    } else if (!(previous.sa_flags & SA_SIGINFO) && previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
        previous.sa_handler(number);
    }
    errno = error;
}

static void install(void) {
    static int installed = 0;
    if (installed) return;
    installed = 1;
    // The first call loads a library, which no signal handler may do.
    backtrace(frames, 1);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_question;
    action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGURG, 0, &previous);
    sigaction(SIGURG, &action, 0);
}

int wf_stack_of_thread(uintptr_t thread, uintptr_t *addresses, int capacity) {
    pthread_mutex_lock(&turn);
    install();
    wanted = (pthread_t)thread;
    atomic_store(&state, asked);
    int count = 0;
    if (pthread_kill(wanted, SIGURG) == 0) {
        for (int waited = 0; waited < 1000 && atomic_load(&state) != answered; waited++) {
            struct timespec millisecond = {0, 1000000};
            nanosleep(&millisecond, 0);
        }
    }
    int expected = asked;
    if (!atomic_compare_exchange_strong(&state, &expected, idle)) {
        // It has begun to answer and will be done in a moment; until then the memory is its own.
        while (atomic_load(&state) != answered) {
            struct timespec millisecond = {0, 1000000};
            nanosleep(&millisecond, 0);
        }
        // The handler and the frame that the kernel put under it are not the thread's own doing.
        for (int index = own_frames; index < frame_count && count < capacity; index++) {
            addresses[count++] = (uintptr_t)frames[index];
        }
        atomic_store(&state, idle);
    }
    pthread_mutex_unlock(&turn);
    return count;
}

int wf_stack_of_this_thread(uintptr_t *addresses, int capacity) {
    void *own[depth];
    int found = backtrace(own, depth), count = 0;
    // The first is this function.
    for (int index = 1; index < found && count < capacity; index++) addresses[count++] = (uintptr_t)own[index];
    return count;
}
