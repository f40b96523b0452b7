#define _GNU_SOURCE
#include "loaded_images.h"
#ifdef __linux__
#include <link.h>
#include <stddef.h>

struct visit {
    wf_image_visitor visit;
    void *context;
};

static int on_image(struct dl_phdr_info *info, size_t size, void *data) {
    const struct visit *visit = data;
    uintptr_t base = UINTPTR_MAX, end = 0;
    for (int index = 0; index < info->dlpi_phnum; index++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[index];
        if (part->p_type != PT_LOAD) continue;
        uintptr_t start = info->dlpi_addr + part->p_vaddr;
        if (start < base) base = start;
        if (part->p_flags & PF_X && start + part->p_memsz > end) end = start + part->p_memsz;
    }
    if (base < end) visit->visit(visit->context, base, end, info->dlpi_name ? info->dlpi_name : "");
    return 0;
}

void wf_loaded_images(wf_image_visitor visit, void *context) {
    struct visit data = {visit, context};
    dl_iterate_phdr(on_image, &data);
}
#else
void wf_loaded_images(wf_image_visitor visit, void *context) {}
#endif
