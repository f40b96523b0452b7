#define _GNU_SOURCE
#include "internal.h"
#include <stdlib.h>
#include <string.h>

static faulty_handle *of(sqlite3_file *file) { return (faulty_handle *)file; }

static int close_file(sqlite3_file *file) {
    sqlite3_file *base = of(file)->base;
    return base->pMethods ? base->pMethods->xClose(base) : SQLITE_OK;
}

static int read_file(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    int code = faulty_next(of(file)->disk, faulty_read, of(file)->kind);
    if (code != SQLITE_OK) return code;
    return of(file)->base->pMethods->xRead(of(file)->base, bytes, count, offset);
}

static int pass_write(faulty_handle *handle, const void *bytes, int count, sqlite3_int64 offset) {
    if (handle->inode && count > 0) {
        faulty_record record = {.operation = faulty_write, .file = handle->kind, .inode = handle->inode,
                                .offset = offset, .length = count, .bytes = malloc((size_t)count)};
        if (!record.bytes) return SQLITE_NOMEM;
        memcpy(record.bytes, bytes, (size_t)count);
        faulty_remember(handle->disk, record);
    }
    return handle->base->pMethods->xWrite(handle->base, bytes, count, offset);
}

static int write_file(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    faulty_handle *handle = of(file);
    int code = faulty_next(handle->disk, faulty_write, handle->kind);
    if (code == SQLITE_OK && faulty_exceeds(handle->disk, offset + count)) code = SQLITE_FULL;
    if (code == SQLITE_OK) return pass_write(handle, bytes, count, offset);
    pass_write(handle, bytes, count / 2, offset);
    return code;
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size) {
    faulty_handle *handle = of(file);
    int code = faulty_next(handle->disk, faulty_truncate, handle->kind);
    if (code != SQLITE_OK) return code;
    if (handle->inode) {
        faulty_remember(handle->disk, (faulty_record){.operation = faulty_truncate, .file = handle->kind,
                                                      .inode = handle->inode, .offset = size});
    }
    return handle->base->pMethods->xTruncate(handle->base, size);
}

// The real disk is not asked to sync: what a cut leaves is made from the records.
static int sync_file(sqlite3_file *file, int flags) {
    (void)flags;
    faulty_handle *handle = of(file);
    int64_t upto = faulty_disk_position(handle->disk);
    int code = faulty_next(handle->disk, faulty_sync, handle->kind);
    if (code != SQLITE_OK) return code;
    if (!handle->inode) return SQLITE_OK;
    if (handle->syncs_directory) {
        faulty_remember(handle->disk, (faulty_record){.operation = faulty_sync, .file = handle->kind, .upto = upto});
        handle->syncs_directory = 0;
    }
    faulty_remember(handle->disk, (faulty_record){.operation = faulty_sync, .file = handle->kind,
                                                  .inode = handle->inode, .upto = upto});
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    return of(file)->base->pMethods->xFileSize(of(file)->base, size);
}

static int lock_file(sqlite3_file *file, int level) { return of(file)->base->pMethods->xLock(of(file)->base, level); }

static int unlock_file(sqlite3_file *file, int level) {
    return of(file)->base->pMethods->xUnlock(of(file)->base, level);
}

static int check_reserved(sqlite3_file *file, int *result) {
    return of(file)->base->pMethods->xCheckReservedLock(of(file)->base, result);
}

static int control(sqlite3_file *file, int operation, void *argument) {
    return of(file)->base->pMethods->xFileControl(of(file)->base, operation, argument);
}

static int sector_size(sqlite3_file *file) { return of(file)->base->pMethods->xSectorSize(of(file)->base); }

static int characteristics(sqlite3_file *file) {
    return of(file)->base->pMethods->xDeviceCharacteristics(of(file)->base);
}

static int shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **out) {
    return of(file)->base->pMethods->xShmMap(of(file)->base, region, size, extend, out);
}

static int shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    return of(file)->base->pMethods->xShmLock(of(file)->base, offset, count, flags);
}

static void shm_barrier(sqlite3_file *file) { of(file)->base->pMethods->xShmBarrier(of(file)->base); }

static int shm_unmap(sqlite3_file *file, int delete) {
    return of(file)->base->pMethods->xShmUnmap(of(file)->base, delete);
}

const sqlite3_io_methods faulty_methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_reserved,
    .xFileControl = control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
};
