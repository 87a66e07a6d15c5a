package toolchain

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// The settings of ccache are left to the user as far as the environment or a file has them.
func TestLauncherEnv(t *testing.T) {
	dir := t.TempDir()
	path := standIn(t, dir, "ccache")
	defaults := "prints:(default) base_dir = \n(default) hash_dir = true\n(default) absolute_paths_in_stderr = false\n(default) stats_log = \n"
	for _, test := range []struct {
		config string
		env    []string
		want   []string
	}{
		{defaults, nil, []string{"CCACHE_BASEDIR=/r", "CCACHE_NOHASHDIR=1", "CCACHE_ABSSTDERR=1", "CCACHE_STATSLOG=/log"}},
		{defaults, []string{"CCACHE_BASEDIR=/", "CCACHE_HASHDIR=1"}, []string{"CCACHE_ABSSTDERR=1", "CCACHE_STATSLOG=/log"}},
		{defaults, []string{"CCACHE_STATSLOG=/mine"}, []string{"CCACHE_BASEDIR=/r", "CCACHE_NOHASHDIR=1", "CCACHE_ABSSTDERR=1"}},
		{"prints:(default) cache_dir = /base_dir = \n(/etc/ccache.conf) base_dir = /\n(environment) hash_dir = true\n(default) stats_log = \n", nil, []string{"CCACHE_STATSLOG=/log"}},
	} {
		l, err := findLauncher(t.Context(), Options{Launcher: "ccache", Env: playing(t, test.config, dir)})
		if err != nil || l.Name != "ccache" || !slices.Equal(l.Command, []string{path}) {
			t.Fatalf("got %+v, %v", l, err)
		}
		if got := append(l.Env(test.env, "/r"), l.StatsLog(test.env, "/log")...); !slices.Equal(got, test.want) {
			t.Errorf("%q with %q: got %q, want %q", test.config, test.env, got, test.want)
		}
	}
	other, err := findLauncher(t.Context(), Options{Launcher: path + " -v x", Env: playing(t, "fails:it asked")})
	contains(t, err, "ask "+path+" for its settings: ")
	if other != nil {
		t.Errorf("got %+v", other)
	}
	wrapper := standIn(t, dir, "wrap")
	other, err = findLauncher(t.Context(), Options{Launcher: "wrap -v x", Env: playing(t, "fails:it asked", dir)})
	if err != nil || !slices.Equal(other.Command, []string{wrapper, "-v", "x"}) || len(other.Env(nil, "/r")) > 0 || !slices.Contains(other.Languages(), "Fortran") {
		t.Errorf("got %+v, %v", other, err)
	}
	link := filepath.Join(dir, "gcc")
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err) // as on Windows
	}
	if !other.IsLauncher(link) || other.IsLauncher(filepath.Join(dir, "cc")) {
		t.Error("a link to ccache is a launcher, and nothing else")
	}
}

func TestFindLauncherMissing(t *testing.T) {
	env := playing(t, "fails:it was started", t.TempDir())
	for launcher, want := range map[string]string{
		"ccache":          "use launcher ccache: not in PATH; install it",
		"nothing -x":      "use launcher nothing: not in PATH; install it and put it into PATH; or set CMAKETARGETS_LAUNCHER=off",
		"/nowhere/ccache": "use launcher /nowhere/ccache: ",
	} {
		_, err := findLauncher(t.Context(), Options{Launcher: launcher, Env: env})
		contains(t, err, want)
	}
	if l, err := findLauncher(t.Context(), Options{Env: env}); l != nil || err != nil {
		t.Errorf("got %v, %v", l, err)
	}
}

// log is the text that ccache 4.7 writes for a miss, a local and a remote hit, a link, a file that does not compile,
// and a miss without a remote storage that answers.
const log = `# a.c
cache_miss
direct_cache_miss
local_storage_miss
local_storage_read_miss
local_storage_write
preprocessed_cache_miss
# cache_miss
direct_cache_hit
local_storage_hit
# c.c
local_storage_miss
local_storage_write
preprocessed_cache_hit
remote_storage_hit
remote_storage_read_hit
# d.c
called_for_link
# e.c
compile_failed
direct_cache_miss
preprocessed_cache_miss
# f.c
cache_miss
remote_storage_error
`

func TestReadStatsLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if l := ReadStatsLog("ccache", path); l.Name != "" || l.String() != "" {
		t.Errorf("without a file: %+v", l)
	}
	if err := os.WriteFile(path, []byte(log), 0o666); err != nil {
		t.Fatal(err)
	}
	got := ReadStatsLog("ccache", path)
	want := model.Launched{Name: "ccache", Hits: 2, Misses: 2, Remote: 1, Reasons: map[string]int{"called for link": 1, "compile failed": 1, "remote storage error": 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got, want := got.String(), "ccache 2 hits (1 remote), 2 misses, 1 called for link, 1 compile failed, 1 remote storage error"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzReadStatsLog(f *testing.F) {
	f.Add([]byte(log))
	f.Add([]byte("direct_cache_hit\r\n\x00\n#\n"))
	path := filepath.Join(f.TempDir(), "log")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		if l := ReadStatsLog("ccache", path); l.Hits+l.Misses > len(data) || l.Name == "" && (l.Hits > 0 || l.Reasons != nil) {
			t.Errorf("%q: got %+v", data, l)
		}
	})
}

func TestReadServerStats(t *testing.T) {
	stats := `{"stats":{"cache_hits":{"counts":{"C/C++":3,"CUDA":1}},"cache_misses":{"counts":{"C/C++":2}},"compile_fails":1,"not_cached":{"-x":1}},"cache_size":0}`
	got := readServerStats("sccache", stats)
	want := model.Launched{Name: "sccache", Hits: 4, Misses: 2, Reasons: map[string]int{"-x": 1, "compile failed": 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	before := model.Launched{Name: "sccache", Hits: 1, Misses: 2, Reasons: map[string]int{"-x": 1}}
	if diff := cmp.Diff(model.Launched{Name: "sccache", Hits: 3, Reasons: map[string]int{"compile failed": 1}}, got.Since(before)); diff != "" {
		t.Error(diff)
	}
	if l := got.Since(got); l.Name != "" {
		t.Errorf("nothing since: %+v", l)
	}
	if diff := cmp.Diff(got, got.Since(model.Launched{Name: "sccache", Hits: 90, Misses: 1})); diff != "" {
		t.Errorf("of a server that was started again: %s", diff)
	}
	for _, before := range []model.Launched{{Remote: 1}, {Reasons: map[string]int{"-x": 2}}, {Reasons: map[string]int{"gone": 1}}} {
		if diff := cmp.Diff(got, got.Since(before)); diff != "" {
			t.Errorf("of statistics that were zeroed after %+v: %s", before, diff)
		}
	}
	if l := readServerStats("sccache", "sccache: error"); l.Name != "" {
		t.Errorf("got %+v", l)
	}
}
