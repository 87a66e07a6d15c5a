package proc

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Name is a name of this process that no other process of this machine has,
// nor will have when the number is used again: its number, its birth where the
// system tells it, and the time.
var Name = sync.OnceValue(func() string {
	return fmt.Sprintf("%d.%s.%d", os.Getpid(), birth(os.Getpid()), time.Now().UnixNano())
})

// Alive says whether the process in which Name returned a name still runs on
// this machine, as far as the system tells.
func Alive(name string) bool {
	number, rest, _ := strings.Cut(name, ".")
	born, _, _ := strings.Cut(rest, ".")
	pid, err := strconv.Atoi(number)
	return err == nil && born != "" && born == birth(pid)
}
