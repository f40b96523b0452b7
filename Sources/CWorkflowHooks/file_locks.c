#define _GNU_SOURCE
#include "file_locks.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/vfs.h>
#define SET F_OFD_SETLK
#define SET_WAIT F_OFD_SETLKW
#define GET F_OFD_GETLK
#else
#define SET F_SETLK
#define SET_WAIT F_SETLKW
#define GET F_GETLK
#endif

static struct flock byte_lock(short type, int64_t offset) {
    struct flock lock;
    memset(&lock, 0, sizeof lock);
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = offset;
    lock.l_len = 1;
    return lock;
}

static int take(int file, struct flock lock, bool wait) {
    int result;
    do result = fcntl(file, wait ? SET_WAIT : SET, &lock); while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

int wf_lock_byte(int file, int64_t offset, bool wait) { return take(file, byte_lock(F_WRLCK, offset), wait); }

int wf_share_byte(int file, int64_t offset, bool wait) { return take(file, byte_lock(F_RDLCK, offset), wait); }

int wf_unlock_byte(int file, int64_t offset) {
    struct flock lock = byte_lock(F_UNLCK, offset);
    return fcntl(file, SET, &lock) == 0 ? 0 : errno;
}

bool wf_byte_is_locked(int file, int64_t offset) {
    struct flock lock = byte_lock(F_WRLCK, offset);
    // Who cannot be asked is taken for alive: the worst is that his tasks wait.
    return fcntl(file, GET, &lock) != 0 || lock.l_type != F_UNLCK;
}

uint32_t wf_file_system_type(const char *path) {
#ifdef __linux__
    struct statfs facts;
    return statfs(path, &facts) == 0 ? (uint32_t)facts.f_type : 0;
#else
    return 0;
#endif
}

bool wf_is_network_file_system(uint32_t type) {
    switch (type) {
    case 0x6969u:      // NFS
    case 0x517Bu:      // SMB
    case 0xFF534D42u:  // CIFS
    case 0xFE534D42u:  // SMB2
    case 0x01021997u:  // 9p
    case 0x00C36400u:  // Ceph
        return true;
    default: return false;
    }
}
