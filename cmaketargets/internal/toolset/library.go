package toolset

import "strings"

// A library is something that projects look for, with what package managers call its development files.
type library struct {
	names  string // What find_package, pkg-config or a shell call it, separated by blanks.
	header string // What an #include of it begins with.
	links  string // What follows -l, separated by blanks.

	apt, dnf, pacman, brew string
}

// libraries are well known ones. A field is empty where there is no such package, or the system brings it.
var libraries = []library{
	{"Boost", "boost/", "boost_system boost_filesystem boost_thread boost_program_options", "libboost-all-dev", "boost-devel", "boost", "boost"},
	{"OpenSSL libssl libcrypto", "openssl/", "ssl crypto", "libssl-dev", "openssl-devel", "openssl", "openssl@3"},
	{"ZLIB", "zlib.h", "z", "zlib1g-dev", "zlib-devel", "zlib", "zlib"},
	{"BZip2", "bzlib.h", "bz2", "libbz2-dev", "bzip2-devel", "bzip2", "bzip2"},
	{"LibLZMA", "lzma.h", "lzma", "liblzma-dev", "xz-devel", "xz", "xz"},
	{"zstd libzstd", "zstd.h", "zstd", "libzstd-dev", "libzstd-devel", "zstd", "zstd"},
	{"lz4 liblz4", "lz4.h", "lz4", "liblz4-dev", "lz4-devel", "lz4", "lz4"},
	{"Qt5 Qt5Core Qt5Widgets Qt5Gui", "QtCore/", "Qt5Core Qt5Widgets", "qtbase5-dev", "qt5-qtbase-devel", "qt5-base", "qt@5"},
	{"Qt6 Qt6Core Qt6Widgets Qt6Gui", "", "Qt6Core Qt6Widgets", "qt6-base-dev", "qt6-qtbase-devel", "qt6-base", "qt"},
	{"Eigen3 Eigen", "Eigen/", "", "libeigen3-dev", "eigen3-devel", "eigen", "eigen"},
	{"GTest GoogleTest gtest", "gtest/", "gtest gtest_main", "libgtest-dev", "gtest-devel", "gtest", "googletest"},
	{"GMock gmock", "gmock/", "gmock", "libgmock-dev", "gmock-devel", "gtest", "googletest"},
	{"Catch2", "catch2/", "Catch2", "catch2", "catch-devel", "catch2", "catch2"},
	{"doctest", "doctest/", "", "doctest-dev", "doctest-devel", "doctest", "doctest"},
	{"benchmark", "benchmark/", "benchmark", "libbenchmark-dev", "google-benchmark-devel", "benchmark", "google-benchmark"},
	{"Threads", "pthread.h", "pthread", "libc6-dev", "glibc-devel", "glibc", ""},
	{"OpenMP", "omp.h", "omp", "libomp-dev", "libomp-devel", "openmp", "libomp"},
	{"MPI MPI_C MPI_CXX", "mpi.h", "mpi", "libopenmpi-dev", "openmpi-devel", "openmpi", "open-mpi"},
	{"BLAS LAPACK OpenBLAS", "cblas.h", "blas lapack openblas", "libopenblas-dev", "openblas-devel", "openblas", "openblas"},
	{"HDF5", "hdf5.h", "hdf5", "libhdf5-dev", "hdf5-devel", "hdf5", "hdf5"},
	{"Protobuf protobuf protoc", "google/protobuf/", "protobuf", "libprotobuf-dev protobuf-compiler", "protobuf-devel", "protobuf", "protobuf"},
	{"gRPC", "grpcpp/", "grpc grpc++", "libgrpc++-dev protobuf-compiler-grpc", "grpc-devel", "grpc", "grpc"},
	{"absl", "absl/", "", "libabsl-dev", "abseil-cpp-devel", "abseil-cpp", "abseil"},
	{"CURL libcurl", "curl/", "curl", "libcurl4-openssl-dev", "libcurl-devel", "curl", "curl"},
	{"PNG libpng", "png.h", "png", "libpng-dev", "libpng-devel", "libpng", "libpng"},
	{"JPEG", "jpeglib.h", "jpeg", "libjpeg-dev", "libjpeg-turbo-devel", "libjpeg-turbo", "jpeg-turbo"},
	{"TIFF", "tiffio.h", "tiff", "libtiff-dev", "libtiff-devel", "libtiff", "libtiff"},
	{"Freetype freetype2", "ft2build.h", "freetype", "libfreetype-dev", "freetype-devel", "freetype2", "freetype"},
	{"SDL2", "SDL2/", "SDL2", "libsdl2-dev", "SDL2-devel", "sdl2", "sdl2"},
	{"SFML", "SFML/", "sfml-graphics sfml-window sfml-system", "libsfml-dev", "SFML-devel", "sfml", "sfml"},
	{"glfw3 GLFW", "GLFW/", "glfw", "libglfw3-dev", "glfw-devel", "glfw", "glfw"},
	{"GLEW", "GL/glew.h", "GLEW", "libglew-dev", "glew-devel", "glew", "glew"},
	{"glm", "glm/", "", "libglm-dev", "glm-devel", "glm", "glm"},
	{"OpenGL", "GL/", "GL", "libgl-dev", "mesa-libGL-devel", "mesa", ""},
	{"Vulkan", "vulkan/", "vulkan", "libvulkan-dev", "vulkan-loader-devel", "vulkan-icd-loader", "vulkan-loader"},
	{"X11", "X11/", "X11", "libx11-dev", "libX11-devel", "libx11", "libx11"},
	{"ALSA alsa", "alsa/", "asound", "libasound2-dev", "alsa-lib-devel", "alsa-lib", ""},
	{"OpenCV", "opencv2/", "opencv_core", "libopencv-dev", "opencv-devel", "opencv", "opencv"},
	{"Python3 Python Python3_Development", "Python.h", "python3", "python3-dev", "python3-devel", "python", "python"},
	{"pybind11", "pybind11/", "", "pybind11-dev", "pybind11-devel", "pybind11", "pybind11"},
	{"SQLite3 sqlite3", "sqlite3.h", "sqlite3", "libsqlite3-dev", "sqlite-devel", "sqlite", "sqlite"},
	{"PostgreSQL libpq", "libpq-fe.h", "pq", "libpq-dev", "libpq-devel", "postgresql-libs", "libpq"},
	{"LibXml2 libxml-2.0", "libxml/", "xml2", "libxml2-dev", "libxml2-devel", "libxml2", "libxml2"},
	{"EXPAT", "expat.h", "expat", "libexpat1-dev", "expat-devel", "expat", "expat"},
	{"yaml-cpp", "yaml-cpp/", "yaml-cpp", "libyaml-cpp-dev", "yaml-cpp-devel", "yaml-cpp", "yaml-cpp"},
	{"nlohmann_json", "nlohmann/", "", "nlohmann-json3-dev", "json-devel", "nlohmann-json", "nlohmann-json"},
	{"fmt", "fmt/", "fmt", "libfmt-dev", "fmt-devel", "fmt", "fmt"},
	{"spdlog", "spdlog/", "spdlog", "libspdlog-dev", "spdlog-devel", "spdlog", "spdlog"},
	{"gflags", "gflags/", "gflags", "libgflags-dev", "gflags-devel", "gflags", "gflags"},
	{"glog", "glog/", "glog", "libgoogle-glog-dev", "glog-devel", "google-glog", "glog"},
	{"TBB", "tbb/", "tbb", "libtbb-dev", "tbb-devel", "onetbb", "tbb"},
	{"ZeroMQ libzmq", "zmq.h", "zmq", "libzmq3-dev", "zeromq-devel", "zeromq", "zeromq"},
	{"Libevent libevent", "event2/", "event", "libevent-dev", "libevent-devel", "libevent", "libevent"},
	{"libuv", "uv.h", "uv", "libuv1-dev", "libuv-devel", "libuv", "libuv"},
	{"LibUSB libusb-1.0", "libusb-1.0/", "usb-1.0", "libusb-1.0-0-dev", "libusb1-devel", "libusb", "libusb"},
	{"Curses ncurses", "ncurses.h", "ncurses curses", "libncurses-dev", "ncurses-devel", "ncurses", "ncurses"},
	{"Readline readline", "readline/", "readline", "libreadline-dev", "readline-devel", "readline", "readline"},
	{"GTK3 gtk+-3.0", "gtk/", "gtk-3", "libgtk-3-dev", "gtk3-devel", "gtk3", "gtk+3"},
	{"PkgConfig pkg-config pkgconf", "", "", "pkg-config", "pkgconf-pkg-config", "pkgconf", "pkgconf"},
	{"Doxygen doxygen", "", "", "doxygen", "doxygen", "doxygen", "doxygen"},
	{"BISON bison", "", "", "bison", "bison", "bison", "bison"},
	{"FLEX flex", "FlexLexer.h", "fl", "flex", "flex", "flex", "flex"},
	{"Git git", "", "", "git", "git", "git", "git"},
	{"SWIG swig", "", "", "swig", "swig", "swig", "swig"},
	{"nasm", "", "", "nasm", "nasm", "nasm", "nasm"},
}

