package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// networkFailed matches messages of curl, git, pip and the like about a connection, and those of CMake
// about a download with such a status of libcurl: 5 to 7, 18, 28, 35, 52, 55, 56, 92. A file that does
// not exist and a wrong hash are none.
var networkFailed = text.Regexp(`(?i)could not resolve (?:host|proxy)[^\n]*|couldn't resolve host[^\n]*|(?:couldn't|could not) connect to server|failed to connect to [^\n]*|` +
	`temporary failure in name resolution|name or service not known|connection (?:refused|timed out|reset by peer)|connection was reset|operation timed out|` +
	`network is unreachable|no route to host|unexpected disconnect while reading sideband packet|the remote end hung up unexpectedly|early EOF|` +
	`gnutls_handshake\(\) failed|ssl connection timeout|rpc failed; (?:http (?:429|5\d\d)|curl)[^\n]*|the requested URL returned error: (?:429|5\d\d)|` +
	`status_code: *(?:[567]|18|28|35|52|55|56|92)\b|status: *\[?(?:[567]|18|28|35|52|55|56|92);[^\n]*`)

// Network returns the message in the output of a step that failed which points to the network, or "".
func Network(output []byte) string {
	return strings.TrimSpace(string(networkFailed().Find(output)))
}
