# What `cmake --install` installs, and where. Three components: `programs` is all
# that this machine's own code needs, with what a person reads; `targets` is what
# compiles for other machines, and their executors; `development` is what other
# programs are built with (cmake/Development.cmake).

include(GNUInstallDirs)

# Where remote-run looks for what is for other machines, seen from its own
# folder, and the way back; the build folder has the same shape as an installation.
set(target_folder ${CMAKE_INSTALL_FULL_LIBEXECDIR}/remote-run)
file(RELATIVE_PATH REMOTERUN_TARGET_FOLDER
  ${CMAKE_INSTALL_FULL_BINDIR} ${target_folder})
file(RELATIVE_PATH REMOTERUN_FROM_TARGET_FOLDER
  ${target_folder} ${CMAKE_INSTALL_FULL_BINDIR})
get_filename_component(REMOTERUN_BUILT_TARGET_FOLDER
  ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${REMOTERUN_TARGET_FOLDER} ABSOLUTE)

# All that is built to be installed: utils/run builds it, so that what it leaves
# can be installed.
add_custom_target(installed)

function(remoterun_install_program target)
  install(TARGETS ${target} RUNTIME COMPONENT programs)
  add_dependencies(installed ${target})
endfunction()

function(remoterun_install_target_program target)
  install(TARGETS ${target}
    DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/remote-run COMPONENT targets)
  add_dependencies(installed ${target})
endfunction()

# The executors for other architectures that utils/build-stubs has put there.
install(DIRECTORY ${REMOTERUN_BUILT_TARGET_FOLDER}/
  DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/remote-run
  COMPONENT targets USE_SOURCE_PERMISSIONS OPTIONAL
  FILES_MATCHING PATTERN remote-stub)

add_custom_target(uninstall
  COMMAND ${CMAKE_COMMAND} -DBUILD=${CMAKE_BINARY_DIR}
    -P ${PROJECT_SOURCE_DIR}/cmake/Uninstall.cmake
  COMMENT "Removing what the last `cmake --install` installed"
  VERBATIM)
