#pragma once
#include "faulty_disk.h"
#include <pthread.h>
#include <sqlite3.h>
#include <stddef.h>

// One remembered operation. `upto` of a sync: what was written before that position is on the disk.
typedef struct {
    int operation;
    int file;
    int inode;
    int64_t offset;
    int64_t length;
    int64_t upto;
    unsigned char *bytes;
    char *name;
} faulty_record;

typedef struct {
    int operations;
    int file;
    int64_t skip;
    int64_t count;
    int code;
} faulty_order;

struct faulty_disk {
    sqlite3_vfs vfs;
    sqlite3_vfs *base;
    char *name;
    pthread_mutex_t lock;
    pthread_mutex_t opening;
    faulty_record *records;
    int64_t count;
    int64_t capacity;
    int inodes;
    faulty_order order;
    int64_t limit;
    int64_t failures;
};

typedef struct {
    sqlite3_file file;
    faulty_disk *disk;
    int kind;
    int inode;
    // The first sync of a journal or log through each handle takes the directory with it, as in the unix VFS.
    int syncs_directory;
    sqlite3_file *base;
} faulty_handle;

extern const sqlite3_io_methods faulty_methods;

// Appends a record; the caller does not hold the lock. Answers its position.
int64_t faulty_remember(faulty_disk *disk, faulty_record record);
// The code to fail with, or SQLITE_OK.
int faulty_next(faulty_disk *disk, int operation, int file);
// A write up to this end is beyond the limit.
int faulty_exceeds(faulty_disk *disk, int64_t end);
// The inode that a name has now, 0 if it has none.
int faulty_inode(faulty_disk *disk, const char *name);
// The part of a path after the last slash.
const char *faulty_base_name(const char *path);
