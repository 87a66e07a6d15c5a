package jobserver

import "testing"

func TestFlags(t *testing.T) {
	const own = "-j8 --jobserver-auth=3,3 --"
	const fifo = "--jobserver-auth=fifo:/p"
	for _, test := range []struct{ old, want string }{
		{"", " " + own + " " + fifo},
		{"ks", "ks " + own + " " + fifo},
		{" -j4 --jobserver-auth=5,6", " " + own + " " + fifo},
		{"k -j --jobserver-fds=5,6 -- A=b\\ c", "k " + own + " A=b\\ c " + fifo},
		{" -j9 --jobserver-auth=3,3 -- --jobserver-auth=fifo:/other V=1", " " + own + " V=1 " + fifo},
		{"--no-print-directory --jobs=3", " --no-print-directory " + own + " " + fifo},
	} {
		if got := flags(test.old, "/p", 8); got != test.want {
			t.Errorf("flags(%q) = %q, want %q", test.old, got, test.want)
		}
	}
}

func TestJobs(t *testing.T) {
	for makeflags, want := range map[string]int{
		"": 0, "k": 0, "-j8": 8, "ks -j8": 8, " --jobs=3": 3, "-j": 0, "-jx": 0, "-- A=-j3": 0,
		" -j8 --jobserver-auth=3,4": 0, "-j2 -j5": 5,
	} {
		if got := Jobs(makeflags); got != want {
			t.Errorf("Jobs(%q) = %d, want %d", makeflags, got, want)
		}
	}
}
