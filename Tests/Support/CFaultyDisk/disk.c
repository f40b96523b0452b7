#define _GNU_SOURCE
#include "internal.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *faulty_base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

int64_t faulty_remember(faulty_disk *disk, faulty_record record) {
    pthread_mutex_lock(&disk->lock);
    if (disk->count == disk->capacity) {
        int64_t capacity = disk->capacity ? disk->capacity * 2 : 4096;
        faulty_record *grown = realloc(disk->records, (size_t)capacity * sizeof *grown);
        // A test that has no memory for its log proves nothing.
        if (!grown) abort();
        disk->records = grown;
        disk->capacity = capacity;
    }
    int64_t position = disk->count;
    disk->records[disk->count++] = record;
    pthread_mutex_unlock(&disk->lock);
    return position;
}

int faulty_next(faulty_disk *disk, int operation, int file) {
    int code = SQLITE_OK;
    pthread_mutex_lock(&disk->lock);
    faulty_order *order = &disk->order;
    if (order->count > 0 && (order->operations & operation) && (order->file == 0 || order->file == file)) {
        if (order->skip > 0) {
            order->skip--;
        } else {
            order->count--;
            disk->failures++;
            code = order->code;
        }
    }
    pthread_mutex_unlock(&disk->lock);
    return code;
}

int faulty_exceeds(faulty_disk *disk, int64_t end) {
    pthread_mutex_lock(&disk->lock);
    int exceeds = disk->limit >= 0 && end > disk->limit;
    if (exceeds) disk->failures++;
    pthread_mutex_unlock(&disk->lock);
    return exceeds;
}

int faulty_inode(faulty_disk *disk, const char *name) {
    int inode = 0;
    pthread_mutex_lock(&disk->lock);
    for (int64_t i = disk->count - 1; i >= 0 && inode == 0; i--) {
        faulty_record *record = &disk->records[i];
        if (!record->name || strcmp(record->name, name) != 0) continue;
        if (record->operation == faulty_create) inode = record->inode;
        break;
    }
    pthread_mutex_unlock(&disk->lock);
    return inode;
}

static int open_and_remember(faulty_disk *disk, faulty_handle *handle, const char *path, int flags, int *out_flags) {
    // Not xAccess, which takes an empty file for none.
    int exists = path && access(path, F_OK) == 0;
    int code = disk->base->xOpen(disk->base, path, handle->base, flags, out_flags);
    if (code != SQLITE_OK || !path) return code;
    const char *name = faulty_base_name(path);
    handle->inode = exists ? faulty_inode(disk, name) : 0;
    if (handle->inode) return SQLITE_OK;
    pthread_mutex_lock(&disk->lock);
    handle->inode = ++disk->inodes;
    pthread_mutex_unlock(&disk->lock);
    faulty_remember(disk, (faulty_record){.operation = faulty_create, .file = handle->kind, .inode = handle->inode,
                                          .name = strdup(name)});
    return SQLITE_OK;
}

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out_flags) {
    faulty_disk *disk = vfs->pAppData;
    faulty_handle *handle = (faulty_handle *)file;
    memset(handle, 0, sizeof *handle);
    handle->disk = disk;
    handle->base = (sqlite3_file *)(handle + 1);
    handle->kind = flags & SQLITE_OPEN_MAIN_DB ? faulty_main_file
                   : flags & SQLITE_OPEN_WAL   ? faulty_log_file
                                               : faulty_journal_file;
    int code = faulty_next(disk, faulty_open, handle->kind);
    if (code != SQLITE_OK) return code;
    // Two that open a file which is not there yet must not both be taken for its maker.
    pthread_mutex_lock(&disk->opening);
    code = open_and_remember(disk, handle, path, flags, out_flags);
    pthread_mutex_unlock(&disk->opening);
    if (code != SQLITE_OK) return code;
    file->pMethods = &faulty_methods;
    handle->syncs_directory = handle->kind != faulty_main_file && (flags & SQLITE_OPEN_CREATE);
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *path, int sync_directory) {
    faulty_disk *disk = vfs->pAppData;
    int code = faulty_next(disk, faulty_delete, faulty_journal_file);
    if (code != SQLITE_OK) return code;
    code = disk->base->xDelete(disk->base, path, sync_directory);
    if (code != SQLITE_OK) return code;
    int64_t position = faulty_remember(disk, (faulty_record){.operation = faulty_delete, .file = faulty_journal_file,
                                                             .name = strdup(faulty_base_name(path))});
    // Inode 0 is the directory.
    if (sync_directory) faulty_remember(disk, (faulty_record){.operation = faulty_sync, .upto = position + 1});
    return SQLITE_OK;
}

