# Runs once, as the build tree's CMakeSystem.cmake, which CMake reads at the first project(). The real
# file replaces it: at once from the store, or from CMake, which writes one unless this one has set
# the system. Then watches wait until CMake tests whether a language's compiler is known:
#
#   1. CMake reads CMAKE_<LANG>_COMPILER_LOADED, which is not set yet ... _cmaketargets_event: hit or miss, by key
#   2. if CMake<LANG>Compiler.cmake is there, CMake loads it; else it detects, writes that file and loads it
#   3. the file sets CMAKE_<LANG>_COMPILER_LOADED ...................... _cmaketargets_event: restore, or record
#
# All names begin with _cmaketargets_, since functions share their scope with the project. State
# between two events is in global properties. CACHE properties are read instead of variables wherever
# a cache entry may come from the command line: reading the variable would suppress CMake's warning
# that nothing used it.

cmake_policy(PUSH)
cmake_policy(VERSION 3.24)

# Divides _cmaketargets_names, the names of variables in order: _cmaketargets_entries are those of cache entries,
# _cmaketargets_names those of ordinary variables that need no quotes, _cmaketargets_odd the others. One that is both a cache
# entry and an ordinary variable occurs twice.
macro(_cmaketargets_divide_variables)
  get_cmake_property(_cmaketargets_cached CACHE_VARIABLES)
  set(_cmaketargets_odd "${_cmaketargets_names}")
  list(REMOVE_ITEM _cmaketargets_odd ${_cmaketargets_cached})
  set(_cmaketargets_entries "${_cmaketargets_names}")
  list(REMOVE_ITEM _cmaketargets_entries ${_cmaketargets_odd} "")
  set(_cmaketargets_both "${_cmaketargets_entries}")
  list(REMOVE_DUPLICATES _cmaketargets_entries)
  if(NOT _cmaketargets_both STREQUAL _cmaketargets_entries)
    set(_cmaketargets_value "")
    foreach(_cmaketargets_name IN LISTS _cmaketargets_both)
      if(_cmaketargets_name STREQUAL _cmaketargets_value)
        list(APPEND _cmaketargets_odd "${_cmaketargets_name}")
      endif()
      set(_cmaketargets_value "${_cmaketargets_name}")
    endforeach()
  endif()
  set(_cmaketargets_names "${_cmaketargets_odd}")
  list(FILTER _cmaketargets_odd EXCLUDE REGEX "^[A-Za-z0-9_.+/-]+$")
  list(FILTER _cmaketargets_names INCLUDE REGEX "^[A-Za-z0-9_.+/-]+$")
endmacro()

# Sets _cmaketargets_plain to the variables of _cmaketargets_names, "name=value" with a separator after each. Code made of
# the names does it in one command.
macro(_cmaketargets_read_plain)
  string(REGEX REPLACE "([^;]+);?" "\\1=\${\\1}@SEPARATOR@" _cmaketargets_plain "${_cmaketargets_names}")
  cmake_language(EVAL CODE "set(_cmaketargets_plain \"${_cmaketargets_plain}\")")
endmacro()

# Appends the variables of _cmaketargets_names to _cmaketargets_text, as records "kind name length\nvalue\n".
macro(_cmaketargets_write_variables)
  _cmaketargets_divide_variables()
  foreach(_cmaketargets_name IN LISTS _cmaketargets_entries)
    get_property(_cmaketargets_type CACHE "${_cmaketargets_name}" PROPERTY TYPE)
    get_property(_cmaketargets_advanced CACHE "${_cmaketargets_name}" PROPERTY ADVANCED)
    get_property(_cmaketargets_help CACHE "${_cmaketargets_name}" PROPERTY HELPSTRING)
    get_property(_cmaketargets_value CACHE "${_cmaketargets_name}" PROPERTY VALUE)
    string(LENGTH "${_cmaketargets_help}" _cmaketargets_length)
    set(_cmaketargets_value
      "${_cmaketargets_type} ${_cmaketargets_advanced} ${_cmaketargets_length}\n${_cmaketargets_help}\n${_cmaketargets_value}")
    string(LENGTH "${_cmaketargets_value}" _cmaketargets_length)
    string(APPEND _cmaketargets_text "cache ${_cmaketargets_name} ${_cmaketargets_length}\n${_cmaketargets_value}\n")
  endforeach()
  foreach(_cmaketargets_name IN LISTS _cmaketargets_odd)
    string(LENGTH "${${_cmaketargets_name}}" _cmaketargets_length)
    string(APPEND _cmaketargets_text "var ${_cmaketargets_name} ${_cmaketargets_length}\n${${_cmaketargets_name}}\n")
  endforeach()
  _cmaketargets_read_plain()
  list(LENGTH _cmaketargets_names _cmaketargets_number)
  string(LENGTH "${_cmaketargets_plain}" _cmaketargets_length)
  string(APPEND _cmaketargets_text "vars ${_cmaketargets_number} ${_cmaketargets_length}\n${_cmaketargets_plain}\n")
