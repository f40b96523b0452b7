#pragma once

// Makes a pipe that does not block and is not inherited: ends[0] is read, ends[1] written. 0, or an errno.
int wf_make_pipe(int ends[2]);
