# Sanitizers for all of our code; LLVM's archives stay as they are.

set(REMOTERUN_SANITIZE "" CACHE STRING
  "Sanitizers to build with, as in -fsanitize=")

if(REMOTERUN_SANITIZE)
  # Not function: it reads the bytes before a called function, and the guest's
  # first has none.
  add_compile_options(-fsanitize=${REMOTERUN_SANITIZE} -fno-sanitize=function
    -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${REMOTERUN_SANITIZE})
  # ThreadSanitizer is for what has threads. The executor has none until it is
  # the guest, which is not under test and would not run in its address space.
  if(REMOTERUN_SANITIZE STREQUAL thread)
    set(REMOTERUN_EXECUTOR_PREFIX plain-)
  endif()
endif()
