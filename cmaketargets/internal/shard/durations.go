package shard

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Durations are those of the last success of each step, in seconds, by project path, variant and step.
type Durations map[string]map[string]map[model.Step]float64

// file is the JSON form of Durations. Its keys are sorted, so that a repository can hold it.
type file struct {
	Version   int       `json:"version"`
	Durations Durations `json:"durations"`
}

const (
	version = 1
	maxFile = 64 << 20 // bytes
	// maxSeconds keeps the sum of many durations from overflowing.
	maxSeconds = 1000 * 3600
)

// Load reads a file of durations. One that does not exist has none, and neither has the path "". One
// that cannot be read as such is an error: with other durations a machine would do other projects.
func Load(path string) (Durations, error) {
	f := file{Durations: Durations{}}
	if path == "" {
		return f.Durations, nil
	}
	data, _, err := fsutil.Read(path, maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return f.Durations, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &f)
	}
	if err == nil {
		err = f.check()
	}
	if err != nil {
		return nil, fmt.Errorf("read durations: %s: %w; remove it to begin again", path, fsutil.Cause(err))
	}
	return f.Durations, nil
}

func (f file) check() error {
	if f.Version != version {
		return fmt.Errorf("it has version %d, this program reads %d", f.Version, version)
	}
	if f.Durations == nil {
		return errors.New("it has no durations")
	}
	for path, variants := range f.Durations {
		for _, steps := range variants {
			for step, took := range steps {
				if took < 0 || took > maxSeconds {
					return fmt.Errorf("%s of %s has %v seconds", step, path, took)
				}
			}
		}
	}
	return nil
}

// Save replaces the file at path.
func (d Durations) Save(path string) error {
	data, err := json.MarshalIndent(file{version, d}, "", " ")
	if err == nil {
		err = fsutil.WriteFile(path, append(data, '\n'))
	}
	if err != nil {
		return fmt.Errorf("write durations: %s: %w", path, fsutil.Cause(err))
	}
	return nil
}

// Set records the duration of a step, to the millisecond.
func (d Durations) Set(project, variant string, step model.Step, took time.Duration) {
	if d[project] == nil {
		d[project] = map[string]map[model.Step]float64{}
	}
	if d[project][variant] == nil {
		d[project][variant] = map[model.Step]float64{}
	}
	d[project][variant][step] = min(seconds(took), maxSeconds)
}

// of returns the duration of all steps, 0 if it is unknown.
func (d Durations) of(project, variant string) time.Duration {
	var all float64
	for _, step := range model.Steps { // in this order, as the sum of floating-point numbers depends on it
		all += d[project][variant][step]
	}
	return time.Duration(math.Round(all*1000)) * time.Millisecond
}

// seconds returns a duration in seconds, to the millisecond.
func seconds(d time.Duration) float64 { return float64(d.Milliseconds()) / 1000 }
