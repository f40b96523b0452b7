#pragma once
#include <stdint.h>

// The calling thread, for wf_stack_of_thread.
uintptr_t wf_this_thread(void);

// What another thread of this process is doing: the addresses it will return to, innermost first. The thread must not end
// meanwhile. It is interrupted with SIGURG, which nobody minds who does not handle it; system calls it waits in may end
// with EINTR. Answers how many addresses there are; 0 if the thread did not answer within a second.
int wf_stack_of_thread(uintptr_t thread, uintptr_t *addresses, int capacity);

// What the calling thread is doing: the addresses it will return to, innermost first. Answers how many there are.
int wf_stack_of_this_thread(uintptr_t *addresses, int capacity);
