package cmake_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

var (
	v316 = cmake.Version{Major: 3, Minor: 16, Patch: 3}
	v325 = cmake.Version{Major: 3, Minor: 25, Patch: 1}
)

func TestConfigureCommandLine(t *testing.T) {
	base := []string{"-S", "/s", "-B", "/b"}
	for name, test := range map[string]struct {
		c    cmake.Configure
		v    cmake.Version
		want []string
	}{
		"plain": {cmake.Configure{}, v316, nil},
		"all": {cmake.Configure{
			Preset: "dev", Generator: "Ninja", Toolchain: "/t.cmake", BuildType: "Debug",
			Defines: map[string]string{"Z": "a=b;c d", "A:BOOL": "ON", "EMPTY": ""}, Args: []string{"-Wno-dev", "-D", "X=1"},
		}, v325, []string{
			"--preset", "dev", "-G", "Ninja", "--toolchain", "/t.cmake", "-DCMAKE_BUILD_TYPE:STRING=Debug",
			"-DA:BOOL=ON", "-DEMPTY=", "-DZ=a=b;c d", "-Wno-dev", "-D", "X=1",
		}},
		"toolchain of old":     {cmake.Configure{Toolchain: "/t.cmake"}, v316, []string{"-DCMAKE_TOOLCHAIN_FILE:FILEPATH=/t.cmake"}},
		"many configurations":  {cmake.Configure{Generator: "Ninja Multi-Config", BuildType: "Debug"}, v325, []string{"-G", "Ninja Multi-Config"}},
		"build type by itself": {cmake.Configure{BuildType: "Debug"}, v316, []string{"-DCMAKE_BUILD_TYPE:STRING=Debug"}},
		"the user's includes alone": {
			cmake.Configure{Defines: map[string]string{"CMAKE_PROJECT_TOP_LEVEL_INCLUDES": "/u.cmake"}},
			v316,
			[]string{"-DCMAKE_PROJECT_TOP_LEVEL_INCLUDES=/u.cmake"},
		},
		"a value that looks foreign": {cmake.Configure{Args: []string{"-D", "-B=1", "-G", "--build"}}, v325, []string{"-D", "-B=1", "-G", "--build"}},
	} {
		test.c.Source, test.c.Build = "/s", "/b"
		got, err := test.c.CommandLine(test.v)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(append(base[:4:4], test.want...), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestConfigureTooOldFor(t *testing.T) {
	for want, c := range map[string]cmake.Configure{
		"use cmake --preset: needs cmake 3.19, have 3.16.3": {Preset: "x"},
	} {
		_, err := c.CommandLine(v316)
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestConfigureRefuses(t *testing.T) {
	for want, c := range map[string]cmake.Configure{
		`define ""`:               {Defines: map[string]string{"": "1"}},
		`define ":BOOL"`:          {Defines: map[string]string{":BOOL": "1"}},
		`define "A=B"`:            {Defines: map[string]string{"A=B": "1"}},
		`one line`:                {Defines: map[string]string{"A": "1\n2"}},
		`type "BOOLEAN" is none`:  {Defines: map[string]string{"A:BOOLEAN": "1"}},
		`argument "-B"`:           {Args: []string{"-B", "/x"}},
		`argument "-B/x"`:         {Args: []string{"-Wdev", "-B/x"}},
		`argument "-S/x"`:         {Args: []string{"-S/x"}},
		`argument "-P"`:           {Args: []string{"-P", "x.cmake"}},
		`argument "-E"`:           {Args: []string{"-E", "rm"}},
		`argument "--build"`:      {Args: []string{"--build", "x"}},
		`argument "-N"`:           {Args: []string{"-N"}},
		`argument ""`:             {Args: []string{"-Wdev", ""}},
		`argument "--preset=dev"`: {Args: []string{"--preset=dev"}},
		`argument "a\x00"`:        {Args: []string{"a\x00"}},
	} {
		args, err := c.CommandLine(v325)
		if args != nil {
			t.Errorf("%s: got %q", want, args)
		}
		contains(t, err, want)
	}
}

func TestMultiConfig(t *testing.T) {
	for generator, want := range map[string]bool{
		"": false, "Ninja": false, "Unix Makefiles": false, "NMake Makefiles": false,
		"Ninja Multi-Config": true, "Xcode": true, "Visual Studio 17 2022": true,
	} {
		if got := cmake.MultiConfig(generator); got != want {
			t.Errorf("MultiConfig(%q) = %v", generator, got)
		}
	}
}

func TestBuildCommandLine(t *testing.T) {
	base := []string{"--build", "/b"}
	for name, test := range map[string]struct {
		b    cmake.Build
		want []string
	}{
		"plain": {cmake.Build{}, nil},
		"all": {
			cmake.Build{
				Generator: "Ninja Multi-Config", Config: "Debug", Targets: []string{"x", "y z"}, Jobs: 3,
				CleanFirst: true, KeepGoing: true, Native: []string{"-d", "stats"},
			},
			[]string{"--config", "Debug", "--target", "x", "y z", "--parallel", "3", "--clean-first", "--", "-k", "0", "-d", "stats"},
		},
		"native":          {cmake.Build{Native: []string{"-n"}}, []string{"--", "-n"}},
		"Ninja":           {cmake.Build{Generator: "Ninja", KeepGoing: true}, []string{"--", "-k", "0"}},
		"extra generator": {cmake.Build{Generator: "CodeBlocks - Ninja", KeepGoing: true}, []string{"--", "-k", "0"}},
		"Make":            {cmake.Build{Generator: "Unix Makefiles", KeepGoing: true}, []string{"--", "-k"}},
		"Make in MSYS":    {cmake.Build{Generator: "MSYS Makefiles", KeepGoing: true}, []string{"--", "-k"}},
		"NMake":           {cmake.Build{Generator: "NMake Makefiles", KeepGoing: true, Native: []string{"/S"}}, []string{"--", "/K", "/S"}},
		"Xcode":           {cmake.Build{Generator: "Xcode", KeepGoing: true}, []string{"--", "-IDEBuildingContinueBuildingAfterErrors=YES"}},
		"Visual Studio":   {cmake.Build{Generator: "Visual Studio 17 2022", KeepGoing: true, Config: "Debug"}, []string{"--config", "Debug"}},
		"unknown":         {cmake.Build{KeepGoing: true}, nil},
	} {
		test.b.Dir = "/b"
		got, err := test.b.CommandLine()
		if diff := cmp.Diff(append(base[:2:2], test.want...), got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestBuildRefuses(t *testing.T) {
	for want, b := range map[string]cmake.Build{
		`build target ""`:    {Targets: []string{"x", ""}},
		`build target "-j9"`: {Targets: []string{"-j9"}},
		`argument ""`:        {Native: []string{""}},
		`argument "a\x00"`:   {Native: []string{"a\x00"}},
	} {
		args, err := b.CommandLine()
		if args != nil {
			t.Errorf("%s: got %q", want, args)
		}
		contains(t, err, want)
	}
}

func TestTestCommandLine(t *testing.T) {
	all := cmake.Test{
		Dir: "/b", Config: "Debug", Jobs: 2, JUnit: "/j.xml",
		Names: "^a b$", Labels: "slow", Exclude: "[-]x", Args: []string{"--repeat", "until-pass:2"},
	}
	got, dir, err := all.CommandLine(v325)
	want := []string{
		"--test-dir", "/b", "--build-config", "Debug", "--output-on-failure", "--parallel", "2", "--output-junit", "/j.xml",
		"-R", "^a b$", "-L", "slow", "-E", "[-]x", "--repeat", "until-pass:2",
	}
	if diff := cmp.Diff(want, got); diff != "" || dir != "/b" || err != nil {
		t.Errorf("in %q, %v (-want +got):\n%s", dir, err, diff)
	}
	got, dir, err = cmake.Test{Dir: "/b"}.CommandLine(v316)
	if diff := cmp.Diff([]string{"--output-on-failure"}, got); diff != "" || dir != "/b" || err != nil {
		t.Errorf("3.16: in %q, %v (-want +got):\n%s", dir, err, diff)
	}
	_, _, err = cmake.Test{Dir: "/b", JUnit: "/j.xml"}.CommandLine(cmake.Version{Major: 3, Minor: 20})
	contains(t, err, "use ctest --output-junit: needs cmake 3.21, have 3.20.0")
}

func TestTestRefuses(t *testing.T) {
	for want, test := range map[string]cmake.Test{
		`select tests by "-x"`:           {Names: "-x"},
		`select tests by "-y"`:           {Labels: "-y"},
		`select tests by "-z"`:           {Exclude: "-z"},
		`argument ""`:                    {Args: []string{""}},
		`argument "-N": it would change`: {Args: []string{"-V", "-N"}},
		`argument "--test-dir": it`:      {Args: []string{"--test-dir", "/x"}},
		`argument "--show-only=json-v1"`: {Args: []string{"--show-only=json-v1"}},
	} {
		args, _, err := test.CommandLine(v325)
		if args != nil {
			t.Errorf("%s: got %q", want, args)
		}
		contains(t, err, want)
	}
}

func TestInstallCommandLine(t *testing.T) {
	got, err := cmake.Install{Dir: "/b", Config: "Debug", Prefix: "/p", Component: "dev"}.CommandLine()
	want := []string{"--install", "/b", "--config", "Debug", "--prefix", "/p", "--component", "dev"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	got, err = cmake.Install{Dir: "/b"}.CommandLine()
	if diff := cmp.Diff([]string{"--install", "/b"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	_, err = cmake.Install{Dir: "/b", Component: "-x"}.CommandLine()
	contains(t, err, `install component "-x": not a name`)
}
