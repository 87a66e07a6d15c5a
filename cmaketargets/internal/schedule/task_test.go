package schedule

import (
	"fmt"
	"runtime"
	"testing"
	"time"
	"weak"
)

// A task is behind another owner when it waits for one of its tasks, in any build tree.
func TestBehindOther(t *testing.T) {
	s := New()
	a, b := newOwner(t, 4), newOwner(t, 4)
	g := newGate(t)
	first := b.job("first", "x", g.pass)
	first.add(s)
	same := a.job("in the same build tree", "x", nil)
	same.add(s)
	further := a.job("after that, in another", "y", nil)
	further.After = []*Task{same.Task}
	further.add(s)
	alone := a.job("alone", "z", g.pass)
	alone.add(s)
	behind := a.job("behind its own", "z", nil)
	behind.add(s)
	jobs := []*job{first, same, further, alone, behind}
	submit(s, jobs)
	for range 2 {
		<-g.begun
	}
	for j, want := range map[*job]bool{first: true, same: true, further: true, alone: false, behind: false} {
		if got := j.BehindOther(a); got != want {
			t.Errorf("%s: BehindOther = %t, want %t", j.name, got, want)
		}
		if got, want := j.Idle(), j != same && j != behind; got != want {
			t.Errorf("%s: Idle = %t, want %t", j.name, got, want)
		}
	}
	if same.Before() != first.Task || first.Before() != nil {
		t.Errorf("before %s is %v, before %s is %v", same.name, same.Before(), first.name, first.Before())
	}
	g.release()
	await(t, jobs)
	for _, j := range jobs {
		if j.BehindOther(a) || !j.Idle() || j.Before() != nil {
			t.Errorf("%s has ended: BehindOther = %t, Idle = %t, Before = %v", j.name, j.BehindOther(a), j.Idle(), j.Before())
		}
	}
	atRest(t, s)
}

// The last task keeps none of those that were before it, though the next one was always
// added before its predecessor ended, and neither does the scheduler.
func TestEndedTasksAreForgotten(t *testing.T) {
	s := New()
	o := newOwner(t, 1)
	var old []weak.Pointer[Task]
	func() {
		var many []*job // ready at once
		for i := range 50 {
			j := o.job(fmt.Sprint(i), fmt.Sprint("tree", i), nil)
			j.add(s)
			many, old = append(many, j), append(old, weak.Make(j.Task))
		}
		submit(s, many)
		await(t, many)
	}()
	var last *Task
	var release func() // lets the last one end
	for i := range 10 {
		open := make(chan struct{})
		j := o.job(fmt.Sprint(i), "tree", func(int) error { <-open; return nil })
		if last != nil {
			j.After = []*Task{last}
		}
		j.add(s)
		j.after = nil
		submit(s, []*job{j})
		if last != nil {
			if last.Ended() {
				t.Fatal("the last task has ended too early")
			}
			old = append(old, weak.Make(last))
			release()
			<-last.Done()
		}
		last, release = j.Task, func() { close(open) }
	}
	release()
	<-last.Done()
	atRest(t, s)
	for end := time.Now().Add(watchdog); ; time.Sleep(time.Millisecond) { // goroutines end
		runtime.GC()
		kept := 0
		for _, p := range old {
			if p.Value() != nil {
				kept++
			}
		}
		if kept == 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%d of %d ended tasks are kept", kept, len(old))
		}
	}
	runtime.KeepAlive(last)
	runtime.KeepAlive(s)
}

// A task is as urgent as those that wait for it, also where another owner has submitted these first.
func TestWayOfTaskThatOthersWaitFor(t *testing.T) {
	s := New()
	o, other := newOwner(t, 1), newOwner(t, 1)
	g := newGate(t)
	first, last := o.job("first", "a", g.pass), other.job("last", "b", g.pass)
	first.add(s)
	last.After, last.Expected = []*Task{first.Task}, time.Hour
	last.add(s)
	submit(s, []*job{last})
	first.Expected = time.Minute
	submit(s, []*job{first})
	s.mu.Lock()
	if want := time.Hour + time.Minute; first.way != want {
		t.Errorf("its way is %v, want %v", first.way, want)
	}
	s.mu.Unlock()
	g.release()
	await(t, []*job{first, last})
	atRest(t, s)
}