endmacro()

# Appends the environment. It holds secrets: where only a change matters, the values are hashed.
macro(_cmaketargets_write_environment)
  get_property(_cmaketargets_names GLOBAL PROPERTY _cmaketargets_environment)
  foreach(_cmaketargets_name IN LISTS _cmaketargets_names)
    if(DEFINED ENV{${_cmaketargets_name}})
      string(LENGTH "$ENV{${_cmaketargets_name}}" _cmaketargets_length)
      string(APPEND _cmaketargets_text "env ${_cmaketargets_name} ${_cmaketargets_length}\n$ENV{${_cmaketargets_name}}\n")
    endif()
  endforeach()
  string(SHA256 _cmaketargets_value "@OTHERS@")
  string(APPEND _cmaketargets_text "env (others) 64\n${_cmaketargets_value}\n")
endmacro()

# Appends the variables to _cmaketargets_text for the key. Every configure runs this, so it uses few commands.
macro(_cmaketargets_append_variables)
  _cmaketargets_divide_variables()
  foreach(_cmaketargets_name IN LISTS _cmaketargets_entries)
    get_property(_cmaketargets_type CACHE "${_cmaketargets_name}" PROPERTY TYPE)
    get_property(_cmaketargets_advanced CACHE "${_cmaketargets_name}" PROPERTY ADVANCED)
    get_property(_cmaketargets_help CACHE "${_cmaketargets_name}" PROPERTY HELPSTRING)
    get_property(_cmaketargets_value CACHE "${_cmaketargets_name}" PROPERTY VALUE)
    string(APPEND _cmaketargets_text "cache ${_cmaketargets_name}:${_cmaketargets_type}=${_cmaketargets_value}\n"
      "${_cmaketargets_advanced} ${_cmaketargets_help}\n")
  endforeach()
  foreach(_cmaketargets_name IN LISTS _cmaketargets_odd)
    string(APPEND _cmaketargets_text "var ${_cmaketargets_name}=${${_cmaketargets_name}}\n")
  endforeach()
  _cmaketargets_read_plain()
  string(APPEND _cmaketargets_text "${_cmaketargets_plain}")
endmacro()

# Writes the whole state to <language>.<when> in the session's directory, for End to compare.
macro(_cmaketargets_record when)
  set(_cmaketargets_text "")
  get_cmake_property(_cmaketargets_names VARIABLES)
  list(FILTER _cmaketargets_names EXCLUDE REGEX "@VOLATILE@")
  _cmaketargets_write_variables()
  _cmaketargets_write_environment()
  file(WRITE "${_cmaketargets_session}/${_cmaketargets_language}.${when}"
    "key ${_cmaketargets_language} 64\n${_cmaketargets_key}\n${_cmaketargets_text}end . 0\n\n")
endmacro()

# Sets _cmaketargets_key to the hash of what decides a language that follows another in the same call:
# nothing ran in between but the detection of that one, which its own key decides.
macro(_cmaketargets_compute_following_key)
  get_cmake_property(_cmaketargets_names VARIABLES)
  list(FILTER _cmaketargets_names INCLUDE REGEX "^CMAKE_.+_COMPILER_LOADED$")
  string(SHA256 _cmaketargets_key "after ${_cmaketargets_chain}\n${_cmaketargets_names}\n${_cmaketargets_language}")
endmacro()

# Sets _cmaketargets_doubt if modules of the project replace those of CMake.
macro(_cmaketargets_check_modules)
  foreach(_cmaketargets_directory IN LISTS CMAKE_MODULE_PATH)
    file(GLOB _cmaketargets_files RELATIVE "${_cmaketargets_directory}" "${_cmaketargets_directory}/CMake*"
      "${_cmaketargets_directory}/Platform" "${_cmaketargets_directory}/Compiler"
      "${_cmaketargets_directory}/Internal" "${_cmaketargets_directory}/Linker")
    foreach(_cmaketargets_name IN LISTS _cmaketargets_files)
      if(EXISTS "${CMAKE_ROOT}/Modules/${_cmaketargets_name}")
        set(_cmaketargets_doubt "CMAKE_MODULE_PATH replaces ${_cmaketargets_name}")
      endif()
    endforeach()
  endforeach()
