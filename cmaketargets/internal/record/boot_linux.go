package record

import (
	"bytes"
	"os"
)

// boot is a name of the time since the machine was started; see random(4).
func boot() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return string(bytes.TrimSpace(id))
}
