#pragma once
#include <stdbool.h>
#include <stdint.h>

// Locks on single bytes of a file, owned by the open file description: they hold between two descriptors of one process
// too, and the kernel drops them at the process's death. Linux; elsewhere classic record locks stand in.

// Locks a byte, waiting for it or not. 0, or an errno.
int wf_lock_byte(int file, int64_t offset, bool wait);
// Locks a byte together with others who lock it so, waiting or not; narrows an own lock of the first kind. 0, or an errno.
int wf_share_byte(int file, int64_t offset, bool wait);
// Unlocks a byte. 0, or an errno.
int wf_unlock_byte(int file, int64_t offset);
// Somebody else holds the byte.
bool wf_byte_is_locked(int file, int64_t offset);
// What the file system that holds a path calls itself, as statfs has it; 0 when nobody knows.
uint32_t wf_file_system_type(const char *path);
// Locks on file systems of this type cannot be trusted: NFS, SMB, 9p, Ceph.
bool wf_is_network_file_system(uint32_t type);
