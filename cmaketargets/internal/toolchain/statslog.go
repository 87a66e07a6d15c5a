package toolchain

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// ReadStatsLog returns the results in a log that ccache has written, see Launcher.StatsLog; none from a
// file that is not there. The log has a line "# FILE" for each call, then a line for each counter that the
// call increases: "direct_cache_hit", "cache_miss", "called_for_link".
func ReadStatsLog(name, path string) model.Launched {
	file, err := os.Open(path)
	if err != nil {
		return model.Launched{}
	}
	defer func() { _ = file.Close() }()
	l := model.Launched{Name: name}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		switch id := lines.Text(); id {
		case "direct_cache_hit", "preprocessed_cache_hit":
			l.Hits++
		case "remote_storage_hit":
			l.Remote++
		case "cache_miss":
			l.Misses++
		default:
			if reason := statsReason(id); reason != "" {
				if l.Reasons == nil {
					l.Reasons = map[string]int{}
				}
				l.Reasons[reason]++
			}
		}
	}
	if l.Hits+l.Misses == 0 && l.Reasons == nil {
		return model.Launched{}
	}
	return l
}

// statsReason returns in words why a call was not answered from the cache, or why remote storage had no
// part in that; "" for any other line.
func statsReason(id string) string {
	switch {
	case id == "remote_storage_error", id == "remote_storage_timeout":
	case strings.HasPrefix(id, "#"), strings.HasPrefix(id, "local_storage_"), strings.HasPrefix(id, "remote_storage_"),
		strings.HasPrefix(id, "direct_cache_"), strings.HasPrefix(id, "preprocessed_cache_"):
		return ""
	}
	return strings.ReplaceAll(id, "_", " ")
}

// readServerStats returns the counts in the statistics of sccache, as JSON.
func readServerStats(name, output string) model.Launched {
	type counts struct {
		Counts map[string]int `json:"counts"` // by language
	}
	var all struct {
		Stats struct {
			Hits      counts         `json:"cache_hits"`
			Misses    counts         `json:"cache_misses"`
			Failed    int            `json:"compile_fails"`
			NotCached map[string]int `json:"not_cached"` // by reason
		} `json:"stats"`
	}
	if json.Unmarshal([]byte(output), &all) != nil {
		return model.Launched{}
	}
	l := model.Launched{Name: name, Reasons: all.Stats.NotCached}
	for _, n := range all.Stats.Hits.Counts {
		l.Hits += n
	}
	for _, n := range all.Stats.Misses.Counts {
		l.Misses += n
	}
	if all.Stats.Failed > 0 {
		if l.Reasons == nil {
			l.Reasons = map[string]int{}
		}
		l.Reasons["compile failed"] = all.Stats.Failed
	}
	return l
}