static int access_file(sqlite3_vfs *vfs, const char *path, int flags, int *result) {
    sqlite3_vfs *base = ((faulty_disk *)vfs->pAppData)->base;
    return base->xAccess(base, path, flags, result);
}

static int full_path(sqlite3_vfs *vfs, const char *path, int size, char *out) {
    sqlite3_vfs *base = ((faulty_disk *)vfs->pAppData)->base;
    return base->xFullPathname(base, path, size, out);
}

static int randomness(sqlite3_vfs *vfs, int size, char *out) {
    sqlite3_vfs *base = ((faulty_disk *)vfs->pAppData)->base;
    return base->xRandomness(base, size, out);
}

static int pause_for(sqlite3_vfs *vfs, int microseconds) {
    sqlite3_vfs *base = ((faulty_disk *)vfs->pAppData)->base;
    return base->xSleep(base, microseconds);
}

static int time_now(sqlite3_vfs *vfs, double *time) {
    sqlite3_vfs *base = ((faulty_disk *)vfs->pAppData)->base;
    return base->xCurrentTime(base, time);
}

static int last_error(sqlite3_vfs *vfs, int size, char *out) {
    sqlite3_vfs *base = ((faulty_disk *)vfs->pAppData)->base;
    return base->xGetLastError ? base->xGetLastError(base, size, out) : 0;
}

faulty_disk *faulty_disk_make(const char *name) {
    faulty_disk *disk = calloc(1, sizeof *disk);
    if (!disk) return NULL;
    disk->base = sqlite3_vfs_find(NULL);
    disk->name = strdup(name);
    disk->limit = -1;
    pthread_mutex_init(&disk->lock, NULL);
    pthread_mutex_init(&disk->opening, NULL);
    disk->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(faulty_handle) + disk->base->szOsFile,
        .mxPathname = disk->base->mxPathname,
        .zName = disk->name,
        .pAppData = disk,
        .xOpen = open_file,
        .xDelete = delete_file,
        .xAccess = access_file,
        .xFullPathname = full_path,
        .xRandomness = randomness,
        .xSleep = pause_for,
        .xCurrentTime = time_now,
        .xGetLastError = last_error,
    };
    sqlite3_vfs_register(&disk->vfs, 0);
    return disk;
}

void faulty_disk_free(faulty_disk *disk) {
    sqlite3_vfs_unregister(&disk->vfs);
    for (int64_t i = 0; i < disk->count; i++) {
        free(disk->records[i].bytes);
        free(disk->records[i].name);
    }
    free(disk->records);
    free(disk->name);
    pthread_mutex_destroy(&disk->lock);
    pthread_mutex_destroy(&disk->opening);
    free(disk);
}

int64_t faulty_disk_position(faulty_disk *disk) {
    pthread_mutex_lock(&disk->lock);
    int64_t count = disk->count;
    pthread_mutex_unlock(&disk->lock);
    return count;
}

int faulty_disk_operation(faulty_disk *disk, int64_t position) { return disk->records[position].operation; }

int faulty_disk_file(faulty_disk *disk, int64_t position) { return disk->records[position].file; }

void faulty_disk_fail(faulty_disk *disk, int operations, int file, int64_t skip, int64_t count, int code) {
    pthread_mutex_lock(&disk->lock);
    disk->order = (faulty_order){operations, file, skip, count, code};
    pthread_mutex_unlock(&disk->lock);
}

void faulty_disk_limit(faulty_disk *disk, int64_t bytes) {
    pthread_mutex_lock(&disk->lock);
    disk->limit = bytes;
    pthread_mutex_unlock(&disk->lock);
}

int64_t faulty_disk_failures(faulty_disk *disk) {
    pthread_mutex_lock(&disk->lock);
    int64_t failures = disk->failures;
    pthread_mutex_unlock(&disk->lock);
    return failures;
}
