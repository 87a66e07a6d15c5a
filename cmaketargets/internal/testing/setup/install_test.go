package setup

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	aptInstall = "apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=120 "
	noRoot     = "needs root: run this, then try again: "
)

// having returns a PATH on which exactly these programs are.
func having(programs ...string) map[string]bool {
	have := map[string]bool{}
	for _, program := range programs {
		have[program] = true
	}
	return have
}

func lookPath(have map[string]bool) func(string) (string, error) {
	return func(program string) (string, error) {
		if have[program] {
			return "/bin/" + program, nil
		}
		return "", exec.ErrNotFound
	}
}

func TestInstall(t *testing.T) {
	for _, test := range []struct {
		name     string
		goos     string
		have     map[string]bool
		tools    []string
		user     bool     // Not the superuser.
		fails    []string // Commands that fail, by how they begin, once each.
		installs []string // Programs that a successful command installs.
		ran      []string // Commands wanted.
		says     string   // Part of the last line of output wanted.
		wantErr  string   // The error wanted, if any.
	}{
		{
			name: "all installed", goos: "linux", have: having("apt-get", "cmake", "samu", "clang", "clang++", "gmake"),
			tools: []string{"cmake", "ninja", "cc", "c++", "make"},
			says:  "nothing to do, all installed: cmake, ninja, cc, c++, make",
		},
		{
			name: "only what is missing", goos: "linux", have: having("apt-get", "cmake"),
			tools: []string{"cmake", "ninja"}, installs: []string{"ninja"},
			ran: []string{aptInstall + "ninja-build"}, says: "installed ninja",
		},
		{
			name: "lists updated when needed", goos: "linux", have: having("apt-get"),
			tools: []string{"cmake"}, fails: []string{"apt-get install"}, installs: []string{"cmake"},
			ran:  []string{aptInstall + "cmake", "apt-get update", aptInstall + "cmake"},
			says: "installed cmake",
		},
		{
			name: "lists cannot be updated", goos: "linux", have: having("apt-get"),
			tools: []string{"cmake"}, fails: []string{"apt-get install", "apt-get update"},
			ran:     []string{aptInstall + "cmake", "apt-get update"},
			wantErr: "install cmake: apt-get: refused",
		},
		{
			name: "fails again", goos: "linux", have: having("apt-get"),
			tools: []string{"cmake"}, fails: []string{"apt-get install", "apt-get install"},
			ran:     []string{aptInstall + "cmake", "apt-get update", aptInstall + "cmake"},
			wantErr: "install cmake: apt-get: refused",
		},
		{
			name: "a manager that updates its lists itself", goos: "linux", have: having("dnf"),
			tools: []string{"cmake"}, fails: []string{"dnf"},
			ran:     []string{"dnf install -y cmake"},
			wantErr: "install cmake: dnf: refused",
		},
		{
			name: "installed and still not found", goos: "windows", have: having("winget"), tools: []string{"ninja"},
			ran: []string{"winget install --exact --silent --disable-interactivity " +
				"--accept-package-agreements --accept-source-agreements Ninja-build.Ninja"},
			wantErr: "find ninja: installed, but not on PATH: open a new terminal, then try again",
		},
		{
			name: "a user", goos: "linux", have: having("apt-get", "sudo", "cmake"), user: true,
			tools:   []string{"cmake", "ninja", "make"},
			wantErr: "install ninja, make: apt-get " + noRoot + "sudo apt-get install ninja-build make",
		},
		{
			name: "a user of brew", goos: "darwin", have: having("brew"), user: true,
			tools: []string{"ninja"}, installs: []string{"ninja"},
			ran: []string{"brew install ninja"}, says: "installed ninja",
		},
		{
			name: "no compiler on macOS", goos: "darwin", have: having("brew"), tools: []string{"cmake", "cc"},
			wantErr: "install cc: brew has no package for it: run xcode-select --install, then try again",
		},
		{
			name: "no package", goos: "linux", have: having("zypper"), tools: []string{"arm-none-eabi-gcc"},
			wantErr: "install arm-none-eabi-gcc: zypper has no package for it: install it by hand, then try again",
		},
		{
			name: "no manager", goos: "windows", have: having(), tools: []string{"cmake"},
			wantErr: "install cmake: no package manager found, of winget, choco: install by hand, then try again",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var ran []string
			var out bytes.Buffer
			machine := Machine{
				GOOS: test.goos, LookPath: lookPath(test.have), Root: !test.user, Out: &out,
				Run: func(_ context.Context, argv []string) error {
					command := strings.Join(argv, " ")
					ran = append(ran, command)
					for i, prefix := range test.fails {
						if strings.HasPrefix(command, prefix) {
							test.fails = slices.Delete(slices.Clone(test.fails), i, i+1)
							return errors.New("refused")
						}
					}
					for _, program := range test.installs {
						test.have[program] = true
					}
					return nil
				},
			}

			got := ""
			if err := machine.Install(context.Background(), test.tools...); err != nil {
				got = err.Error()
			}
			if got != test.wantErr {
				t.Errorf("error %q, want %q", got, test.wantErr)
			}
			if diff := cmp.Diff(test.ran, ran); diff != "" {
				t.Errorf("commands (-want +got):\n%s", diff)
			}
			lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
			if last := lines[len(lines)-1]; !strings.Contains(last, test.says) {
				t.Errorf("last line %q does not say %q", last, test.says)
			}
		})
	}
}

func TestInstallCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	runs := 0
	machine := Machine{
		GOOS: "linux", LookPath: lookPath(having("apt-get")), Root: true, Out: new(bytes.Buffer),
		Run: func(ctx context.Context, _ []string) error {
			runs++
			cancel()
			return ctx.Err()
		},
	}
	if err := machine.Install(ctx, "cmake"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want one that is context.Canceled", err)
	}
	if runs != 1 {
		t.Errorf("%d commands ran, want 1: nothing is tried again after a cancel", runs)
	}
}

func TestMissing(t *testing.T) {
	have := having("cmake", "clang", "ninja-build")
	got := missing(lookPath(have), []string{"make", "cmake", "cc", "c++", "ninja", "gfortran"})
	if diff := cmp.Diff([]string{"make", "c++", "gfortran"}, got); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
}
