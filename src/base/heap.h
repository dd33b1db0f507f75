/* SPDX-License-Identifier: MIT */
/* The heap of the program: how it grows. The first touch of a page is a trap into the kernel, and
 * for a schema of a thousand tables these traps would cost more than its being read. */
#pragma once

/* At the start of the program, which alone may set this; libautogen leaves its process' heap as it
 * is. */
void ag_heap_tune(void);

/* The thread is about to allocate much: its heap has room at hand and in large pages, of which
 * only those that are used are taken from the system. Does something only after ag_heap_tune, and
 * once for each of the heaps. */
void ag_heap_expect(void);
