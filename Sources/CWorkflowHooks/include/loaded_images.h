#pragma once
#include <stdint.h>

// A file of code that the process has loaded: from where to where it lies, and its path; "" is the program itself.
typedef void (*wf_image_visitor)(void *context, uintptr_t base, uintptr_t end_of_text, const char *path);

// Shows every loaded file, in no order. None is unloaded meanwhile. Nothing is shown where the system has no list of them.
void wf_loaded_images(wf_image_visitor visit, void *context);
