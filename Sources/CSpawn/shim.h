#ifndef CSPAWN_SHIM_H
#define CSPAWN_SHIM_H
#include <fcntl.h>
#include <spawn.h>

/* The headers of glibc show both only to whoever asks for all of GNU, which Swift's own module of glibc did not. */

extern int pipe2(int ends[2], int flags);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

/* Both ends stay with this process whatever is started meanwhile. */
static inline int cspawn_pipe(int *reading, int *writing) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    *reading = ends[0];
    *writing = ends[1];
    return 0;
}

/* Nothing but the three standard descriptors reaches the program. */
static inline int cspawn_close_the_rest(posix_spawn_file_actions_t *actions) {
    return posix_spawn_file_actions_addclosefrom_np(actions, 3);
}

#endif
