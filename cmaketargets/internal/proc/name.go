package proc

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// Name is a name of this process that no other process of this machine has,
// nor will have when the number is used again.
var Name = sync.OnceValue(func() string {
	return fmt.Sprintf("%d.%d", os.Getpid(), time.Now().UnixNano())
})
