//go:build unix

package proc

import (
	"bufio"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// watchGrace is how long commands may clean up after whom they worked for is
// gone.
const watchGrace = 500 * time.Millisecond

// settling is how long a child may take from its start until its mark can be
// read.
const settling = 50 * time.Millisecond

// A guard never comes to main: whatever program this is, it only watches.
func init() {
	if len(os.Args) == 2 && os.Args[0] == guardName {
		signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
		watch(os.Stdin)
		os.Exit(0)
	}
}

// watch reads what the guard is told, to the end, and ends the commands that
// are under way then.
func watch(told io.Reader) {
	living := underWay(told)
	if len(living) == 0 {
		return
	}
	var left kin
	for mark, pid := range living {
		left.marks = append(left.marks, mark)
		if pid != starting {
			left.leaders = append(left.leaders, pid)
		}
	}
	left.terminate()
	for end := time.Now().Add(watchGrace); !left.empty() && time.Now().Before(end); {
		time.Sleep(settling)
	}
	left.kill()
	time.Sleep(settling)
	left.kill()
}

// underWay returns the commands that had begun and not ended when the telling
// did, by their marks. Whoever told of them may have been killed in the middle
// of a line, or may not be who it should: no number is taken that would have us
// signal all processes, or a single one.
func underWay(told io.Reader) map[string]int {
	living := map[string]int{}
	lines := bufio.NewReader(told)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return living
		}
		mark, number, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch pid, err := strconv.Atoi(number); {
		case err != nil || !strings.HasSuffix(mark, ";") || len(mark) == 1:
		case pid == ended:
			delete(living, mark)
		case pid == starting || pid > 1:
			living[mark] = pid
		}
	}
}