endmacro()

# Sets _cmaketargets_key to the hash of everything that decides how _cmaketargets_language is detected,
# or to "" if something invisible could decide.
macro(_cmaketargets_compute_key)
  get_property(_cmaketargets_text GLOBAL PROPERTY _cmaketargets_salt)
  get_cmake_property(_cmaketargets_names VARIABLES)
  set(_cmaketargets_doubt "")
  if(NOT CMAKE_GENERATOR MATCHES "^(Ninja|Ninja Multi-Config|Unix Makefiles)$")
    set(_cmaketargets_doubt "generator ${CMAKE_GENERATOR}")
  endif()

  _cmaketargets_check_modules()

  # So can commands: the old one remains under its name with a leading underscore.
  if(COMMAND _set OR COMMAND _unset OR COMMAND _string OR COMMAND _list OR COMMAND _file
      OR COMMAND _include OR COMMAND _find_program OR COMMAND _find_file
      OR COMMAND _execute_process OR COMMAND _exec_program OR COMMAND _configure_file
      OR COMMAND _get_filename_component OR COMMAND _set_property)
    set(_cmaketargets_doubt "the project replaces a command of CMake")
  endif()
  get_property(_cmaketargets_value GLOBAL PROPERTY _cmaketargets_answers)
  if(_cmaketargets_value)
    set(_cmaketargets_guard FALSE)
    _try_compile(_cmaketargets_guard)
    if(NOT _cmaketargets_guard)
      set(_cmaketargets_doubt "the project replaces try_compile")
    endif()
  elseif(COMMAND _try_compile)
    set(_cmaketargets_doubt "the project replaces try_compile")
  endif()

  if(CMAKE_TOOLCHAIN_FILE)
    # It can read anything, again in every try_compile: all variables and directory properties count,
    # and files that it includes are unknown.
    file(READ "${CMAKE_TOOLCHAIN_FILE}" _cmaketargets_value)
    if(_cmaketargets_value MATCHES "(^|[ \t\n])[Ii][Nn][Cc][Ll][Uu][Dd][Ee][ \t]*\\(")
      set(_cmaketargets_doubt "the toolchain file includes other files")
    endif()
    string(APPEND _cmaketargets_text "\ntoolchain ${_cmaketargets_value}\n")
    if(_cmaketargets_value MATCHES "PROJECT|SOURCE_DIR|BINARY_DIR|HOME_DIRECTORY|CURRENT_LIST|PARENT_LIST")
      string(APPEND _cmaketargets_text
        "project ${PROJECT_NAME} ${CMAKE_PROJECT_NAME} ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}\n")
    endif()
    foreach(_cmaketargets_property COMPILE_OPTIONS COMPILE_DEFINITIONS INCLUDE_DIRECTORIES LINK_OPTIONS
        LINK_DIRECTORIES)
      get_directory_property(_cmaketargets_value ${_cmaketargets_property})
      string(APPEND _cmaketargets_text "${_cmaketargets_property} ${_cmaketargets_value}\n")
    endforeach()
    foreach(_cmaketargets_suffix SOURCE_DIR BINARY_DIR IS_TOP_LEVEL VERSION VERSION_MAJOR VERSION_MINOR
        VERSION_PATCH VERSION_TWEAK DESCRIPTION HOMEPAGE_URL COMPAT_VERSION SPDX_LICENSE)
      list(REMOVE_ITEM _cmaketargets_names "${PROJECT_NAME}_${_cmaketargets_suffix}")
    endforeach()
    list(FILTER _cmaketargets_names EXCLUDE REGEX "^PROJECT_")
  else()
    # What detection can read without a toolchain file: CMake's own variables, internal ones of its
    # modules (_*), and other names that its modules for compilers and platforms read.
    list(FILTER _cmaketargets_names INCLUDE REGEX "\
^(CMAKE|_|src_in$|ABI|ADSP|ANDROID|APPLE|ARCHITECTURE|ASM_DIALECT|BORLAND|BSD|CID|CLANG|COMPILER|CUDA|\
CYGWIN|Clang|DARWIN|EMSCRIPTEN|GHS|GNU|HAVE_FLAG|HIP|IAR|IOS|LINUX|MINGW|MSVC|MSYS|NVCC|OPENWATCOM|OSX|PLATFORM|\
PRESET|QNX|SIMULATE|SUNOS|TEGRA|TI_|UNIX|VERSION_|WASI|WATCOM|WIN|XCODE|XIAR)")
  endif()
  if(_cmaketargets_names MATCHES "(^|;)CMAKE_USER_MAKE_RULES_OVERRIDE")
    set(_cmaketargets_doubt "CMAKE_USER_MAKE_RULES_OVERRIDE is set")
  endif()
  list(FILTER _cmaketargets_names EXCLUDE REGEX "@VOLATILE@")
  # The names and output directories of the project. CMAKE_MODULE_PATH is examined instead.
  list(FILTER _cmaketargets_names EXCLUDE REGEX "\
^CMAKE_((SOURCE_DIR|BINARY_DIR|HOME_DIRECTORY|CACHEFILE_DIR|PLATFORM_INFO_DIR|PLATFORM_INFO_INITIALIZED|\
MODULE_PATH|FIND_PACKAGE_REDIRECTS_DIR)$|PROJECT_|(ARCHIVE|LIBRARY|RUNTIME|PDB|COMPILE_PDB)_OUTPUT_DIRECTORY|\
[A-Za-z]+_COMPILER_ID_PLATFORM_CONTENT$)")
  # Set by each language's own detection, with another value than in later runs.
  foreach(_cmaketargets_name @LANGUAGES@)
    if(NOT _cmaketargets_name STREQUAL _cmaketargets_language)
      list(REMOVE_ITEM _cmaketargets_names "_CMAKE_${_cmaketargets_name}_IMPLICIT_INCLUDE_DIRECTORIES_INIT")
    endif()
  endforeach()
  # A prefix that does not exist yet holds no compiler.
  if("CMAKE_INSTALL_PREFIX" IN_LIST _cmaketargets_names)
    get_property(_cmaketargets_value CACHE CMAKE_INSTALL_PREFIX PROPERTY VALUE)
    if(_cmaketargets_value AND NOT EXISTS "${_cmaketargets_value}")
      list(REMOVE_ITEM _cmaketargets_names "CMAKE_INSTALL_PREFIX")
    endif()
  endif()
  _cmaketargets_append_variables()
  string(APPEND _cmaketargets_text "@ENVIRONMENT@")
  if(NOT (@DEFINED@))
    string(APPEND _cmaketargets_text "without a variable that was there")
  endif()

  if(_cmaketargets_doubt)
    file(APPEND "${_cmaketargets_session}/log" "doubt ${_cmaketargets_language} ${_cmaketargets_doubt}\n")
  else()
    string(SHA256 _cmaketargets_key
      "${_cmaketargets_text}\npolicies ${_cmaketargets_policies}\n${_cmaketargets_language}")
  endif()
