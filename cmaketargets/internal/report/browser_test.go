package report_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// browser is a headless Chromium, driven by the DevTools protocol over a pair of pipes: messages in
// JSON, each followed by a NUL.
// https://chromedevtools.github.io/devtools-protocol
type browser struct {
	t       *testing.T
	in      io.Writer
	session string
	next    int
	answers chan message
	events  []message // received while waiting for an answer
}

type message struct {
	ID      int             `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Session string          `json:"sessionId,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// openBrowser starts a browser with one empty page and stops it at the end of the test.
func openBrowser(t *testing.T) *browser {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("Chromium is not in PATH; go tool mage setup installs it")
		}
		t.Skip("Chromium is not in PATH; go tool mage setup installs it")
	}
	theirIn, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--disable-background-networking", "--no-first-run", "--remote-debugging-pipe", "--user-data-dir="+t.TempDir())
	cmd.ExtraFiles = []*os.File{theirIn, theirOut} // descriptors 3 and 4
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_, _ = theirIn.Close(), theirOut.Close()
	b := &browser{t: t, in: in, answers: make(chan message)}
	gone := make(chan struct{})
	go func() {
		defer close(b.answers)
		defer close(gone)
		r := bufio.NewReader(out)
		for {
			data, err := r.ReadBytes(0)
			if err != nil {
				return
			}
			var m message
			if err := json.Unmarshal(data[:len(data)-1], &m); err == nil {
				b.answers <- m
			}
		}
	}()
	t.Cleanup(func() {
		go func() { // read the rest
			for range b.answers {
			}
		}()
		_, _ = io.WriteString(in, `{"id":1000000,"method":"Browser.close"}`+"\x00")
		over := time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		over.Stop()
		_, _ = in.Close(), out.Close()
		<-gone
	})
	var target struct {
		ID      string `json:"targetId"`
		Session string `json:"sessionId"`
	}
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	b.call("Target.attachToTarget", map[string]any{"targetId": target.ID, "flatten": true}, &target)
	b.session = target.Session
	for _, domain := range []string{"Page", "Network", "Runtime", "Log", "Accessibility"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

// call calls a method and waits for its answer.
func (b *browser) call(method string, params, result any) {
	b.t.Helper()
	b.next++
	data, err := json.Marshal(struct {
		ID      int    `json:"id"`
		Method  string `json:"method"`
		Params  any    `json:"params,omitempty"`
		Session string `json:"sessionId,omitempty"`
	}{b.next, method, params, b.session})
	if err == nil {
		_, err = b.in.Write(append(data, 0))
	}
	if err != nil {
		b.t.Fatal(err)
	}
	m := b.until(func(m message) bool { return m.ID == b.next })
	if m.Error != nil {
		b.t.Fatalf("%s: %s", method, m.Error.Message)
	}
	if result != nil {
		if err := json.Unmarshal(m.Result, result); err != nil {
			b.t.Fatal(err)
		}
	}
}

// until reads messages up to a wanted one, and keeps the events before it.
func (b *browser) until(wanted func(message) bool) message {
	b.t.Helper()
	limit := time.After(time.Minute)
	for {
		select {
		case m, ok := <-b.answers:
			if !ok {
				b.t.Fatal("the browser is gone")
			}
			if m.Method != "" {
				b.events = append(b.events, m)
			}
			if wanted(m) {
				return m
			}
		case <-limit:
			b.t.Fatal("the browser does not answer")
		}
	}
}

// open loads a page in a window of a width, in a colour scheme, and waits until it is complete.
func (b *browser) open(url string, width int, scheme string) {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false}, nil)
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]any{"name": "prefers-color-scheme", "value": scheme}}}, nil)
	b.events = nil
	b.call("Page.navigate", map[string]any{"url": url}, nil)
	for _, e := range b.events {
		if e.Method == "Page.loadEventFired" {
			return
		}
	}
	b.until(func(m message) bool { return m.Method == "Page.loadEventFired" })
}

// eval runs a function in the page and decodes its result.
func (b *browser) eval(function string, result any) {
	b.t.Helper()
	var answer struct {
		Result struct {
			Value json.RawMessage `json:"value"`
		} `json:"result"`
		Exception *struct {
			Text      string `json:"text"`
			Exception struct {
				Description string `json:"description"`
			} `json:"exception"`
		} `json:"exceptionDetails"`
	}
	b.call("Runtime.evaluate", map[string]any{"expression": "(" + function + ")()", "returnByValue": true}, &answer)
	if answer.Exception != nil {
		b.t.Fatal(answer.Exception.Text, answer.Exception.Exception.Description)
	}
	if err := json.Unmarshal(answer.Result.Value, result); err != nil {
		b.t.Fatal(err)
	}
}

// complaints returns the requests of the page and the messages of its console.
func (b *browser) complaints(url string) error {
	var errs []error
	for _, e := range b.events {
		switch e.Method {
		case "Network.requestWillBeSent":
			var p struct {
				Request struct {
					URL string `json:"url"`
				} `json:"request"`
			}
			if err := json.Unmarshal(e.Params, &p); err != nil {
				return err
			}
			if p.Request.URL != url && !strings.HasPrefix(p.Request.URL, "data:") {
				errs = append(errs, fmt.Errorf("asked for %s", p.Request.URL))
			}
		case "Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown":
			errs = append(errs, fmt.Errorf("%s: %s", e.Method, e.Params))
		}
	}
	return errors.Join(errs...)
}
