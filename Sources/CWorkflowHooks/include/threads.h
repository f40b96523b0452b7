#pragma once
// Names the calling thread, so that a dump says who is stuck; at most 15 characters count.
void wf_name_current_thread(const char *name);
