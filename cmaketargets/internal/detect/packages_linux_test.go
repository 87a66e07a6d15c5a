package detect_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
)

// debian is a directory into which dpkg installs packages of a library "mine", with a database of its own.
type debian struct {
	root string
	work string // for packages
}

// pack returns the file of a package. All of its versions have files of one time, as reproducible builds have.
func (d debian) pack(t *testing.T, version, header string, library bool) string {
	t.Helper()
	dir := filepath.Join(d.work, "mine-"+version)
	write(t, dir+"/DEBIAN/control", "Package: libmine-dev\nVersion: "+version+"\nArchitecture: all\nMaintainer: x <x@example.com>\nDescription: x\n")
	write(t, dir+"/usr/include/mine.h", header)
	if library {
		write(t, dir+"/usr/lib/other", "")
		command(t, "cp", d.work+"/mine.a", dir+"/usr/lib/libmine.a")
	}
	old := time.Unix(1_600_000_000, 0)
	if err := filepath.Walk(dir, func(path string, _ os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		return os.Chtimes(path, old, old)
	}); err != nil {
		t.Fatal(err)
	}
	command(t, "dpkg-deb", "--root-owner-group", "--build", dir, dir+".deb")
	return dir + ".deb"
}

func (d debian) dpkg(t *testing.T, args ...string) {
	t.Helper()
	args = append([]string{
		"--root=" + d.root, "--log=" + d.work + "/log", "--force-not-root", "--force-bad-path", "--force-unsafe-io", "--force-script-chrootless",
	}, args...)
	command(t, "dpkg", args...)
}

// Answers are those of the Debian packages that are installed: one of a version whose files have the same sizes and times is
// noticed, as is an older one, one without the library, and its absence.
func TestAnswersAfterPackages(t *testing.T) {
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		t.Skip("it needs dpkg:", err)
	}
	p := newPlace(t, cmakes(t)[0])
	d := debian{root: t.TempDir(), work: p.dir}
	write(t, d.root+"/var/lib/dpkg/status", "")
	write(t, d.root+"/var/lib/dpkg/info/format", "1\n")
	write(t, d.root+"/var/lib/dpkg/updates/.keep", "")
	if err := os.Remove(d.root + "/var/lib/dpkg/updates/.keep"); err != nil {
		t.Fatal(err)
	}
	write(t, d.root+"/usr/include/other.h", "")
	p.dir = d.root + "/usr"
	for _, line := range checks {
		if strings.Contains(line, "mine") && strings.Contains(line, "check_") && !strings.Contains(line, "runs(") && !strings.Contains(line, "target") &&
			!strings.Contains(line, "HAVE_NORMAL") {
			p.lists = append(p.lists, line)
		}
	}
	store := detect.Open(t.TempDir(), 0)
	one, two := d.pack(t, "1.0", header(1), true), d.pack(t, "2.0", header(2), true)
	three := d.pack(t, "3.0", strings.ReplaceAll(header(2), "VALUE", "OTHER"), false)
	answers := map[string]string{} // by the steps before
	for _, step := range []struct {
		name   string
		change func()
	}{
		{"nothing", func() {}},
		{"install", func() { d.dpkg(t, "-i", one) }},
		{"upgrade", func() { d.dpkg(t, "-i", two) }},
		{"upgrade, without the library", func() { d.dpkg(t, "-i", three) }},
		{"downgrade", func() { d.dpkg(t, "--force-downgrade", "-i", one) }},
		{"remove", func() { d.dpkg(t, "-r", "libmine-dev") }},
		{"install again", func() { d.dpkg(t, "-i", one) }},
	} {
		step.change()
		changed := p.compare(t, store)
		same := p.again(t, store)
		if changed.Checks != 0 || changed.StoredChecks < 8 || same.Checks < changed.StoredChecks || same.StoredChecks != 0 {
			t.Errorf("%s: %v, then %v", step.name, changed, same)
		}
		data, err := os.ReadFile(p.bld + "/answers.txt")
		if err != nil {
			t.Fatal(err)
		}
		answers[string(data)] += " " + step.name
		if t.Failed() {
			t.FailNow()
		}
	}
	if len(answers) != 4 {
		t.Error("not four different states: ", fmt.Sprint(answers))
	}
}
