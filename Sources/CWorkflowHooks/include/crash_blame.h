#pragma once
#include <stdint.h>

// Who dies when the process dies: before user code runs, its thread or its Swift task says where to leave a mark, and a
// signal handler leaves it there. Everything a handler does here is safe in one: it reads memory of its own thread and
// writes one word to a mapped file.

// A slot of a crash-blame file, at the beginning of its page. The bytes of a token follow.
typedef struct {
    uint32_t length;    // of the token; 0 when the slot is free
    uint32_t trapped;   // 1 when the code of the slot ended the process
    uint64_t serial;    // which use of the slot it is
} wf_blame_slot;

// Where code leaves its mark; the slot must stay mapped for the life of the process. A null slot is nobody.
typedef struct {
    wf_blame_slot *slot;
    uint64_t serial;
} wf_blame_mark;

// What this thread runs from now on; answers what it ran before. For code that never leaves its thread.
wf_blame_mark wf_swap_thread_blame(wf_blame_mark mark);

// Installs handlers for SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT and SIGFPE, once a process. Whoever handled these
// before is called afterwards, or the process dies of the signal as it would have. `task_local` is the address of the
// TaskLocal that holds a wf_blame_mark for code that changes threads.
void wf_install_crash_handlers(const void *task_local);

// Gives the calling thread a stack for signal handlers, so that an overflow of its own can be noted too; null if it has
// one. What is answered goes to wf_end_signal_stack when the thread ends.
void *wf_begin_signal_stack(void);
void wf_end_signal_stack(void *stack);
