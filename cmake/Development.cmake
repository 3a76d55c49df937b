# The component `development`: what other programs are built with, for
# find_package(RemoteRun) and pkg-config (docs/embedding.md). Each library is one
# archive, whatever layers it has.
#
#   RemoteRun::executor         an application that takes code; libc alone
#   RemoteRun::jit              compiles for this machine
#   RemoteRun::jit-all-targets  compiles for all machines, in its place
#
# Where there is no LLVM (REMOTERUN_STUB_ONLY), it is the first alone.

include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/RemoteRun)

# Makes the archive NAME of layers, as the target RemoteRun::EXPORTED.
function(remoterun_archive name exported export)
  set(objects)
  foreach(layer ${ARGN})
    list(APPEND objects $<TARGET_OBJECTS:${layer}>)
  endforeach()
  add_library(${name} STATIC ${objects})
  set_target_properties(${name} PROPERTIES
    LINKER_LANGUAGE CXX EXPORT_NAME ${exported})
  target_include_directories(${name} INTERFACE
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  install(TARGETS ${name} EXPORT ${export}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
  add_dependencies(installed ${name})
endfunction()

function(remoterun_install_package_file file folder)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/package/${file}.in
    ${CMAKE_BINARY_DIR}/package-files/${file} @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/package-files/${file}
    DESTINATION ${folder} COMPONENT development)
endfunction()

# Where the files of pkg-config lie, the way back to the prefix.
file(RELATIVE_PATH REMOTERUN_FROM_PKGCONFIG
  ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" REMOTERUN_FROM_PKGCONFIG
  "${REMOTERUN_FROM_PKGCONFIG}")

remoterun_archive(remote-run-executor executor RemoteRunExecutor
  wire transport executor)
find_package(Threads REQUIRED)
target_link_libraries(remote-run-executor INTERFACE
  ${CMAKE_DL_LIBS} Threads::Threads)
install(EXPORT RemoteRunExecutor NAMESPACE RemoteRun::
  DESTINATION ${package_folder} COMPONENT development)
remoterun_install_package_file(remote-run-executor.pc
  ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
set(headers ${PROJECT_SOURCE_DIR}/include/remote-run/executor.h)

if(NOT REMOTERUN_STUB_ONLY)
  remoterun_archive(remote-run-jit jit-core RemoteRunJIT
    wire transport controller layout jit driver)
  remoterun_archive(remote-run-jit-native jit-native RemoteRunJIT native-backend)
  remoterun_archive(remote-run-jit-all jit-all RemoteRunJIT all-backends)
  target_compile_features(remote-run-jit INTERFACE cxx_std_20)
  install(EXPORT RemoteRunJIT NAMESPACE RemoteRun::
    DESTINATION ${package_folder} COMPONENT development)
  remoterun_install_package_file(remote-run-jit.pc
    ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  file(GLOB headers CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/include/remote-run/*.h)
endif()
install(FILES ${headers}
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/remote-run COMPONENT development)

configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/package/RemoteRunConfig.cmake.in
  ${CMAKE_BINARY_DIR}/package-files/RemoteRunConfig.cmake
  INSTALL_DESTINATION ${package_folder} PATH_VARS CMAKE_INSTALL_BINDIR)
# What is promised is that programs go on to compile, once there is a version 1.
write_basic_package_version_file(
  ${CMAKE_BINARY_DIR}/package-files/RemoteRunConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
    ${CMAKE_BINARY_DIR}/package-files/RemoteRunConfig.cmake
    ${CMAKE_BINARY_DIR}/package-files/RemoteRunConfigVersion.cmake
  DESTINATION ${package_folder} COMPONENT development)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/examples
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT development)