// LibraryHint is InstallHint for what a project misses, under the name that a tool gave it: a package ("Boost"), a
// header ("zlib.h"), a library ("-lz") or a program ("protoc"). It is empty for what is not well known.
func LibraryHint(look func(string) (string, error), goos, missing string) string {
	m, ok := choose(look, goos)
	if !ok {
		return ""
	}
	for _, l := range libraries {
		if !l.is(missing) {
			continue
		}
		if packages := l.packages(m); packages != "" {
			return m.command(look, strings.Fields(packages))
		}
		return ""
	}
	return ""
}

// is reports whether this is what a tool called so.
func (l library) is(missing string) bool {
	if link, ok := strings.CutPrefix(missing, "-l"); ok {
		return contains(l.links, link)
	}
	if strings.HasSuffix(l.header, "/") && strings.HasPrefix(missing, l.header) || l.header == missing {
		return missing != ""
	}
	return contains(l.names, missing)
}

// packages returns what a package manager calls it, "" where that is not known.
func (l library) packages(m manager) string {
	switch m.program {
	case "apt-get":
		return l.apt
	case "dnf":
		return l.dnf
	case "pacman":
		return l.pacman
	case "brew":
		return l.brew
	}
	return ""
}

// contains reports whether a word is in a list, in capitals or not.
func contains(list, word string) bool {
	for name := range strings.FieldsSeq(list) {
		if strings.EqualFold(name, word) {
			return true
		}
	}
	return false
}