endmacro()

# Runs before CMake looks for the language's file, and copies it there if the store has the key.
macro(_cmaketargets_before)
  if(_cmaketargets_state STREQUAL "reuse")
    # The project itself has read the variable before; the key may differ now.
    file(REMOVE "${_cmaketargets_file}")
    file(APPEND "${_cmaketargets_session}/log" "withdrawn ${_cmaketargets_language}\n")
  endif()
  set(_cmaketargets_state "")
  set(_cmaketargets_key "")
  if(_cmaketargets_language STREQUAL "SYSTEM" OR NOT EXISTS "${_cmaketargets_file}")
    get_property(_cmaketargets_chain GLOBAL PROPERTY _cmaketargets_chain)
    if(_cmaketargets_chain)
      _cmaketargets_compute_following_key()
    else()
      _cmaketargets_compute_key()
    endif()
    set_property(GLOBAL PROPERTY _cmaketargets_chain "${_cmaketargets_key}")
    if(_cmaketargets_key)
      get_property(_cmaketargets_entry GLOBAL PROPERTY "_cmaketargets_entry_${_cmaketargets_key}")
      if(_cmaketargets_entry)
        # The entry may be removed at any moment; then this is a miss.
        set(_cmaketargets_restore "${_cmaketargets_session}/${_cmaketargets_language}.restore")
        file(COPY_FILE "${_cmaketargets_entry}/restore.cmake" "${_cmaketargets_restore}" RESULT _cmaketargets_result)
        if(_cmaketargets_result STREQUAL "0")
          file(READ "${_cmaketargets_restore}" _cmaketargets_value)
          if(_cmaketargets_value MATCHES "\n# end\n$")
            file(COPY_FILE "${_cmaketargets_entry}/compiler.cmake" "${_cmaketargets_file}" RESULT _cmaketargets_result)
            if(_cmaketargets_result STREQUAL "0")
              set(_cmaketargets_state "reuse")
              file(APPEND "${_cmaketargets_session}/log" "installed ${_cmaketargets_language} ${_cmaketargets_entry}\n")
            endif()
          endif()
        endif()
      endif()
      if(NOT _cmaketargets_state)
        _cmaketargets_record(before)
        set(_cmaketargets_state "record")
      endif()
    endif()
  endif()
  set_property(GLOBAL PROPERTY _cmaketargets_state_${_cmaketargets_language} "${_cmaketargets_state}")
  set_property(GLOBAL PROPERTY _cmaketargets_key_${_cmaketargets_language} "${_cmaketargets_key}")
