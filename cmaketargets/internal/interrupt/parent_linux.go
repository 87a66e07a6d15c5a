package interrupt

import (
	"os"
	"strconv"
	"strings"
)

// MageParent returns the process id of the mage that started this process, 0 when
// another program did: a shell that ends leaves its jobs running on purpose.
func MageParent() int {
	parent := os.Getppid()
	name, err := os.ReadFile("/proc/" + strconv.Itoa(parent) + "/comm")
	if err != nil || strings.TrimSpace(string(name)) != "mage" {
		return 0
	}
	return parent
}
