#define _GNU_SOURCE
#include "internal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { sector = 512 };

typedef struct {
    unsigned char *bytes;
    int64_t size;
    int64_t capacity;
    // What was written before this position is on the disk.
    int64_t synced;
} content;

// SplitMix64.
static uint64_t next_random(uint64_t *state) {
    uint64_t value = (*state += 0x9E3779B97F4A7C15u);
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
    return value ^ (value >> 31);
}

static int chosen(uint64_t *state, uint64_t percent) { return next_random(state) % 100 < percent; }

static int resize(content *file, int64_t size) {
    if (size > file->capacity) {
        int64_t capacity = size * 2;
        unsigned char *grown = realloc(file->bytes, (size_t)capacity);
        if (!grown) return ENOMEM;
        file->bytes = grown;
        file->capacity = capacity;
    }
    if (size > file->size) memset(file->bytes + file->size, 0, (size_t)(size - file->size));
    file->size = size;
    return 0;
}

static int put(content *file, const unsigned char *bytes, int64_t count, int64_t offset) {
    if (offset + count > file->size) {
        int error = resize(file, offset + count);
        if (error) return error;
    }
    memcpy(file->bytes + offset, bytes, (size_t)count);
    return 0;
}

// Of a write that was not synced: all, nothing, or some sectors.
static int put_torn(content *file, const faulty_record *record, uint64_t *state, uint64_t percent, int tears) {
    if (!tears) {
        return chosen(state, percent) ? put(file, record->bytes, record->length, record->offset) : 0;
    }
    for (int64_t done = 0; done < record->length;) {
        int64_t offset = record->offset + done;
        int64_t count = sector - offset % sector;
        if (count > record->length - done) count = record->length - done;
        if (chosen(state, percent)) {
            int error = put(file, record->bytes + done, count, offset);
            if (error) return error;
        }
        done += count;
    }
    return 0;
}

static int save(const content *file, const char *directory, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0) return errno;
    int error = 0;
    for (int64_t done = 0; done < file->size && !error;) {
        ssize_t count = write(descriptor, file->bytes + done, (size_t)(file->size - done));
        if (count < 0) error = errno;
        else done += count;
    }
    close(descriptor);
    return error;
}

// The inode that a name leads to: creations and deletions that the directory was synced after, and some of the others.
static int save_names(faulty_disk *disk, content *files, int64_t position, uint64_t *state, const char *directory) {
    int lasting = 0;
    for (int64_t i = 0; i < position; i++) {
        const char *name = disk->records[i].name;
        if (!name) continue;
        int is_first = 1, inode = 0;
        for (int64_t j = 0; j < position; j++) {
            const faulty_record *record = &disk->records[j];
            if (!record->name || strcmp(record->name, name) != 0) continue;
            if (j < i) {
                is_first = 0;
                break;
            }
            if (j >= files[0].synced && !chosen(state, 50)) continue;
            inode = record->operation == faulty_create ? record->inode : 0;
        }
        if (is_first && inode) lasting = lasting ? lasting : save(&files[inode], directory, name);
    }
    return lasting;
}

int faulty_disk_cut(faulty_disk *disk, int64_t position, uint64_t seed, const char *directory) {
    static const uint64_t percents[] = {0, 10, 50, 90, 100};
    uint64_t state = seed;
    uint64_t percent = percents[next_random(&state) % 5];
    int tears = chosen(&state, 70);
    int error = 0;
    pthread_mutex_lock(&disk->lock);
    if (position > disk->count) position = disk->count;
    content *files = calloc((size_t)disk->inodes + 1, sizeof *files);
    if (!files) error = ENOMEM;
    for (int64_t i = 0; i < position && !error; i++) {
        const faulty_record *record = &disk->records[i];
        if (record->operation == faulty_sync && record->upto > files[record->inode].synced) {
            files[record->inode].synced = record->upto;
        }
    }
    for (int64_t i = 0; i < position && !error; i++) {
        const faulty_record *record = &disk->records[i];
        content *file = &files[record->inode];
        int is_synced = i < file->synced;
        if (record->operation == faulty_truncate && (is_synced || chosen(&state, percent))) {
            error = resize(file, record->offset);
        } else if (record->operation == faulty_write) {
            error = is_synced ? put(file, record->bytes, record->length, record->offset)
                              : put_torn(file, record, &state, percent, tears);
        }
    }
    if (!error) error = save_names(disk, files, position, &state, directory);
    for (int inode = 0; files && inode <= disk->inodes; inode++) free(files[inode].bytes);
    free(files);
    pthread_mutex_unlock(&disk->lock);
    return error;
}