endmacro()

function(_cmaketargets_event _cmaketargets_variable _cmaketargets_access)
  # Writing the state reads watched variables.
  get_property(_cmaketargets_busy GLOBAL PROPERTY _cmaketargets_busy)
  if(_cmaketargets_busy)
    return()
  endif()
  if(_cmaketargets_variable STREQUAL "CMAKE_SYSTEM_LOADED")
    # CMake reads it at the start of every project() and enable_language(); CMakeSystem.cmake sets it.
    set(_cmaketargets_chain "")
    if(_cmaketargets_access STREQUAL "MODIFIED_ACCESS")
      set(_cmaketargets_language SYSTEM)
      get_property(_cmaketargets_key GLOBAL PROPERTY _cmaketargets_key_SYSTEM)
      get_property(_cmaketargets_state GLOBAL PROPERTY _cmaketargets_state_SYSTEM)
      if(_cmaketargets_state STREQUAL "record")
        set_property(GLOBAL PROPERTY _cmaketargets_state_SYSTEM "")
        set_property(GLOBAL PROPERTY _cmaketargets_busy TRUE)
        get_property(_cmaketargets_session GLOBAL PROPERTY _cmaketargets_session)
        _cmaketargets_record(after)
        file(APPEND "${_cmaketargets_session}/log" "recorded SYSTEM\n")
        set_property(GLOBAL PROPERTY _cmaketargets_busy "")
      endif()
      # On Linux nothing runs before the first language but a user's top-level includes.
      if(CMAKE_SYSTEM_NAME STREQUAL "Linux" AND "${CMAKE_PROJECT_TOP_LEVEL_INCLUDES}" STREQUAL "")
        set(_cmaketargets_chain "${_cmaketargets_key}")
      endif()
    endif()
    set_property(GLOBAL PROPERTY _cmaketargets_chain "${_cmaketargets_chain}")
    return()
  endif()
  set_property(GLOBAL PROPERTY _cmaketargets_busy TRUE)
  string(REGEX REPLACE "^CMAKE_(.+)_COMPILER_LOADED$" "\\1" _cmaketargets_language "${_cmaketargets_variable}")
  get_property(_cmaketargets_session GLOBAL PROPERTY _cmaketargets_session)
  get_property(_cmaketargets_state GLOBAL PROPERTY _cmaketargets_state_${_cmaketargets_language})
  if(_cmaketargets_access STREQUAL "UNKNOWN_READ_ACCESS")
    get_property(_cmaketargets_chain GLOBAL PROPERTY _cmaketargets_chain)
    if(NOT _cmaketargets_chain)
      @READ_POLICIES@
    endif()
    set(_cmaketargets_file "${CMAKE_PLATFORM_INFO_DIR}/CMake${_cmaketargets_language}Compiler.cmake")
    _cmaketargets_before()
  elseif(_cmaketargets_access STREQUAL "MODIFIED_ACCESS" AND _cmaketargets_state)
    set(_cmaketargets_next "")
    if(_cmaketargets_state STREQUAL "reuse")
      file(READ "${_cmaketargets_session}/${_cmaketargets_language}.restore" _cmaketargets_value)
      cmake_language(EVAL CODE "${_cmaketargets_value}")
      # Read what only the detection would have read, so that CMake does not warn of unused variables.
      set(_cmaketargets_value "\
${CMAKE_TRY_COMPILE_TARGET_TYPE}${CMAKE_TRY_COMPILE_CONFIGURATION}\
${CMAKE_TRY_COMPILE_PLATFORM_VARIABLES}${CMAKE_TRY_COMPILE_NO_PLATFORM_VARIABLES}\
${CMAKE_SYSROOT_COMPILE}${CMAKE_SYSROOT_LINK}${CMAKE_PROGRAM_PATH}${CMAKE_PREFIX_PATH}\
${CMAKE_IGNORE_PATH}${CMAKE_FIND_ROOT_PATH}${CMAKE_FIND_ROOT_PATH_MODE_PROGRAM}\
${CMAKE_${_cmaketargets_language}_COMPILER}${CMAKE_${_cmaketargets_language}_COMPILER_TARGET}\
${CMAKE_${_cmaketargets_language}_COMPILER_EXTERNAL_TOOLCHAIN}\
${CMAKE_${_cmaketargets_language}_FLAGS_INIT}")
      file(APPEND "${_cmaketargets_session}/log" "reused ${_cmaketargets_language}\n")
    elseif(_cmaketargets_state STREQUAL "record")
      get_property(_cmaketargets_key GLOBAL PROPERTY _cmaketargets_key_${_cmaketargets_language})
      _cmaketargets_record(after)
      file(APPEND "${_cmaketargets_session}/log" "recorded ${_cmaketargets_language}\n")
      set(_cmaketargets_next "tested")
    else()
      # The test of the compiler loads the file once more, and changes nothing but the environment.
      set(_cmaketargets_text "")
      _cmaketargets_write_environment()
      file(WRITE "${_cmaketargets_session}/${_cmaketargets_language}.tested" "${_cmaketargets_text}end . 0\n\n")
    endif()
    set_property(GLOBAL PROPERTY _cmaketargets_state_${_cmaketargets_language} "${_cmaketargets_next}")
  endif()
  set_property(GLOBAL PROPERTY _cmaketargets_busy "")
