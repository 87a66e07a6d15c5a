package memory_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/memory"
)

// system returns a system with files, by their paths.
func system(t *testing.T, files map[string]string) *memory.System {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return memory.New(root)
}

// Mounts of control groups, as in /proc/self/mountinfo.
const (
	second    = "30 22 0:27 / /sys/fs/cgroup rw,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
	first     = "31 30 0:28 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
	container = "31 30 0:28 /docker/1f /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
	cpu       = "32 30 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n"
	unified   = "40 30 0:37 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n"
)

func TestKills(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"nothing known": {nil, 0},
		"the machine":   {map[string]string{"proc/vmstat": "nr_free_pages 1\noom_kill 7\n"}, 7},
		"version 2": {map[string]string{
			"proc/self/cgroup": "0::/user.slice/a\n", "proc/self/mountinfo": second, "proc/vmstat": "oom_kill 7\n",
			"sys/fs/cgroup/user.slice/a/memory.events": "low 0\nhigh 0\nmax 5\noom 4\noom_kill 3\noom_group_kill 1\n",
		}, 3},
		"version 1 beside an empty version 2": {map[string]string{
			"proc/self/cgroup": "5:cpu:/x\n4:memory:/a/b\n0::/\n", "proc/self/mountinfo": cpu + unified + first,
			"sys/fs/cgroup/memory/a/b/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
		}, 2},
		"a container that sees the path outside of it": {map[string]string{
			"proc/self/cgroup": "4:cpu,memory:/docker/1f\n", "proc/self/mountinfo": container,
			"sys/fs/cgroup/memory/memory.oom_control": "oom_kill 4\n",
		}, 4},
		"a path of another namespace": {map[string]string{
			"proc/self/cgroup": "0::/../../x\n", "proc/self/mountinfo": second, "sys/fs/cgroup/memory.events": "oom_kill 6\n",
		}, 6},
		"without a count": {map[string]string{
			"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": second, "proc/vmstat": "oom_kill 5\n",
		}, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := system(t, test.files).Kills(); got != test.want {
				t.Errorf("Kills = %d, want %d", got, test.want)
			}
		})
	}
}
