package toolchain

import (
	"os/exec"
	"testing"
)

// having returns a PATH on which exactly these programs are.
func having(programs ...string) map[string]bool {
	have := map[string]bool{}
	for _, program := range programs {
		have[program] = true
	}
	return have
}

func onPath(have map[string]bool) func(string) (string, error) {
	return func(program string) (string, error) {
		if have[program] {
			return "/bin/" + program, nil
		}
		return "", exec.ErrNotFound
	}
}

func TestInstallHint(t *testing.T) {
	for _, test := range []struct {
		name  string
		goos  string
		have  map[string]bool
		tools []string
		want  string
	}{
		{"debian", "linux", having("apt-get", "sudo"), []string{"cmake", "ninja"}, "sudo apt-get install cmake ninja-build"},
		{"debian without sudo", "linux", having("apt-get"), []string{"cmake"}, "apt-get install cmake"},
		{"fedora", "linux", having("dnf", "sudo"), []string{"cc", "c++"}, "sudo dnf install gcc gcc-c++"},
		{"alpine", "linux", having("apk"), []string{"ninja", "cc"}, "apk add samurai gcc musl-dev"},
		{"arch names one package once", "linux", having("pacman"), []string{"cc", "c++"}, "pacman -S --needed gcc"},
		{"suse", "linux", having("zypper"), []string{"cmake", "make"}, "zypper install cmake make"},
		{"the system's own comes before brew", "linux", having("brew", "zypper"), []string{"cmake"}, "zypper install cmake"},
		{"brew needs no root", "darwin", having("brew", "sudo"), []string{"cmake", "ninja"}, "brew install cmake ninja"},
		{"brew has no compiler", "darwin", having("brew"), []string{"cmake", "cc"}, ""},
		{"winget", "windows", having("winget", "choco"), []string{"cmake", "ninja"}, "winget install --exact Kitware.CMake Ninja-build.Ninja"},
		{"choco", "windows", having("choco"), []string{"cmake", "cc", "c++"}, "choco install cmake mingw"},
		{"another system's manager does not count", "windows", having("apt-get"), []string{"cmake"}, ""},
		{"no manager", "linux", having(), []string{"cmake"}, ""},
		{"unknown tool", "linux", having("apt-get"), []string{"frobnicator"}, ""},
		{"no tool", "linux", having("apt-get"), nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := installHint(onPath(test.have), test.goos, test.tools); got != test.want {
				t.Errorf("InstallHint = %q, want %q", got, test.want)
			}
		})
	}
}

// TestInstallHintKnowsTheBasics checks every package manager for the tools that errors name.
func TestInstallHintKnowsTheBasics(t *testing.T) {
	for goos, programs := range map[string][]string{
		"linux":   {"apt-get", "dnf", "apk", "pacman", "zypper", "brew"},
		"darwin":  {"brew"},
		"windows": {"winget", "choco"},
	} {
		for _, program := range programs {
			tools := []string{"cmake", "ninja", "cc", "c++", "make"}
			if program == "brew" {
				tools = tools[:2] // The rest is the system's.
			}
			for _, tool := range tools {
				if installHint(onPath(having(program)), goos, []string{tool}) == "" {
					t.Errorf("%s on %s: no hint for %s", program, goos, tool)
				}
			}
		}
	}
}
