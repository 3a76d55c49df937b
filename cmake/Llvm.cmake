# Finds one LLVM, by its major version, where Debian's packages put it. Another
# place can be given with -DLLVM_DIR=<prefix>/lib/cmake/llvm.

set(REMOTERUN_LLVM_VERSION 22 CACHE STRING "Major version of LLVM")

if(NOT LLVM_DIR)
  # Not find_package(LLVM ${version}): Debian's config file rejects a version
  # without its minor part.
  set(LLVM_DIR /usr/lib/llvm-${REMOTERUN_LLVM_VERSION}/lib/cmake/llvm)
endif()
# Nor anywhere else: find_package() would go on to the next one it finds.
if(NOT EXISTS ${LLVM_DIR}/LLVMConfig.cmake)
  message(FATAL_ERROR "There is no LLVM in LLVM_DIR, ${LLVM_DIR}: it has no "
    "LLVMConfig.cmake. Debian's package is llvm-${REMOTERUN_LLVM_VERSION}-dev; "
    "another place is given by -DLLVM_DIR=PREFIX/lib/cmake/llvm")
endif()
find_package(LLVM REQUIRED CONFIG PATHS ${LLVM_DIR} NO_DEFAULT_PATH)
if(NOT LLVM_VERSION_MAJOR EQUAL REMOTERUN_LLVM_VERSION)
  message(FATAL_ERROR "${LLVM_DIR} is LLVM ${LLVM_VERSION}, wanted is "
                      "${REMOTERUN_LLVM_VERSION} (REMOTERUN_LLVM_VERSION)")
endif()

# The two compression libraries that LLVM's archives ask for, as archives where
# there are any: nothing to find and to load at each start.
function(remoterun_link_archive target name)
  find_library(REMOTERUN_${name}_ARCHIVE lib${name}.a)
  mark_as_advanced(REMOTERUN_${name}_ARCHIVE)
  if(TARGET ${target} AND REMOTERUN_${name}_ARCHIVE)
    set_target_properties(${target} PROPERTIES
      IMPORTED_LOCATION ${REMOTERUN_${name}_ARCHIVE}
      IMPORTED_LOCATION_RELEASE ${REMOTERUN_${name}_ARCHIVE})
  endif()
endfunction()
# Nor does anything here use Z3, of which there is no archive.
get_target_property(support_needs LLVMSupport INTERFACE_LINK_LIBRARIES)
list(FILTER support_needs EXCLUDE REGEX libz3)
set_target_properties(LLVMSupport PROPERTIES
  INTERFACE_LINK_LIBRARIES "${support_needs}")
remoterun_link_archive(ZLIB::ZLIB z)
remoterun_link_archive(zstd::libzstd_shared zstd)

message(STATUS "LLVM ${LLVM_PACKAGE_VERSION} in ${LLVM_INSTALL_PREFIX}")

# The code generators, as LLVM calls their components: this machine's own, and
# those that compile for the others.
set(targets x86 aarch64 riscv systemz arm powerpc)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64)
  set(own_target x86)
elseif(CMAKE_SYSTEM_PROCESSOR STREQUAL aarch64)
  set(own_target aarch64)
else()
  message(FATAL_ERROR
    "remote-run has not been ported to ${CMAKE_SYSTEM_PROCESSOR}; only its "
    "executor has (REMOTERUN_STUB_ONLY)")
endif()
list(REMOVE_ITEM targets ${own_target})

# What remote-run links, statically: start-up pays for every other component.
set(REMOTERUN_LLVM_COMPONENTS
  core support irreader linker target mcjit codegen object mc debuginfodwarf
  ${own_target}codegen ${own_target}asmparser ${own_target}desc
  ${own_target}info)
llvm_map_components_to_libnames(REMOTERUN_LLVM_LIBS ${REMOTERUN_LLVM_COMPONENTS})
# What compiles for other machines: as many of LLVM's targets as there are.
set(REMOTERUN_LLVM_FOREIGN_COMPONENTS)
foreach(target ${targets})
  list(APPEND REMOTERUN_LLVM_FOREIGN_COMPONENTS
    ${target}codegen ${target}asmparser ${target}desc ${target}info)
endforeach()
llvm_map_components_to_libnames(REMOTERUN_LLVM_FOREIGN_LIBS
  ${REMOTERUN_LLVM_FOREIGN_COMPONENTS})
# And what remote-passes links beside it.
llvm_map_components_to_libnames(REMOTERUN_LLVM_PASSES_LIBS passes bitwriter)
