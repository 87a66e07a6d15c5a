package bench_test

import (
	"os/exec"
	"strings"
)

// script is the usual one in repositories without such a tool: every directory with a
// CMakeLists.txt, one level deep, on a thread a CPU. -H is the former name of -S.
const script = `
import os, queue, subprocess, threading

todo, lock, failed = queue.Queue(), threading.Lock(), []
for name in sorted(os.listdir(".")):
    if os.path.exists(os.path.join(name, "CMakeLists.txt")):
        todo.put(name)

def work():
    while True:
        try:
            name = todo.get_nowait()
        except queue.Empty:
            return
        done = subprocess.run(["cmake", "-Bbuild/" + name, "-H" + name, "-DCMAKE_BUILD_TYPE=Debug"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        with lock:
            print(("Success: " if done.returncode == 0 else "Failed: ") + name, flush=True)
            if done.returncode != 0:
                failed.append(name)

threads = [threading.Thread(target=work) for _ in range(os.cpu_count())]
for t in threads: t.start()
for t in threads: t.join()
raise SystemExit(1 if failed else 0)
`

// python3 is the interpreter itself, not a script in front of it that chooses one; empty where there is none.
func python3() string {
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
