package memory

import (
	"strconv"
	"strings"
)

// Limit bounds the memory of the jobs of a run. The zero value is all that is available.
type Limit struct {
	Off     bool  // no bound, and nothing is measured
	Bytes   int64 // 0 for no bound but the available memory
	Percent int64 // of the memory of the system, 0 for no such bound
}

// units are the factors of an amount. As "12G" they are those of the kernel.
var units = map[string]float64{
	"b": 1, "k": 1 << 10, "kib": 1 << 10, "kb": 1e3, "m": 1 << 20, "mib": 1 << 20, "mb": 1e6,
	"g": 1 << 30, "gib": 1 << 30, "gb": 1e9, "t": 1 << 40, "tib": 1 << 40, "tb": 1e12,
}

// ParseLimit reads "12GiB", "1.5g", "75%" or "off"; ok is false for any other text.
func ParseLimit(s string) (l Limit, ok bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "off" {
		return Limit{Off: true}, true
	}
	if part, ok := strings.CutSuffix(s, "%"); ok {
		n, err := strconv.ParseInt(part, 10, 64)
		return Limit{Percent: n}, err == nil && 0 < n && n <= 100
	}
	at := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if at < 0 {
		return l, false // a number without a unit
	}
	n, err := strconv.ParseFloat(s[:at], 64)
	n *= units[strings.TrimSpace(s[at:])]
	return Limit{Bytes: int64(n)}, err == nil && 1 <= n && n < 1<<60
}
