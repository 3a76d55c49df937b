# Removes what the last `cmake --install` of the build folder BUILD installed:
#
#   cmake -DBUILD=DIR -P cmake/Uninstall.cmake
#
# CMake leaves a list of those files behind. An installation of one component
# alone has another list, which is left as it is.

set(manifest ${BUILD}/install_manifest.txt)
if(NOT EXISTS ${manifest})
  message(FATAL_ERROR "Nothing is installed from here: there is no ${manifest}")
endif()

file(STRINGS ${manifest} files)
set(folders)
foreach(file ${files})
  set(path $ENV{DESTDIR}${file})
  if(EXISTS ${path} OR IS_SYMLINK ${path})
    message(STATUS "Removing ${path}")
    file(REMOVE ${path})
    if(EXISTS ${path})
      message(FATAL_ERROR "Cannot remove ${path}")
    endif()
  endif()
  # Folders that are the project's alone, and those in them.
  get_filename_component(folder ${path} DIRECTORY)
  while(folder MATCHES "/(remote-run|RemoteRun)(/|$)")
    list(APPEND folders ${folder})
    get_filename_component(folder ${folder} DIRECTORY)
  endwhile()
endforeach()

# The inner ones before those that they are in. What somebody has put there since
# stays, and so does its folder.
list(REMOVE_DUPLICATES folders)
list(SORT folders ORDER DESCENDING)
foreach(folder ${folders})
  file(GLOB rest ${folder}/*)
  if(IS_DIRECTORY ${folder} AND NOT rest)
    file(REMOVE_RECURSE ${folder})
  endif()
endforeach()
file(REMOVE ${manifest})
