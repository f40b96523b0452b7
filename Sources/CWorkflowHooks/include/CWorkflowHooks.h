#pragma once
// The C that Swift cannot say: thread-locals, runtime hooks, variadic system calls. One header a topic.
#include "runtime_hooks.h"
#include "crash_blame.h"
#include "file_locks.h"
#include "threads.h"
#include "thread_stack.h"
#include "pipes.h"
#include "async_chain.h"
#include "loaded_images.h"
