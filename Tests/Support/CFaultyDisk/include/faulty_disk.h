#pragma once
#include <stdint.h>

// A disk for tests, as a VFS of SQLite: it passes everything on to the default one, remembers every write, truncation,
// sync, creation and deletion, can make what a power cut at any moment might have left, and fails when told to.
typedef struct faulty_disk faulty_disk;

enum faulty_operation {
    faulty_read = 1, faulty_write = 2, faulty_truncate = 4, faulty_sync = 8, faulty_create = 16, faulty_delete = 32,
    faulty_open = 64
};

enum faulty_file { faulty_any_file = 0, faulty_main_file = 1, faulty_log_file = 2, faulty_journal_file = 3 };

// Makes a disk and registers it as a VFS of this name. Null without memory.
faulty_disk *faulty_disk_make(const char *name);
// Unregisters the disk and forgets what it remembers. No file of it may be open.
void faulty_disk_free(faulty_disk *disk);

// How many operations are remembered so far: what is acknowledged now is on the disk if these were.
int64_t faulty_disk_position(faulty_disk *disk);
// Which operation, and on which kind of file.
int faulty_disk_operation(faulty_disk *disk, int64_t position);
int faulty_disk_file(faulty_disk *disk, int64_t position);

// Writes into a directory what a power cut before the operation at `position` might have left: all that was synced by
// then, and of each later write the sectors (512 bytes) that `seed` chooses. 0, or an errno.
int faulty_disk_cut(faulty_disk *disk, int64_t position, uint64_t seed, const char *directory);

// From now on fails `count` operations of one kind on one kind of file with a result code of SQLite, after letting
// `skip` of them pass. A failing write leaves half of its bytes. Replaces what was told before; a count of 0 ends it.
void faulty_disk_fail(faulty_disk *disk, int operations, int file, int64_t skip, int64_t count, int code);
// From now on no file grows beyond `bytes`: writes there fail as on a full disk. Less than 0 ends it.
void faulty_disk_limit(faulty_disk *disk, int64_t bytes);
// How many operations were failed in all.
int64_t faulty_disk_failures(faulty_disk *disk);
