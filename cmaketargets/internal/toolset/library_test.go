package toolset_test

import (
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/toolset"
)

func TestLibraryHint(t *testing.T) {
	for _, test := range []struct {
		goos, manager, missing, want string
	}{
		{"linux", "apt-get", "Boost", "apt-get install libboost-all-dev"},
		{"linux", "apt-get", "boost/asio.hpp", "apt-get install libboost-all-dev"},
		{"linux", "apt-get", "boosted.h", ""},
		{"linux", "apt-get", "ZLIB", "apt-get install zlib1g-dev"},
		{"linux", "apt-get", "zlib", "apt-get install zlib1g-dev"},
		{"linux", "apt-get", "zlib.h", "apt-get install zlib1g-dev"},
		{"linux", "apt-get", "-lz", "apt-get install zlib1g-dev"},
		{"linux", "apt-get", "-lzz", ""},
		{"linux", "apt-get", "protoc", "apt-get install libprotobuf-dev protobuf-compiler"},
		{"linux", "apt-get", "Nowhere", ""},
		{"linux", "apt-get", "", ""},
		{"linux", "dnf", "OpenSSL", "dnf install openssl-devel"},
		{"linux", "pacman", "Qt6", "pacman -S --needed qt6-base"},
		{"linux", "zypper", "Qt6", ""},
		{"linux", "", "Qt6", ""},
		{"darwin", "brew", "GTest", "brew install googletest"},
		{"darwin", "brew", "OpenGL", ""},
	} {
		if got := toolset.LibraryHint(lookPath(having(test.manager)), test.goos, test.missing); got != test.want {
			t.Errorf("%s, %s: got %q, want %q", test.manager, test.missing, got, test.want)
		}
	}
}
