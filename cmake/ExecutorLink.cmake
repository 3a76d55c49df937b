# How the executable is linked that the guest's process runs.

include(CheckLinkerFlag)

# Where the kernel puts an executable that may lie anywhere, and is never put
# elsewhere for safety: far from what the guest has in the lowest 2 GiB, the heap
# behind it. In what the smallest address space of the architecture has, and no
# sanitizer has for itself.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64)
  set(base 0x555555554000)
elseif(CMAKE_SYSTEM_PROCESSOR STREQUAL aarch64)
  set(base 0x5555550000)
elseif(CMAKE_SYSTEM_PROCESSOR STREQUAL riscv64)
  set(base 0x2aaaaa0000)
elseif(CMAKE_SYSTEM_PROCESSOR STREQUAL s390x)
  set(base 0x2aaaaaa0000)
elseif(CMAKE_SYSTEM_PROCESSOR STREQUAL ppc64le)
  set(base 0x100000000)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^arm")
  set(base 0x400000)
endif()
check_linker_flag(C LINKER:--image-base=${base} REMOTERUN_LINKER_HAS_IMAGE_BASE)
if(REMOTERUN_LINKER_HAS_IMAGE_BASE)
  set(remoterun_executor_base LINKER:--image-base=${base})
else()
  set(remoterun_executor_base LINKER:-Ttext-segment=${base})
endif()

# The low byte of an ELF file's e_type, which says whether the file may lie
# anywhere (gABI, "ELF Header").
set(remoterun_type_offset 16)
if(CMAKE_C_BYTE_ORDER STREQUAL BIG_ENDIAN)
  set(remoterun_type_offset 17)
endif()

# Linked to lie anywhere, but marked as an executable that lies where it says
# (ET_EXEC): in such a process alone does glibc before 2.36 map shared objects
# where they want to be. Linked for one place, it would have PLT entries that pass
# for the functions of libc (s390x and RISC-V), and libraries would find them.
#
# The rest is for lib/executor/loader/OwnSymbols.cpp: a hash table that can be
# added to, which has no code in its pages; and the executor keeps to what it was linked to
# when the guest's definitions come before libc's.
function(remoterun_link_executor target)
  target_sources(${target} PRIVATE
    ${PROJECT_SOURCE_DIR}/tools/remote-stub/Start.cpp)
  # Not -fPIE, for which GCC puts a copy of libc's stderr into the executable.
  target_compile_options(${target} PRIVATE -fPIC)
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE C)
  target_link_options(${target} PRIVATE
    -pie ${remoterun_executor_base}
    LINKER:-z,now LINKER:-z,separate-code
    LINKER:--hash-style=sysv LINKER:--as-needed)
  # libgcc asks for it by name (lib/executor/unwind/ArmUnwindTables.cpp).
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^arm")
    target_link_options(${target} PRIVATE
      LINKER:--export-dynamic-symbol=__gnu_Unwind_Find_exidx)
  endif()
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND printf \\002 | dd of=$<TARGET_FILE:${target}> bs=1
      seek=${remoterun_type_offset} conv=notrunc status=none
    VERBATIM)
endfunction()
