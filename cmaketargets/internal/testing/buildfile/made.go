package buildfile

import (
	"os"
	"path/filepath"
)

// Made are the files of a project with the features of CMake's generator for Make; its names need escapes.
var Made = map[string]string{
	"CMakeLists.txt": `cmake_minimum_required(VERSION 3.20)
project(made C)
include_directories(first second)
add_library(lib lib.c "spaced name.c")
add_library(objects OBJECT object.c)
add_executable(app app.c "${CMAKE_CURRENT_BINARY_DIR}/gen=erated.h" $<TARGET_OBJECTS:objects>)
target_include_directories(app PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
target_link_libraries(app lib)
add_custom_command(OUTPUT "gen=erated.h" copy COMMAND "${CMAKE_COMMAND}" -E copy "${CMAKE_CURRENT_SOURCE_DIR}/in$1" "gen=erated.h"
  COMMAND "${CMAKE_COMMAND}" -E touch copy DEPENDS "in$1" VERBATIM)
add_custom_target(step ALL DEPENDS lib copy)
add_custom_command(TARGET lib POST_BUILD COMMAND "${CMAKE_COMMAND}" -E touch posted BYPRODUCTS posted)
add_library(extra EXCLUDE_FROM_ALL extra.c)
add_custom_command(OUTPUT lazy COMMAND sh -c "test -e lazy || touch lazy" DEPENDS "in$1" VERBATIM)
add_custom_target(idle DEPENDS lazy)
add_subdirectory(sub)
`,
	"sub/CMakeLists.txt": "add_library(part STATIC part.c)\nadd_dependencies(part step)\n",
	"lib.c":              "#include \"shared.h\"\nint lib = SHARED;\n", "spaced name.c": "int spaced;\n", "object.c": "#include \"shared.h\"\nint object = SHARED;\n",
	"app.c": "#include \"gen=erated.h\"\nint main(void) { return 0; }\n", "in$1": "#define GENERATED 1\n", "second/shared.h": "#define SHARED 1\n",
	"extra.c": "#include \"shared.h\"\nint extra = SHARED;\n", "sub/part.c": "#include \"shared.h\"\nint part = SHARED;\n",
}

// WriteMade writes the project Made into a directory.
func WriteMade(t interface{ Fatal(...any) }, source string) {
	for name, text := range Made {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(source, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		Write(t, filepath.Join(source, name), text)
	}
}
