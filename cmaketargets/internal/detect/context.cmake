# Sets _cmaketargets_text to the variables that can decide and _cmaketargets_context to its hash, or _cmaketargets_doubt. Where it is known what try_compile
# reads, that is what can decide: the program's project has from this one only what try_compile writes into its
# CMakeLists.txt and cache, and the files of the detections. See context.go.
set(_cmaketargets_text "")
get_property(_cmaketargets_languages GLOBAL PROPERTY ENABLED_LANGUAGES)
get_property(_cmaketargets_files GLOBAL PROPERTY "_cmaketargets_files_${_cmaketargets_languages}")
if("${_cmaketargets_files}" STREQUAL "")
  _cmaketargets_read_files()
endif()
@READ_FEW@
if("${_cmaketargets_text}" STREQUAL "")
  _cmaketargets_read_variables()
endif()
string(SHA256 _cmaketargets_context "${_cmaketargets_text}")

# Modules of the project can replace those of CMake.
get_property(_cmaketargets_value GLOBAL PROPERTY _cmaketargets_module_path)
if(NOT "${_cmaketargets_value}" STREQUAL "${CMAKE_MODULE_PATH}")
  _cmaketargets_check_modules()
  if(NOT _cmaketargets_doubt)
    set_property(GLOBAL PROPERTY _cmaketargets_module_path "${CMAKE_MODULE_PATH}")
  endif()
endif()
