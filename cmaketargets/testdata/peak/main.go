// Command peak configures and builds the projects of the directory it runs in, and prints the most memory that it had.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets"
)

func main() {
	_ = cmaketargets.Build(context.Background()) // Failures are shown.
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	line, _, _ := strings.Cut(rest, "\n")
	fmt.Println("VmHWM:" + line)
}
