# Debian packages (utils/package): one for each component of an installation.
#
#   remote-run           for this machine's own code; needs libc alone
#   remote-run-targets   what compiles for other machines, and the executors that
#                        utils/build-stubs has built
#   remote-run-dev       headers and archives for other programs

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME remote-run)
set(CPACK_PACKAGE_VENDOR "the remote-run project")
set(CPACK_PACKAGE_CONTACT "the remote-run project <remote-run@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_OUTPUT_FILE_PREFIX ${CMAKE_BINARY_DIR}/package)
set(CPACK_COMPONENTS_ALL programs targets development)
# LLVM's archives bring debug information of their own.
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/StripDebug.cmake)
set(CPACK_STRIP_DEBUG_PROGRAM ${CMAKE_OBJCOPY})

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE zstd)
set(CPACK_THREADS 0)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
# Without it, dpkg's own.
if(CMAKE_CROSSCOMPILING AND CMAKE_SYSTEM_PROCESSOR STREQUAL aarch64)
  set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE arm64)
endif()
# dpkg-shlibdeps says what libraries the programs need, in which versions.
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_NAME remote-run)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAMS_DESCRIPTION
  "run LLVM IR in another process
Runs a program that is given as LLVM IR as if it had been linked natively. The
code is compiled in one process and runs in another, on this machine or
wherever a command leads.")
# Most programs are C++, or throw through C.
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_RECOMMENDS "libstdc++6, libgcc-s1")
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SUGGESTS
  "remote-run-targets, clang-${LLVM_VERSION_MAJOR}, gdb, linux-perf, openssh-client")

# Its programs are static, and its executors need other machines' libraries, of
# which there are packages for this one.
set(CPACK_DEBIAN_TARGETS_PACKAGE_NAME remote-run-targets)
set(CPACK_DEBIAN_TARGETS_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_TARGETS_PACKAGE_DEPENDS "remote-run (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_TARGETS_DESCRIPTION
  "run LLVM IR for other instruction sets in another process
With this, remote-run compiles for all instruction sets that it knows, and has
the executors that were built for them, to be run under qemu-user.")
set(CPACK_DEBIAN_TARGETS_PACKAGE_RECOMMENDS "qemu-user | qemu-user-static")
set(CPACK_DEBIAN_TARGETS_PACKAGE_SUGGESTS
  "libstdc++6-amd64-cross, libstdc++6-arm64-cross, libstdc++6-armhf-cross, libstdc++6-ppc64el-cross, libstdc++6-riscv64-cross, libstdc++6-s390x-cross")

# An executor in an application needs libc alone, a compiler in one LLVM's
# archives, too.
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME remote-run-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "remote-run (= ${PROJECT_VERSION}), libc6-dev")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_RECOMMENDS "llvm-${LLVM_VERSION_MAJOR}-dev")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION
  "give code to another process: headers and libraries
With this, a program compiles LLVM IR and runs it in another process, or serves as
such a process itself.")
include(CPack)