endfunction()

# The same for the system, for which CMake is about to run uname. If the store has it, copies the real
# CMakeSystem.cmake over this file, and sets the global property _cmaketargets_system to its content.
function(_cmaketargets_find_system)
  if(CMAKE_SYSTEM OR CMAKE_TOOLCHAIN_FILE)
    return()
  endif()
  set_property(GLOBAL PROPERTY _cmaketargets_busy TRUE)
  set(_cmaketargets_language SYSTEM)
  set(_cmaketargets_state "")
  @READ_POLICIES@
  set(_cmaketargets_file "${CMAKE_PLATFORM_INFO_DIR}/CMakeSystem.cmake")
  get_property(_cmaketargets_session GLOBAL PROPERTY _cmaketargets_session)
  set_property(GLOBAL PROPERTY _cmaketargets_chain "")
  _cmaketargets_before()
  if(_cmaketargets_state STREQUAL "reuse")
    file(READ "${_cmaketargets_session}/SYSTEM.restore" _cmaketargets_value)
    cmake_language(EVAL CODE "${_cmaketargets_value}")
    file(READ "${_cmaketargets_file}" _cmaketargets_value)
    set_property(GLOBAL PROPERTY _cmaketargets_system "${_cmaketargets_value}")
    file(APPEND "${_cmaketargets_session}/log" "reused SYSTEM\n")
  endif()
  set_property(GLOBAL PROPERTY _cmaketargets_busy "")
endfunction()

variable_watch(CMAKE_SYSTEM_LOADED _cmaketargets_event)
foreach(_cmaketargets_language @LANGUAGES@)
  variable_watch(CMAKE_${_cmaketargets_language}_COMPILER_LOADED _cmaketargets_event)
endforeach()
unset(_cmaketargets_language)

if(NOT COMMAND _try_compile)
  @ANSWERS@
endif()

cmake_policy(POP)

_cmaketargets_find_system()
get_property(_cmaketargets_system GLOBAL PROPERTY _cmaketargets_system)
if(_cmaketargets_system)
  cmake_language(EVAL CODE "${_cmaketargets_system}")
  # CMake writes this to its log.
  set(_cmaketargets_system "The system is: ${CMAKE_SYSTEM_NAME} - ${CMAKE_SYSTEM_VERSION} - ${CMAKE_SYSTEM_PROCESSOR}\n")
  if(CMAKE_VERSION VERSION_LESS 3.26)
    file(APPEND "${CMAKE_BINARY_DIR}/CMakeFiles/CMakeOutput.log" "${_cmaketargets_system}")
  else()
    message(CONFIGURE_LOG "${_cmaketargets_system}")
  endif()
endif()
unset(_cmaketargets_system)
