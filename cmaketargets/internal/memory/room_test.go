package memory_test

import (
	"maps"
	"os"
	"strconv"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/memory"
)

const (
	mib   = 1 << 20
	limit = 2 << 30
)

func TestRoom(t *testing.T) {
	t.Parallel()
	pages := func(mebibytes int) string { return strconv.Itoa(mebibytes * mib / os.Getpagesize()) }
	machine := map[string]string{"proc/meminfo": "MemTotal:       16777216 kB\nMemFree: 1 kB\nMemAvailable:    4194304 kB\n"} // 4 of 16 GiB
	with := func(files map[string]string) map[string]string {
		all := maps.Clone(machine)
		maps.Copy(all, files)
		return all
	}
	// Two descendants, one of them of the other, have 500 and 900 MiB without files.
	busy := with(map[string]string{
		"proc/self/task/7/children": "10 ", "proc/self/task/8/children": "", "proc/10/task/10/children": "11 ",
		"proc/10/statm": "9999999 " + pages(600) + " " + pages(100) + " 1 0 1 0\n", "proc/11/statm": "9999999 " + pages(900) + " 0 1 0 1 0\n",
	})
	second := with(map[string]string{
		"proc/self/cgroup": "0::/a/b\n", "proc/self/mountinfo": second,
		"sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/b/memory.current": "104857600\n",
		"sys/fs/cgroup/a/memory.max": "2147483648\n", "sys/fs/cgroup/a/memory.current": "1572864000\n", // 1500 MiB
		"sys/fs/cgroup/a/memory.stat": "anon 1\ninactive_file 10485760\nactive_file 1048576000\n", // 10 and 1000 MiB
	})
	first := with(map[string]string{
		"proc/self/cgroup": "4:memory:/a\n", "proc/self/mountinfo": first,
		"sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n", "sys/fs/cgroup/memory/memory.usage_in_bytes": "1\n",
		"sys/fs/cgroup/memory/a/memory.limit_in_bytes": "1073741824\n", "sys/fs/cgroup/memory/a/memory.usage_in_bytes": "1073741824\n",
		"sys/fs/cgroup/memory/a/memory.stat": "inactive_file 0\ntotal_inactive_file 629145600\ntotal_active_file 838860800\n", // 600 and 800 MiB
	})
	pressed := func(full string) map[string]string {
		return with(map[string]string{"proc/pressure/memory": "some avg10=90.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=" + full + " avg60=0.00 avg300=0.00 total=0\n"})
	}
	for name, test := range map[string]struct {
		files            map[string]string
		limit            string
		weight, promised int64 // MiB
		want             int   // of 8
	}{
		"nothing known":                           {nil, "", 700, 100000, 8},
		"off":                                     {machine, "off", 5000, 5000, 8},
		"a weight of nothing":                     {machine, "", 0, 9000, 8},
		"what is available":                       {machine, "", 1000, 0, 4},
		"promised and not yet used":               {machine, "", 1000, 2000, 2},
		"more was promised than there is":         {machine, "", 1000, 5000, 0},
		"promised and partly used":                {busy, "", 1000, 2000, 3},      // 4096 + 1400 - 2000
		"more is used than was promised":          {busy, "", 1000, 500, 4},       // 4096
		"a limit":                                 {machine, "2GiB", 700, 0, 2},   //
		"a limit, promised":                       {machine, "2GiB", 700, 700, 1}, //
		"a limit above what is available":         {machine, "12GiB", 1000, 0, 4},
		"a limit, and more is used than promised": {busy, "2GiB", 600, 600, 1}, // 2048 - 1400
		"a limit where nothing is known":          {nil, "2GiB", 700, 700, 1},
		"a part":                                  {machine, "10%", 800, 0, 2}, // of 16 GiB
		"a part where nothing is known":           {nil, "10%", 800, 0, 8},
		"a control group around ours":             {second, "", 500, 0, 2},    // 2048 - 1500 + 10 + 1000/2
		"a part of a control group":               {second, "25%", 250, 0, 2}, // 512
		"a control group of version 1":            {first, "", 500, 0, 2},
		"a little pressure":                       {pressed("9.99"), "", 1000, 1000, 3},
		"pressure":                                {pressed("10.00"), "", 1000, 1000, 0},
		"pressure, and nothing of ours":           {pressed("80.00"), "", 1000, 0, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, ok := memory.ParseLimit(test.limit)
			if !ok && test.limit != "" {
				t.Fatal("it is no limit")
			}
			if got := system(t, test.files).Room(l, 8, test.weight*mib, test.promised*mib); got != test.want {
				t.Errorf("Room = %d, want %d", got, test.want)
			}
		})
	}
}

func TestParseLimit(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]memory.Limit{
		"12GiB": {Bytes: 12 << 30}, "1.5 g": {Bytes: 3 << 29}, "2000MB": {Bytes: 2e9}, "75%": {Percent: 75}, " OFF ": {Off: true},
		"512k": {Bytes: 512 << 10}, "100%": {Percent: 100}, "1b": {Bytes: 1},
	} {
		if got, ok := memory.ParseLimit(s); !ok || got != want {
			t.Errorf("ParseLimit(%q) = %v, %t, want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "12", "0GiB", "-1GiB", "0%", "101%", "%", "GiB", "1.2.3GiB", "much", "12 elephants", "9999999TiB", "1e3GiB", "NaN", "75 %%"} {
		if got, ok := memory.ParseLimit(s); ok {
			t.Errorf("ParseLimit(%q) = %v", s, got)
		}
	}
}

// The system that the tests run on has an answer, at once.
func TestRoomHere(t *testing.T) {
	t.Parallel()
	s := memory.New("/")
	if n := s.Room(memory.Limit{}, 3, 1, 0); n != 3 {
		t.Errorf("3 jobs of one byte: room for %d", n)
	}
	if n := s.Room(memory.Limit{Bytes: 1 << 20}, 3, 1<<40, 0); n != 0 {
		t.Errorf("jobs larger than the limit: room for %d", n)
	}
}
