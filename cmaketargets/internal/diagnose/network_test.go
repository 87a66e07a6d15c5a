package diagnose

import "testing"

func TestNetwork(t *testing.T) {
	for output, want := range map[string]string{
		"fatal: unable to access 'https://a.invalid/x.git/': Could not resolve host: a.invalid\n": "Could not resolve host: a.invalid",
		"ssh: Could not resolve hostname a.invalid: Name or service not known\n":                  "Could not resolve hostname a.invalid: Name or service not known",
		"fatal: unable to access 'http://127.0.0.1:1/': Failed to connect to 127.0.0.1 port 1":    "Failed to connect to 127.0.0.1 port 1",
		"  status_code: 7\n  status_string: \"Could not connect to server\"\n":                    "status_code: 7",
		"  7;\"Could not connect to server\"\n":                                                   "Could not connect to server",
		"  download: 7;\"Couldn't connect to server\"\n":                                          "Couldn't connect to server",
		"          status_code: 6\n          status_string: \"Couldn't resolve host name\"\n":     "status_code: 6",
		"  error: downloading 'x' failed\n        status_code: 28\n        \n":                    "status_code: 28",
		"fatal: early EOF\nfatal: fetch-pack: invalid index-pack output":                          "early EOF",
		"error: RPC failed; HTTP 503 curl 22 The requested URL returned error: 503":               "RPC failed; HTTP 503 curl 22 The requested URL returned error: 503",
		// Failures that do not go away by trying again.
		"fatal: unable to access 'https://x/': The requested URL returned error: 404": "",
		"  error: downloading 'x' failed\n        status_code: 22\n":                  "",
		"  file DOWNLOAD HASH mismatch\n    status: [0;\"No error\"]":                 "",
		"fatal: repository 'https://x/' not found":                                    "",
		"a.c:3:5: error: 'connection' undeclared":                                     "",
		"  status_code: 71\nexit status: 7\n":                                         "",
		"  status: [7;\"Couldn't connect\"]":                                          "status: [7;\"Couldn't connect\"]",
		"":                                                                            "",
	} {
		if got := Network([]byte(output)); got != want {
			t.Errorf("%q: got %q, want %q", output, got, want)
		}
	}
}
